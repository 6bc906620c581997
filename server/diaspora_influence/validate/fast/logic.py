"""What combines and compares values in expressions: tables from the name of it to what makes it."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.terms import XSD
from diaspora_influence.validate.fast.functions import Functions
from diaspora_influence.validate.fast.numeric import Whole

Value = Callable[[list[Any]], Any]
"""From a row to a value."""
Truth = Callable[[list[Any]], bool | None]
"""From a row to a truth value, None where there is none."""


def applied(function: Callable[..., Any], parts: Sequence[Value]) -> Value:
    """Return a function over its arguments; an error in one is an error."""
    if len(parts) == 2:  # the usual case
        one, other = parts

        def of_two(row: list[Any]) -> Any:
            first, second = one(row), other(row)
            return None if first is None or second is None else function(first, second)

        return of_two

    def value(row: list[Any]) -> Any:
        given = [part(row) for part in parts]
        return None if None in given else function(*given)

    return value


def denied(_: Functions, part: Truth) -> Value:
    def value(row: list[Any]) -> bool | None:
        said = part(row)
        return None if said is None else not said

    return value


def joined(decisive: bool) -> Callable[[Functions, Value, Value], Value]:
    """Return && or ||: one side that is *decisive* settles it, an error elsewhere stays one."""

    def bound(_: Functions, one: Truth, other: Truth) -> Value:
        def value(row: list[Any]) -> bool | None:
            first = one(row)
            if first is decisive:
                return decisive
            second = other(row)
            return second if second is decisive or first is not None else None

        return value

    return bound


def compared(name: str, swapped: bool, negated: bool) -> Callable[[Functions, Value, Value], Value]:
    """Return a comparison made from `equal` or `less`, its sides *swapped*, its answer *negated*."""

    def bound(calls: Functions, one: Value, other: Value) -> Value:
        judge: Callable[[Any, Any], bool | None] = getattr(calls, name)
        if swapped:
            one, other = other, one

        def value(row: list[Any]) -> bool | None:
            said = judge(one(row), other(row))
            return said if said is None else said is not negated

        return value

    return bound


def member(calls: Functions, one: Value, *others: Value) -> Value:
    def value(row: list[Any]) -> bool | None:
        wanted = one(row)
        said = [calls.equal(wanted, other(row)) for other in others]
        return True if True in said else None if None in said else False

    return value


def either(_: Functions, test: Truth, one: Value, other: Value) -> Value:
    def value(row: list[Any]) -> Any:
        said = test(row)
        return None if said is None else one(row) if said else other(row)

    return value


def first(_: Functions, *parts: Value) -> Value:
    return lambda row: next((found for part in parts if (found := part(row)) is not None), None)


def together(_: Functions, *parts: Value) -> Value:
    return applied(lambda *texts: "".join(texts), parts)


LOGIC: Final[dict[str, Callable[..., Value]]] = {
    "!": denied,
    "&&": joined(False),
    "||": joined(True),
    "=": compared("equal", False, False),
    "!=": compared("equal", False, True),
    "<": compared("less", False, False),
    ">": compared("less", True, False),
    ">=": compared("less", False, True),
    "<=": compared("less", True, True),
    "in": member,
    "IF": either,
    "COALESCE": first,
    "CONCAT": together,
    "BOUND": lambda _, part: lambda row: part(row) is not None,
    "STR": lambda calls, part: lambda row: calls.written(part(row)),
}
"""What is not told of texts and numbers alone, to what makes it from its parts."""
CONSTANTS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "text": lambda _, text: text,
    "truth": lambda _, truth: truth,
    "number": lambda _, number: Whole(number),
    "term": lambda index, term: index.id(term),
}
OF_KINDS: Final[dict[str, type]] = {"ISIRI": ox.NamedNode, "ISLITERAL": ox.Literal, "ISBLANK": ox.BlankNode}
CASTS: Final = {XSD + "integer": True, XSD + "decimal": False}
"""Datatype that a value may be cast to, and whether it holds whole numbers alone."""
