"""The paths that shapes walk: a predicate, its inverse, a sequence, alternatives."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from itertools import chain

import pyoxigraph as ox

from diaspora_influence.validate.fast.described import FIRST, Described, sh
from diaspora_influence.validate.fast.index import Column, Held, Index, Term, values_of
from diaspora_influence.validate.fast.reached import merged, values_in
from diaspora_influence.validate.fast.refusal import UnsupportedError

Nodes = Set[int] | Mapping[int, int]
Walk = Callable[[Nodes], Column]
"""From nodes to those at the end of the path from each."""


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
    return _by(index.column(index.id(predicate)))


def _backward(index: Index, predicate: ox.NamedNode) -> Walk:
    return _by(index.inverse(index.id(predicate)))


def _by(column: Mapping[int, Held]) -> Walk:
    def walk(nodes: Nodes) -> Column:
        if len(column) < len(nodes):
            return {node: held for node, held in column.items() if node in nodes}
        return {node: held for node in nodes if (held := get(node)) is not None}

    get = column.get
    return walk


def _listed(paths: list[Path]) -> tuple[str, tuple[ox.NamedNode, ...]]:
    """Return paths as a Turtle list, and the predicates of all."""
    words = (str(path.predicate) if path.predicate else path.text for path in paths)
    return f"( {' '.join(words)} )", tuple(chain.from_iterable(path.predicates for path in paths))


def _sequence(paths: list[Path]) -> Path:
    def walk(index: Index) -> Walk:
        steps = [path.walk(index) for path in paths]

        def along(nodes: Nodes) -> Column:
            column: Column = {node: node for node in nodes}
            for step in steps:
                column = _onward(column, step(values_in(column)))
            return column

        return along

    return Path(*_listed(paths), walk)


def _onward(column: Column, onward: Column) -> Column:
    """Return from what nodes have to what that has in turn."""
    found: Column = {}
    for node, held in column.items():
        for value in values_of(held):
            if value in onward:
                found[node] = merged(found.get(node), onward[value])
    return found


def _alternatives(paths: list[Path]) -> Path:
    def walk(index: Index) -> Walk:
        ways = [path.walk(index) for path in paths]

        def beside(nodes: Nodes) -> Column:
            found: Column = {}
            for way in ways:
                for node, held in way(nodes).items():
                    found[node] = merged(found.get(node), held)
            return found

        return beside

    text, predicates = _listed(paths)
    return Path(f"[ sh:alternativePath {text} ]", predicates, walk)
