"""Turtle held against shapes: pyshacl judges, and each of its results gets a file and a line.

Only what the files themselves describe is judged. pyshacl's own run cannot say so (its `focus_nodes` skips
blank nodes), so its shapes are asked one by one here, each with the focus nodes that are the files' own.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox
from pyshacl.shape import Shape

from diaspora_influence.convert import to_rdflib
from diaspora_influence.data import ROOT, SourceFile
from diaspora_influence.terms import SHAPES
from diaspora_influence.validate.case import Case, case_of, finding_of
from diaspora_influence.validate.checks import CHECKS
from diaspora_influence.validate.engine import SH_NS, focus_nodes, is_asked, results
from diaspora_influence.validate.finding import Finding, in_order
from diaspora_influence.validate.graph import quiet
from diaspora_influence.validate.shapes import load_shapes


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


def by_shapes(case: Case, shapes: Iterable[Shape]) -> Iterator[Finding]:
    """Yield what *shapes*, each by its own targets, find in *case*; a result may come more than once."""
    for shape in shapes:
        focus = focus_nodes(shape, case.graph, case.places.subjects) if is_asked(shape) else []
        for facts in results(shape, case.graph, focus) if focus else ():
            yield finding_of(case, facts)


def by_program(case: Case, files: Sequence[SourceFile], ontology: Sequence[Path]) -> Iterator[Finding]:
    """Yield what the checks beside SHACL find in *files*; those of *ontology* may define terms."""
    for shape, check in CHECKS.items():
        message = case.shapes.graph.value(shape, SH_NS.message)
        for file in files if message is not None else ():
            for line in check(file, ontology):
                s, p, o = (case.text(to_rdflib(term)) for term in line.triple)
                said = (s, p, o, str(shape), str(message))
                yield Finding("Violation", file.name, line.number, *said, component=SHAPES + "Program")
