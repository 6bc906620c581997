"""How pyshacl is run here: shape by shape, over the focus nodes that it is given, without its slowest habit.

What it does wrong with messages is mended here. Nothing here touches `rdflib.NORMALIZE_LITERALS`, which
`pyshacl.validate` leaves switched on.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import rdflib
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.graph_abstraction import DataGraph
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shape import Shape
from rdflib.term import Node

from diaspora_influence.terms import SH
from diaspora_influence.validate.reference.translated import translated

SH_NS: Final = rdflib.Namespace(SH)
TARGETS: Final = ("target", "targetNode", "targetClass", "targetObjectsOf", "targetSubjectsOf")

Facts = dict[Node, list[Node]]
"""What one result says: predicate to values."""


def is_asked(shape: Shape) -> bool:
    """Say whether *shape* looks for nodes itself, rather than being asked by another shape."""
    told = any((shape.node, SH_NS[name], None) in shape.sg.graph for name in TARGETS)
    is_class: list[Node] = shape.implicit_class_targets()  # type: ignore[no-untyped-call]
    return not shape.deactivated and bool(told or is_class)


def focus_nodes(shape: Shape, graph: rdflib.Graph, own: Collection[Node]) -> list[Node]:
    """Return the nodes among *own* that *shape* targets in *graph*, in the order of *own*."""
    found = _targeted(shape, graph)
    return [node for node in own if node in found]


def all_focus_nodes(shape: Shape, graph: rdflib.Graph, spared: Collection[Node]) -> list[Node]:
    """Return the nodes that *shape* targets, in *graph* or not, and that are not among *spared*, sorted."""
    return sorted(
        _targeted(shape, graph).difference(spared), key=lambda node: (type(node).__name__, str(node))
    )


def _targeted(shape: Shape, graph: rdflib.Graph) -> set[Node]:
    shape._advanced = True  # SPARQL targets are of the advanced features
    with translated(shape):
        found: set[Node] = shape.focus_nodes(DataGraph.from_rdflib(graph))  # type: ignore[no-untyped-call]
    return found


def results(shape: Shape, graph: rdflib.Graph, focus: Collection[Any]) -> list[Facts]:
    """Return what *shape* finds at the nodes of *focus*."""
    with translated(shape), each_query_checked_once(), messages_taken_as_they_are(), sets_in_order():
        executor = SHACLExecutor(advanced_mode=True)
        _, found = shape.validate(executor, DataGraph.from_rdflib(graph), focus=[*focus])
    return [_facts(node, triples) for _, node, triples in found]


def _facts(node: Node, triples: Any) -> Facts:
    facts: Facts = {}
    for subject, predicate, value in triples:
        if subject == node:  # others are details of the same result
            facts.setdefault(predicate, []).append(value[1] if isinstance(value, tuple) else value)
    return facts


@contextmanager
def each_query_checked_once() -> Iterator[None]:
    """Let pyshacl look for forbidden clauses once a query; by itself it does so for each focus node.

    Its patterns take milliseconds, more than most of the queries.
    """
    plain: Callable[..., bool] = SPARQLQueryHelper.check_invalid_sparql
    bare: Any = SPARQLQueryHelper

    @cache
    def once(text: str, with_value: bool, names: tuple[str, ...]) -> bool:
        return plain(bare(None, None, ""), text, True if with_value else None, names)

    def check(_: SPARQLQueryHelper, text: str, valuenode: Any = None, extravars: Any = None) -> bool:
        return once(text, valuenode is not None, tuple(extravars or ()))

    bare.check_invalid_sparql = check
    try:
        yield
    finally:
        bare.check_invalid_sparql = plain


@contextmanager
def messages_taken_as_they_are() -> Iterator[None]:
    """Let a value with a backslash stand in a message; pyshacl reads it as a pattern and breaks off."""
    bare: Any = ConstraintComponent
    plain = bare._format_sparql_based_result_message

    def worded(of: Any, message: str, bound: Any) -> str:
        marked = {name: f"\0{name}\0" for name in bound_terms(bound)}
        text: str = plain(of, message, marked)
        for name, term in bound_terms(bound).items():
            text = text.replace(f"\0{name}\0", str(term))
        return text

    bare._format_sparql_based_result_message = worded
    try:
        yield
    finally:
        bare._format_sparql_based_result_message = plain


def bound_terms(bound: Any) -> dict[str, Any]:
    """Return what pyshacl hands over with a message, as name to term."""
    if isinstance(bound, dict):
        return bound
    terms = dict(zip(("this", "path", "value"), bound[:3], strict=True))
    others = bound[3] if len(bound) == 4 else {}
    return others | {name: term for name, term in terms.items() if term is not None}


class InOrder(set[Node]):
    """A set whose members come sorted, if they are terms."""

    def __iter__(self) -> Iterator[Node]:
        members = [*super().__iter__()]
        terms = all(isinstance(member, Node) for member in members)  # queries stand in sets too
        return iter(sorted(members) if terms else members)  # type: ignore[type-var]


@contextmanager
def sets_in_order() -> Iterator[None]:
    """Have pyshacl's messages name values in one order; by itself it goes by their hashes."""
    bare: Any = ConstraintComponent

    def hold(of: Any, name: str, value: Any) -> None:
        object.__setattr__(of, name, InOrder(value) if type(value) is set else value)

    bare.__setattr__ = hold
    try:
        yield
    finally:
        del bare.__setattr__
