"""Where in files the triples stand that results speak of, found by the numbers of their tables.

It answers as `places.triples.Places`, which notes every triple before it is asked; here few of many are met.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import compress, count
from typing import Final

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.terms import RDF
from diaspora_influence.validate.fast.index import TYPE, Term
from diaspora_influence.validate.places.triples import Place, start_of

VALUE: Final = ox.NamedNode(RDF + "value")


class FileRows:
    """The rows of one file, by the subjects or objects that are asked for."""

    def __init__(self, file: SourceFile, nodes: Collection[Term]) -> None:
        self.name, self.table = file.name, file.table
        self.subjects = rows_by(self.table.subjects, self.numbers(nodes))

    def numbers(self, terms: Collection[Term]) -> set[int]:
        """Return the numbers of *terms* that stand in the file."""
        return {number for term in terms if (number := self.table.number(term)) is not None}

    def about(self, focus: Term, predicate: Term | None = None) -> Sequence[int]:
        """Return the rows about a node, by a predicate if one is given."""
        node = self.table.number(focus)
        rows = [] if node is None else self.subjects.get(node, [])
        if predicate is None or not rows:
            return rows
        number, predicates = self.table.number(predicate), self.table.predicates
        return [row for row in rows if predicates[row] == number]

    def first_named(self, nodes: Collection[Term]) -> dict[Term, int]:
        """Return the first row in which each of *nodes* is the object."""
        numbers, found = self.numbers(nodes), dict[Term, int]()
        for row, number in enumerate(self.table.objects) if numbers else ():
            if number in numbers:
                numbers.remove(number)
                found[self.table.terms[number]] = row
        return found

    def place(self, row: int) -> Place:
        """Return where a row stands."""
        return self.name, self.table.numbers[row]


class Standing:
    """Where triples about *nodes* stand in *files*."""

    def __init__(self, files: Sequence[SourceFile], nodes: Collection[Term]) -> None:
        self.start = start_of(files)
        self.files = [FileRows(file, nodes) for file in files] if nodes else []
        undescribed = [node for node in nodes if next(self._about(node), None) is None]
        self.named = [(file, file.first_named(undescribed)) for file in self.files] if undescribed else []

    def of(self, focus: Term, predicates: Sequence[Term], value: Term | None) -> Place:
        """Return the place of the triple that is meant, else of its predicate's last, else of the subject.

        A subject stands where its type does; one that nothing is said of where it is first named.
        """
        return next(self._places(focus, predicates, value), self.start)

    def _places(self, focus: Term, predicates: Sequence[Term], value: Term | None) -> Iterator[Place]:
        if value is not None:
            for predicate in predicates:
                yield from self._with(focus, predicate, value)
        for predicate in predicates:
            yield from reversed([*self._about(focus, predicate)])
        if value is not None:
            yield from self._with(focus, VALUE, value)
        yield from self._about(focus, TYPE)
        yield from self._about(focus)
        yield from self._naming(focus)

    def _about(self, focus: Term, predicate: Term | None = None) -> Iterator[Place]:
        return (file.place(row) for file in self.files for row in file.about(focus, predicate))

    def _with(self, focus: Term, predicate: Term, value: Term) -> Iterator[Place]:
        for file in self.files:
            number, objects = file.table.number(value), file.table.objects
            yield from (file.place(row) for row in file.about(focus, predicate) if objects[row] == number)

    def _naming(self, focus: Term) -> Iterator[Place]:
        """Yield where a node is first an object; nested shapes judge some that are no subject."""
        return (file.place(rows[focus]) for file, rows in self.named if focus in rows)


def rows_by(column: Sequence[int], numbers: Collection[int]) -> dict[int, list[int]]:
    """Return number to the rows of a column in which it stands."""
    found: dict[int, list[int]] = {number: [] for number in numbers}
    for row in compress(count(), map(found.__contains__, column)) if found else ():
        found[column[row]].append(row)
    return found
