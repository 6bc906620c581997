"""What a terminal shows: rows as columns, shares, counted nouns; what it must not be shown."""

from collections.abc import Sequence
from typing import Final

from diaspora_influence.later import pattern

HIDDEN: Final = pattern(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
"""What moves the cursor, turns the direction of writing, takes no place or is no character of XML."""

GAP: Final = "  "
MARGIN: Final = GAP


def aligned(rows: Sequence[Sequence[str]], right: Sequence[bool], margin: str = MARGIN) -> list[str]:
    """Return a line for each row, each column as wide as its widest cell; *right* says which end is even."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        (margin + GAP.join(
            cell.rjust(width) if even else cell.ljust(width)
            for cell, width, even in zip(row, widths, right, strict=True)
        )).rstrip()
        for row in rows
    ]  # fmt: skip


def percent(share: float) -> str:
    """Return a share of one as a whole percentage; only nothing is 0 %, and only all of it is 100 %."""
    if 0 < share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1 else f"{share:.0%}"


def count(number: int, noun: str) -> str:
    """Return the number with its noun, in the plural unless it is one."""
    plural = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def columns(text: str) -> int:
    """Return how many columns of a terminal *text* takes."""
    if text.isascii():
        return len(text)
    import unicodedata

    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))
