"""RDF into a table: each triple as the numbers of its terms, with its line."""

from collections.abc import Callable, Iterable
from itertools import count
from typing import IO, Any, Final, cast

import pyoxigraph as ox

from diaspora_influence.errors import PlacedError
from diaspora_influence.lines import BOM, LineReader, placed
from diaspora_influence.table import Table, Term
from diaspora_influence.terms import XSD

STRING: Final = ox.NamedNode(XSD + "string")


def parse_table(content: bytes, name: str, kind: ox.RdfFormat, base: str | None, label: str) -> Table:
    """Return the triples of *content* as `parse_lines` does; blank nodes are numbered after *label*."""
    table = Table()
    ids, _ = numbered(content.removeprefix(BOM), name, kind, base, table)
    table.terms = renamed(ids, label)
    return table


def numbered(
    text: bytes, name: str, kind: ox.RdfFormat, base: str | None, table: Table
) -> tuple[dict[Term, int], ox.QuadParser]:
    """Add the triples of *text* to the columns of *table*; return term to number, in order, and the parser.

    Blank nodes are called as the parser calls them.
    """
    reader = LineReader(text)
    ids, texts = dict[Term, int](), set[int]()
    known, number_of = ids.get, numbering(ids, texts, lambda: refused(name, reader.count))
    subjects, predicates, objects, numbers = (column.append for column in table.columns)
    ends, tell = reader.ends(), reader.stream.tell
    last, s, line, end = None, 0, 0, 0
    with placed(reader, name, kind):
        parser = ox.parse(cast(IO[bytes], reader), format=kind, base_iri=base)
        for quad in parser:
            subject, term = quad.subject, quad.object
            if subject != last:
                found = known(subject)
                s, last = number_of(subject) if found is None else found, subject
            found = known(predicate := quad.predicate)
            p = number_of(predicate) if found is None else found
            found = known(term)
            o = number_of(term) if found is None else found
            at = tell()
            while end < at:
                end, line = next(ends), line + 1
            reader.idle = 0
            subjects(s)
            predicates(p)
            objects(o)
            numbers(reader.line_of_text(term.value, line) if o in texts else line)
    return ids, parser


def numbering(
    ids: dict[Term, int], texts: set[int], refuse: Callable[[], PlacedError]
) -> Callable[[Any], int]:
    """Return what numbers a new term; *texts* gets those whose line has to be looked for."""

    def number_of(term: Any) -> int:
        number = ids[term] = len(ids)
        if isinstance(term, ox.Literal):
            if term.direction:
                raise refuse()
            if term.datatype == STRING:
                texts.add(number)
        elif isinstance(term, ox.Triple):
            raise refuse()
        return number

    return number_of


def renamed(terms: Iterable[Term], label: str) -> list[Term]:
    """Return *terms* with their blank nodes numbered in order after *label*."""
    named, number = [*terms], count()
    for at, term in enumerate(named):
        if isinstance(term, ox.BlankNode):
            named[at] = ox.BlankNode(f"{label}{next(number)}")
    return named


def refused(name: str, line: int) -> PlacedError:
    """Return the error for what RDF 1.2 adds."""
    return PlacedError(name, line, None, "RDF 1.2 terms are not supported")
