"""A large file read in several processes, each a part of it; who reads finds nothing that differs.

What parses whole up to a line ends with a statement, or the parser would have missed the rest of it. So the
parts are those of the file if each parses whole and begins with the prefixes and the base with which the one
before it ended. Where that does not hold, or a process does not answer, there are no parts.
"""

from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from itertools import pairwise
from operator import attrgetter
from threading import Thread
from typing import Final

import pyoxigraph as ox

from diaspora_influence.errors import InternalError, PlacedError
from diaspora_influence.lines import BOM, QUOTES
from diaspora_influence.parsed import numbered, renamed
from diaspora_influence.table import Table, Term
from diaspora_influence.validate.aside import aside

LEAST: Final = 1 << 20
"""Bytes to each process; for less a fork does not pay."""
MORE: Final = 0.15
"""By how much the part that is read here is larger than another, which has to be sent too."""
PARTED: Final = (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
DIRECTIVES: Final = (b"\n@prefix ", b"\n@base ", b"\nPREFIX ", b"\nBASE ")
"""How lines begin that say what names stand for; where one begins otherwise there are no parts."""
State = tuple[dict[str, str], str | None]
"""The prefixes and the base that hold somewhere in a file."""
Answer = tuple[State, State, str, list[bytes]]
"""Of a part: the states in which it begins and ends, its terms, its columns."""


def parse_parted(
    content: bytes, name: str, kind: ox.RdfFormat, base: str | None, label: str, processes: int
) -> Table | None:
    """Return what `parse_table` does, read in as many *processes*; None where it has to be read in one.

    Nothing is raised for what cannot be read: that is for him to tell who reads the whole.
    """
    text = content.removeprefix(BOM)
    parts = min(processes, len(text) // LEAST)
    if parts < 2 or kind not in PARTED or any(quotes in text for quotes in QUOTES):
        return None
    share = len(text) / (parts + MORE)
    places = (int((part + MORE) * share) for part in range(1, parts))
    cuts = [0, *(text.find(b".\n", place) + 2 for place in places), len(text)]
    if any(end - start < 2 for start, end in pairwise(cuts)):
        return None
    with ExitStack() as stack, suppress(PlacedError, InternalError, SyntaxError):
        others = [
            stack.enter_context(aside(partial(alone, partial(read, text, part, name, kind, base))))
            for part in pairwise(cuts[1:])
        ]
        table = Table()
        ids, parser = numbered(text[: cuts[1]], name, kind, base, table)
        state: State = parser.prefixes, parser.base_iri
        for other in others:
            answer = other()
            if answer is None or answer[0] != state:
                return None
            _, state, terms, columns = answer
            add(table, ids, terms, columns)
        table.terms = renamed(ids, label)
        return table
    return None


def alone(work: Callable[[], Answer]) -> Answer | None:
    """Return what *work* gives in a thread of its own, None where it fails.

    pyoxigraph names blank nodes by a random sequence of each thread: a forked one's is its parent's too.
    """
    found: list[Answer] = []

    def run() -> None:
        with suppress(Exception):
            found.append(work())

    fresh = Thread(target=run)
    fresh.start()
    fresh.join()
    return found[0] if found else None


def read(text: bytes, part: tuple[int, int], name: str, kind: ox.RdfFormat, base: str | None) -> Answer:
    """Return what is read in a part of *text*, with what is declared before it."""
    start, end = part
    header = b"".join(directives(text, start))
    declared = ox.parse(header, format=kind, base_iri=base)
    for _ in declared:
        raise ValueError("a triple among the declarations")
    table = Table()
    ids, parser = numbered(header + text[start:end], name, kind, base, table)
    before = text.count(b"\n", 0, start) - header.count(b"\n")
    table.numbers = array("I", map(before.__add__, table.numbers))
    columns = [column.tobytes() for column in table.columns]
    return (
        (declared.prefixes, declared.base_iri),
        (parser.prefixes, parser.base_iri),
        "".join(f"<any:> <any:> {term} .\n" for term in ids),
        columns,
    )


def directives(text: bytes, end: int) -> Iterator[bytes]:
    """Yield the lines before *end* that declare a prefix or a base, in their order."""
    places = [0] if text.startswith(tuple(mark[1:] for mark in DIRECTIVES)) else []
    for mark in DIRECTIVES:
        at = text.find(mark, 0, end)
        while at >= 0:
            places.append(at + 1)
            at = text.find(mark, at + 1, end)
    for at in sorted(places):
        yield text[at : text.find(b"\n", at) + 1]


def add(table: Table, ids: dict[Term, int], terms: str, columns: list[bytes]) -> None:
    """Add the triples of a part to those of the parts before it."""
    said = map(attrgetter("object"), ox.parse(terms, format=ox.RdfFormat.N_TRIPLES, lenient=True))
    numbers = [ids.setdefault(term, len(ids)) for term in said]
    *triples, lines = (array("I", column) for column in columns)
    for column, more in zip(table.columns, triples, strict=False):
        column.extend(map(numbers.__getitem__, more))
    table.numbers.extend(lines)
