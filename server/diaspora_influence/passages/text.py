"""A source's text, its passages, and the search for words in it.

A passage is a run of lines (split at U+000A only, counted from 1) joined by U+0020, put into NFC,
each run of White_Space folded to one U+0020, stripped; then a slice of that string by code points.
"""

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from diaspora_influence.data import ROOT
from diaspora_influence.errors import InputError, MissingToolError

# Unicode's property White_Space, all of it: Python's \s has U+001C to U+001F as well, XPath's lacks U+00A0.
WHITE_SPACE: Final = (
    "\u0009\u000a\u000b\u000c\u000d\u0020\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005"
    "\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
RUN: Final = re.compile(f"[{WHITE_SPACE}]+")
QUOTES: Final = str.maketrans("‘’‚‛“”„‟′″–—‑", "''''\"\"\"\"'\"---")


def normalise(text: str) -> str:
    """Return *text* in NFC, each run of White_Space one U+0020, stripped of U+0020."""
    return RUN.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")


def loosen(text: str) -> str:
    """Return *text* without case and typographic quotes and dashes, at the same length."""
    lowered = (char.lower() if len(char.lower()) == 1 else char for char in text)
    return "".join(lowered).translate(QUOTES)


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of a range of lines; *start* and *end* are code points, the end excluded."""

    first: int
    last: int
    start: int
    end: int
    text: str = field(repr=False)

    @property
    def digest(self) -> str:
        """The SHA-256 of the slice in UTF-8, in lower-case hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def fragment(self) -> str:
        """The range of lines as RFC 5147 counts it: the gaps between lines, from 0."""
        return f"line={self.first - 1},{self.last}"

    def slug(self, source: str) -> str:
        """Return the local name of the evidence node below `source:`."""
        lines = f"l{self.first}" if self.first == self.last else f"l{self.first}-{self.last}"
        return f"{source}-{lines}-{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class SourceText:
    """A whole text: its lines as they stand in the file, and the SHA-256 of the file's bytes."""

    lines: tuple[str, ...] = field(repr=False)
    digest: str

    @classmethod
    def load(cls, path: Path) -> "SourceText":
        """Read a UTF-8 file; raises MissingToolError where there is none, else InputError."""
        try:
            return cls.parse(path.read_bytes())
        except FileNotFoundError as error:
            hint = "give --text FILE or set DIO_PAPER; the text itself is not part of the project"
            raise MissingToolError(f"{path}: no source text there; {hint}") from error
        except OSError as error:
            raise InputError(f"{path}: cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not UTF-8 at byte {error.start}") from error

    @classmethod
    def parse(cls, content: bytes) -> "SourceText":
        """Return the text of a file's bytes; raises UnicodeDecodeError."""
        return cls(tuple(content.decode().split("\n")), hashlib.sha256(content).hexdigest())

    def range_text(self, first: int, last: int) -> str:
        """Return lines *first* to *last*, normalised as one string; raises InputError outside the text."""
        if not 1 <= first <= last <= len(self.lines):
            raise InputError(f"there are no lines {first} to {last}; the text has {len(self.lines)}")
        return normalise(" ".join(self.lines[first - 1 : last]))

    def passage(self, first: int, last: int, start: int, end: int) -> Passage:
        """Return the slice; raises InputError where it is empty or leaves its lines."""
        text = self.range_text(first, last)
        if not 0 <= start < end <= len(text):
            lines = f"line {first}" if first == last else f"lines {first} to {last}"
            raise InputError(f"there is no slice {start} to {end}; {lines} holds {len(text)} code points")
        return Passage(first, last, start, end, text[start:end])

    def line_of(self, first: int, last: int, offset: int) -> int:
        """Return the line in which *offset* of the range's string falls."""
        return next((n for n in range(first, last) if offset < len(self.range_text(first, n))), last)

    def find(self, words: str) -> list[Passage]:
        """Return every passage with these words, in reading order.

        Within one line before across lines; exactly before regardless of case and kind of quotation mark.
        """
        wanted = normalise(words)
        if not wanted:
            raise InputError("no words to look for")
        for ease in (str, loosen):
            for search in (self._within_lines, self._across_lines):
                hits = list(search(wanted, ease))
                if hits:
                    return hits
        return []

    def _within_lines(self, wanted: str, ease: Callable[[str], str]) -> Iterator[Passage]:
        for number in range(1, len(self.lines) + 1):
            for start in occurrences(ease(wanted), ease(self.range_text(number, number))):
                yield self.passage(number, number, start, start + len(wanted))

    def _across_lines(self, wanted: str, ease: Callable[[str], str]) -> Iterator[Passage]:
        count = len(self.lines)
        for at in occurrences(ease(wanted), ease(self.range_text(1, count))):
            first, last = (self.line_of(1, count, offset) for offset in (at, at + len(wanted) - 1))
            shift = len(self.range_text(1, count)) - len(self.range_text(first, count))
            yield self.passage(first, last, at - shift, at - shift + len(wanted))

    def nearest(self, words: str, most: int = 3) -> list[tuple[int, int]]:
        """Return the lines that share most of *words*, best first: (line, words shared)."""
        wanted = set(re.findall(r"\w+", loosen(normalise(words))))
        texts = ((n, loosen(normalise(line))) for n, line in enumerate(self.lines, 1))
        shared = [(n, len(wanted & set(re.findall(r"\w+", text)))) for n, text in texts]
        return sorted((pair for pair in shared if pair[1]), key=lambda pair: (-pair[1], pair[0]))[:most]


def occurrences(wanted: str, text: str) -> Iterator[int]:
    """Yield each offset of *wanted* in *text*, overlapping ones too."""
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def paper_path(given: str | None, source: str) -> Path:
    """Return the file of a source's text: as given, else DIO_PAPER, else beside the checkout."""
    named = given or os.environ.get("DIO_PAPER")
    return Path(named) if named else ROOT.parent / "shared" / "paper" / f"{source}.txt"
