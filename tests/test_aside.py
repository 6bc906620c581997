"""Work that is done in forked processes: its order, its errors, its deaths, and that it changes no report."""

import json
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from diaspora_influence import cli
from diaspora_influence.errors import InputError, InternalError
from diaspora_influence.terms import DIO, ID
from diaspora_influence.validate import searching
from diaspora_influence.validate.aside import FEWEST, processes, spread
from diaspora_influence.validate.collector import HELD, begin_to_hold, hold
from diaspora_influence.validate.places.excerpt import Text
from diaspora_influence.validate.reports.json import written as json_written
from diaspora_influence.validate.reports.report import Report, Reporter
from diaspora_influence.validate.reports.writers import WRITERS
from report_cases import HARM, PLAIN

HERE = os.getpid()


def where(items: Sequence[int]) -> list[tuple[int, int]]:
    """Return each item with the process that has it."""
    return [(item, os.getpid()) for item in items]


@pytest.mark.parametrize("number", [0, 1, 7, 8, 9, 30])
def test_what_is_spread_comes_back_in_order(number: int) -> None:
    found = spread(where, range(number), most=3, fewest=4)
    assert [item for item, _ in found] == list(range(number))
    assert len({process for _, process in found} | {HERE}) == max(1, min(3, number // 4))


def test_few_items_and_one_processor_fork_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    assert processes() == 1
    assert len(spread(where, range(FEWEST), most=4)) == FEWEST
    assert len(spread(where, range(3 * FEWEST), most=processes())) == 3 * FEWEST


def test_what_is_raised_aside_is_raised_here() -> None:
    def work(items: Sequence[int]) -> list[int]:
        if 0 not in items:
            raise InputError("no such file")
        return [*items]

    with pytest.raises(InputError, match="no such file"):
        spread(work, range(8), most=2, fewest=1)
    assert no_children()


def test_a_process_that_dies_is_an_error_and_never_a_shorter_answer() -> None:
    def work(items: Sequence[int]) -> list[int]:
        if os.getpid() != HERE:
            os.kill(os.getpid(), signal.SIGKILL)
        return [*items]

    with pytest.raises(InternalError, match="without an answer"):
        spread(work, range(8), most=2, fewest=1)
    assert no_children()


def test_a_failure_here_leaves_no_process_behind() -> None:
    def work(items: Sequence[int]) -> list[int]:
        if os.getpid() == HERE:
            raise ValueError
        signal.pause()
        return [*items]

    with pytest.raises(ValueError):  # noqa: PT011
        spread(work, range(8), most=2, fewest=1)
    assert no_children()


def no_children() -> bool:
    """Say whether no child of this process is left to be waited for."""
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    return True


def crowded(most: int) -> Report:
    """Return a report of many findings, some of which mean harm, made in as many processes."""
    text = "\n".join(f"<urn:club> <urn:p{n}> {n} ." for n in range(1000))
    count = 2 * FEWEST // len(HARM) + 1
    found = [
        replace(PLAIN, file="d.ttl", line=n + 1, message=harm, value=harm and f'"{n}"')
        for n in range(count)
        for harm in HARM
    ]
    return Reporter({}, Text(text.encode()).excerpt, processes=most).report(found, ["d.ttl"])


@pytest.mark.parametrize("name", ["json", "sarif", "concise"])
def test_a_report_is_the_same_however_many_processes_make_it(name: str) -> None:
    alone, many = crowded(1), crowded(2)
    assert len(alone.entries) >= 2 * FEWEST
    assert many == alone
    assert WRITERS[name](many) == WRITERS[name](alone)


def test_json_is_the_same_however_many_processes_write_it() -> None:
    whole = crowded(1)
    assert json_written(whole, processes=2).decode() == json_written(whole).decode() == WRITERS["json"](whole)


def test_a_long_json_report_is_the_json_of_its_findings() -> None:
    whole = crowded(2)
    text = WRITERS["json"](whole)
    said = json.loads(text)
    assert text == json.dumps(said, ensure_ascii=False) + "\n"
    first = replace(whole, entries=whole.entries[:500])
    assert said["findings"][:500] == json.loads(WRITERS["json"](first))["findings"]
    assert len(said["findings"]) == len(whole.entries)


LINTED = f"""
@prefix dio: <{DIO}> .
@prefix id: <{ID}> .
id:a a dio:Persn ; dio:rank "five"@en .
"""


@pytest.fixture
def output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[], tuple[int, str]]:
    path = tmp_path / "data.ttl"
    path.write_text(LINTED)

    def run() -> tuple[int, str]:
        code = cli.main(["validate", "--no-config", "--format", "json", str(path)])
        return code, capsys.readouterr().out

    return run


def test_lint_aside_finds_what_it_finds_here(
    output: Callable[[], tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, here = output()
    assert code == 1
    assert "unknown-term" in here
    monkeypatch.setattr(searching, "MANY", 1)
    monkeypatch.setattr("diaspora_influence.validate.session.processes", lambda: 2)
    forks: list[int] = []
    fork = os.fork

    def counted() -> int:
        forks.append(1)
        return fork()

    monkeypatch.setattr(os, "fork", counted)
    assert output() == (code, here)
    assert forks == [1]


def test_what_a_run_holds_is_given_back_by_the_next() -> None:
    text = Text(b"")
    begin_to_hold()
    hold(text)
    assert text in HELD
    begin_to_hold()
    assert text not in HELD


def test_nothing_is_held_where_no_run_has_begun() -> None:
    HELD.clear()
    hold(Text(b""))
    assert not HELD
