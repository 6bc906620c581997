"""The functions of SPARQL over texts and numbers."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from diaspora_influence.later import pattern
from diaspora_influence.validate.fast.numeric import Whole, exact, fraction
from diaspora_influence.validate.fast.tree import NotNativeError

PLAIN_PATTERN: Final = pattern(r"[\w\s:/.,~?%$^()\[\]*+{}|-]*", re.ASCII)
"""Patterns without what dialects of them differ in."""


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern that every dialect reads alike."""
    if not PLAIN_PATTERN.fullmatch(pattern):
        raise NotNativeError(pattern)
    return re.compile(pattern, re.ASCII)


def replaced(text: str, pattern: str, by: str) -> str:
    if "$" in by or "\\" in by or "\n" in text:
        raise NotNativeError(by)
    return compiled(pattern).sub(by, text)


def searched(text: str, pattern: str) -> bool:
    if "\n" in text:  # where `$` stands for two places
        raise NotNativeError(text)
    return compiled(pattern).search(text) is not None


def part(text: str, start: Any, length: Any) -> str:
    if start < 1 or length < 0 or not isinstance(start, Whole) or not isinstance(length, Whole):
        raise NotNativeError("a part of a text")
    return text[int(start) - 1 : int(start + length) - 1]


def before(text: str, mark: str) -> str:
    head, found, _ = text.partition(mark)
    return head if found else ""


OF_TEXTS: Final[dict[str, tuple[str, Callable[..., Any]]]] = {
    "STRSTARTS": ("ttb", str.startswith),
    "CONTAINS": ("ttb", lambda text, mark: mark in text),
    "STRBEFORE": ("ttt", before),
    "STRAFTER": ("ttt", lambda text, mark: text.partition(mark)[2]),
    "STRLEN": ("tn", lambda text: Whole(len(text))),
    "LCASE": ("tt", str.lower),
    "REPLACE": ("tttt", replaced),
    "REGEX": ("ttb", searched),
    "SUBSTR": ("tnnt", part),
    "FLOOR": ("nn", lambda number: Whole(number // 1)),
    "+": ("nnn", lambda one, other: exact(one + other)),
    "-": ("nnn", lambda one, other: exact(one - other)),
    "*": ("nnn", lambda one, other: exact(one * other)),
    "/": ("nnn", lambda one, other: exact(fraction(one) / other) if other else None),
}
"""Function to the kinds of its arguments and of what it gives, and what it does.

The kinds are t for text, n for number and b for a truth value; what it gives comes last.
"""
