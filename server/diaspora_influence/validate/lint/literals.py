"""What is wrong with one literal that is said with a term of ours or of a thing of ours."""

import re
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import XSD
from diaspora_influence.validate.lint.known import Known
from diaspora_influence.validate.rule import compact

ZONE: Final = r"(Z|[+-](0\d|1[0-4]):[0-5]\d)?"
DAY: Final = r"-?(\d{4,})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
NUMBER: Final = r"[+-]?(\d+(\.\d*)?|\.\d+)"
INTEGER: Final = r"[+-]?\d+"
FORMS: Final[dict[str, str]] = {
    XSD + name: form
    for name, form in {
        "boolean": "true|false|0|1",
        "integer": INTEGER,
        "int": INTEGER,
        "long": INTEGER,
        "nonNegativeInteger": r"\+?\d+|-0+",
        "positiveInteger": r"\+?0*[1-9]\d*",
        "decimal": NUMBER,
        "double": NUMBER + r"([eE][+-]?\d+)?|[+-]?INF|NaN",
        "float": NUMBER + r"([eE][+-]?\d+)?|[+-]?INF|NaN",
        "date": DAY + ZONE,
        "dateTime": DAY + r"T([01]\d|2[0-4]):[0-5]\d:[0-5]\d(\.\d+)?" + ZONE,
        "gYear": r"-?\d{4,}" + ZONE,
        "gYearMonth": r"-?\d{4,}-(0[1-9]|1[0-2])" + ZONE,
        "hexBinary": "([0-9a-fA-F]{2})*",
    }.items()
}
"""Datatype to the form of its literals (XSD 1.1, part 2); others are not judged."""
INTEGERS: Final = frozenset(
    XSD + sign + name
    for sign in ("", "unsigned")
    for name in ("int", "Int", "long", "Long", "short", "Short", "byte", "Byte")
) | {XSD + name + "Integer" for name in ("negative", "nonNegative", "nonPositive", "positive")}
TAGS: Final = {
    **{"cn": "zh", "cz": "cs", "dk": "da", "gr": "el", "jp": "ja", "ua": "uk", "us": "en-US"},
    **{"eng": "en", "english": "en", "rus": "ru", "russian": "ru", "ukr": "uk", "tgk": "tg", "aze": "az"},
    **{"kat": "ka", "geo": "ka", "uzb": "uz", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr"},
}
"""First part of a language tag that is none, or is longer than RFC 5646 (2.2.1) has it, to the right one."""


def literal_datatype(predicate: str, literal: ox.Literal, known: Known) -> str | None:
    """Name the datatype that the ontology gives to the values of a property."""
    wanted = known.ranges.get(predicate)
    if wanted is None:
        return None
    found = literal.datatype.value
    if found == wanted or _is_derived(found, wanted):
        return None
    said = f"a text in “{literal.language}”" if literal.language else compact(found)
    return f"{compact(predicate)} takes {compact(wanted)}, and this is {said}"


def _is_derived(found: str, wanted: str) -> bool:
    """Say whether each value of one datatype is one of the other (XSD 1.1, part 2, 3.4)."""
    return wanted == XSD + "integer" and found in INTEGERS


@lru_cache(maxsize=256)
def form_of(datatype: str) -> re.Pattern[str] | None:
    """Return the form of the literals of a datatype, compiled when one is met."""
    return re.compile(FORMS[datatype], re.ASCII) if datatype in FORMS else None


def malformed_literal(_: str, literal: ox.Literal, __: Known) -> str | None:
    """Name the datatype whose form a literal does not have."""
    if literal.language is not None:
        return None
    datatype = literal.datatype.value
    form = form_of(datatype)
    if form is None:
        return None
    text = literal.value.strip(" \t\r\n")
    if (match := form.fullmatch(text)) and _is_day(datatype, match):
        return None
    shown = text if len(text) <= 40 else text[:40] + "…"
    return f"“{shown}” is no {compact(datatype)}"


def _is_day(datatype: str, match: re.Match[str]) -> bool:
    if datatype not in (XSD + "date", XSD + "dateTime"):
        return True
    from calendar import monthrange  # takes a fiftieth of the time of a small run

    year, month, day = match[1], int(match[2]), int(match[3])
    # the calendar repeats every 400 years, also before the year 1
    return day <= monthrange(int(year[-4:]) % 400 + 400, month)[1] or match[0].startswith("-")


def language_tag(_: str, literal: ox.Literal, __: Known) -> str | None:
    """Give the right language tag for one that is a country's or longer than it has to be."""
    if literal.language is None:
        return None
    first, dash, rest = literal.language.partition("-")
    right = TAGS.get(first.lower())
    return f"“{literal.language}” is not the tag of a language; write @{right}{dash}{rest}" if right else None
