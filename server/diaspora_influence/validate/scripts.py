"""SHACL-JS, which no engine here runs: shapes that ask by a script are refused, for else they pass unseen."""

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.errors import PlacedError
from diaspora_influence.lines import Line
from diaspora_influence.terms import RDF, SH

ASKS: Final = ox.NamedNode(SH + "js")
TARGET: Final = ox.NamedNode(SH + "JSTarget")
DEACTIVATED: Final = ox.NamedNode(SH + "deactivated")


def refuse_scripts(files: Iterable[SourceFile]) -> None:
    """Raise PlacedError at the first constraint or target by a script that is not deactivated."""
    given = [*files]
    held = [(file, line) for file in given for line in file.lines] if any(map(scripted, given)) else []
    off = {line.triple.subject for _, line in held if is_off(line)}
    for file, line in held:
        s, p, o = line.triple
        if p == ASKS and off.isdisjoint((s, o)):
            raise refusal(file, line, "a constraint by sh:js", "by sh:sparql")
        if (p, o) == (ox.NamedNode(RDF + "type"), TARGET):
            raise refusal(file, line, "a target by a script", "by sh:SPARQLTarget")


def scripted(file: SourceFile) -> bool:
    """Say whether a file speaks of scripts at all."""
    table = file.table
    return any(table.number(term) is not None for term in (ASKS, TARGET))


def is_off(line: Line) -> bool:
    """Say whether a line deactivates a shape or a constraint."""
    value = line.triple.object
    return line.triple.predicate == DEACTIVATED and isinstance(value, ox.Literal) and value.value == "true"


def refusal(file: SourceFile, line: Line, what: str, instead: str) -> PlacedError:
    """Return the error for *what* stands on a line, with how to go on."""
    said = f"SHACL-JS is not supported: {what} would never be asked; ask {instead}, or take it out"
    return PlacedError(file.name, line.number, None, said)
