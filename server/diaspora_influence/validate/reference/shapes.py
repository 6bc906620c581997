"""The shapes as pyshacl reads them, and their paths as Turtle writes them."""

from collections.abc import Iterable
from functools import cache

import rdflib
from pyshacl.errors import ReportableRuntimeError
from pyshacl.shapes_graph import ShapesGraph
from rdflib import OWL, RDF
from rdflib.collection import Collection
from rdflib.term import Node

from diaspora_influence.convert import to_graph
from diaspora_influence.data import ROOT, SourceFile, read_file
from diaspora_influence.errors import InputError
from diaspora_influence.terms import SH
from diaspora_influence.validate.inputs.packaged import own_shapes
from diaspora_influence.validate.reference.wellformed import refuse_ill_formed

SH_PREFIXES, SH_DECLARE = rdflib.URIRef(SH + "prefixes"), rdflib.URIRef(SH + "declare")


def load_shapes(files: Iterable[SourceFile] | None) -> ShapesGraph:
    """Return the shapes of *files*, the packaged ones if None; InputError where they are not well-formed."""
    return _packaged() if files is None else _compiled(files)


@cache
def _packaged() -> ShapesGraph:
    return _compiled([read_file(path, ROOT) for path in own_shapes()])


def _compiled(files: Iterable[SourceFile]) -> ShapesGraph:
    graph = to_graph(line.triple for file in files for line in file.lines)
    for header in set(graph.objects(None, SH_PREFIXES)):
        for node in graph.transitive_objects(header, OWL.imports):  # SHACL 5.2.1; pyshacl does not
            for declared in graph.objects(node, SH_DECLARE):
                graph.add((header, SH_DECLARE, declared))
    refuse_ill_formed(graph)
    shapes = ShapesGraph(graph)
    try:
        found = len(shapes.shapes)
    except ReportableRuntimeError as error:
        raise InputError(f"the shapes are not well-formed: {error}") from error
    if not found:
        raise InputError("there is no shape to judge by")
    return shapes


def path_turtle(graph: rdflib.Graph, path: Node) -> str:
    """Return a plain path as its IRI, any other as Turtle."""
    return str(path) if isinstance(path, rdflib.URIRef) else _written(graph, path)


def _written(graph: rdflib.Graph, path: Node) -> str:
    if isinstance(path, rdflib.URIRef):
        return f"<{path}>"
    if (path, RDF.first, None) in graph:
        return f"( {' '.join(_written(graph, step) for step in Collection(graph, path))} )"
    parts = sorted((str(p).removeprefix(SH), _written(graph, o)) for p, o in graph.predicate_objects(path))
    return f"[ {' ; '.join(f'sh:{name} {text}' for name, text in parts)} ]"


def path_predicates(graph: rdflib.Graph, path: Node) -> list[Node]:
    """Return every predicate that a path names, its own direction or not, in order."""
    if isinstance(path, rdflib.URIRef):
        return [path]
    if (path, RDF.first, None) in graph:
        return [name for step in Collection(graph, path) for name in path_predicates(graph, step)]
    return [name for step in graph.objects(path) for name in path_predicates(graph, step)]
