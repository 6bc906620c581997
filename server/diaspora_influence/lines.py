"""Turtle into triples, each with the line on which it ends."""

import io
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import accumulate
from typing import IO, Final, NamedTuple, cast

import pyoxigraph as ox

from diaspora_influence.errors import PlacedError
from diaspora_influence.terms import XSD

BOM: Final = b"\xef\xbb\xbf"  # some editors write one; Turtle knows none
PATIENCE: Final = 64
"""Reads without a triple after which the parser may be in a string of many lines."""
QUOTES: Final = (b'"""', b"'''")
TOKENS: Final = (  # compiled where it is used: that takes a hundredth of the time of a small run
    rb'"""(?:[^"\\]++|\\.|"(?!""))*+(?:""")?|\'\'\'(?:[^\'\\]++|\\.|\'(?!\'\'))*+(?:\'\'\')?'
    rb'|"(?:[^"\\\n]++|\\.)*+"?|\'(?:[^\'\\\n]++|\\.)*+\'?|<[^<>"{}|^`\s]*+>|#[^\n]*+|\\.|<<'
)
"""Strings, IRIs, comments and the marks of triple terms in Turtle and its kin, each whole, ended or not."""
PREAMBLE: Final = r"^Parser error (?:at|between) [^:]*: "
HINTS: Final = {
    "No scheme found in an absolute IRI": "an IRI is relative; write it in full or with a prefix",
    "No LoadDocumentCallback has been set to load remote contexts": "a remote context is not fetched",
}
"""What the parser says, to what an author can do about it."""


class Line(NamedTuple):
    """One triple and the source line (from 1) on which its object ends."""

    triple: ox.Triple
    number: int


class LineReader:
    """Hands a parser at most one source line a read and tells how many lines are begun.

    Lines end at U+000A alone, as the parser counts them. A read never gives more than asked for:
    pyoxigraph aborts the process where it does. It reads a string anew after each part of it, in a time that
    grows with the square of the lines: of a string of many lines the rest is handed over at once.
    """

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.stream = io.BytesIO(text)
        self.idle = 0  # reads since the last triple
        self.string_at = -1  # what was handed over when the last plain string came
        self._newlines, self._until = 0, 0  # how many are counted, and up to where
        plain = not any(quotes in text for quotes in QUOTES)
        self.read: Callable[[int], bytes] = self.stream.readline if plain else self._read

    @property
    def count(self) -> int:
        """Return how many lines are begun."""
        end = self.stream.tell() - 1  # a newline ends its line and begins none
        if end > self._until:
            self._newlines += self.text.count(b"\n", self._until, end)
            self._until = end
        return self._newlines + (end >= 0)

    def ends(self) -> Iterator[int]:
        """Yield where each line ends."""
        return accumulate(map(len, io.BytesIO(self.text)))

    def _read(self, size: int) -> bytes:
        """Return the rest of the line, or the next one, or nothing at the end."""
        self.idle += 1
        part = self._rest_of_string(size) if self.idle > PATIENCE else b""
        return part or self.stream.readline(size)

    def _rest_of_string(self, size: int) -> bytes:
        """Return what is left of a string of many lines and of the line on which it ends, at most *size*."""
        at = self.stream.tell()
        span = bisect_right(self.long_strings, (at, len(self.text))) - 1
        end = self.long_strings[span][1] if span >= 0 else 0
        if end <= at:
            return b""
        line_end = self.text.find(b"\n", end)
        return self.stream.read(min(size, (line_end + 1 or len(self.text)) - at))

    @cached_property
    def lines(self) -> list[bytes]:
        """Hold the lines."""
        return self.text.split(b"\n")

    @cached_property
    def long_strings(self) -> list[tuple[int, int]]:
        """Hold where each long string of several lines begins and ends; most files never ask for it."""
        spans = (
            token.span() for token in re.finditer(TOKENS, self.text, re.DOTALL) if token[0].startswith(QUOTES)
        )
        return [span for span in spans if self.text.find(b"\n", *span) >= 0]

    def line_of(self, term: object) -> int:
        """Return the line on which *term*, the object just parsed, ends."""
        if not isinstance(term, ox.Literal) or term.language or term.datatype.value != XSD + "string":
            return self.count
        return self.line_of_text(term.value, self.count)

    def line_of_text(self, text: str, line: int) -> int:
        """Return the line on which a plain string, the object just parsed, ends; *line* is the last begun.

        After a plain string the parser reads one token ahead, for `@` or `^^` may follow; where that
        token stands on a later line, the string ended on the last line before it that says anything
        (only one that is empty or ends in an escape may still be placed on that later line).
        """
        at, before = self.stream.tell(), self.string_at
        self.string_at = at
        if at == before:  # it stands behind a string of this line; to look again would take as long again
            return line
        if (text + '"').encode() in self.lines[line - 1]:  # nearly always
            return line
        ended = max(map(text.rfind, "\n\r\t\"'\\"))
        tail = text[ended + 1 :].encode()
        for number in range(line, 0, -1):
            said = self.lines[number - 1]
            if tail + b'"' in said or tail + b"'" in said:
                return number
            if number < line and not re.match(rb"\s*(#|$)", said):
                break
        return line


def parse_lines(
    content: bytes, name: str, kind: ox.RdfFormat = ox.RdfFormat.TURTLE, base: str | None = None
) -> Iterator[Line]:
    """Yield the triples of *content*, each with its line; *name* is what errors call it.

    *base* is what relative IRIs are resolved against; without one they are an error. RDF 1.2's triple terms
    and text directions have no counterpart downstream and are refused. In formats that know graphs their
    names are left out. Only of Turtle, TriG, N-Triples and N-Quads the lines are exact.
    """
    reader = LineReader(content.removeprefix(BOM))
    with placed(reader, name, kind):
        for quad in ox.parse(cast(IO[bytes], reader), format=kind, base_iri=base):
            if isinstance(quad.object, ox.Triple) or getattr(quad.object, "direction", None):
                raise PlacedError(name, reader.count, None, "RDF 1.2 terms are not supported")
            reader.idle = 0
            yield Line(quad.triple, reader.line_of(quad.object))


@contextmanager
def placed(reader: LineReader, name: str, kind: ox.RdfFormat) -> Iterator[None]:
    """Give what the parser raises the name of its file and its place."""
    try:
        yield
    except MemoryError as error:  # the parser's own limit, not the machine's
        raise PlacedError(
            name, reader.count, None, "a term is longer than the 16 MiB that are read"
        ) from error
    except SyntaxError as error:
        message = re.sub(PREAMBLE, "", error.msg)
        said = f"not {kind.name}: {HINTS.get(message, message)}"
        line, column = error.lineno or reader.count, error.offset or 1
        raise PlacedError(name, *of_lines(reader.text, line, column), said) from error


def of_lines(text: bytes, line: int, column: int) -> tuple[int, int]:
    """Return a place by lines that end at U+000A alone; in errors the parser has U+000D end one too."""
    if b"\r" not in text:
        return line, column
    starts = [0, *(end.end() for end in re.finditer(rb"\r\n?|\n", text))]
    start = starts[min(line, len(starts)) - 1]
    first = text.rfind(b"\n", 0, start) + 1
    before = len(text[first:start].decode("utf-8", "replace"))
    return text.count(b"\n", 0, start) + 1, before + column
