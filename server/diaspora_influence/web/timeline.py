"""The timeline of a case: claims in the order of their times, and under them what came after without one."""

from dataclasses import dataclass, field
from datetime import date

from diaspora_influence.edtf import OPEN, bounds
from diaspora_influence.errors import InputError
from diaspora_influence.web.dataset import Dataset, query
from diaspora_influence.web.lines import Line, lines

Key = tuple[date, bool, date]
DEEPEST = 3
"""How far a row is indented at most."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One row: a claim, the claims that its source puts before it, and how deep it stands under them."""

    line: Line
    after: tuple[Line, ...]
    depth: int


@dataclass(slots=True)
class Event:
    """A claim on its way to the timeline."""

    edtf: str | None
    earlier: list[str] = field(default_factory=list)


def timeline(dataset: Dataset, iri: str) -> tuple[Moment, ...]:
    """Return the affirmed, actual claims of a case that have a time or an order."""
    events: dict[str, Event] = {}
    for row in dataset.rows(query("timeline", this=iri)):
        event = events.setdefault(row["claim"].value, Event(row["edtf"].value if "edtf" in row else None))
        event.earlier += [row["earlier"].value] if "earlier" in row else []
    known = lines(dataset, [*events, *(iri for event in events.values() for iri in event.earlier)])
    in_order = {claim: events[claim] for claim in known if claim in events}
    return tuple(
        Moment(known[claim], tuple(known[each] for each in events[claim].earlier), min(depth, DEEPEST))
        for claim, depth in arranged(in_order)
    )


def arranged(events: dict[str, Event]) -> list[tuple[str, int]]:
    """Return the claims in the order of their times, with their depth.

    A claim without a time stands under the last of those that it comes after; where none of them is on
    the timeline, or they go round in a circle, it stands at the end.
    """
    dated = {claim: key for claim, event in events.items() if (key := start(event.edtf))}
    placed = [(claim, 0) for claim in sorted(dated, key=lambda claim: dated[claim])]
    waiting = [claim for claim in events if claim not in dated]
    while waiting:
        done = {claim for claim, _ in placed}
        ready = (
            claim for claim in waiting if all(e in done or e not in events for e in events[claim].earlier)
        )
        claim = next(ready, waiting[0])
        waiting.remove(claim)
        place(claim, events[claim].earlier, placed)
    return placed


def place(claim: str, earlier: list[str], placed: list[tuple[str, int]]) -> None:
    """Put *claim* under the last of *earlier* and what stands under it already, else at the end."""
    found = [position for position, (each, _) in enumerate(placed) if each in earlier]
    if not found:
        placed.append((claim, 0))
        return
    depth = placed[found[-1]][1] + 1
    end = found[-1] + 1
    while end < len(placed) and placed[end][1] >= depth:
        end += 1
    placed.insert(end, (claim, depth))


def start(edtf: str | None) -> Key | None:
    """Return what a time is sorted by; what was over by a time stands before what begins with it."""
    if edtf is None:
        return None
    try:
        first, last = bounds(edtf)
        latest = bounds(edtf.removeprefix(f"{OPEN}/"))[0]
    except InputError:
        return None
    return first or latest or date.min, first is not None, last or date.max
