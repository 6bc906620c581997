"""Queries that rdflib answers, on which the reference rests, over the numbered graph itself.

Where data are so unusual that engines differ, the answer of pyshacl is the one that is promised. rdflib takes
false, 0 and "" for no term at all in a path, compares literals whose language or datatype differ in its own
way, and reads numbers from texts that have a language.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from rdflib.store import Store

from diaspora_influence.convert import to_oxigraph, to_rdflib
from diaspora_influence.validate.fast.index import Index, Term
from diaspora_influence.validate.fast.query import Select
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.reference.graph import JudgedGraph, quiet

Ids = tuple[int, int, int]


class Numbered(Store):
    """An index, as rdflib asks for triples."""

    def __init__(self, index: Index) -> None:
        super().__init__()
        self.index = index
        self.known: dict[int, Any] = {}
        self.numbers: dict[Any, int] = {}

    def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[Any]:  # noqa: ARG002
        """Yield the triples that match a pattern, None in it for any term."""
        wanted = [None if term is None else self.number(term) for term in triple_pattern]
        if -1 not in wanted:
            for triple in self._matching(*wanted):
                yield tuple(map(self.term, triple)), iter(())

    def number(self, term: Any) -> int:
        """Return the number of a term, -1 where the graph does not have it."""
        found = self.numbers.get(term)
        if found is None:
            try:
                found = self.index.ids.get(to_oxigraph(term), -1)
            except ValueError:  # an IRI that a query made, and that is none
                found = -1
            self.numbers[term] = found
        return found

    def term(self, number: int) -> Any:
        """Return the term of a number."""
        found = self.known.get(number)
        if found is None:
            found = self.known[number] = to_rdflib(self.index.terms[number])
        return found

    def _matching(self, s: int | None, p: int | None, o: int | None) -> Iterator[Ids]:
        index = self.index
        if s is None and p is not None and o is not None:
            yield from ((subject, p, o) for subject in index.subjects(o, p))
            return
        subjects = index.nodes if p is None else index.column(p)
        for subject in subjects if s is None else (s,):
            for predicate in index.nodes.get(subject, ()) if p is None else (p,):
                values = index.objects(subject, predicate)
                for value in values if o is None else (o,) if o in values else ():
                    yield subject, predicate, value


class Referred:
    """The graph as rdflib sees it."""

    def __init__(self, index: Index) -> None:
        self.index = index

    @cached_property
    def graph(self) -> JudgedGraph:
        """Return the graph, which holds no triple of its own."""
        return JudgedGraph(store=Numbered(self.index))

    def rows(self, query: Select, focus: Iterable[int]) -> Iterator[dict[str, Term]]:
        """Yield the rows of an answer about each node of *focus*: name to term, for what is bound."""
        for node in focus:
            for row in self._answer(query, node):
                yield {name: to_oxigraph(term) for name, term in row.items()}

    def matching(self, query: Select, focus: Iterable[int]) -> list[int]:
        """Return the nodes of *focus* for which there is a row."""
        return [node for node in focus if self._answer(query, node)]

    def _answer(self, query: Select, node: int) -> list[dict[str, Any]]:
        this = to_rdflib(self.index.terms[node])
        try:
            with quiet():
                found: Any = self.graph.query(query.whole, initBindings={"this": this})
                return [row.asdict() for row in found]
        except Exception as error:  # what the reference breaks off at it shall say itself
            raise UnsupportedError.of(query.node, f"a query that rdflib fails at ({error})") from error
