"""A query of a shape as a tree: the part of SPARQL that the solver knows."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from diaspora_influence.record import record

Tree = tuple[Any, ...]
"""An expression or a path: what it does, then its parts."""


class NotNativeError(Exception):
    """A query has, or meets in the data, what is left to another engine."""


class Var(NamedTuple):
    """A variable."""

    name: str


class Pattern(NamedTuple):
    """A triple pattern; the predicate is a variable or a path."""

    subject: Any
    path: Any
    object: Any


class Filter(NamedTuple):
    """A condition on the group that it stands in."""

    expression: Tree


class Bind(NamedTuple):
    """A value for a variable."""

    expression: Tree
    name: str


class Maybe(NamedTuple):
    """A group of OPTIONAL."""

    group: "list[Any]"


class Union(NamedTuple):
    """Groups side by side; a group alone is the union of one."""

    groups: "list[list[Any]]"


@record
class Query:
    """A query: the expression of each name that it selects, and its pattern."""

    selected: dict[str, Tree]
    group: list[Any]


def hidden(element: Any, shown: Mapping[str, Tree], mark: str) -> Any:
    """Return a pattern whose variables that are not *shown* have names of their own."""
    if not isinstance(element, Pattern):
        raise NotNativeError("more than patterns in an inner query")

    def own(part: Any) -> Any:
        return Var(part.name + mark) if isinstance(part, Var) and part.name not in shown else part

    return Pattern(*map(own, element))


def names_in(part: Any) -> set[str]:
    """Return the names of the variables anywhere in an element, expression or group."""
    found: set[str] = set()
    _gather(part, found)
    return found


def _gather(part: Any, found: set[str]) -> None:
    """Add the names of the variables in *part* to what is *found*."""
    if isinstance(part, Var) or (len(part) == 2 and part[0] == "var"):
        found.add(part[-1])
        return
    if isinstance(part, Bind):
        found.add(part.name)
    for each in part:
        if isinstance(each, (tuple, list)):
            _gather(each, found)
