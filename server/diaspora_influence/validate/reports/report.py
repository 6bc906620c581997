"""What was found in one run: each finding with its rule, its line and its fingerprint, in a fixed order."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from diaspora_influence.validate.finding import Finding, counted, in_order
from diaspora_influence.validate.inputs.addresses import is_address
from diaspora_influence.validate.mending import mending
from diaspora_influence.validate.reports.shown import level
from diaspora_influence.validate.rule import OF_READING, Rule, compact, rule_of

if TYPE_CHECKING:
    from diaspora_influence.validate.places.excerpt import Excerpt

WEIGHTS: Final = {"violation": 2, "warning": 1, "info": 0, "never": 3}
"""What `--fail-on` takes, to the least weight that fails."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding as reports show it.

    *path* is where machines look for its file: below the folder of the run, where it lies there. *print* is
    the fingerprint, *number* counts those that share it, from 1. *fails* says whether it fails the run.
    """

    finding: Finding
    rule: Rule
    path: str
    excerpt: "Excerpt | None"
    print: str
    number: int = 1
    fails: bool = True

    @property
    def column(self) -> int | None:
        """Return the column that can be told, from 1."""
        return self.excerpt.column if self.excerpt else self.finding.column

    @property
    def level(self) -> str:
        """Return how heavy it is, as people read it."""
        return "error" if self.unread else level(self.finding.severity)

    @property
    def mend(self) -> str | None:
        """Return how to mend it, where a constraint of SHACL Core was broken."""
        finding = self.finding
        path = compact(finding.path) if finding.path else None
        return None if finding.constraint else mending(finding.component, self.rule.asked, path)

    @property
    def unread(self) -> bool:
        """Say whether the file could not be read at all."""
        return self.rule.iri in OF_READING


@dataclass(frozen=True, slots=True)
class Report:
    """What writers write: the entries in order, and the files that were judged.

    *known* counts findings that the baseline holds and that are left out; *stale* names what it holds and
    nobody finds any more. *notes* are what the engines say of the run itself.
    """

    entries: tuple[Entry, ...]
    files: tuple[str, ...] = ()
    known: int = 0
    stale: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Return how many findings shapes gave of each severity, the heaviest first."""
        return counted(entry.finding for entry in self.entries if not entry.unread)

    @property
    def unread(self) -> int:
        """Return how many files could not be read."""
        return len({entry.finding.file for entry in self.entries if entry.unread})

    @property
    def fails(self) -> bool:
        """Say whether anything in it fails the run."""
        return any(entry.fails for entry in self.entries)


def nothing(_: Finding) -> None:
    """Return no excerpt."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Makes reports: from what rules are known, where source lines come from, and what fails."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    excerpt: "Callable[[Finding], Excerpt | None]" = nothing
    fail_on: str = "violation"

    def entries(self, findings: Iterable[Finding]) -> tuple[Entry, ...]:
        """Return the findings as entries, in order."""
        seen: Counter[str] = Counter()
        path = cache(path_of)
        return tuple(
            self._entry(finding, path(finding.file), seen) for finding in in_order(findings, once=False)
        )

    def report(self, findings: Iterable[Finding], files: Sequence[str] = ()) -> Report:
        """Return the whole report."""
        return Report(self.entries(findings), tuple(files))

    def _entry(self, finding: Finding, path: str, seen: Counter[str]) -> Entry:
        excerpt = self.excerpt(finding)
        mark = fingerprint(finding, path, excerpt.text.strip() if excerpt else "")
        seen[mark] += 1
        rule = rule_of(finding, self.rules)
        fails = rule.iri in OF_READING or weight(finding.severity) >= WEIGHTS[self.fail_on]
        return Entry(finding, rule, path, excerpt, mark, seen[mark], fails)


def weight(severity: str) -> int:
    """Return the weight of a severity; one that shapes invent counts as information."""
    return WEIGHTS.get(severity.lower(), 0)


def path_of(name: str) -> str:
    """Return the path of a file below the folder of the run, with slashes; its name if it lies elsewhere."""
    if is_address(name):
        return name
    try:
        return Path(os.path.normpath(Path.cwd() / name)).relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return Path(name).as_posix()


def fingerprint(finding: Finding, path: str, line: str) -> str:
    """Return what tells a finding from others although lines shift: 32 hexadecimal digits.

    It is made of file, focus node, rule, path and value. The number of a blank node says nothing in another
    version of a file; its *line* stands for it.
    """
    from hashlib import sha256

    rule = finding.rule if ":" in finding.rule else finding.component
    terms = [finding.focus, rule, finding.path, finding.value]
    said = ["_:" + line if term and term.startswith("_:") else term or "" for term in terms]
    return sha256("\0".join([path, *said]).encode("utf-8", "surrogatepass")).hexdigest()[:32]
