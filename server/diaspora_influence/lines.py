"""Turtle into triples, each with the line on which it ends."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final, cast

import pyoxigraph as ox

from diaspora_influence.errors import InputError
from diaspora_influence.terms import XSD

BOM: Final = b"\xef\xbb\xbf"  # some editors write one; Turtle knows none
PREAMBLE: Final = re.compile(r"^Parser error (?:at|between) [^:]*: ")
HINTS: Final = {
    "No scheme found in an absolute IRI": "an IRI is relative; write it in full or with a prefix",
}
"""What the parser says, to what an author can do about it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One triple and the source line (from 1) on which its object ends."""

    triple: ox.Triple
    number: int


class LineReader(io.RawIOBase):
    """Hands a parser at most one source line a read and counts the lines begun.

    Lines end at U+000A alone, as the parser counts them. A read never gives more than asked for:
    pyoxigraph aborts the process where it does.
    """

    def __init__(self, text: bytes) -> None:
        self.stream = io.BytesIO(text)
        self.lines = text.split(b"\n")
        self.count = 0
        self.at_start = True

    def read(self, size: int = -1) -> bytes:
        """Return the rest of the line, or the next one, or nothing at the end."""
        part = self.stream.readline(size)
        self.count += self.at_start and bool(part)
        self.at_start = part.endswith(b"\n")
        return part

    def line_of(self, term: object) -> int:
        """Return the line on which *term*, the object just parsed, ends.

        After a plain string the parser reads one token ahead, for `@` or `^^` may follow; where that
        token stands on a later line, the string ended on the last line before it that says anything
        (only one that is empty or ends in an escape may still be placed on that later line).
        """
        if not isinstance(term, ox.Literal) or term.language or term.datatype.value != XSD + "string":
            return self.count
        tail = re.split(r"[\n\r\t\"'\\]", term.value)[-1].encode()
        for number in range(self.count, 0, -1):
            line = self.lines[number - 1]
            if tail + b'"' in line or tail + b"'" in line:
                return number
            if number < self.count and not re.match(rb"\s*(#|$)", line):
                break
        return self.count


def parse_lines(content: bytes, name: str) -> Iterator[Line]:
    """Yield the triples of Turtle *content*, each with its line; *name* is what errors call it.

    RDF 1.2's triple terms and text directions have no counterpart downstream and are refused.
    """
    reader = LineReader(content.removeprefix(BOM))
    try:
        for quad in ox.parse(cast(IO[bytes], reader), format=ox.RdfFormat.TURTLE):
            if isinstance(quad.object, ox.Triple) or getattr(quad.object, "direction", None):
                raise InputError(f"{name}:{reader.count}: RDF 1.2 terms are not supported")
            yield Line(quad.triple, reader.line_of(quad.object))
    except SyntaxError as error:
        message = PREAMBLE.sub("", error.msg)
        place = f"{name}:{error.lineno or reader.count}:{error.offset or 1}"
        raise InputError(f"{place}: not Turtle: {HINTS.get(message, message)}") from error
