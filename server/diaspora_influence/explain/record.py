"""The parts of an explanation: causes, each with its patterns and with what is near them."""

from dataclasses import dataclass
from typing import Final

from diaspora_influence.explain.patterns import Element

SHOWN: Final = 300
"""Characters of a pattern that a sentence quotes."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What would match, or what is near.

    *kind* is term, namespace, direction, reported, value, graph, part, variable, empty-property or
    empty-class; *pattern* is what to write instead, *terms* are the IRIs that are meant.
    """

    kind: str
    sentence: str
    terms: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """Patterns that match nothing, alone or together.

    *kind* is pattern, combination, filter, minus, optional, graph, dataset, subquery, values, bound or other.
    """

    kind: str
    sentence: str
    patterns: tuple[Element, ...] = ()
    hints: tuple[Hint, ...] = ()


def shown(text: str) -> str:
    """Return a pattern as a sentence quotes it."""
    text = " ".join(text.split()).removesuffix(" .")
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
