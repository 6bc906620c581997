"""The first and last day of an EDTF value: the one place where they are computed.

Of the Extended Date/Time Format (ISO 8601-2) the house uses years, months, days, seasons, thirds of a
year, qualifiers and intervals. A season belongs to the year in which it begins: 2012-24 is December 2012
to February 2013, since 21 to 24 stand in the order of the year.
"""

import calendar
import re
from datetime import date
from typing import Final

from diaspora_influence.errors import InputError

SPANS: Final[dict[int, tuple[int, int]]] = {
    **{month: (month, month) for month in range(1, 13)},
    21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 14),
    37: (1, 4), 38: (5, 8), 39: (9, 12),
}  # fmt: skip
"""What stands after the year, to its first and last month; 13 and 14 are in the next year."""

OPEN: Final = ".."
Q: Final = "[~?%]?"
POINT: Final = re.compile(
    rf"{Q}(?P<year>[0-9]{{4}}){Q}(?:-{Q}(?P<part>[0-9]{{2}}){Q}(?:-(?P<about>{Q})(?P<day>[0-9]{{2}}){Q})?)?"
)
MID_MONTH: Final = ("~", "15")

FAULTS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"^$"), "it is empty; an open end is written '..'"),
    (re.compile(r"\s"), "it has white space in it"),
    (re.compile(r"T"), "times of day are not used here"),
    (re.compile(r"X", re.IGNORECASE), "unspecified digits (X) are not used here; write an interval"),
    (re.compile(r"[\[\]{}]"), "sets of dates are not used here; write an interval"),
    (re.compile(r"^\.\.$"), "'..' stands only at one end of an interval"),
    (re.compile(r"\.\."), "an open interval is written '../X' or 'X/..'"),
    (re.compile(r"^[Y+-]|^[~?%]?(?:[0-9]{1,3}|[0-9]{5,})(?![0-9])"), "a year has four digits"),
    (re.compile(r"-[~?%]?[0-9](?![0-9])"), "a month and a day have two digits"),
)
"""What is wrong with a value that is no date, the first that fits."""

Bounds = tuple[date | None, date | None]


def bounds(edtf: str) -> Bounds:
    """Return the first and the last day that *edtf* allows; None for an open end.

    Only `YYYY-MM-~15` (mid-month, the 11th to the 20th) is moved by its qualifier; elsewhere `~`, `?` and
    `%` move nothing. Raises InputError that names what is wrong.
    """
    ends = edtf.split("/")
    if len(ends) == 1:
        return _point(edtf, edtf)
    if len(ends) > 2:
        raise _fault(edtf, "an interval has one '/'")
    if ends == [OPEN, OPEN]:
        raise _fault(edtf, "an interval that is open at both ends says nothing")
    first = None if ends[0] == OPEN else _point(ends[0], edtf)[0]
    last = None if ends[1] == OPEN else _point(ends[1], edtf)[1]
    if first and last and first > last:
        raise _fault(edtf, f"it begins on {first} and ends on {last}, before that")
    return first, last


def _point(text: str, edtf: str) -> tuple[date, date]:
    """Return the bounds of what is not an interval; *edtf* is the whole value, for the message."""
    match = POINT.fullmatch(text)
    if not match:
        wrong = (sentence for pattern, sentence in FAULTS if pattern.search(text))
        raise _fault(edtf, next(wrong, "it is not YYYY, YYYY-MM, YYYY-MM-DD or an interval of these"))
    year, part, day = int(match["year"]), match["part"], match["day"]
    if (match["about"], day) == MID_MONTH:
        return _day(year, int(part), 11, edtf), _day(year, int(part), 20, edtf)
    if day:
        return (_day(year, int(part), int(day), edtf),) * 2
    if part and int(part) not in SPANS:
        raise _fault(edtf, f"{part} is not a month (01-12), a season (21-24) or a third of a year (37-39)")
    first, last = SPANS[int(part)] if part else (1, 12)
    return _day(year, first, 1, edtf), _last_day(year + (last - 1) // 12, (last - 1) % 12 + 1, edtf)


def _day(year: int, month: int, day: int, edtf: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise _fault(edtf, f"there is no day {year:04}-{month:02}-{day:02}") from error


def _last_day(year: int, month: int, edtf: str) -> date:
    days = calendar.monthrange(year, month)[1] if year < 10000 else 1
    return _day(year, month, days, edtf)


def _fault(edtf: str, reason: str) -> InputError:
    return InputError(f"{edtf!r} is not a date that can be bounded: {reason}")
