"""The SPARQL of a plan: who answers each query, the graph as a store, and results from rows.

Queries of ours are answered by our own solver, and by rdflib about the nodes that it leaves; those of others
by a store, in which marks bind the focus nodes.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from diaspora_influence.errors import InternalError
from diaspora_influence.terms import FOCUS, SH
from diaspora_influence.validate.fast.functions import Functions
from diaspora_influence.validate.fast.index import Index, Term
from diaspora_influence.validate.fast.marks import over
from diaspora_influence.validate.fast.plan import Shape
from diaspora_influence.validate.fast.query import Select
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.fast.result import Result, message_of
from diaspora_influence.validate.fast.solve import Solver
from diaspora_influence.validate.fast.tree import NotNativeError

if TYPE_CHECKING:
    from diaspora_influence.validate.fast.exact import Spelling
    from diaspora_influence.validate.fast.referred import Referred

MARKS: Final = ox.NamedNode(FOCUS)
COMPONENT: Final = SH + "SPARQLConstraintComponent"


class Asking:
    """Queries over a graph; *own* are the nodes that may be a focus, any if None."""

    def __init__(self, index: Index, own: dict[int, None] | None) -> None:
        self.index, self.own, self.functions = index, own, Functions(index.terms)
        self._names = (ox.NamedNode(f"{FOCUS}/{number}") for number in count())

    @cached_property
    def spelling(self) -> "Spelling":
        """Return the literals that the store spells in its own way."""
        from diaspora_influence.validate.fast.exact import Spelling

        return Spelling(self.index)

    @cached_property
    def referred(self) -> "Referred":
        """Return the graph as rdflib sees it, which takes long to import."""
        from diaspora_influence.validate.fast.referred import Referred

        return Referred(self.index)

    @cached_property
    def store(self) -> ox.Store:
        """Return the graph as a store."""
        index, terms, store = self.index, self.index.terms, ox.Store()
        store.bulk_extend(
            ox.Quad(terms[s], terms[p], terms[o])  # type: ignore[arg-type]
            for s, node in index.nodes.items()
            for p in node
            for o in index.objects(s, p)
        )
        return store

    def mark(self, nodes: Iterable[int]) -> ox.NamedNode:
        """Mark *nodes* by a new name and return it."""
        name, terms = next(self._names), [self.index.terms[node] for node in nodes]
        self.store.extend(ox.Quad(term, MARKS, name, MARKS) for term in terms)  # type: ignore[arg-type]
        return name

    def targets(self, query: Select) -> Iterable[int]:
        """Return the nodes that the query of a target selects, of own ones where there are such."""
        if self.own is not None:
            found, left = Solver(self.index, query.tree, self.functions).matching(self.own.keys())
            return [*found, *self.referred.matching(query, left)] if left else found
        self._refuse(query)
        rows = self._rows(query, query.whole)
        return [self.index.id(row["this"]) for row in rows if "this" in row]  # a row may bind nothing

    def results(self, shape: Shape, query: Select, focus: Collection[int]) -> Iterator[Result]:
        """Yield what the query of a constraint of *shape* finds at the nodes of *focus*."""
        for said in self._found(query, focus):
            node, path = said.pop("this"), said.pop("path", None)
            value = said.pop("value", node)
            words = said | {"this": node, **({"path": path} if path else {}), "value": value}
            yield Result(
                focus=node,
                path=path.value if path else None,
                predicates=(path,) if path else (),
                value=value,
                shape=shape,
                message=message_of(shape, query, words),
                component=COMPONENT,
                constraint=query.node,
            )

    def _found(self, query: Select, focus: Collection[int]) -> Iterable[dict[str, Term]]:
        """Return the rows of a query; the store tells a row as often as shapes of others need it."""
        if self.own is None:  # own nodes are subjects
            if any(isinstance(self.index.terms[node], ox.Literal) for node in focus):
                raise UnsupportedError.of("shapes", "a literal as the focus of a query")
            self._refuse(query)
            return self._rows(query, over(query, self.mark(focus)))
        found: list[dict[str, Term]] = []
        with suppress(NotNativeError):
            rows, left = Solver(self.index, query.tree, self.functions).rows(focus)
            found, focus = [self._terms(row) for row in rows], left
        return [*found, *self.referred.rows(query, focus)] if focus else found

    def _terms(self, row: dict[str, Any]) -> dict[str, Term]:
        bound = ((name, value) for name, value in row.items() if value is not None)
        return {name: self.index.terms[value] if type(value) is int else made(value) for name, value in bound}

    def _refuse(self, query: Select) -> None:
        """Refuse a query that the store may answer otherwise: by a spelling, or the label of a blank node."""
        blank = any(isinstance(term, ox.BlankNode) for term in self.index.terms)
        if blank and "STR" in [token.word for token in query.words]:
            raise UnsupportedError.of(query.node, "STR of a blank node")
        self.spelling.refuse(query)

    def _rows(self, query: Select, text: str) -> Iterator[dict[str, Term]]:
        """Yield the rows of an answer: name to term, as the data write it, for what is bound."""
        try:
            found = self.store.query(text)
        except (SyntaxError, ValueError, RuntimeError) as error:
            raise UnsupportedError.of(query.node, f"a query that the store refuses ({error})") from error
        if not isinstance(found, ox.QuerySolutions):
            raise InternalError(f"{query.node}: the query gives no rows")
        names = [variable.value for variable in found.variables]
        given = self.spelling.as_given
        for row in found:
            bound = ((name, term) for name, term in zip(names, row, strict=True) if term is not None)
            yield {name: given(query, row["this"], term) for name, term in bound}


def made(value: object) -> ox.Literal:
    """Return what a query has made as a term."""
    if isinstance(value, (str, bool)):
        return ox.Literal(value)
    raise NotNativeError("a number that was computed")
