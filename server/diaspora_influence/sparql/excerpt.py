"""The line of a query that an error is about, and the caret under the place, fit for any terminal."""

from typing import Final, TypeVar

from diaspora_influence.sparql.errors import SparqlError
from diaspora_influence.terminal import HIDDEN, columns

WIDTH: Final = 100
"""Characters of a line that are shown; of a longer one those around the place."""

Kind = TypeVar("Kind", bound=SparqlError)


def quoted(error: Kind, text: str) -> Kind:
    """Return *error* with its line of *text*, the query that it is about, where it names one."""
    lines = text.split("\n")
    if error.line and error.column and error.line <= len(lines):
        error.offending_line, error.caret = quote(lines[error.line - 1], error.column)
    return error


def quote(line: str, column: int) -> tuple[str, str]:
    """Return *line* around *column* (from 1, in code points), and the caret that stands under it."""
    shown = HIDDEN.sub("\N{REPLACEMENT CHARACTER}", line.replace("\t", " ").rstrip("\r"))
    at = min(column - 1, len(shown))
    start = max(0, min(at - WIDTH // 2, len(shown) - WIDTH))
    before = ("…" if start else "") + shown[start:at]
    after = shown[at : start + WIDTH] + ("…" if len(shown) > start + WIDTH else "")
    return before + after, " " * columns(before) + "^"
