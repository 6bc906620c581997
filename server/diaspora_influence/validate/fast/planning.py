"""Shapes read into a plan: what each looks at and asks. What the engine does not know it refuses."""

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import OWL, RDF, RDFS, SH
from diaspora_influence.validate.fast.constraints import CHECKS, MANY
from diaspora_influence.validate.fast.described import Described, sh
from diaspora_influence.validate.fast.index import TYPE, Term
from diaspora_influence.validate.fast.paths import path_of
from diaspora_influence.validate.fast.plan import Plan, Shape, Shapes
from diaspora_influence.validate.fast.query import Select
from diaspora_influence.validate.fast.refusal import UnsupportedError

TARGETS: Final = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf", "target")
SAID: Final = frozenset(
    (
        *("name", "description", "message", "severity", "order", "group", "defaultValue", "deactivated"),
        *("path", "property", "sparql", "ignoredProperties", *TARGETS, *CHECKS),
    )
)
"""All that may be said of a shape."""
USUAL: Final = {"rdf": RDF, "rdfs": RDFS, "owl": OWL}
"""Prefixes that pyshacl knows without being told."""


def plan_of(triples: Iterable[ox.Triple], known: bool = False) -> Plan:
    """Read the shapes of a graph; UnsupportedError names what only pyshacl judges."""
    graph = Described(triples)
    plan = Plan(graph, Shapes(lambda node: _shape(plan, node)), {}, known)
    if any(sh("ConstraintComponent") in said.get(TYPE, ()) for said in graph.nodes.values()):
        raise UnsupportedError.of("shapes", "constraint components of one's own")
    targets = {sh(name) for name in TARGETS}
    for node in [node for node, said in graph.nodes.items() if not targets.isdisjoint(said)]:
        if known:
            plan.shapes[node]
        else:
            _read(plan, node, ())
    for shape in plan.asked:
        for name, target in shape.targets:
            if name == "target":
                plan.targets[target] = _select(plan, target)
    return plan


def _read(plan: Plan, node: Term, above: tuple[Term, ...]) -> None:
    """Read the shape at *node* and those that it refers to; *above* refer to it."""
    if node in above:
        raise UnsupportedError.of(node, "a shape that refers to itself")
    if node in plan.shapes:
        return
    graph = plan.graph
    said = {name.removeprefix(SH) for name in _names(graph, node) if name.startswith(SH)}
    if said - SAID or not said:
        raise UnsupportedError.of(node, ", ".join(sorted(said - SAID)) or "a shape that says nothing")
    for name in said & CHECKS.keys() - MANY:
        graph.value(node, sh(name))
    plan.shapes[node] = _shape(plan, node)
    for nested in _nested(graph, node):
        _read(plan, nested, (*above, node))


def _names(graph: Described, node: Term) -> Iterator[str]:
    return (name.value for name in graph.nodes.get(node, {}))


def _nested(graph: Described, node: Term) -> Iterator[Term]:
    yield from graph.values(node, sh("property"))
    yield from graph.values(node, sh("not"))
    for head in graph.values(node, sh("xone")):
        yield from graph.items(head)


def _shape(plan: Plan, node: Term) -> Shape:
    graph = plan.graph
    if {ox.NamedNode(RDFS + "Class"), ox.NamedNode(OWL + "Class")} & {*graph.values(node, TYPE)}:
        raise UnsupportedError.of(node, "a class that is a shape")
    path, severity = graph.value(node, sh("path")), graph.value(node, sh("severity"))
    messages = tuple(_text(node, message) for message in graph.values(node, sh("message")))
    if not messages:
        raise UnsupportedError.of(node, "a shape without sh:message")
    queries = graph.values(node, sh("sparql"))
    if path and queries:
        raise UnsupportedError.of(node, "sh:sparql in a property shape")
    return Shape(
        node,
        path_of(graph, path) if path else None,
        severity.value.removeprefix(SH) if severity else "Violation",
        messages,
        tuple((name, value) for name in TARGETS for value in graph.values(node, sh(name))),
        tuple((name, value) for name in CHECKS for value in graph.values(node, sh(name))),
        tuple(graph.values(node, sh("property"))),
        tuple(_select(plan, query) for query in queries if not _is_true(graph, query)),
        _is_true(graph, node),
    )


def _is_true(graph: Described, node: Term) -> bool:
    """Say whether *node* is deactivated."""
    value = graph.value(node, sh("deactivated"))
    return isinstance(value, ox.Literal) and value.value == "true"


def _text(node: Term, value: Term | None) -> str:
    if not isinstance(value, ox.Literal):
        raise UnsupportedError.of(node, f"{value} where a text should stand")
    return value.value


def _select(plan: Plan, node: Term) -> Select:
    graph = plan.graph
    messages = [_text(node, message) for message in graph.values(node, sh("message"))]
    text = _text(node, graph.value(node, sh("select")))
    headers = tuple(graph.values(node, sh("prefixes")))
    if headers not in plan.prefixes:  # most queries have the same
        plan.prefixes[headers] = tuple(_prefixes(graph, headers).items())
    query = Select(node, plan.prefixes[headers], text, tuple(messages))
    if not plan.known:
        query.refuse()
    return query


def _prefixes(graph: Described, headers: Iterable[Term]) -> dict[str, str]:
    """Return the prefixes that a query with these *headers* may use."""
    known = dict(USUAL)
    for header in headers:
        if graph.values(header, ox.NamedNode(OWL + "imports")):
            raise UnsupportedError.of(header, "prefixes by owl:imports")
        for declared in graph.values(header, sh("declare")):
            prefix, space = (graph.value(declared, sh(name)) for name in ("prefix", "namespace"))
            known[_text(declared, prefix)] = _text(declared, space)
    return known
