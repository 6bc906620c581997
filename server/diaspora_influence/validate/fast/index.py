"""The graph that is judged, as numbers: each term is numbered once, and every look-up is one of integers."""

from collections.abc import Collection, Iterable
from itertools import chain
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.table import Table
from diaspora_influence.terms import RDF, RDFS

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Values = Collection[int]

TYPE: Final = ox.NamedNode(RDF + "type")
SUBCLASS_OF: Final = ox.NamedNode(RDFS + "subClassOf")
NOTHING: Final[dict[int, Any]] = {}


class Index:
    """Triples by subject and predicate; by object where that is asked for.

    Most predicates of a node have one value: it stands there bare, several stand as the keys of a dict.
    *having* holds the subjects of each predicate; *begins* what queries found of how IRIs begin.
    """

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self.ids: dict[Term, int] = {}
        self.nodes: dict[int, dict[int, int | dict[int, None]]] = {}
        self.begins: dict[str, dict[int, bool | None]] = {}
        self.having: dict[int, list[int]] = {}
        self._inverse: dict[int, dict[int, list[int]]] = {}
        self._below: dict[int, set[int]] = {}

    def id(self, term: Term) -> int:
        """Return the number of *term*, a new one where it has none."""
        found = self.ids.get(term)
        if found is None:
            found = self.ids[term] = len(self.terms)
            self.terms.append(term)
        return found

    def add(self, triples: Iterable[ox.Triple]) -> dict[int, None]:
        """Add *triples* and return their subjects, in order."""
        of, nodes, having, subjects = self.id, self.nodes, self.having, dict[int, None]()
        for triple in triples:
            s, p, o = map(of, triple)
            subjects[s] = None
            node = nodes.setdefault(s, {})
            held = node.get(p)
            if held is None:
                node[p] = o
                having.setdefault(p, []).append(s)
            elif isinstance(held, dict):
                held[o] = None
            elif held != o:
                node[p] = {held: None, o: None}
        return subjects

    def add_table(self, table: Table) -> dict[int, None]:
        """Add the triples of *table* and return their subjects, in order."""
        if not self.terms:
            self.terms, self.ids = [*table.terms], dict(table.ids)
        numbers = [self.id(term) for term in table.terms]
        nodes, having, last, node = self.nodes, self.having, -1, dict[int, Any]()
        for s, p, o in table.rows:
            if s != last:
                last, subject = s, numbers[s]
                node = nodes.setdefault(subject, {})
            predicate, value = numbers[p], numbers[o]
            held = node.get(predicate)
            if held is None:
                node[predicate] = value
                having.setdefault(predicate, []).append(subject)
            elif isinstance(held, dict):
                held[value] = None
            elif held != value:
                node[predicate] = {held: None, value: None}
        return dict.fromkeys(numbers[s] for s in dict.fromkeys(table.subjects))

    def objects(self, subject: int, predicate: int) -> Values:
        """Return the objects of a subject by a predicate."""
        held = self.nodes.get(subject, NOTHING).get(predicate)
        return () if held is None else (held,) if isinstance(held, int) else held

    def subjects(self, target: int, predicate: int) -> Values:
        """Return the subjects that have *target* by a predicate."""
        return self.inverse(predicate).get(target, ())

    def inverse(self, predicate: int) -> dict[int, list[int]]:
        """Return object to subjects of a predicate."""
        found = self._inverse.get(predicate)
        if found is None:
            found, nodes = {}, self.nodes
            for subject in self.having.get(predicate, ()):
                held = nodes[subject][predicate]
                for value in (held,) if isinstance(held, int) else held:
                    found.setdefault(value, []).append(subject)
            self._inverse[predicate] = found
        return found

    def with_predicate(self, predicate: int) -> Iterable[int]:
        """Return the subjects that have a predicate."""
        return self.having.get(predicate, ())

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

    def instances(self, cls: int) -> Iterable[int]:
        """Return the nodes of a class or of one below it."""
        return chain.from_iterable(self.subjects(each, self.id(TYPE)) for each in self.below(cls))
