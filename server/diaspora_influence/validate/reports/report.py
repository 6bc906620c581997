"""What was found in one run: each finding with its rule, its line and its fingerprint, in a fixed order."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from diaspora_influence.record import field, record
from diaspora_influence.validate.aside import spread
from diaspora_influence.validate.choices import WEIGHTS
from diaspora_influence.validate.finding import Finding, Kind, counted, in_order
from diaspora_influence.validate.inputs.addresses import is_address
from diaspora_influence.validate.mending import mending
from diaspora_influence.validate.reports.prints import fingerprint
from diaspora_influence.validate.reports.shown import level
from diaspora_influence.validate.rule import OF_READING, Rule, compact, rule_of

if TYPE_CHECKING:
    from diaspora_influence.validate.places.excerpt import Excerpt


class Entry(NamedTuple):
    """One finding as reports show it.

    *path* is where machines look for its file: below the folder of the run, where it lies there. *print* is
    the fingerprint, *number* counts those that share it, from 1. *fails* says whether it fails the run;
    *mend* how to mend it, where a constraint of SHACL Core was broken.
    """

    finding: Finding
    rule: Rule
    path: str
    excerpt: "Excerpt | None"
    print: str
    number: int = 1
    fails: bool = True
    mend: str | None = None

    @property
    def column(self) -> int | None:
        """Return the column that can be told, from 1."""
        return self.excerpt.column if self.excerpt else self.finding.column

    @property
    def level(self) -> str:
        """Return how heavy it is, as people read it."""
        return "error" if self.unread else level(self.finding.severity)

    @property
    def unread(self) -> bool:
        """Say whether the file could not be read at all."""
        return self.rule.iri in OF_READING


@record
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


Judged = tuple[Rule, bool, str | None]
"""The rule that a finding breaks, whether that fails the run, and how it is mended."""
Marked = tuple[tuple[Any, ...] | None, str]
"""What an excerpt holds, and a fingerprint."""


@record
class Reporter:
    """Makes reports: from what rules are known, where source lines come from, and what fails.

    The lines of many findings are looked up in as many *processes*, which it forks.
    """

    rules: Mapping[str, Rule] = field(default_factory=dict)
    excerpt: "Callable[[Finding], Excerpt | None]" = nothing
    fail_on: str = "violation"
    processes: int = 1

    def entries(self, findings: Iterable[Finding]) -> tuple[Entry, ...]:
        """Return the findings as entries, in order."""
        from diaspora_influence.validate.places.excerpt import Excerpt

        ordered = in_order(findings, once=False)
        path, judged, seen = cache(path_of), dict[Kind, Judged](), Counter[str]()
        entries = []
        marked = spread(self._marked, ordered, self.processes)
        for finding, (excerpt, mark) in zip(ordered, marked, strict=True):
            kind = finding.kind
            if kind not in judged:
                judged[kind] = self._judged(finding)
            rule, fails, mend = judged[kind]
            number = seen[mark] = seen[mark] + 1
            quoted = None if excerpt is None else Excerpt(*excerpt)
            entries.append(Entry(finding, rule, path(finding.file), quoted, mark, number, fails, mend))
        return tuple(entries)

    def report(self, findings: Iterable[Finding], files: Sequence[str] = ()) -> Report:
        """Return the whole report."""
        return Report(self.entries(findings), tuple(files))

    def _marked(self, findings: Sequence[Finding]) -> list[Marked]:
        path, found = cache(path_of), []
        for finding in findings:
            excerpt = self.excerpt(finding)
            line = excerpt.text.strip() if excerpt else ""
            found.append((excerpt and tuple(excerpt), fingerprint(finding, path(finding.file), line)))
        return found

    def _judged(self, finding: Finding) -> Judged:
        rule = rule_of(finding, self.rules)
        fails = rule.iri in OF_READING or weight(finding.severity) >= WEIGHTS[self.fail_on]
        path = compact(finding.path) if finding.path else None
        mend = None if finding.constraint else mending(finding.component, rule.asked, path)
        return rule, fails, mend


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
