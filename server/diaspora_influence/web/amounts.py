"""Figures as a reader says them: nearly 50 %, 10 to 12 %, more than 70 nationalities, rank 1."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from diaspora_influence.terms import DIO
from diaspora_influence.web.views import Value

NUMBER: Final = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?")
"""What is counted with; anything else is said as it stands."""

UNITS: Final = {
    DIO + "percent": "{}\u00a0%",
    DIO + "people": "{} people",
    DIO + "organizations": "{} organisations",
    DIO + "nationalities": "{} nationalities",
    DIO + "places": "rank {}",
    DIO + "times": "{} times as many",
    DIO + "money": "{} (a sum of money)",
}
"""Unit to how a number of it is said; one that is not here is said after the number by its label."""

BOUNDS: Final = (
    (("value",), ("", "about ")),
    (("valueFrom", "valueTo"), ("", "about ")),
    (("valueFrom",), ("more than ", "at least about ")),
    (("valueTo",), ("less than ", "nearly ")),
)
"""Which numbers a claim gives, to what is said before them where they are exact and where they are rough."""

PARTS: Final = ("value", "valueFrom", "valueTo", "valueInWords", "approximate")
"""The properties of a claim, by local name, that together are its figure; the unit is read beside it."""


def said(parts: Mapping[str, str], unit: Value | None) -> str:
    """Return a figure as a reader says it, from its *parts* by local name and its unit."""
    rough = parts.get("approximate") in ("true", "1", "yes")
    for names, before in BOUNDS:
        if all(name in parts for name in names):
            return before[rough] + counted(" to ".join(number(parts[name]) for name in names), unit)
    return parts.get("valueInWords", "no value given")


def counted(numbers: str, unit: Value | None) -> str:
    """Return *numbers* with their unit; a label is never a pattern."""
    if unit is None:
        return numbers
    return UNITS[unit.iri].format(numbers) if unit.iri in UNITS else f"{numbers} {unit.text}"


def number(text: str) -> str:
    """Return a decimal with its thousands parted and no idle noughts."""
    if not NUMBER.fullmatch(text):
        return text
    whole = f"{Decimal(text):,f}"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole
