"""How far two coders agree, recomputed from their codings: on finding units, and on judging those matched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from diaspora_influence.stats.checks import check
from diaspora_influence.stats.coding import CODERS, Coding, Unit
from diaspora_influence.stats.known import Known
from diaspora_influence.stats.matching import Keys, Pair, match
from diaspora_influence.stats.measures import Judging, Search
from diaspora_influence.stats.tables import Finding

FACETS: Final = ("certainty", "holder", "polarity", "modality", "wording", "basis", "time")
ABSENT: Final = {"holder": "unstated", "time": "none"}
"""What an empty field of a facet means."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was found: the finding of units by set, the judging by facet, and what the matches rest on."""

    search: dict[str, Search]
    judging: dict[str, Judging]
    by_names: int
    by_channel: int
    settled: int
    dropped: int
    findings: Sequence[Finding]


def agreement(coding: Coding, known: Known) -> Agreement:
    """Return all figures of a coding; they stand on what could be read where there are findings."""
    keys = Keys(known, coding.names)
    first, second = (coding.units[coder] for coder in CODERS)
    pairs = match(first, second, keys)
    is_core: Callable[[Unit], bool] = lambda unit: unit.row["predicate"] in known.core  # noqa: E731
    sets = {
        "all": (first, second),
        "core relations": tuple([u for u in us if is_core(u)] for us in (first, second)),
    }
    for name, (start, end) in coding.sections.items():
        sets[name] = tuple(within(units, start, end) for units in (first, second))
    rows = [row for _, row in coding.tables["settlement"].rows]
    return Agreement(
        {name: Search(len(a), len(b), len(match(a, b, keys))) for name, (a, b) in sets.items()},
        {facet: Judging([judged(pair, facet, coding) for pair in pairs]) for facet in FACETS},
        sum(pair.by_names for pair in pairs),
        sum(pair.by_channel for pair in pairs),
        len({row["claim"] for row in rows if row["claim"]}),
        sum(not row["claim"] for row in rows),
        check(coding, known),
    )


def within(units: Sequence[Unit], first: int, last: int) -> list[Unit]:
    """Return the units that have a passage which begins in these lines, each with such passages alone."""
    parts = ((unit, tuple(span for span in unit.spans if first <= span.first <= last)) for unit in units)
    return [replace(unit, spans=spans) for unit, spans in parts if spans]


def judged(pair: Pair, facet: str, coding: Coding) -> tuple[str, str]:
    """Return what each coder says of a facet of the same unit; a holder by its settled name."""
    one, other = (unit.row[facet] or ABSENT.get(facet, "none") for unit in (pair.first, pair.second))
    if facet == "holder":
        return coding.names.get(one, one), coding.names.get(other, other)
    return one, other


def as_json(found: Agreement) -> dict[str, Any]:
    """Return the figures as JSON has them; a measure that is undefined is null and says why."""
    return {
        "units": {
            name: {"first": some.first, "second": some.second, "matched": some.matched,
                   "precision": some.precision, "recall": some.recall, "f1": some.f1}
            for name, some in found.search.items()
        },
        "matches": {"all": found.search["all"].matched, "byNames": found.by_names,
                    "byChannel": found.by_channel},
        "settlement": {"claims": found.settled, "dropped": found.dropped},
        "facets": {
            facet: {"units": len(some.pairs), "agreed": some.same, "agreement": some.share,
                    "kappa": some.kappa, "ac1": some.ac1, "undefined": some.undefined,
                    "confusion": [{"first": one, "second": other, "units": units}
                                  for (one, other), units in sorted(some.table.items())]}
            for facet, some in found.judging.items()
        },
        "findings": [{"file": one.file, "line": one.line, "message": one.message} for one in found.findings],
    }  # fmt: skip
