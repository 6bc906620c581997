"""The graph that is judged, as numbers: each term is numbered once, and every look-up is one of integers."""

from collections.abc import Collection, Iterable
from itertools import chain
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.terms import RDF, RDFS

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Values = Collection[int]

TYPE: Final = ox.NamedNode(RDF + "type")
SUBCLASS_OF: Final = ox.NamedNode(RDFS + "subClassOf")
NOTHING: Final[dict[int, Any]] = {}


class Index:
    """Triples by subject and predicate; by object where that is asked for.

    Most predicates of a node have one value: it stands there bare, several stand as the keys of a dict.
    """

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self.ids: dict[Term, int] = {}
        self.nodes: dict[int, dict[int, int | dict[int, None]]] = {}
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
        of, nodes, subjects = self.id, self.nodes, dict[int, None]()
        for triple in triples:
            s, p, o = map(of, triple)
            subjects[s] = None
            node = nodes.setdefault(s, {})
            held = node.setdefault(p, o)
            if isinstance(held, dict):
                held[o] = None
            elif held != o:
                node[p] = {held: None, o: None}
        return subjects

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
            found = self._inverse[predicate] = {}
            for subject, node in self.nodes.items():
                if predicate in node:
                    for value in self.objects(subject, predicate):
                        found.setdefault(value, []).append(subject)
        return found

    def with_predicate(self, predicate: int) -> Iterable[int]:
        """Return the subjects that have a predicate."""
        return chain.from_iterable(self.inverse(predicate).values())

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
