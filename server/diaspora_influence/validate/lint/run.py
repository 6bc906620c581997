"""The lint rules over files: each distinct IRI and literal is judged once, each place is named."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, cast

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.terms import BASE, DIO, SHAPES
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.lint.digests import Mistake, evidence_digest
from diaspora_influence.validate.lint.known import Known, terms_of
from diaspora_influence.validate.lint.literals import language_tag, literal_datatype, malformed_literal
from diaspora_influence.validate.lint.names import (
    deprecated_term,
    prefix_as_scheme,
    twin_namespace,
    unknown_name,
    unknown_term,
)
from diaspora_influence.validate.rule import OF_LINT

Faults = dict[str, str]
"""IRI of a rule to what it says."""

OF_IRIS: Final[dict[str, Callable[[str, Known], str | None]]] = {
    SHAPES + "unknown-term": unknown_term,
    SHAPES + "unknown-name": unknown_name,
    SHAPES + "deprecated-term": deprecated_term,
    SHAPES + "twin-namespace": twin_namespace,
    SHAPES + "undeclared-prefix": prefix_as_scheme,
}
"""Rule to what judges an IRI that is used."""
OF_MADE: Final = (SHAPES + "twin-namespace", SHAPES + "undeclared-prefix")
"""The rules that judge what is described too; that it exists is said by its being described."""
OF_LITERALS: Final[dict[str, Callable[[str, ox.Literal, Known], str | None]]] = {
    SHAPES + "literal-datatype": literal_datatype,
    SHAPES + "malformed-literal": malformed_literal,
    SHAPES + "language-tag": language_tag,
}
"""Rule to what judges a literal behind a predicate."""

OfFiles = Mapping[str, Callable[[Sequence[SourceFile], Known], Iterator[Mistake]]]
OF_FILES: Final[OfFiles] = {SHAPES + "evidence-digest": evidence_digest}
"""Rule to what judges whole files, and may look at others."""


def lint(
    files: Sequence[SourceFile],
    context: Sequence[ox.Triple],
    whole: bool,
    found: Iterable[Finding] = (),
    of_files: OfFiles = OF_FILES,
    vocabulary: bool = True,
) -> list[Finding]:
    """Return what the lint rules find in *files*.

    *context* is what is known beside them; *whole* says that the packaged names are in it or in the files, so
    that a name which is in neither is none. A literal that a shape *found* is not found again; *of_files* is
    empty where no file may be looked at but the packaged ones. The packaged *vocabulary* is known in any
    case, unless another takes its place.
    """
    terms = terms_of(files)
    known = Known(files, context, whole, terms, packaged=vocabulary)
    faults = {iri: said for iri in terms.used if (said := _of_iri(iri.value, known, OF_IRIS))}
    wrong = {iri: said for iri in terms.made if (said := _of_iri(iri.value, known, OF_MADE))}
    hits = [*_of_names(files, faults, wrong), *_of_literals(files, known), *_of_files(files, known, of_files)]
    told = {(hit.file, hit.line, hit.path, hit.value) for hit in found if hit.value}
    literals = frozenset(OF_LITERALS)
    return [
        hit
        for hit in hits
        if hit.shape not in literals or (hit.file, hit.line, hit.path, hit.value) not in told
    ]


def _of_iri(iri: str, known: Known, rules: Iterable[str]) -> Faults:
    said = ((rule, OF_IRIS[rule](iri, known)) for rule in rules)
    return {rule: message for rule, message in said if message is not None}


def _of_names(
    files: Sequence[SourceFile], faults: dict[ox.NamedNode, Faults], wrong: dict[ox.NamedNode, Faults]
) -> Iterator[Finding]:
    if not faults and not wrong:
        return
    text, left = namer(files), dict(wrong)
    for file in files:
        table = file.table
        bad, first = ({n for n, term in enumerate(table.terms) if term in some} for some in (faults, wrong))
        for at, (s, p, o) in enumerate(table.rows):
            if p in bad or o in bad or s in first:
                subject, predicate, term = (cast(Any, table.terms[n]) for n in (s, p, o))
                place = partial(_finding, file.name, table.numbers[at], text(subject))
                yield from place(None, None, left.pop(subject, {}))
                yield from place(predicate.value, None, faults.get(predicate, {}))
                if isinstance(term, ox.NamedNode):
                    yield from place(predicate.value, term.value, faults.get(term, {}))


def _of_literals(files: Sequence[SourceFile], known: Known) -> Iterator[Finding]:
    ours = {iri for iri in known.terms.used if iri.value.startswith(DIO)}
    ours |= {iri for iri in known.terms.made if iri.value.startswith(BASE)}
    text: Callable[[object], str] | None = None
    for file in files:
        table = file.table
        literals = [isinstance(term, ox.Literal) for term in table.terms]
        meant = [term in ours for term in table.terms]
        judged: dict[tuple[int, int], Faults] = {}
        for at, (s, p, o) in enumerate(table.rows):
            if literals[o] and (meant[p] or meant[s]):
                faults = judged.get((p, o))
                if faults is None:
                    faults = judged[p, o] = _of_literal(table.terms[p].value, table.terms[o], known)
                if faults:
                    text = text or namer(files)
                    said = (text(table.terms[s]), table.terms[p].value, str(table.terms[o]))
                    yield from _finding(file.name, table.numbers[at], *said, faults)


def _of_literal(predicate: str, literal: Any, known: Known) -> Faults:
    said = ((rule, judge(predicate, literal, known)) for rule, judge in OF_LITERALS.items())
    return {rule: message for rule, message in said if message is not None}


def _of_files(files: Sequence[SourceFile], known: Known, of_files: OfFiles) -> Iterator[Finding]:
    for rule, judge in of_files.items():
        for file, line, focus, path, value, message in judge(files, known):
            yield from _finding(file, line, focus, path, value, {rule: message})


def _finding(
    file: str, line: int, focus: str, path: str | None, value: str | None, faults: Faults
) -> Iterator[Finding]:
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
