"""The lint rules over files: each distinct IRI and literal is judged once, each place is named."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.terms import SHAPES
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.lint.digests import Mistake, evidence_digest
from diaspora_influence.validate.lint.known import Known, terms_of
from diaspora_influence.validate.lint.literals import language_tag, literal_datatype, malformed_literal
from diaspora_influence.validate.lint.names import (
    SPACES,
    deprecated_term,
    prefix_as_scheme,
    twin_namespace,
    unknown_name,
    unknown_term,
)
from diaspora_influence.validate.lint.standing import Faults, finding, of_literals, of_names

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
    return untold(suspects(files, context, whole, of_files, vocabulary), found)


def suspects(
    files: Sequence[SourceFile],
    context: Sequence[ox.Triple],
    whole: bool,
    of_files: OfFiles = OF_FILES,
    vocabulary: bool = True,
) -> list[Finding]:
    """Return what `lint` does, and what a shape may have found too."""
    terms = terms_of(files)
    known = Known(files, context, whole, terms, packaged=vocabulary)
    usual = {iri for iri in known.names if iri.startswith(SPACES)} - known.deprecated.keys()
    used = (iri for iri in terms.used if iri not in usual)
    made = (iri for iri in terms.made if not iri.startswith(SPACES))
    faults = {iri: said for iri in used if (said := _of_iri(iri, known, OF_IRIS))}
    wrong = {iri: said for iri in made if (said := _of_iri(iri, known, OF_MADE))}
    return [
        *of_names(files, faults, wrong),
        *of_literals(files, terms.made, partial(_of_literal, known)),
        *_of_files(files, known, of_files),
    ]


def untold(hits: Iterable[Finding], found: Iterable[Finding]) -> list[Finding]:
    """Return *hits* without the literals that a shape *found* at the same place."""
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


def _of_literal(known: Known, predicate: str, literal: Any) -> Faults:
    faults: dict[str, str] = {}
    for rule, judge in OF_LITERALS.items():
        if (message := judge(predicate, literal, known)) is not None:
            faults[rule] = message
    return faults


def _of_files(files: Sequence[SourceFile], known: Known, of_files: OfFiles) -> Iterator[Finding]:
    for rule, judge in of_files.items():
        for file, line, focus, path, value, message in judge(files, known):
            yield from finding(file, line, focus, path, value, {rule: message})
