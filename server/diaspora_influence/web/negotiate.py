"""Which of the media types on offer a client gets: Werkzeug's parser, without its traps."""

import re
from collections.abc import Sequence
from typing import Final

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from diaspora_influence.web.errors import NotAcceptableError

TOKEN: Final = r"[\w!#$%&'*+.^`|~-]+"
RANGE: Final = re.compile(rf"{TOKEN}/{TOKEN}", re.ASCII)


def ranges(header: str) -> MIMEAccept:
    """Return the media ranges of an Accept *header* with every parameter but q taken off.

    Werkzeug matches `text/turtle; charset=utf-8` with nothing; what is no media range is dropped.
    """
    parsed = parse_accept_header(header, MIMEAccept)
    bare = [(value.partition(";")[0].strip().lower(), quality) for value, quality in parsed]
    return MIMEAccept([(value, quality) for value, quality in bare if RANGE.fullmatch(value)])


def choose(header: str | None, offers: Sequence[str]) -> str | None:
    """Return the offer that *header* likes best, None where it accepts none of them.

    Offers stand in our order of preference, which settles ties; a header that is missing, empty or
    without one readable media range gets the first.
    """
    accepted = ranges(header or "")
    return accepted.best_match(offers) if accepted else offers[0]


def require(header: str | None, offers: Sequence[str]) -> str:
    """Return the offer that *header* likes best; raise NotAcceptableError, which lists them, if none."""
    chosen = choose(header, offers)
    if chosen is None:
        raise NotAcceptableError(offers)
    return chosen
