"""The steps that look up what nodes have: values, a value, or anything by any predicate."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from diaspora_influence.validate.fast.index import Held, Index, Values
from diaspora_influence.validate.fast.steps import Maker, Row, Step, Value

Get = Callable[[int], Held | None]
"""From a node to what it has."""


def at(function: Callable[..., Values], *slots: Any) -> Value:
    """Return what gives the values of a function of what stands in *slots*, which are bound."""
    if len(slots) == 1:
        return lambda row: function(row[slots[0]])
    one, other = slots
    return lambda row: function(row[one], row[other])


def leads(ways: Value, end: int) -> Maker:
    """Return the step of a test whether the values of *ways* have what stands in a slot among them."""
    return lambda then: lambda row: row[end] in ways(row) and then(row)


def held(get: Get, start: int, free: int) -> Maker:
    """Return the step that gives a variable what a node has, which mostly is one value."""

    def maker(then: Step) -> Step:
        def step(row: Row) -> bool:
            found = get(row[start])
            if isinstance(found, int):
                row[free] = found
                return then(row)
            for value in found or ():
                row[free] = value
                if then(row):
                    return True
            return False

        return step

    return maker


def has(get: Get, start: int, end: int) -> Maker:
    """Return the step of a test whether a node has a value."""

    def maker(then: Step) -> Step:
        def step(row: Row) -> bool:
            found, wanted = get(row[start]), row[end]
            if found == wanted if isinstance(found, int) else found is not None and wanted in found:
                return then(row)
            return False

        return step

    return maker


def by_any(
    index: Index,
    start: int,
    named: int,
    look: Callable[[Get, int, int], Maker],
    end: int,
    tests: Sequence[Step],
) -> Maker:
    """Return the step that gives a variable one predicate of a node after another, and looks up by each.

    *tests* ask only of the predicate, so they are asked once for all nodes that have the same ones.
    """

    def passing(row: Row, predicates: tuple[int, ...]) -> list[int]:
        found = list[int]()
        for predicate in predicates:
            row[named] = predicate
            if all(test(row) for test in tests):
                found.append(predicate)
        known[predicates] = found
        return found

    def maker(then: Step) -> Step:
        @cache
        def by(predicate: int) -> Step:
            return look(index.column(predicate).get, start, end)(then)

        def step(row: Row) -> bool:
            predicates = nodes.get(row[start], ())
            chosen = known.get(predicates)
            for predicate in passing(row, predicates) if chosen is None else chosen:
                row[named] = predicate
                if by(predicate)(row):
                    return True
            return False

        return step

    nodes, known = index.nodes, dict[tuple[int, ...], list[int]]()
    return maker
