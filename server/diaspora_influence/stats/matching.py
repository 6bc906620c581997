"""Which unit of the first coder is the same as which of the second: a maximum one-to-one matching."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from diaspora_influence.stats.coding import Unit
from diaspora_influence.stats.known import Known

CHANNEL: Final = "channel:"
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Keys:
    """How the ends of a unit are compared: names as settled since, any channel as any other."""

    known: Known
    names: Mapping[str, str]

    def key(self, unit: Unit, names: Mapping[str, str] | None = None) -> Key:
        """Return ends and predicate of a unit, in one order where the relation is symmetric."""
        settled = self.names if names is None else names
        ends = [self.end(settled.get(unit.row[end], unit.row[end])) for end in ("subject", "object")]
        predicate = unit.row["predicate"]
        one, other = sorted(ends) if predicate in self.known.symmetric else ends
        return one, predicate, other

    def end(self, name: str) -> str:
        """Return the name of an end; channels, which each coder names freely, have but one."""
        return CHANNEL if self.is_channel(name) else name

    def is_channel(self, name: str) -> bool:
        """Return whether a name is a money channel's."""
        return name.startswith(CHANNEL) or name in self.known.channels


@dataclass(frozen=True, slots=True)
class Pair:
    """Two units that are the same, and what their sameness rests on."""

    first: Unit
    second: Unit
    by_names: bool
    by_channel: bool


def overlap(first: Unit, second: Unit) -> int:
    """Return how many code points the passages of two units share."""
    return sum(one.overlap(other) for one in first.spans for other in second.spans)


def match(first: Sequence[Unit], second: Sequence[Unit], keys: Keys) -> list[Pair]:
    """Return as many pairs as there can be of units with equal keys and overlapping passages.

    Taken up in the order of overlap, the largest first, then of the files; then paths are exchanged until no
    further unit can be paired. The order of the first file is that of the answer.
    """
    same: dict[Key, list[int]] = defaultdict(list)
    for index, unit in enumerate(second):
        same[keys.key(unit)].append(index)
    shared = {(a, b): overlap(unit, second[b]) for a, unit in enumerate(first) for b in same[keys.key(unit)]}
    edges = sorted((-size, a, b) for (a, b), size in shared.items() if size)
    near: dict[int, list[int]] = defaultdict(list)
    partner: dict[int, int] = {}
    paired_off: set[int] = set()
    for _, a, b in edges:
        near[a].append(b)
        if a not in paired_off and b not in partner:
            partner[b] = a
            paired_off.add(a)
    for a in sorted(near.keys() - paired_off):
        augment(a, near, partner)
    return [paired(first[a], second[b], keys) for a, b in sorted((a, b) for b, a in partner.items())]


def augment(start: int, near: Mapping[int, list[int]], partner: dict[int, int]) -> None:
    """Give *start* a partner where there is a path on which others exchange theirs.

    Breadth first, without recursion: a path may be as long as there are units.
    """
    came_from: dict[int, int] = {}
    waiting = [start]
    for a in waiting:
        for b in near[a]:
            if b in came_from:
                continue
            came_from[b] = a
            if b not in partner:
                exchange(b, came_from, partner)
                return
            waiting.append(partner[b])


def exchange(free: int, came_from: Mapping[int, int], partner: dict[int, int]) -> None:
    """Go back along the path that ends at *free*, each on it taking the partner found for it."""
    b: int | None = free
    while b is not None:
        a = came_from[b]
        left = next((other for other, owner in partner.items() if owner == a), None)
        partner[b] = a
        if left is not None:
            del partner[left]
        b = left


def paired(first: Unit, second: Unit, keys: Keys) -> Pair:
    """Return the pair, with whether it rests on settled names, and whether an end is a channel."""
    by_names = keys.key(first, {}) != keys.key(second, {})
    return Pair(first, second, by_names, CHANNEL in keys.key(first))
