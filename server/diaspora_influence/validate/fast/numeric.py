"""The numbers of expressions: whole ones and fractions, both exact."""

import re
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from diaspora_influence.later import pattern

if TYPE_CHECKING:
    from fractions import Fraction

PLAIN: Final = pattern(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)
"""Numbers that every engine holds exactly."""


class Whole(int):
    """A whole number, which is no number of a term."""


def fraction(number: "int | str | Fraction") -> "Fraction":
    """Return a number as a fraction, which few data have and which take long to import."""
    from fractions import Fraction

    return Fraction(number)


def exact(number: "int | Fraction") -> "Whole | Fraction":
    """Return a number as one of the two kinds that values have: whole, or a fraction."""
    return Whole(number) if number.denominator == 1 else fraction(number)


def number_of(text: str) -> "Whole | Fraction":
    """Return the number that a plain form stands for."""
    return Whole(text) if "." not in text else exact(fraction(text))


OTHERS: Final = frozenset((int, str, bool, type(None)))
"""The types of values that are no numbers: of terms, texts, truth values and errors."""


def is_number(value: Any) -> "TypeGuard[Whole | Fraction]":
    """Say whether a value is a number."""
    return type(value) not in OTHERS


def kind_of(value: Any) -> type:
    """Return what a value can be compared with: texts, truth values or numbers."""
    return Whole if is_number(value) else type(value)
