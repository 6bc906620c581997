"""The agreement of two coders as a reader sees it: tables, and a dash where nothing is defined, with why."""

from collections.abc import Iterator
from typing import Final

from diaspora_influence.stats.agreement import Agreement
from diaspora_influence.stats.measures import NO_UNIT, Judging
from diaspora_influence.terminal import aligned, count

DASH: Final = "–"
WIDE: Final = 12
"""A facet with more values than that shows its disagreements alone."""


def report(found: Agreement) -> Iterator[str]:
    """Yield the lines of the report."""
    yield "Finding units: a match has equal ends and predicate and an overlapping passage, one to one"
    yield from search_table(found)
    matched = found.search["all"].matched
    yield f"  of {matched} matches {found.by_names} rest on names.csv, {found.by_channel} on channel ends"
    rows = count(found.dropped, "row")
    yield f"  settled into {count(found.settled, 'claim')}; {rows} of the settlement without a claim"
    yield ""
    yield f"Judging the {matched} matched units"
    yield from facet_table(found)
    for facet, judging in found.judging.items():
        yield from confusion(facet, judging)


def search_table(found: Agreement) -> Iterator[str]:
    """Yield a row for each set of units."""
    rows: list[tuple[str, ...]] = [("units", "first", "second", "matched", "precision", "recall", "F1")]
    for name, some in found.search.items():
        counts = (str(number) for number in (some.first, some.second, some.matched))
        rows.append((name, *counts, *map(figure, (some.precision, some.recall, some.f1))))
    yield from aligned(rows, [False] + [True] * 6)
    if any(some.f1 is None for some in found.search.values()):
        yield f"  {DASH}  {NO_UNIT}"


def facet_table(found: Agreement) -> Iterator[str]:
    """Yield a row for each facet, then why some have no measure."""
    rows: list[tuple[str, ...]] = [("facet", "agreed", "agreement", "kappa", "AC1")]
    for facet, some in found.judging.items():
        rows.append((facet, str(some.same), *map(figure, (some.share, some.kappa, some.ac1))))
    yield from aligned(rows, [False] + [True] * 4)
    for reason in dict.fromkeys(some.undefined for some in found.judging.values() if some.undefined):
        which = ", ".join(facet for facet, some in found.judging.items() if some.undefined == reason)
        yield f"  {DASH}  {which}: {reason}"


def confusion(facet: str, judging: Judging) -> Iterator[str]:
    """Yield the table of a facet: the first coder's values down, the second's across, by number."""
    values = judging.values
    if not values:
        return
    yield ""
    if len(values) > WIDE:
        yield f"{facet}: {len(values)} values; where the coders differ (first, second, units)"
        apart = [(*pair, str(units)) for pair, units in sorted(judging.table.items()) if pair[0] != pair[1]]
        yield from aligned(apart, [False, False, True]) if apart else ["  nowhere"]
        return
    yield f"{facet}: first coder down, second across"
    numbers = [str(number) for number in range(1, len(values) + 1)]
    cells = [[str(judging.table[one, other] or "·") for other in values] for one in values]
    rows: list[tuple[str, ...]] = [("", "", *numbers)]
    rows += [(number, value, *row) for number, value, row in zip(numbers, values, cells, strict=True)]
    yield from aligned(rows, [True, False] + [True] * len(values))


def figure(value: float | None) -> str:
    """Return a measure with two places, or a dash where it is not defined."""
    return DASH if value is None else f"{value:.2f}"
