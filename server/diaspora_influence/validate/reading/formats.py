"""RDF in each format that is read: which one a file is in, and its triples with their lines."""

import re
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Final

import pyoxigraph as ox

from diaspora_influence.errors import InputError, PlacedError
from diaspora_influence.lines import BOM, Line, parse_lines
from diaspora_influence.parsed import parse_table
from diaspora_influence.table import Table
from diaspora_influence.terms import PREFIXES
from diaspora_influence.validate import choices
from diaspora_influence.validate.reading.nesting import guard

KINDS: Final[dict[str, ox.RdfFormat]] = {
    name: getattr(ox.RdfFormat, called) for name, called in choices.KINDS.items()
}
"""Name of a format, as `--format-in` takes it, to the format."""
SUFFIXES: Final = {
    ".ttl": "turtle",
    ".trig": "trig",
    ".nt": "ntriples",
    ".nq": "nquads",
    ".rdf": "rdfxml",
    ".owl": "rdfxml",
    ".xml": "rdfxml",
    ".jsonld": "jsonld",
    ".json": "jsonld",
}
"""Suffix of a file to the name of its format."""
UNDECLARED: Final = r"(?:The|Unknown) prefix (\S*):"
"""What the parser says of a prefix that no line declares, in Turtle and in RDF/XML."""
DECLARED: Final = {
    ox.RdfFormat.TURTLE: "@prefix {}: <{}> .",
    ox.RdfFormat.TRIG: "@prefix {}: <{}> .",
    ox.RdfFormat.RDF_XML: 'xmlns:{}="{}"',
}
"""Format to what declares a prefix in it."""
WORTHWHILE: Final = 2 << 20
"""Bytes of the largest file that is always read in one process."""
IN_FOLDERS: Final = frozenset(SUFFIXES) - {".xml", ".json"}
"""The suffixes that folders are searched for; the others are mostly something else."""


def kind_of(name: str, given: str | None = None) -> ox.RdfFormat:
    """Return the format that is *given* by name, else that of the suffix; InputError without either."""
    kind = given or SUFFIXES.get(PurePath(name).suffix.lower())
    if kind is None:
        raise InputError(
            f"{name}: the suffix names no format that is read; say --format-in {'|'.join(KINDS)}"
        )
    return KINDS[kind]


def read_table(
    content: bytes, name: str, kind: ox.RdfFormat, base: str, label: str, processes: int = 1
) -> Table:
    """Return the triples of *content* as `read_lines` yields them; blank nodes are numbered after *label*.

    It may be read in as many *processes*, where that pays.
    """
    guard(content, name, kind)
    table = None
    if processes > 1 and len(content) > WORTHWHILE:
        from diaspora_influence.validate.reading.parts import parse_parted

        table = parse_parted(content, name, kind, base, label, processes)
    if table is None:
        with mending(kind):
            table = parse_table(content, name, kind, base, label)
    if kind == ox.RdfFormat.JSON_LD:
        from diaspora_influence.validate.reading.jsonld import (
            lines_of,  # takes time that other formats need not
        )

        table.numbers = array("I", lines_of((line.triple for line in table), content.removeprefix(BOM), base))
    return table


def read_lines(content: bytes, name: str, kind: ox.RdfFormat, base: str) -> Iterator[Line]:
    """Yield the triples of *content*, each with its line; *name* is what errors call it.

    Relative IRIs are resolved against *base*, as RFC 3986 (5.1.3) has it for what was retrieved from there.
    JSON-LD says its triples when all is read: their lines are looked for in the text.
    """
    guard(content, name, kind)
    with mending(kind):
        if kind != ox.RdfFormat.JSON_LD:
            yield from parse_lines(content, name, kind, base)
            return
        triples = [line.triple for line in parse_lines(content, name, kind, base)]
    from diaspora_influence.validate.reading.jsonld import lines_of

    yield from map(Line, triples, lines_of(triples, content.removeprefix(BOM), base))


@contextmanager
def mending(kind: ox.RdfFormat) -> Iterator[None]:
    """Have an error say what `mended` adds."""
    try:
        yield
    except PlacedError as error:
        better = mended(error, kind)
        if better is error:
            raise
        raise better from error


def mended(error: PlacedError, kind: ox.RdfFormat) -> PlacedError:
    """Return *error*, with the declaration to add where a prefix of the house has none."""
    match = re.search(UNDECLARED, error.said)
    if match is None or match[1] not in PREFIXES or kind not in DECLARED:
        return error
    line = DECLARED[kind].format(match[1], PREFIXES[match[1]])
    return PlacedError(error.file, error.line, error.column, f"{error.said}; add {line}")
