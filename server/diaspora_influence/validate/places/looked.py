"""Where in a line a word stands, told by the signs beside it, without reading all words."""

import re
from functools import cached_property
from typing import Final

from diaspora_influence.terms import XSD
from diaspora_influence.validate.places.tokens import COMMENT, IRI, LITERAL, form_of

MARK: Final = r"[\"'#<\\]"
"""What begins more than a word, or an escape in one."""
GAPS: Final = frozenset((" ", "\t", ""))
"""What stands before a word and never in an IRI."""
ENDS: Final = GAPS | {*",;)]"}
"""What ends a word that stands before it."""
INNER: Final = frozenset(":_-")
"""Signs that go on with a word, as letters and digits do."""
WHOLE: Final = rf'"([+-]?[0-9]+)"\^\^<{XSD}integer>'
"""A literal that may be written as a number."""
Span = tuple[int, int]
"""The first character of a word, from 0, and the one behind it."""


class Looked:
    """One line without escapes, in which words are looked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        mark = re.search(MARK, text)
        self.plain = mark.start() if mark else len(text)  # what stands before is words and nothing else

    @cached_property
    def blanked(self) -> str:
        """Hold the text with quotes in place of all that strings and comments say."""
        return form_of(IRI, COMMENT, LITERAL).sub(blank, self.text)

    def word(self, word: str, most: int | None = None) -> list[Span] | None:
        """Return where a word stands, at most the first so many; None where that takes reading all words."""
        text, found = self.text, list[Span]()
        at = text.find(word)
        while at >= 0 and len(found) != most:
            end = at + len(word)
            if end > self.plain and text is not self.blanked:
                text = self.blanked
                at = text.find(word, at)
                continue
            before, after = text[at - 1 : at], text[end : end + 1]
            if before in GAPS and (after in ENDS or (after == "." and text[end + 1 : end + 2] in GAPS)):
                found.append((at, end))
            elif word[0] == "<" or not (goes_on(before) or goes_on(after) or before == "."):
                return None
            at = text.find(word, end)
        return found

    def number(self, term: str) -> list[Span] | None:
        """Return where a whole number stands, None for all else and where it may have quotes."""
        whole = re.fullmatch(WHOLE, term)
        if not whole or any(f"{mark}{whole[1]}{mark}" in self.text for mark in "\"'"):
            return None
        return self.word(whole[1])


def blank(word: re.Match[str]) -> str:
    """Return quotes in place of a string or a comment, an IRI as it is."""
    return word[0] if word.lastgroup == IRI else '"' * len(word[0])


def goes_on(sign: str) -> bool:
    """Say whether a sign beside a word is of the same word."""
    return sign.isalnum() or sign in INNER
