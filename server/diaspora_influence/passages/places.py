"""Where a passage stands, in words: never what it says."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Row = Mapping[str, Any]

PLACES: Final = (("section", "section “{}”"), ("paragraph", "paragraph {}"), ("sentence", "sentence {}"),
                 ("footnote", "footnote {}"))  # fmt: skip


def place(row: Row) -> Iterator[str]:
    """Yield the parts of a position in words: section to sentence, lines of the text, characters in them.

    *row* maps `section`, `paragraph`, `sentence`, `footnote`, `lines`, `start`, `end` to what is known.
    """
    for name, words in PLACES:
        if name in row:
            yield words.format(row[name].value)
    if "lines" in row:
        yield lines(row["lines"].value)
    if "start" in row and "end" in row:
        yield f"characters {row['start'].value} to {row['end'].value}"


def lines(fragment: str) -> str:
    """Return an RFC 5147 line fragment as a reader counts: `line=35,36` is line 36."""
    first, _, last = fragment.removeprefix("line=").partition(",")
    if not (first.isdigit() and last.isdigit()):
        return fragment
    start, end = int(first) + 1, int(last)
    return f"line {start} of the text" if start == end else f"lines {start} to {end} of the text"
