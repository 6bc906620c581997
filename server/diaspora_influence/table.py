"""Many triples in little room: each term once, and columns of numbers for the triples and their lines."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final, cast, overload

import pyoxigraph as ox

from diaspora_influence.lines import Line

Term = ox.NamedNode | ox.BlankNode | ox.Literal


def column() -> "array[int]":
    """Return an empty column."""
    return array("I")


def rows_with(column: "array[int]", number: int) -> Iterator[int]:
    """Yield the rows of a column in which a number stands."""
    row = -1
    with suppress(ValueError):  # there is no more
        while True:
            row = column.index(number, row + 1)
            yield row


class Table(Sequence[Line]):
    """A sequence of triples with their lines. *terms* are numbered in the order in which they first stand."""

    __slots__ = ("_ids", "numbers", "objects", "predicates", "subjects", "terms")

    def __init__(self, terms: list[Term] | None = None, *columns: "array[int]") -> None:
        self.terms: list[Term] = [] if terms is None else terms
        self.subjects, self.predicates, self.objects, self.numbers = columns or [column() for _ in range(4)]
        self._ids: dict[Term, int] | None = None

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "Table":
        """Return *lines* as a table, as they are if they are one."""
        if isinstance(lines, cls):
            return lines
        table, ids = cls(), dict[object, int]()
        for line in lines:
            numbers = [ids.setdefault(term, len(ids)) for term in line.triple]
            for column, number in zip(table.columns, (*numbers, line.number), strict=True):
                column.append(number)
        table.terms = cast(list[Term], [*ids])
        return table

    @property
    def columns(self) -> "tuple[array[int], array[int], array[int], array[int]]":
        """Return the columns: subjects, predicates, objects, lines."""
        return self.subjects, self.predicates, self.objects, self.numbers

    @property
    def rows(self) -> Iterable[tuple[int, int, int]]:
        """Return the triples as numbers of their terms."""
        return zip(self.subjects, self.predicates, self.objects, strict=True)

    @property
    def ids(self) -> dict[Term, int]:
        """Return term to number."""
        if self._ids is None:
            self._ids = {term: number for number, term in enumerate(self.terms)}
        return self._ids

    def number(self, term: object) -> int | None:
        """Return the number of a term, None where no triple has it."""
        return self.ids.get(term)  # type: ignore[call-overload,no-any-return]

    def without(self, rows: Iterable[int]) -> "Table":
        """Return all but some rows, over the same terms."""
        found, start = Table(self.terms), 0
        for row in [*sorted(rows), len(self)]:
            for column, whole in zip(found.columns, self.columns, strict=True):
                column.extend(whole[start:row])
            start = row + 1
        found._ids = self._ids
        return found

    def rows_by(self, predicate: object) -> Iterator[int]:
        """Return the rows of a predicate."""
        number = self.number(predicate)
        return iter(()) if number is None else rows_with(self.predicates, number)

    def __len__(self) -> int:
        return len(self.subjects)

    def __iter__(self) -> Iterator[Line]:
        terms = cast(list[Any], self.terms)
        for s, p, o, number in zip(*self.columns, strict=True):
            yield Line(ox.Triple(terms[s], terms[p], terms[o]), number)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> "tuple[Line, ...]": ...
    def __getitem__(self, at: int | slice) -> "Line | tuple[Line, ...]":
        if isinstance(at, slice):
            return tuple(self[i] for i in range(*at.indices(len(self))))
        s, p, o = (cast(Any, self.terms[column[at]]) for column in self.columns[:3])
        return Line(ox.Triple(s, p, o), self.numbers[at])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


class Triples(Sequence[ox.Triple]):
    """The triples of a table without their lines."""

    __slots__ = ("table",)

    def __init__(self, table: Table) -> None:
        self.table: Final = table

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[ox.Triple]:
        terms = cast(list[Any], self.table.terms)
        return (ox.Triple(terms[s], terms[p], terms[o]) for s, p, o in self.table.rows)

    @overload
    def __getitem__(self, at: int) -> ox.Triple: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[ox.Triple, ...]: ...
    def __getitem__(self, at: int | slice) -> ox.Triple | tuple[ox.Triple, ...]:
        if isinstance(at, slice):
            return tuple(line.triple for line in self.table[at])
        return self.table[at].triple
