"""What a judge says of one place in one file, and how many it says of what weight."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SEVERITIES: Final = ("Violation", "Warning", "Info")
"""From the heaviest; a violation fails a build, the others are only shown."""


@dataclass(frozen=True, slots=True)
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
    def order(self) -> tuple[str | int, ...]:
        """Return what findings are sorted by: the place first, then all that tells two apart."""
        said = (self.focus, self.rule, self.path or "", self.value or "", self.message)
        return (
            self.file,
            self.line,
            *said,
            self.severity,
            self.shape,
            self.component or "",
            self.column or 0,
        )


def in_order(findings: Iterable[Finding], once: bool = True) -> list[Finding]:
    """Return each finding, *once* or as often as it comes, in an order that depends on nothing else."""
    return sorted(set(findings) if once else findings, key=lambda finding: finding.order)


def counted(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many findings there are of each severity, the heaviest first."""
    counts = Counter(finding.severity for finding in findings)
    others = sorted(counts.keys() - set(SEVERITIES))  # SHACL lets shapes invent severities
    return {severity: counts[severity] for severity in (*SEVERITIES, *others)}
