"""`dio validate` under inputs made at random: no traceback, no endless run, no report that cannot be read back.

What was found once is kept in `fuzz/kept`, a file a case, and asked again. A few seconds of the same inputs at
every run; at night others, for DIO_FUZZ_SECONDS (600).
"""

import os
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from random import SystemRandom
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from fuzz import choices, documents, shapes
from fuzz.harness import Job, Runner
from fuzz.properties import engines_agree, hold

KEPT: Final = sorted((Path(__file__).parent / "fuzz" / "kept").glob("*.toml"))
SECONDS: Final = float(os.environ.get("DIO_FUZZ_SECONDS", "600"))
SEED: Final = int(os.environ.get("DIO_FUZZ_SEED", SystemRandom().randrange(1 << 32)))
ROUND: Final = 200
"""Inputs between two looks at the time."""

Property = Callable[[Runner, Job], object]


def twice(runner: Runner, job: Job) -> None:
    """Have every property hold, and a second process say the same."""
    hold(runner, job, again=True)


FAMILIES: Final[dict[str, tuple[SearchStrategy[Job], Property, int]]] = {
    "documents": (documents.jobs(), twice, 20),
    "choices": (choices.jobs(), twice, 20),
    "shapes": (shapes.jobs(), twice, 12),
    "written shapes": (documents.shape_jobs(), twice, 8),
    "engines": (shapes.jobs(right=True), engines_agree, 8),
}
"""What is made at random: how, what has to hold of it, and how many there are of it at every run."""


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """What runs each job in a process that may die."""
    made = Runner()
    yield made
    made.end()


def fuzz(strategy: SearchStrategy[Job], runner: Runner, holds: Property, **how: Any) -> Callable[[], None]:
    """Return what tries *holds* on inputs of *strategy*."""
    common = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}

    @settings(**common, **how)
    @given(strategy)
    def every(job: Job) -> None:
        holds(runner, job)

    return every


@pytest.mark.parametrize("family", FAMILIES)
def test_no_input_breaks_the_command(family: str, runner: Runner) -> None:
    strategy, holds, many = FAMILIES[family]
    before = runner.runs
    fuzz(strategy, runner, holds, derandomize=True, max_examples=many, phases=[Phase.generate])()
    assert runner.runs - before >= many


@pytest.mark.nightly
@pytest.mark.parametrize("family", FAMILIES)
def test_no_input_breaks_the_command_at_length(family: str, runner: Runner) -> None:
    """What fails is shrunk and printed; DIO_FUZZ_SEED makes the same inputs again."""
    strategy, holds, _ = FAMILIES[family]
    end, number, before = time.monotonic() + SECONDS / len(FAMILIES), SEED, runner.runs
    while time.monotonic() < end:
        print(f"DIO_FUZZ_SEED={number}")
        phases = [Phase.generate, Phase.shrink]
        seed(number)(fuzz(strategy, runner, holds, max_examples=ROUND, phases=phases))()
        number += 1
    print(f"{family}: {runner.runs - before} runs")
    assert runner.runs > before


# --- what was found ---


def kept(path: Path) -> dict[str, Any]:
    """Return a case: why it is kept, files, words, and the exit code, rules and sentence that are expected."""
    return tomllib.loads(path.read_text("utf-8"))


def test_kept_cases_are_all_there() -> None:
    assert len(KEPT) == 30


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_what_was_found_once_stays_mended(path: Path, runner: Runner) -> None:
    case = kept(path)
    files = {name: text.encode("utf-8") for name, text in case["files"].items()}
    job = Job(files, case["words"], may_be_long=case.get("long", False))
    result = hold(runner, job, again=True)
    assert (result.code, result.rules) == (case["code"], case["rules"])
    assert case.get("said", "") in result.said + result.out.decode("utf-8", "replace")
    assert len(result.said.splitlines()) <= 1
