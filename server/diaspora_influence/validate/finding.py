"""What a judge says of one place in one file, and how many it says of what weight."""

from collections import Counter
from collections.abc import Iterable
from operator import attrgetter
from typing import Any, Final

from diaspora_influence.record import record

SEVERITIES: Final = ("Violation", "Warning", "Info")
"""From the heaviest; a violation fails a build, the others are only shown."""

Kind = tuple[str, str | None, str | None, str, str | None]
"""Shape, constraint, component, severity and path of a finding."""


@record
class Finding:
    """One result of a shape, with the line that an author has to look at.

    *line* counts from 1. *focus* is an IRI or `_:bN`, numbered in the order of the input; *value* is that or
    a literal as Turtle writes it; *path* is an IRI or, where it is no plain one, a path as Turtle writes it.
    *shape* is the source shape; *constraint* the SPARQL constraint in it, where one was broken. *column*,
    from 1, is there where it is known before the source is looked at: a parser knows it, a shape does not.
    """

    severity: str
    file: str
    line: int
    focus: str
    path: str | None
    value: str | None
    shape: str
    message: str
    constraint: str | None = None
    component: str | None = None
    column: int | None = None

    @property
    def rule(self) -> str:
        """Return the name of what was broken, the narrowest that there is."""
        return self.constraint or self.shape

    @property
    def kind(self) -> Kind:
        """Return what decides which rule is broken, how heavy that is and how it is mended."""
        return self.shape, self.constraint, self.component, self.severity, self.path


FIELDS: Final = Finding.__match_args__
ATTRIBUTES: Final = attrgetter(*FIELDS)


def values(finding: Finding) -> tuple[Any, ...]:
    """Return what *finding* holds, in the order in which `Finding` takes it."""
    found: tuple[Any, ...] = ATTRIBUTES(finding)
    return found


def order(finding: Finding) -> tuple[str | int, ...]:
    """Return what findings are sorted by: the place first, then all that tells two apart."""
    return (
        finding.file,
        finding.line,
        finding.focus,
        finding.constraint or finding.shape,
        finding.path or "",
        finding.value or "",
        finding.message,
        finding.severity,
        finding.shape,
        finding.component or "",
        finding.column or 0,
    )


def in_order(findings: Iterable[Finding], once: bool = True) -> list[Finding]:
    """Return each finding, *once* or as often as it comes, in an order that depends on nothing else."""
    return sorted(set(findings) if once else findings, key=order)


def counted(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many findings there are of each severity, the heaviest first."""
    counts = Counter(finding.severity for finding in findings)
    others = sorted(counts.keys() - set(SEVERITIES))  # SHACL lets shapes invent severities
    return {severity: counts[severity] for severity in (*SEVERITIES, *others)}
