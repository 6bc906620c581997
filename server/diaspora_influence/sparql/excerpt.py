"""The line of a query that an error is about, and the caret under the place, fit for any terminal."""

import re
import unicodedata
from typing import Final, TypeVar

from diaspora_influence.sparql.errors import SparqlError

WIDTH: Final = 100
"""Characters of a line that are shown; of a longer one those around the place."""
UNSHOWN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""What moves the cursor, turns the direction of writing, or takes no place."""

Kind = TypeVar("Kind", bound=SparqlError)


def quoted(error: Kind, text: str) -> Kind:
    """Return *error* with its line of *text*, the query that it is about, where it names one."""
    lines = text.split("\n")
    if error.line and error.column and error.line <= len(lines):
        error.offending_line, error.caret = quote(lines[error.line - 1], error.column)
    return error


def quote(line: str, column: int) -> tuple[str, str]:
    """Return *line* around *column* (from 1, in code points), and the caret that stands under it."""
    shown = UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", line.replace("\t", " ").rstrip("\r"))
    at = min(column - 1, len(shown))
    start = max(0, min(at - WIDTH // 2, len(shown) - WIDTH))
    before = ("…" if start else "") + shown[start:at]
    after = shown[at : start + WIDTH] + ("…" if len(shown) > start + WIDTH else "")
    return before + after, " " * sum(map(columns, before)) + "^"


def columns(character: str) -> int:
    """Return how many columns of a terminal *character* takes."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
