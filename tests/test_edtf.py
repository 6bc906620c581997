"""The first and last day of EDTF values, and the sentence for what is none."""

from datetime import date

import pytest

from diaspora_influence.edtf import bounds
from diaspora_influence.errors import InputError

BOUNDS = {
    "2007": ("2007-01-01", "2007-12-31"),
    "0001": ("0001-01-01", "0001-12-31"),
    "9999": ("9999-01-01", "9999-12-31"),
    "2014-10": ("2014-10-01", "2014-10-31"),
    "2014-04": ("2014-04-01", "2014-04-30"),
    "2012-02": ("2012-02-01", "2012-02-29"),
    "2013-02": ("2013-02-01", "2013-02-28"),
    "1900-02": ("1900-02-01", "1900-02-28"),
    "2000-02": ("2000-02-01", "2000-02-29"),
    "2017-05-22": ("2017-05-22", "2017-05-22"),
    "2012-02-29": ("2012-02-29", "2012-02-29"),
    "2012-21": ("2012-03-01", "2012-05-31"),
    "2012-22": ("2012-06-01", "2012-08-31"),
    "2012-23": ("2012-09-01", "2012-11-30"),
    "2012-24": ("2012-12-01", "2013-02-28"),
    "2011-24": ("2011-12-01", "2012-02-29"),
    "2013-37": ("2013-01-01", "2013-04-30"),
    "2013-38": ("2013-05-01", "2013-08-31"),
    "2013-39": ("2013-09-01", "2013-12-31"),
    "2017-05-~15": ("2017-05-11", "2017-05-20"),
    "2017-02-~15": ("2017-02-11", "2017-02-20"),
    "2017-05-15~": ("2017-05-15", "2017-05-15"),
    "2017-05-?15": ("2017-05-15", "2017-05-15"),
    "2017-05-%15": ("2017-05-15", "2017-05-15"),
    "2017-05-~14": ("2017-05-14", "2017-05-14"),
    "2012~": ("2012-01-01", "2012-12-31"),
    "2012?": ("2012-01-01", "2012-12-31"),
    "2012%": ("2012-01-01", "2012-12-31"),
    "~2012": ("2012-01-01", "2012-12-31"),
    "2012-06~": ("2012-06-01", "2012-06-30"),
    "2012-~06": ("2012-06-01", "2012-06-30"),
    "2012-22?": ("2012-06-01", "2012-08-31"),
    "2007/2012": ("2007-01-01", "2012-12-31"),
    "2012/2012": ("2012-01-01", "2012-12-31"),
    "2012-06/2012": ("2012-06-01", "2012-12-31"),
    "2012/2012-06": ("2012-01-01", "2012-06-30"),
    "2012-24/2013-02-01": ("2012-12-01", "2013-02-01"),
    "2017-05-~15/2017-07": ("2017-05-11", "2017-07-31"),
    "2012~/2015?": ("2012-01-01", "2015-12-31"),
    "../2012": (None, "2012-12-31"),
    "../2017-05-~15": (None, "2017-05-20"),
    "2017-04/..": ("2017-04-01", None),
    "2013-37/..": ("2013-01-01", None),
}

REFUSED = {
    "": "empty",
    " 2012": "white space",
    "2012\n": "white space",
    "2012-05-22T10:00:00": "times of day",
    "201X": "unspecified digits",
    "2012-XX": "unspecified digits",
    "201x": "unspecified digits",
    "[2011,2012]": "sets of dates",
    "..": "only at one end",
    "../..": "open at both ends",
    "2012..2013": "'../X' or 'X/..'",
    "2012/": "empty",
    "/2012": "empty",
    "2012/2013/2014": "one '/'",
    "2013/2012": "before that",
    "2013/2012-06": "before that",
    "-2012": "four digits",
    "Y20120": "four digits",
    "12": "four digits",
    "20120": "four digits",
    "2012-5": "two digits",
    "2012-05-1": "two digits",
    "2012-13": "13 is not a month",
    "2012-00": "00 is not a month",
    "2012-25": "25 is not a month",
    "2012-33": "33 is not a month",
    "2012-40": "40 is not a month",
    "2013-02-29": "no day 2013-02-29",
    "2012-04-31": "no day 2012-04-31",
    "2012-21-~15": "no day 2012-21-11",
    "2012-21-03": "no day 2012-21-03",
    "0000": "no day 0000",
    "9999-24": "no day 10000-02",
    "2012-05-~~15": "not YYYY",
    "mid-2012": "not YYYY",
    "２０１２": "not YYYY",
    "2012/mid-2013": "not YYYY",
}


def day(text: str | None) -> date | None:
    """Return the date that *text* writes, None for None."""
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(("edtf", "expected"), BOUNDS.items(), ids=BOUNDS)
def test_value_has_first_and_last_day(edtf: str, expected: tuple[str | None, str | None]) -> None:
    assert bounds(edtf) == (day(expected[0]), day(expected[1]))


@pytest.mark.parametrize(("edtf", "reason"), REFUSED.items(), ids=[repr(edtf) for edtf in REFUSED])
def test_refusal_names_the_value_and_what_is_wrong(edtf: str, reason: str) -> None:
    with pytest.raises(InputError) as refusal:
        bounds(edtf)
    assert repr(edtf) in str(refusal.value)
    assert reason in str(refusal.value)


def test_every_day_of_four_years_bounds_itself() -> None:
    days = [
        date.fromordinal(number)
        for number in range(date(2011, 1, 1).toordinal(), date(2015, 1, 1).toordinal())
    ]
    assert len(days) == 1461
    assert [bounds(one.isoformat()) for one in days] == [(one, one) for one in days]


def test_the_tables_of_cases_are_whole() -> None:
    assert (len(BOUNDS), len(REFUSED)) == (43, 37)
