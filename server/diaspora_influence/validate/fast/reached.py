"""What focus nodes reach by the path of a shape, all at once, and which of it breaks a constraint."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from functools import cached_property
from itertools import compress

from diaspora_influence.validate.fast.index import Bare, Column, Held, Term, values_of

Broken = Iterable[tuple[int, Term | None, int | None]]
"""What breaks a constraint: the focus node, the predicate, where it is not the shape's own, and the value."""


class Reached:
    """Focus nodes, each once, and the value nodes of those that have any.

    *bare* says that none is known to have several, which is usual.
    """

    def __init__(self, focus: Collection[int], column: Column, bare: bool = False) -> None:
        self.focus, self.column, self._bare = focus, column, bare

    @cached_property
    def bare(self) -> bool:
        """Say whether no focus node has several value nodes."""
        return self._bare or are_bare(self.column)

    @property
    def bereft(self) -> Iterable[int]:
        """Return the focus nodes that have no value node."""
        column = self.column
        return () if len(column) == len(self.focus) else [node for node in self.focus if node not in column]

    @cached_property
    def values(self) -> set[int]:
        """Hold the value nodes of all."""
        return {*self.column.values()} if self.bare else values_in(self.column)  # type: ignore[arg-type]

    @property
    def pairs(self) -> Iterable[tuple[int, int]]:
        """Return each focus node with each of its value nodes."""
        if self.bare:
            return self.column.items()  # type: ignore[return-value]
        return ((node, value) for node, held in self.column.items() for value in values_of(held))

    def with_values(self, broken: Set[int]) -> Broken:
        """Yield what is broken where these values break it."""
        if not broken:
            return ()
        if self.bare:
            breaking = compress(self.pairs, map(broken.__contains__, self.column.values()))
            return ((node, None, value) for node, value in breaking)
        return ((node, None, value) for node, value in self.pairs if value in broken)

    def counts(self) -> Iterator[tuple[int, int]]:
        """Yield how many value nodes each focus node has."""
        get = self.column.get
        return ((node, len(values_of(get(node)))) for node in self.focus)


def are_bare(column: Mapping[int, Held]) -> bool:
    """Say whether no node of a column has several values."""
    return isinstance(column, Bare) or {*map(type, column.values())} <= {int}


def values_in(column: Mapping[int, Held]) -> set[int]:
    """Return every value of a column."""
    if are_bare(column):
        return {*column.values()}  # type: ignore[arg-type]
    return {value for held in column.values() for value in values_of(held)}


def merged(one: Held | None, other: Held) -> Held:
    """Return what is held by either."""
    return other if one is None else dict.fromkeys((*values_of(one), *values_of(other)))
