"""Paths of queries: from a node to the nodes at their end, and back."""

from collections.abc import Callable, Iterable
from itertools import chain

import pyoxigraph as ox

from diaspora_influence.validate.fast.index import Index
from diaspora_influence.validate.fast.tree import NotNativeError, Tree

Step = Callable[[int], Iterable[int]]
TURNED = {"p": "^p", "^p": "p"}


def route(index: Index, path: Tree) -> Step:
    """Return what walks *path*; each node is told once, but by a step of several ways."""
    kind, *parts = path
    if kind == "p":
        number, objects = index.id(parts[0]), index.objects
        return lambda node: objects(node, number)
    if kind == "^p":
        found = index.inverse(index.id(parts[0]))
        return lambda node: found.get(node, ())
    if kind == "^":
        return route(index, turned(parts[0]))
    ways = [route(index, part) for part in parts]
    if kind == "|":
        return lambda node: dict.fromkeys(chain.from_iterable(way(node) for way in ways))
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


def _along(steps: list[Step]) -> Step:
    def walk(node: int) -> Iterable[int]:
        nodes: Iterable[int] = (node,)
        for step in steps:
            nodes = dict.fromkeys(chain.from_iterable(map(step, nodes)))
        return nodes

    return walk


def is_endless(path: Tree) -> bool:
    """Say whether *path* has a part that may be walked any number of times."""
    return any(part in ("*", "+") or (isinstance(part, tuple) and is_endless(part)) for part in path)


def _closure(step: Step, index: Index, itself: bool) -> Step:
    known: dict[int, dict[int, None]] = {}

    def walk(node: int) -> Iterable[int]:
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
