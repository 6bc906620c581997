"""The steps that a query is followed in: each binds variables in a row of slots and calls the next.

A step returns True where no more is wanted. A variable is read only where it is bound or may be; OPTIONAL and
UNION unbind what they leave open, so no other step does.
"""

from collections.abc import Callable, Iterable
from typing import Any

Row = list[Any]
Step = Callable[[Row], bool]
Maker = Callable[[Step], Step]
"""From the next step to this one."""
Value = Callable[[Row], Any]
"""From a row to a value, None where there is none."""


def chained(makers: Iterable[Maker], then: Step) -> Step:
    """Return the first of steps that end in *then*."""
    for maker in reversed([*makers]):
        then = maker(then)
    return then


def each_of(values: Value, slot: int) -> Maker:
    """Return the step that gives a variable one value after another."""

    def maker(then: Step) -> Step:
        def step(row: Row) -> bool:
            for value in values(row):
                row[slot] = value
                if then(row):
                    return True
            return False

        return step

    return maker


def optional(makers: list[Maker], flag: int, slots: list[int]) -> Maker:
    """Return the step of a group that may match nothing; then its variables, in *slots*, are unbound."""

    def maker(then: Step) -> Step:
        def matched(row: Row) -> bool:
            row[flag] = True
            return then(row)

        inner = chained(makers, matched)

        def step(row: Row) -> bool:
            row[flag] = False
            if inner(row):
                return True
            if row[flag]:
                return False
            for slot in slots:
                row[slot] = None
            return then(row)

        return step

    return maker


def side_by_side(ways: list[list[Maker]], slots: list[int]) -> Maker:
    """Return the step of groups of which each may match; what only some of them bind is in *slots*."""

    def maker(then: Step) -> Step:
        steps = [chained(way, then) for way in ways]
        if len(steps) == 1:
            return steps[0]

        def step(row: Row) -> bool:
            for way in steps:
                for slot in slots:
                    row[slot] = None
                if way(row):
                    return True
            return False

        return step

    return maker
