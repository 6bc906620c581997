"""The graph that is judged: an rdflib graph that parses each query once, and where each triple stands."""

import logging
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib import RDF
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result

from diaspora_influence.convert import to_rdflib
from diaspora_influence.data import SourceFile
from diaspora_influence.validate.places.triples import Places, start_of


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


def read_in(graph: JudgedGraph, files: Sequence[SourceFile]) -> Places:
    """Add the triples of *files* to *graph* and return where they stand."""
    places = Places(RDF.type, RDF.value, start_of(files))
    for file in files:
        for line in file.lines:
            s, p, o = (term(part) for part in line.triple)
            graph.add((s, p, o))
            places.note(s, p, o, (file.name, line.number))
    return places
