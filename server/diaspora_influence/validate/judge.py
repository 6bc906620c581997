"""Turtle held against shapes: pyshacl judges, and each of its results gets a file and a line.

Only what the files themselves describe is judged. pyshacl's own run cannot say so (its `focus_nodes` skips
blank nodes), so its shapes are asked one by one here, each with the focus nodes that are the files' own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import rdflib
from pyshacl.shape import Shape
from pyshacl.shapes_graph import ShapesGraph
from rdflib.term import Node

from diaspora_influence.convert import to_rdflib
from diaspora_influence.data import ROOT, SourceFile
from diaspora_influence.terms import SHAPES
from diaspora_influence.validate.checks import CHECKS
from diaspora_influence.validate.engine import SH_NS, Facts, focus_nodes, is_asked, results
from diaspora_influence.validate.finding import Finding, in_order
from diaspora_influence.validate.graph import JudgedGraph, Places, quiet, read_in
from diaspora_influence.validate.shapes import load_shapes, path_predicates, path_turtle


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
            return term.n3()
        return self.blanks.get(term, str(term))


def findings(
    files: Sequence[SourceFile],
    shapes: Sequence[Path] | None = None,
    ontology: Sequence[Path] | None = None,
    context: Iterable[ox.Triple] = (),
) -> list[Finding]:
    """Return what *shapes* (the packaged ones if None) find in *files*, sorted.

    Every node that the files describe is judged; *context* is there to be looked things up in. Files that
    are shapes are no data. *ontology* names the files that may define terms, the packaged ones if None.
    Raises InputError for bad shapes, InternalError where the engine fails.
    """
    with quiet():
        return _findings(files, shapes, ontology, context)


def _findings(
    files: Sequence[SourceFile],
    shapes: Sequence[Path] | None,
    ontology: Sequence[Path] | None,
    context: Iterable[ox.Triple],
) -> list[Finding]:
    by = load_shapes(shapes, files if shapes is not None else ())
    judged = [file for file in files if file.path not in (shapes or ())]
    defining = [file.path for file in judged if is_packaged_ontology(file)] if ontology is None else ontology
    case = case_of(judged, by, context)
    return in_order([*by_shapes(case, by.shapes), *by_program(case, judged, defining)])


def focus_counts(files: Sequence[SourceFile], context: Iterable[ox.Triple] = ()) -> dict[str, int]:
    """Return how many nodes of *files* each packaged shape with a target looks at."""
    case = case_of(files, load_shapes(None), context)
    asked = (shape for shape in case.shapes.shapes if is_asked(shape))
    return {str(shape.node): len(focus_nodes(shape, case.graph, case.places.subjects)) for shape in asked}


def is_packaged_ontology(file: SourceFile) -> bool:
    """Say whether *file* is one of those that define the terms."""
    return file.path.resolve().is_relative_to(ROOT / "ontology")


def case_of(files: Sequence[SourceFile], shapes: ShapesGraph, context: Iterable[ox.Triple]) -> Case:
    """Return *files* over *context* as one graph; blank nodes are numbered in the order of the files."""
    graph = JudgedGraph()
    graph.extend(context)
    places = read_in(graph, files)
    blanks = (node for node in places.subjects if isinstance(node, rdflib.BNode))
    return Case(graph, places, shapes, {node: f"_:b{number}" for number, node in enumerate(blanks, 1)})


def by_shapes(case: Case, shapes: Iterable[Shape]) -> Iterator[Finding]:
    """Yield what *shapes*, each by its own targets, find in *case*; a result may come more than once."""
    for shape in shapes:
        focus = focus_nodes(shape, case.graph, case.places.subjects) if is_asked(shape) else []
        for facts in results(shape, case.graph, focus) if focus else ():
            yield _finding(case, facts)


def _finding(case: Case, facts: Facts) -> Finding:
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
        shape=str(shape),
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


def by_program(case: Case, files: Sequence[SourceFile], ontology: Sequence[Path]) -> Iterator[Finding]:
    """Yield what the checks beside SHACL find in *files*; those of *ontology* may define terms."""
    for shape, check in CHECKS.items():
        message = case.shapes.graph.value(shape, SH_NS.message)
        for file in files if message is not None else ():
            for line in check(file, ontology):
                s, p, o = (case.text(to_rdflib(term)) for term in line.triple)
                said = (s, p, o, str(shape), str(message))
                yield Finding("Violation", file.name, line.number, *said, component=SHAPES + "Program")
