"""The paths that shapes walk: a predicate, its inverse, a sequence, alternatives."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

import pyoxigraph as ox

from diaspora_influence.validate.fast.described import FIRST, Described, sh
from diaspora_influence.validate.fast.index import Index, Term, Values
from diaspora_influence.validate.fast.refusal import UnsupportedError

Walk = Callable[[int], Values]
"""From a node to the nodes at the end of the path, each once."""


@dataclass(frozen=True, slots=True)
class Path:
    """A path: as findings write it, the predicates that it names, and how it is walked in a graph."""

    text: str
    predicates: tuple[ox.NamedNode, ...]
    walk: Callable[[Index], Walk]
    predicate: ox.NamedNode | None = None


def path_of(graph: Described, node: Term) -> Path:
    """Read the path at *node*; UnsupportedError where it is of another kind."""
    if isinstance(node, ox.NamedNode):
        return Path(node.value, (node,), lambda index: _forward(index, node), node)
    said = graph.nodes.get(node, {})
    if FIRST in said:
        return _sequence([path_of(graph, step) for step in graph.items(node)])
    if [*said] == [sh("alternativePath")]:
        head = graph.value(node, sh("alternativePath"))
        return _alternatives([path_of(graph, way) for way in graph.items(head)] if head else [])
    inverse = graph.value(node, sh("inversePath"))
    if [*said] == [sh("inversePath")] and isinstance(inverse, ox.NamedNode):
        return Path(f"[ sh:inversePath {inverse} ]", (inverse,), lambda index: _backward(index, inverse))
    raise UnsupportedError.of(node, f"a path by {', '.join(str(name) for name in said) or 'nothing'}")


def _forward(index: Index, predicate: ox.NamedNode) -> Walk:
    number, objects = index.id(predicate), index.objects
    return lambda node: objects(node, number)


def _backward(index: Index, predicate: ox.NamedNode) -> Walk:
    found = index.inverse(index.id(predicate))
    return lambda node: found.get(node, ())


def _listed(paths: list[Path]) -> tuple[str, tuple[ox.NamedNode, ...]]:
    """Return paths as a Turtle list, and the predicates of all."""
    words = (str(path.predicate) if path.predicate else path.text for path in paths)
    return f"( {' '.join(words)} )", tuple(chain.from_iterable(path.predicates for path in paths))


def _sequence(paths: list[Path]) -> Path:
    def walk(index: Index) -> Walk:
        steps = [path.walk(index) for path in paths]

        def along(node: int) -> Values:
            nodes: dict[int, None] = {node: None}
            for step in steps:
                nodes = dict.fromkeys(chain.from_iterable(map(step, nodes)))
            return nodes

        return along

    return Path(*_listed(paths), walk)


def _alternatives(paths: list[Path]) -> Path:
    def walk(index: Index) -> Walk:
        ways = [path.walk(index) for path in paths]
        return lambda node: dict.fromkeys(chain.from_iterable(way(node) for way in ways))

    text, predicates = _listed(paths)
    return Path(f"[ sh:alternativePath {text} ]", predicates, walk)
