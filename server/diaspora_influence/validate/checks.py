"""What SHACL cannot ask, because it knows no files: judged here, worded in the shapes."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.data import Line, SourceFile
from diaspora_influence.record import record
from diaspora_influence.terms import DIO, SHAPES
from diaspora_influence.validate.finding import Finding

Check = Callable[[SourceFile, Collection[Path]], Iterator[Line]]
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@record
class Verdict:
    """What an engine found, how findings name a term, and the message of a shape, by its IRI.

    Of our own shapes each finding is told *once*; of others as often as SHACL gives it. *refused* is why the
    engine that was to judge did not, where another took its place.
    """

    findings: list[Finding]
    text: Callable[[Term], str]
    message: Callable[[str], str | None]
    once: bool = True
    refused: str | None = None


def foreign_definitions(file: SourceFile, ontology: Collection[Path]) -> Iterator[Line]:
    """Yield what a file that is not of the ontology says about one of its terms."""
    if file.path not in ontology:
        table = file.table
        ours = {
            number
            for number in set(table.subjects)
            if isinstance(term := table.terms[number], ox.NamedNode) and term.value.startswith(DIO)
        }
        yield from (table[at] for at, number in enumerate(table.subjects) if ours and number in ours)


CHECKS: Final[dict[str, Check]] = {SHAPES + "OntologyTerm": foreign_definitions}
"""Shape to what yields the lines that break it; it is asked only where the shapes hold the shape."""


def by_program(
    verdict: Verdict, files: Collection[SourceFile], ontology: Collection[Path]
) -> Iterator[Finding]:
    """Yield what the checks find in *files*; those of *ontology* may define terms."""
    for shape, check in CHECKS.items():
        message = verdict.message(shape)
        for file in files if message is not None else ():
            for line in check(file, ontology):
                s, p, o = map(verdict.text, line.triple)
                said = (s, p, o, shape, str(message))
                yield Finding("Violation", file.name, line.number, *said, component=SHAPES + "Program")
