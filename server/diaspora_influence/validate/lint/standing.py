"""Where in files that stands which lint finds: rules and places in, findings out."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import partial
from itertools import compress
from typing import Any, Final, cast

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.table import Table
from diaspora_influence.terms import BASE, DIO, SHAPES
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.rule import OF_LINT

Faults = Mapping[str, str]
"""IRI of a rule to what it says."""
NONE: Final[Faults] = {}


def of_names(
    files: Sequence[SourceFile], faults: Mapping[str, Faults], wrong: Mapping[str, Faults]
) -> Iterator[Finding]:
    """Yield *faults* of IRIs wherever they are used, what is *wrong* with one where it is first described."""
    if not faults and not wrong:
        return
    text, left = namer(files), dict(wrong)
    for file in files:
        table = file.table
        bad, first = (set(numbers(table, some)) for some in (faults, wrong))
        for at, (s, p, o) in enumerate(table.rows):
            if p in bad or o in bad or s in first:
                subject, predicate, term = (cast(Any, table.terms[n]) for n in (s, p, o))
                place = partial(finding, file.name, table.numbers[at], text(subject))
                yield from place(None, None, left.pop(subject.value, NONE) if s in first else NONE)
                yield from place(predicate.value, None, faults.get(predicate.value, NONE))
                if isinstance(term, ox.NamedNode):
                    yield from place(predicate.value, term.value, faults.get(term.value, NONE))


def numbers(table: Table, wanted: Container[str]) -> Iterator[int]:
    """Yield the numbers of the *wanted* IRIs."""
    terms = enumerate(table.terms)
    return (number for number, term in terms if isinstance(term, ox.NamedNode) and term.value in wanted)


def of_literals(
    files: Sequence[SourceFile], made: Container[str], judge: Callable[[str, Any], Faults]
) -> Iterator[Finding]:
    """Yield what *judge* says of literals, of which it gets each once behind each predicate.

    They are those behind our terms, and those of the things of ours, which are *made* in the files.
    """
    text: Callable[[object], str] | None = None
    for file in files:
        table, terms = file.table, file.table.terms
        ours, literals = of_ours(table, made), [isinstance(term, ox.Literal) for term in terms]
        rows = compress(table.rows, map(literals.__getitem__, table.objects))
        pairs = {(p, o) for s, p, o in rows if p in ours or s in ours}
        judged = {(p, o): said for p, o in pairs if (said := judge(cast(Any, terms[p]).value, terms[o]))}
        for at, (s, p, o) in enumerate(table.rows) if judged else ():
            if (p, o) in judged and (p in ours or s in ours):
                text = text or namer(files)
                place = (text(terms[s]), cast(Any, terms[p]).value, str(terms[o]))
                yield from finding(file.name, table.numbers[at], *place, judged[p, o])


def of_ours(table: Table, made: Container[str]) -> set[int]:
    """Return the numbers of the terms of ours and of the things of ours that some file describes."""
    said = {number: getattr(table.terms[number], "value", "") for number in set(table.predicates)}
    ours = {n for n, iri in said.items() if iri.startswith(DIO) or (iri.startswith(BASE) and iri in made)}
    for number in set(table.subjects):
        term = table.terms[number]
        if isinstance(term, ox.NamedNode) and term.value.startswith(BASE):
            ours.add(number)
    return ours


def finding(
    file: str, line: int, focus: str, path: str | None, value: str | None, faults: Faults
) -> Iterator[Finding]:
    """Yield a finding for each fault in one place."""
    for rule, message in faults.items():
        severity = OF_LINT[rule].severity
        yield Finding(severity, file, line, focus, path, value, rule, message, component=SHAPES + "Program")


def namer(files: Sequence[SourceFile]) -> Callable[[object], str]:
    """Return what names a subject as the engines do: blank nodes are numbered in the order of *files*."""
    tables = [file.table for file in files]
    subjects = dict.fromkeys(table.terms[s] for table in tables for s in dict.fromkeys(table.subjects))
    blanks = (node for node in subjects if isinstance(node, ox.BlankNode))
    names: dict[object, str] = {node: f"_:b{number}" for number, node in enumerate(blanks, 1)}
    return lambda term: term.value if isinstance(term, ox.NamedNode) else names.get(term, str(term))
