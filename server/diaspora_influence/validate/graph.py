"""The graph that is judged: an rdflib graph that parses each query once, and where each triple stands."""

import logging
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib import RDF
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.term import Node

from diaspora_influence.convert import to_rdflib
from diaspora_influence.data import SourceFile

Place = tuple[str, int]
"""The name of a file and a line in it, from 1."""


@lru_cache(maxsize=512)
def _prepared(text: str) -> Query:
    """Return the algebra of a query; a shape asks the same one of each of its focus nodes."""
    return prepareQuery(text)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep rdflib from logging and warning of each ill-typed literal; the shapes name those."""
    log = logging.getLogger("rdflib.term")
    before = log.disabled
    log.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Parsing weird boolean", UserWarning)
            warnings.filterwarnings("ignore", "Serializing weird numerical", UserWarning)
            yield
    finally:
        log.disabled = before


@lru_cache(maxsize=1 << 15)
def term(of: Any) -> rdflib.term.IdentifiedNode | rdflib.Literal:
    """Return the rdflib term of a pyoxigraph one; few terms make up most triples."""
    return to_rdflib(of)


class JudgedGraph(rdflib.Graph):
    """An rdflib graph that remembers the queries that it has parsed."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> Result:
        """Answer a query."""
        text = query_object if isinstance(query_object, Query) else _prepared(query_object)
        return super().query(text, *args, **kwargs)

    def extend(self, triples: Iterable[ox.Triple]) -> None:
        """Add pyoxigraph triples; literals stay as they are written."""
        for s, p, o in triples:
            self.add((term(s), term(p), term(o)))


@dataclass
class Places:
    """Where each triple of some files stands, from the narrowest question to the widest."""

    triples: dict[tuple[Node, Node, Node], Place] = field(default_factory=dict)
    predicates: dict[tuple[Node, Node], Place] = field(default_factory=dict)
    subjects: dict[Node, Place] = field(default_factory=dict)
    objects: dict[Node, Place] = field(default_factory=dict)

    def of(self, focus: Node, predicates: Sequence[Node], value: Node | None) -> Place:
        """Return the place of the triple that is meant, else of its predicate's last, else of the subject."""
        hits = [self.triples.get((focus, predicate, value)) for predicate in predicates if value is not None]
        hits += [self.predicates.get((focus, predicate)) for predicate in predicates]
        hits += [self.triples.get((focus, RDF.value, value))] if value is not None else []
        hits += [
            self.subjects.get(focus),
            self.objects.get(focus),
        ]  # a nested shape's focus may be no subject
        return next((hit for hit in hits if hit), next(iter(self.subjects.values())))


def read_in(graph: JudgedGraph, files: Sequence[SourceFile]) -> Places:
    """Add the triples of *files* to *graph* and return where they stand.

    A subject stands where its type does; that is where an author begins.
    """
    places = Places()
    typed: set[Node] = set()
    for file in files:
        for line in file.lines:
            s, p, o = (term(part) for part in line.triple)
            place = (file.name, line.number)
            graph.add((s, p, o))
            places.triples.setdefault((s, p, o), place)
            places.predicates[s, p] = place
            places.objects.setdefault(o, place)
            if p == RDF.type and s not in typed:
                typed.add(s)
                places.subjects[s] = place
            places.subjects.setdefault(s, place)
    return places
