"""pyshacl as a judge: the shapes one by one, each over the focus nodes that are the files' own.

pyshacl's own run cannot tell own nodes from context (its `focus_nodes` skips blank nodes).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import cast

import pyoxigraph as ox
from pyshacl.shape import Shape
from rdflib.term import Node

from diaspora_influence.convert import to_rdflib
from diaspora_influence.data import SourceFile
from diaspora_influence.validate.checks import Verdict
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.reference.case import Case, case_of, finding_of
from diaspora_influence.validate.reference.engine import (
    SH_NS,
    all_focus_nodes,
    focus_nodes,
    is_asked,
    results,
)
from diaspora_influence.validate.reference.graph import quiet
from diaspora_influence.validate.reference.shapes import load_shapes


def judge(
    files: Sequence[SourceFile],
    shapes: Sequence[SourceFile] | None,
    context: Iterable[ox.Triple],
    foreign: bool = False,
) -> Verdict:
    """Return what *shapes* (the packaged ones if None) find in *files*; bad shapes are an InputError.

    Ours judge what the files describe. *foreign* ones judge whatever they target, as SHACL has it, but for
    what only *context* describes.
    """
    context = [*context]
    with quiet():
        case = case_of(files, load_shapes(shapes), context)
        spared = described(case, context) if foreign else None
        found = [*by_shapes(case, case.shapes.shapes, spared)]
    graph = case.shapes.graph

    def message(shape: str) -> str | None:
        said = graph.value(to_rdflib(ox.NamedNode(shape)), SH_NS.message)
        return None if said is None else str(said)

    return Verdict(found, lambda term: case.text(to_rdflib(term)), message, once=not foreign)


def described(case: Case, context: Iterable[ox.Triple]) -> set[Node]:
    """Return the nodes that *context* describes and the files of *case* do not."""
    known: set[Node] = {to_rdflib(triple.subject) for triple in context}
    return known - case.places.subjects.keys()


def by_shapes(
    case: Case, shapes: Iterable[Shape], spared: Collection[Node] | None = None
) -> Iterator[Finding]:
    """Yield what *shapes*, each by its own targets, find in *case*; a result may come more than once.

    With *spared* all other nodes are judged, without it those that the files describe.
    """
    graph, own = case.graph, cast(Collection[Node], case.places.subjects)
    for shape in (shape for shape in shapes if is_asked(shape)):
        focus = focus_nodes(shape, graph, own) if spared is None else all_focus_nodes(shape, graph, spared)
        for facts in results(shape, graph, focus) if focus else ():
            yield finding_of(case, facts)
