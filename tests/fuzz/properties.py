"""What holds of every run of `dio validate`, whatever it is given."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from posixpath import normpath
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.terms import RDF, SH
from fuzz.harness import Job, Result, Runner

MEMORY: Final = 1 << 20
"""Kibibytes that a run of some kilobytes may take."""
INTERNAL, UNREAD = 3, 2
TYPE, RESULT = ox.NamedNode(RDF + "type"), ox.NamedNode(SH + "ValidationResult")


def hold(runner: Runner, job: Job, again: bool = False) -> Result:
    """Run *job* and fail where a property of a run does not hold; *again* asks for the same bytes twice."""
    result = runner.run(job)
    ends_well(job, result)
    if result.reports:
        reports_agree(job, result)
    if again and result.code != INTERNAL:
        other = runner.run(job, 1)
        assert (other.code, other.out, other.err) == (result.code, result.out, result.err)
        assert other.reports == result.reports
    return result


def ends_well(job: Job, result: Result) -> None:
    """Fail where the run shows a traceback, dies, takes for ever or fills the memory, or says nothing."""
    said = f"{result.code} {list(job.words)} {result.said[-2000:]}"
    assert "Traceback (most recent call last)" not in result.said, said
    assert result.ended, f"it does not end: {said}"
    assert result.code in (0, 1, UNREAD, INTERNAL), said
    assert result.kilobytes < MEMORY, f"{result.kilobytes} KiB: {said}"
    if result.code == INTERNAL:
        assert job.may_be_long, said
        assert "the time limit" in result.said, said
    if result.code == UNREAD and not {"--quiet", "--output"} & {*job.words}:
        assert result.said.strip() or result.out.strip(), "refused without a word"


def reports_agree(job: Job, result: Result) -> None:
    """Fail where a report cannot be read back, or two of them do not say the same."""
    whole = json.loads(result.reports["json"])
    assert set(result.reports) == {*COUNTED, "text", "concise", "html"}
    code = UNREAD if whole["unread"] else int(whole["fails"])
    assert result.code == code, f"exit code {result.code} is not what the report says: {code}"
    assert whole["fails"] or not whole["unread"]
    for text in result.reports.values():
        text.decode("utf-8")
        assert text.endswith(b"\n")
    for name, count in COUNTED.items():
        assert count(result.reports[name]) == len(whole["findings"]), name
    Page().feed(result.reports["html"].decode())
    for hit in whole["findings"]:
        stands_in_its_file(job.files, hit)


def stands_in_its_file(files: Mapping[str, bytes], hit: Mapping[str, Any]) -> None:
    """Fail where a finding stands outside of the file that it names."""
    name = normpath(f"job/{hit['file']}").removeprefix("job/")  # the run is in the folder job
    lines = files.get(name, b"").removeprefix(b"\xef\xbb\xbf").split(b"\n")
    assert 1 <= hit["line"] <= len(lines), hit
    if hit["column"] is not None:
        line = lines[hit["line"] - 1].decode("utf-8", "replace")
        assert 1 <= hit["column"] <= len(line) + 1, hit
        assert hit["endColumn"] is None or hit["column"] <= hit["endColumn"] <= len(line) + 2, hit


class Page(HTMLParser):
    """A page whose only script is none, and which loads nothing."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Fail at an element that runs or loads something."""
        assert tag not in {"script", "img", "iframe", "object", "embed", "link", "form"}, tag
        assert not [name for name, _ in attrs if name.startswith("on")]


def _sarif(text: bytes) -> int:
    return len(json.loads(text)["runs"][0]["results"])


def _junit(text: bytes) -> int:
    bodies = [
        node.text or ""
        for node in ET.fromstring(text).iter()
        if node.tag in {"failure", "error", "system-out"}
    ]
    return sum(not line.startswith("  ") for body in bodies for line in body.split("\n"))


def _turtle(text: bytes) -> int:
    return sum(
        1
        for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)
        if (quad.predicate, quad.object) == (TYPE, RESULT)
    )


def _commands(text: bytes) -> int:
    return sum(line.startswith((b"::error ", b"::warning ", b"::notice ")) for line in text.split(b"\n"))


COUNTED: Final[Mapping[str, Callable[[bytes], int]]] = {
    "json": lambda text: len(json.loads(text)["findings"]),
    "sarif": _sarif,
    "junit": _junit,
    "gitlab": lambda text: len(json.loads(text)),
    "github": _commands,
    "turtle": _turtle,
}
"""Format to how many findings it holds, as a parser of that format reads it."""


def engines_agree(runner: Runner, job: Job) -> None:
    """Fail where both engines judge *job* and do not find the same; either may refuse shapes by name.

    How often one shape says the same of one node, the fast engine does not count.
    """
    fast, reference = (hold(runner, job.by(engine)) for engine in ("fast", "pyshacl"))
    if fast.reports and reference.reports:
        assert told(fast) == told(reference)


def told(result: Result) -> set[str]:
    """Return what was found, each finding once."""
    found = json.loads(result.reports["json"])["findings"]
    return {json.dumps(hit | {"fingerprint": None}, sort_keys=True) for hit in found}
