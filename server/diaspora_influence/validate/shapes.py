"""The shapes as pyshacl reads them, and their paths as Turtle writes them."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import rdflib
from pyshacl.errors import ReportableRuntimeError
from pyshacl.shapes_graph import ShapesGraph
from rdflib import RDF
from rdflib.collection import Collection
from rdflib.term import Node

from diaspora_influence.convert import to_graph
from diaspora_influence.data import ROOT, SourceFile, read_file
from diaspora_influence.errors import InputError
from diaspora_influence.terms import SH


def own_shapes() -> list[Path]:
    """Return the packaged shape files, sorted."""
    return sorted((ROOT / "shapes").glob("*.ttl"))


def load_shapes(paths: Sequence[Path] | None, read: Sequence[SourceFile] = ()) -> ShapesGraph:
    """Return the shapes of *paths*, the packaged ones if None; what is among *read* is not read again.

    Raises InputError where there are none or they are not well-formed.
    """
    if paths is None and not read:
        return _packaged()
    known = {file.path: file for file in read}
    wanted = own_shapes() if paths is None else paths
    return _compiled([known.get(path) or read_file(path, path.parent) for path in wanted])


@cache
def _packaged() -> ShapesGraph:
    return _compiled([read_file(path, ROOT) for path in own_shapes()])


def _compiled(files: Iterable[SourceFile]) -> ShapesGraph:
    graph = to_graph(line.triple for file in files for line in file.lines)
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
