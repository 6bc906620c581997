"""The paths that shapes walk: a predicate, its inverse, a sequence, alternatives."""

from collections.abc import Callable, Mapping, Set
from functools import reduce
from itertools import chain
from typing import Any

import pyoxigraph as ox

from diaspora_influence.record import record
from diaspora_influence.validate.fast.described import FIRST, Described, sh
from diaspora_influence.validate.fast.index import Bare, Column, Index, Term, common, values_of
from diaspora_influence.validate.fast.reached import merged, values_in
from diaspora_influence.validate.fast.refusal import UnsupportedError

Nodes = Set[int] | Mapping[int, int]
Walk = Callable[[Nodes], Column]
"""From nodes to those at the end of the path from each."""


@record
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


def itself(nodes: Nodes) -> Column:
    """Walk nowhere."""
    return Bare(zip(nodes, nodes, strict=True))


def _forward(index: Index, predicate: ox.NamedNode) -> Walk:
    number = index.id(predicate)
    return _by(index.columns.get(number, {}), bare=number not in index.several)


def _backward(index: Index, predicate: ox.NamedNode) -> Walk:
    return _by(index.inverse(index.id(predicate)), bare=False)


def _by(column: dict[int, Any], bare: bool) -> Walk:
    """Return what walks a column, which holds one value for each node if it is *bare*."""
    kind: type[Column] = Bare if bare else dict

    def walk(nodes: Nodes) -> Column:
        asked = nodes.keys() if isinstance(nodes, Mapping) else nodes
        if len(column) <= len(asked) and column.keys() <= asked:
            return column
        met = common(column, asked)
        return kind(zip(met, map(column.__getitem__, met), strict=True))

    return walk


def _listed(paths: list[Path]) -> tuple[str, tuple[ox.NamedNode, ...]]:
    """Return paths as a Turtle list, and the predicates of all."""
    words = (str(path.predicate) if path.predicate else path.text for path in paths)
    return f"( {' '.join(words)} )", tuple(chain.from_iterable(path.predicates for path in paths))


def _sequence(paths: list[Path]) -> Path:
    def walk(index: Index) -> Walk:
        steps = [path.walk(index) for path in paths]

        def along(nodes: Nodes) -> Column:
            column = itself(nodes)
            for step in steps:
                column = _onward(column, step(values_in(column)))
            return column

        return along

    return Path(*_listed(paths), walk)


def _onward(column: Column, onward: Column) -> Column:
    """Return from what nodes have to what that has in turn."""
    if isinstance(column, Bare):
        kind: type[Column] = Bare if isinstance(onward, Bare) else dict
        return kind((node, onward[value]) for node, value in column.items() if value in onward)
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
            return reduce(_beside, (way(nodes) for way in ways), Bare())

        return beside

    text, predicates = _listed(paths)
    return Path(f"[ sh:alternativePath {text} ]", predicates, walk)


def _beside(one: Column, other: Column) -> Column:
    """Return what nodes have in either column."""
    both = one.keys() & other.keys()
    bare = isinstance(one, Bare) and isinstance(other, Bare) and not both
    found: Column = Bare(one) if bare else dict(one)
    found.update(other)
    for node in both:
        found[node] = merged(one[node], other[node])
    return found
