"""The source line that a finding stands on, and where in it the term stands that is meant."""

from array import array
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, NamedTuple

from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.places.spelling import Spelling, declared
from diaspora_influence.validate.places.spot import Said, at_column, where

BOM: Final = b"\xef\xbb\xbf"
LARGEST: Final = 64 << 20
"""Bytes of the largest file that is quoted from."""
LONGEST: Final = 20_000
"""Bytes of a line in which a term is looked for; a longer one is no line that people write."""
WIDTH: Final = 240
"""Characters of a line that are kept; of a longer one those around the term."""
NOTHING: Final[Mapping[str, Any]] = {}


class Excerpt(NamedTuple):
    """One source line, cut where it is long, and where in it the term stands that is meant.

    *start* and *end* count characters of *text* from 0; *column* and *end_column* those of the whole line,
    from 1, the end being one past the last. All four are None where the place cannot be told.
    """

    text: str
    start: int | None = None
    end: int | None = None
    column: int | None = None
    end_column: int | None = None


class Text:
    """One source text, by lines that end at U+000A alone, as the parser counts them."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    @cached_property
    def body(self) -> bytes:
        """Hold the content without a byte order mark."""
        return self.content.removeprefix(BOM)

    @cached_property
    def starts(self) -> "array[int]":
        """Hold where each line starts, in bytes."""
        found = array("Q", [0, *accumulate(map(len, BytesIO(self.body)))])
        if self.body and not self.body.endswith(b"\n"):
            found.pop()
        return found

    def line(self, number: int) -> bytes:
        """Return a line, from 1, without its end."""
        last = number == len(self.starts)
        return self.body[self.starts[number - 1] : len(self.body) if last else self.starts[number] - 1]

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Hold what the prefixes stand for."""
        return declared(self.body)

    @cached_property
    def spelling(self) -> Spelling:
        """Hold how names are written."""
        return Spelling(self.prefixes)

    @cached_property
    def inside(self) -> dict[int, int]:
        """Hold how many bytes of a line belong to a string that began on an earlier one, by line from 1."""
        if b'"""' not in self.content and b"'''" not in self.content:
            return {}
        from diaspora_influence.validate.places.strings import continued  # few texts have such strings

        return continued(self.body, self.starts)

    @cached_property
    def read(self) -> Callable[[int], "Quoted"]:
        """Hold what reads a line; findings that follow each other mostly stand on the same."""
        return lru_cache(maxsize=64)(self._read)

    def _read(self, number: int) -> "Quoted":
        raw = self.line(number).rstrip(b"\r")
        line = raw.decode("utf-8", "replace")
        if len(raw) > LONGEST:
            return Quoted(line)
        covered = raw[: self.inside.get(number, 0)].decode("utf-8", "replace")
        said = Said(" " * len(covered) + line[len(covered) :], self.spelling)
        return Quoted(line, said, alone=not covered)

    def excerpt(self, finding: Finding) -> Excerpt | None:
        """Return the line of *finding*; None where the text has no such line."""
        if not 0 < finding.line <= len(self.starts):
            return None
        quoted = self.read(finding.line)
        if quoted.said is None:
            return cut(quoted.line, None)
        if finding.column is not None:
            return cut(quoted.line, at_column(quoted.line, finding.column))
        return cut(quoted.line, where(finding, quoted.said, quoted.alone))


class Quoted(NamedTuple):
    """One line, what it says if it is no longer than LONGEST, and whether it begins outside a string."""

    line: str
    said: Said | None = None
    alone: bool = True


def cut(line: str, span: tuple[int, int] | None) -> Excerpt:
    """Return *line* with the place in it, no longer than WIDTH and two marks of what is left out."""
    if span and span[0] < span[1] <= len(line) <= WIDTH:  # the usual case
        return Excerpt(line, *span, span[0] + 1, span[1] + 1)
    first = max(0, min((span[0] if span else 0) - WIDTH // 3, len(line) - WIDTH))
    shown = line[first : first + WIDTH]
    before, after = "…" if first else "", "…" if first + WIDTH < len(line) else ""
    text = before + shown + after
    if span is None:
        return Excerpt(text)
    start = span[0] - first + len(before)
    end = min(span[1] - first + len(before), len(before) + max(len(shown), start + 1))
    return Excerpt(text, start, max(end, start + 1), span[0] + 1, span[1] + 1)


class Sources:
    """The files that findings stand in, by the names that findings give them; each is read when needed."""

    def __init__(self, paths: Mapping[str, Path], texts: Mapping[str, Text | None] = NOTHING) -> None:
        self.paths, self.texts = paths, dict(texts)

    def excerpt(self, finding: Finding) -> Excerpt | None:
        """Return the line of *finding*; None where its file cannot be read."""
        if finding.file not in self.texts:
            self.texts[finding.file] = self._read(finding.file)
        text = self.texts[finding.file]
        return text.excerpt(finding) if text else None

    def _read(self, name: str) -> Text | None:
        try:
            small = name in self.paths and self.paths[name].stat().st_size <= LARGEST
            return Text(self.paths[name].read_bytes()) if small else None
        except OSError:
            return None
