"""The SPARQL of a plan: the graph as a store, marks for focus nodes, and results from rows."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from diaspora_influence.errors import InternalError
from diaspora_influence.terms import FOCUS, SH
from diaspora_influence.validate.fast.index import Index, Term
from diaspora_influence.validate.fast.plan import Shape
from diaspora_influence.validate.fast.query import Select
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.fast.result import Result
from diaspora_influence.validate.fast.solve import Solver
from diaspora_influence.validate.fast.tree import NotNativeError

if TYPE_CHECKING:
    from diaspora_influence.validate.fast.exact import Spelling

MARKS: Final = ox.NamedNode(FOCUS)
COMPONENT: Final = SH + "SPARQLConstraintComponent"


class Asking:
    """Queries over a graph; *own* are the nodes that may be a focus, any if None."""

    def __init__(self, index: Index, own: dict[int, None] | None) -> None:
        self.index, self.own = index, own
        self._names = (ox.NamedNode(f"{FOCUS}/{number}") for number in count())

    @cached_property
    def spelling(self) -> "Spelling":
        """Return the literals that the store spells in its own way."""
        from diaspora_influence.validate.fast.exact import Spelling

        return Spelling(self.index)

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

    @cached_property
    def all_own(self) -> ox.NamedNode | None:
        """Return the mark of all own nodes, None where they are not few."""
        few = self.own is not None and len(self.own) * 2 < len(self.index.nodes)
        return self.mark(self.own) if self.own is not None and few else None

    def mark(self, nodes: Iterable[int]) -> ox.NamedNode:
        """Mark *nodes* by a new name and return it."""
        name, terms = next(self._names), [self.index.terms[node] for node in nodes]
        self.store.extend(ox.Quad(term, MARKS, name, MARKS) for term in terms)  # type: ignore[arg-type]
        return name

    def targets(self, query: Select) -> Iterable[int]:
        """Return the nodes that the query of a target selects; where own nodes are few, only of these."""
        with suppress(NotNativeError):
            return self._solver(query).matching(self.own or ())
        self.refuse_labels(query, range(len(self.index.terms)) if self.own is None else self.own)
        self.spelling.refuse(query)
        rows = self._rows(query, query.over(self.all_own) if self.all_own else query.whole)
        return [self.index.ids[row["this"]] for row in rows]

    def results(self, shape: Shape, query: Select, focus: Sequence[int]) -> Iterator[Result]:
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

    def _found(self, query: Select, focus: Sequence[int]) -> Iterable[dict[str, Term]]:
        """Return the rows of a query: by our own solver, else from the store."""
        if any(isinstance(self.index.terms[node], ox.Literal) for node in focus):
            raise UnsupportedError.of("shapes", "a literal as the focus of a query")
        found: list[dict[str, Term]] = []
        with suppress(NotNativeError):
            rows, left = self._solver(query).rows(focus)
            found, focus = [self._terms(row) for row in rows], left
        return [*found, *self._stored(query, focus)] if focus else found

    def _stored(self, query: Select, focus: Sequence[int]) -> Iterable[dict[str, Term]]:
        """Return the rows of a query from the store."""
        self.refuse_labels(query, range(len(self.index.terms)) if self.own is None else focus)
        self.spelling.refuse(query)
        return self._rows(query, query.over(self.mark(focus)))

    def _solver(self, query: Select) -> Solver:
        """Return what solves a query; shapes of others are asked of the store, which tells a row twice."""
        if self.own is None:
            raise NotNativeError("any node may be a focus")
        return Solver(self.index, query.tree)

    def _terms(self, row: dict[str, Any]) -> dict[str, Term]:
        bound = ((name, value) for name, value in row.items() if value is not None)
        return {name: self.index.terms[value] if type(value) is int else made(value) for name, value in bound}

    def refuse_labels(self, query: Select, nodes: Iterable[int]) -> None:
        """Refuse a query that may ask for the text of a blank node, which only pyshacl has."""
        words = [token.word for token in query.words]
        asked = ["STR"] if self.own is None else ["STR", "(", "$this"]
        if any(words[i : i + len(asked)] == asked for i in range(len(words))):
            for term in (self.index.terms[node] for node in nodes):
                if isinstance(term, ox.BlankNode):
                    raise UnsupportedError.of(query.node, "STR of a blank node")

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


def message_of(shape: Shape, query: Select, words: dict[str, Term]) -> str:
    """Return the message of a result of *query*, its `{?name}` replaced; else the shape's."""
    said = {worded(message, words) for message in (*query.messages, *shape.messages)}
    return " ".join(sorted(said - {*shape.messages} or said))


def worded(message: str, words: dict[str, Term]) -> str:
    """Return *message* with each `{?name}` and `{$name}` replaced by the term of that name."""
    for name, term in words.items():
        for mark in "?$":
            message = message.replace(f"{{{mark}{name}}}", term.value)
    return message
