"""Figures and times as a reader says them, and what is neither left as it stands."""

import pytest

from diaspora_influence.terms import DIO
from diaspora_influence.web.amounts import said
from diaspora_influence.web.times import words
from diaspora_influence.web.views import Value

PERCENT = Value("percent", DIO + "percent")
PEOPLE = Value("people", DIO + "people")
RANK = Value("place in an order", DIO + "places")
TONNES = Value("{0.__class__} tonnes", DIO + "tonnes")

AMOUNTS: list[tuple[dict[str, str], Value | None, str]] = [
    ({"value": "12.5"}, PERCENT, "12.5\u00a0%"),
    ({"value": "30", "approximate": "true"}, PERCENT, "about 30\u00a0%"),
    ({"value": "30", "approximate": "false"}, PERCENT, "30\u00a0%"),
    ({"value": "1200000", "approximate": "yes"}, PEOPLE, "about 1,200,000 people"),
    ({"value": "1200000.50"}, PEOPLE, "1,200,000.5 people"),
    ({"value": "1.0"}, RANK, "rank 1"),
    ({"value": "0"}, PEOPLE, "0 people"),
    ({"valueFrom": "10", "valueTo": "12"}, PERCENT, "10 to 12\u00a0%"),
    ({"valueFrom": "10", "valueTo": "12", "approximate": "1"}, PERCENT, "about 10 to 12\u00a0%"),
    ({"valueFrom": "2"}, Value("times", DIO + "times"), "more than 2 times as many"),
    ({"valueFrom": "70"}, Value("nationalities", DIO + "nationalities"), "more than 70 nationalities"),
    ({"valueFrom": "70", "approximate": "true"}, PEOPLE, "at least about 70 people"),
    ({"valueTo": "50", "approximate": "true"}, PERCENT, "nearly 50\u00a0%"),
    ({"valueTo": "50"}, PERCENT, "less than 50\u00a0%"),
    ({"valueInWords": "dozens"}, Value("organisations", DIO + "organizations"), "dozens"),
    ({"valueInWords": "reports conflict"}, None, "reports conflict"),
    ({"value": "5"}, None, "5"),
    ({"value": "5"}, TONNES, "5 {0.__class__} tonnes"),
    ({"value": "1e999999999"}, PEOPLE, "1e999999999 people"),
    ({"value": "٣"}, PEOPLE, "٣ people"),
    ({"value": "{0}"}, PERCENT, "{0}\u00a0%"),
    ({}, PERCENT, "no value given"),
]

TIMES = [
    ("2012", "2012"),
    ("2012-10", "October 2012"),
    ("2017-04-20", "20 April 2017"),
    ("2017-05-~15", "mid-May 2017"),
    ("2012-22", "summer 2012"),
    ("2013-37", "early 2013"),
    ("2013-38", "mid-2013"),
    ("2012~", "about 2012"),
    ("2012?", "perhaps 2012"),
    ("2012%", "perhaps about 2012"),
    ("../2012", "by 2012"),
    ("2017-04/..", "since April 2017"),
    ("2001/2005-06", "2001 to June 2005"),
    ("2012-99", "2012-99"),
    ("../..", "../.."),
    ("2001/2002/2003", "2001/2002/2003"),
    ("2001/", "2001/"),
    ("<b>2012", "<b>2012"),
    ("", ""),
]


@pytest.mark.parametrize(("parts", "unit", "expected"), AMOUNTS)
def test_a_figure_is_said_as_a_reader_says_it(
    parts: dict[str, str], unit: Value | None, expected: str
) -> None:
    """Bounds, roughness and unit are words; neither a value nor a label is ever a pattern."""
    assert said(parts, unit) == expected


@pytest.mark.parametrize(("edtf", "expected"), TIMES)
def test_a_time_is_said_as_a_reader_says_it(edtf: str, expected: str) -> None:
    """What is no time of the house's comes back as it is."""
    assert words(edtf) == expected


def test_the_lists_of_words_are_whole() -> None:
    """No case was lost."""
    assert (len(AMOUNTS), len(TIMES)) == (22, 19)
