"""The graph that is judged, as numbers: each term is numbered once, and every look-up is one of integers."""

from collections.abc import Collection, Iterable, Mapping, Set
from itertools import chain
from typing import Final

import pyoxigraph as ox

from diaspora_influence.table import Table
from diaspora_influence.terms import RDF, RDFS

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Values = Collection[int]
Held = int | Values
"""What a node has by a predicate or path: one value bare, several as a collection without repetition."""
Column = dict[int, Held]
"""Node to what it has by one predicate or path; who has nothing is not in it."""


class Bare(dict[int, Held]):
    """A column in which each node has one value."""

    __slots__ = ()


TYPE: Final = ox.NamedNode(RDF + "type")
SUBCLASS_OF: Final = ox.NamedNode(RDFS + "subClassOf")
NOTHING: Final[dict[int, int | dict[int, None]]] = {}


def values_of(held: Held | None) -> Values:
    """Return what is held as a collection."""
    return () if held is None else (held,) if isinstance(held, int) else held


def common(column: Mapping[int, object], nodes: Set[int]) -> Set[int]:
    """Return the nodes that are in a column: *nodes* themselves where all are, which is usual."""
    if len(nodes) <= len(column) and column.keys() >= nodes:
        return nodes
    return column.keys() & nodes


class Index:
    """Triples in a column for each predicate; by object where that is asked for.

    *nodes* holds the predicates of each subject, one tuple for all that have the same in the same order;
    *several* those by which some subject has several values.
    """

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self.ids: dict[Term, int] = {}
        self.columns: dict[int, dict[int, int | dict[int, None]]] = {}
        self.several: set[int] = set()
        self.nodes: dict[int, tuple[int, ...]] = {}
        self._alike: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._inverse: dict[int, dict[int, list[int]]] = {}
        self._below: dict[int, set[int]] = {}
        self._members: dict[int, set[int]] = {}

    def id(self, term: Term) -> int:
        """Return the number of *term*, a new one where it has none."""
        found = self.ids.get(term)
        if found is None:
            found = self.ids[term] = len(self.terms)
            self.terms.append(term)
        return found

    def add(self, triples: Iterable[ox.Triple]) -> dict[int, None]:
        """Add *triples* and return their subjects, in order."""
        return self._add((self.id(s), self.id(p), self.id(o)) for s, p, o in triples)

    def add_table(self, table: Table) -> dict[int, None]:
        """Add the triples of *table* and return their subjects, in order."""
        if not self.terms:
            self.terms, self.ids = [*table.terms], dict(table.ids)
            return self._add(table.rows)
        number = [self.id(term) for term in table.terms].__getitem__
        columns = (table.subjects, table.predicates, table.objects)
        return self._add(zip(*(map(number, column) for column in columns), strict=True))

    def _add(self, rows: Iterable[tuple[int, int, int]]) -> dict[int, None]:
        """Add triples, of which those of one subject mostly stand together, and return their subjects."""
        columns, several, subjects = self.columns, self.several, dict[int, None]()
        last, said = -1, list[int]()
        for s, p, o in rows:
            if s != last:
                self._describe(last, said)
                last, said, subjects[s] = s, [*self.nodes.get(s, ())], None
            column = columns.get(p)
            if column is None:
                column = columns[p] = {}
            held = column.get(s)
            if held is None:
                column[s] = o
                said.append(p)
            elif isinstance(held, dict):
                held[o] = None
            elif held != o:
                column[s] = {held: None, o: None}
                several.add(p)
        self._describe(last, said)
        return subjects

    def _describe(self, subject: int, predicates: list[int]) -> None:
        if predicates:
            said = tuple(predicates)
            self.nodes[subject] = self._alike.setdefault(said, said)

    def column(self, predicate: int) -> Mapping[int, Held]:
        """Return what each subject has by a predicate."""
        return self.columns.get(predicate, NOTHING)

    def objects(self, subject: int, predicate: int) -> Values:
        """Return the objects of a subject by a predicate."""
        return values_of(self.columns.get(predicate, NOTHING).get(subject))

    def subjects(self, target: int, predicate: int) -> Values:
        """Return the subjects that have *target* by a predicate."""
        return self.inverse(predicate).get(target, ())

    def inverse(self, predicate: int) -> dict[int, list[int]]:
        """Return object to subjects of a predicate."""
        found = self._inverse.get(predicate)
        if found is None:
            found = {}
            for subject, held in self.column(predicate).items():
                for value in values_of(held):
                    found.setdefault(value, []).append(subject)
            self._inverse[predicate] = found
        return found

    def below(self, cls: int) -> set[int]:
        """Return a class and all below it."""
        found = self._below.get(cls)
        if found is None:
            found, above, waiting = {cls}, self.id(SUBCLASS_OF), [cls]
            while waiting:
                fresh = set(self.subjects(waiting.pop(), above)) - found
                found |= fresh
                waiting += fresh
            self._below[cls] = found
        return found

    def members(self, cls: int) -> set[int]:
        """Return the nodes of a class or of one below it."""
        found = self._members.get(cls)
        if found is None:
            kind = self.id(TYPE)
            nodes = chain.from_iterable(self.subjects(each, kind) for each in self.below(cls))
            found = self._members[cls] = {*nodes}
        return found
