"""Paths of queries: from a node to the nodes at their end, and back."""

from collections.abc import Callable, Mapping
from itertools import chain

import pyoxigraph as ox

from diaspora_influence.validate.fast.index import Held, Index, Values, values_of
from diaspora_influence.validate.fast.tree import NotNativeError, Tree

Step = Callable[[int], Values]
TURNED = {"p": "^p", "^p": "p"}


def route(index: Index, path: Tree) -> Step:
    """Return what walks *path*; each node is told once, but by a step of several ways."""
    kind, *parts = path
    if kind == "p":
        return _forward(index.column(index.id(parts[0])))
    if kind == "^p":
        found = index.inverse(index.id(parts[0]))
        return lambda node: found.get(node, ())
    if kind == "^":
        return route(index, turned(parts[0]))
    ways = [route(index, part) for part in parts]
    if kind == "|":
        return _beside(ways)
    if kind == "/":
        return _along(ways)
    if kind in "*+":
        return _closure(ways[0], index, itself=kind == "*")
    raise NotNativeError(kind)


def turned(path: Tree) -> Tree:
    """Return *path* from its end to its beginning."""
    kind, *parts = path
    if kind in TURNED:
        return (TURNED[kind], *parts)
    if kind == "^":
        return tuple(parts[0])
    return (kind, *(turned(part) for part in (reversed(parts) if kind == "/" else parts)))


def _forward(column: Mapping[int, Held]) -> Step:
    get = column.get
    return lambda node: values_of(get(node))


def _along(steps: list[Step]) -> Step:
    def walk(node: int) -> Values:
        nodes: Values = (node,)
        for step in steps:
            each = map(step, nodes)
            nodes = next(each) if len(nodes) == 1 else dict.fromkeys(chain.from_iterable(each))
        return nodes

    return walk


def _beside(steps: list[Step]) -> Step:
    def walk(node: int) -> Values:
        found = [values for step in steps if (values := step(node))]
        return found[0] if len(found) == 1 else dict.fromkeys(chain.from_iterable(found))

    return walk


def is_endless(path: Tree) -> bool:
    """Say whether *path* has a part that may be walked any number of times."""
    return any(part in ("*", "+") or (isinstance(part, tuple) and is_endless(part)) for part in path)


def _closure(step: Step, index: Index, itself: bool) -> Step:
    known: dict[int, dict[int, None]] = {}

    def walk(node: int) -> Values:
        found = known.get(node)
        if found is None:
            if isinstance(index.terms[node], ox.Literal):
                raise NotNativeError("a path from a literal")
            found, waiting = {node: None} if itself else {}, [node]
            while waiting:
                fresh = [each for each in step(waiting.pop()) if each not in found]
                found |= dict.fromkeys(fresh)
                waiting += fresh
            known[node] = found
        return found

    return walk
