"""What every check of SHACL Core is made from: the shape, the graph, and what other checks know."""

from collections.abc import Callable, Set

import pyoxigraph as ox

from diaspora_influence.record import field, record
from diaspora_influence.validate.fast.described import Described
from diaspora_influence.validate.fast.index import Index, Term
from diaspora_influence.validate.fast.reached import Broken, Reached
from diaspora_influence.validate.fast.refusal import UnsupportedError

Check = Callable[[Reached], Broken]
"""From focus nodes and their value nodes to what is broken."""
Bind = Callable[["Setting", Term], Check]


@record
class Known:
    """The values that a condition was asked of, and those of them that do not meet it."""

    asked: set[int] = field(default_factory=set)
    broken: set[int] = field(default_factory=set)


@record
class Setting:
    """What a check is made for: the shape, what is said of it, the graph, and what other checks know.

    *failing* gives for a shape what tells which of some nodes break it.
    """

    shape: Term
    graph: Described
    index: Index
    allowed: frozenset[Term]
    failing: Callable[[Term], Callable[[Set[int]], set[int]]]
    known: dict[object, Known] = field(default_factory=dict)


def number(node: Term, value: Term) -> int:
    """Return a parameter that counts."""
    if not isinstance(value, ox.Literal) or not value.value.isdecimal():
        raise UnsupportedError.of(node, f"{value} as a number")
    return int(value.value)
