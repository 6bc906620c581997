"""What is judged, as one graph, and how a result of pyshacl becomes a finding in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
import rdflib
from pyshacl.shapes_graph import ShapesGraph
from rdflib.term import Node

from diaspora_influence.convert import literal_of
from diaspora_influence.data import SourceFile
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.places.triples import Places
from diaspora_influence.validate.reference.engine import SH_NS, Facts
from diaspora_influence.validate.reference.graph import JudgedGraph, read_in
from diaspora_influence.validate.reference.shapes import path_predicates, path_turtle


@dataclass(frozen=True)
class Case:
    """What is judged and by what: the graph, where the triples of its files stand, and the shapes."""

    graph: JudgedGraph
    places: Places
    shapes: ShapesGraph
    blanks: dict[Node, str]

    def text(self, term: Node) -> str:
        """Return a term as findings name it."""
        if isinstance(term, rdflib.Literal):
            return str(literal_of(term))
        return self.blanks.get(term, f"_:{term}" if isinstance(term, rdflib.BNode) else str(term))


def case_of(files: Sequence[SourceFile], shapes: ShapesGraph, context: Iterable[ox.Triple]) -> Case:
    """Return *files* over *context* as one graph; blank nodes are numbered in the order of the files."""
    graph = JudgedGraph()
    graph.extend(context)
    places = read_in(graph, files)
    blanks = (node for node in places.subjects if isinstance(node, rdflib.BNode))
    return Case(graph, places, shapes, {node: f"_:b{number}" for number, node in enumerate(blanks, 1)})


def finding_of(case: Case, facts: Facts) -> Finding:
    """Return one result as a finding, with its place."""
    graph = case.shapes.graph
    focus, shape = facts[SH_NS.focusNode][0], facts[SH_NS.sourceShape][0]
    path, value, constraint = (_one(facts, name) for name in ("resultPath", "value", "sourceConstraint"))
    file, line = case.places.of(focus, path_predicates(graph, path) if path is not None else [], value)
    return Finding(
        severity=str(facts[SH_NS.resultSeverity][0]).removeprefix(str(SH_NS)),
        file=file,
        line=line,
        focus=case.text(focus),
        path=path_turtle(graph, path) if path is not None else None,
        value=case.text(value) if value is not None else None,
        shape=case.text(shape),
        message=_message(graph, facts, shape, constraint),
        constraint=str(constraint) if isinstance(constraint, rdflib.URIRef) else None,
        component=str(facts[SH_NS.sourceConstraintComponent][0]),
    )


def _one(facts: Facts, name: str) -> Node | None:
    return next(iter(facts.get(SH_NS[name], [])), None)


def _message(graph: rdflib.Graph, facts: Facts, shape: Node, constraint: Node | None) -> str:
    """Return the message; to that of a SPARQL constraint pyshacl adds its shape's, which is left out."""
    said = {str(message) for message in facts.get(SH_NS.resultMessage, [])}
    general = {str(message) for message in graph.objects(shape, SH_NS.message)}
    return " ".join(sorted((said - general or said) if constraint is not None else said))
