"""The numbers of expressions: whole ones and fractions, both exact."""

import re
from fractions import Fraction
from typing import Any, Final

PLAIN: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)
"""Numbers that every engine holds exactly."""


class Whole(int):
    """A whole number, which is no number of a term."""


def exact(number: int | Fraction) -> "Whole | Fraction":
    """Return a number as one of the two kinds that values have: whole, or a fraction."""
    return Whole(number) if number.denominator == 1 else Fraction(number)


NUMERIC: Final = (Whole, Fraction)


def number_of(text: str) -> Whole | Fraction:
    """Return the number that a plain form stands for."""
    return Whole(text) if "." not in text else exact(Fraction(text))


def kind_of(value: Any) -> type:
    """Return what a value can be compared with: texts, truth values or numbers."""
    return Fraction if isinstance(value, NUMERIC) else type(value)
