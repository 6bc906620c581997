"""What SHACL cannot ask, because it knows no files: judged here, worded in the shapes."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import rdflib

from diaspora_influence.data import Line, SourceFile
from diaspora_influence.terms import DIO, SHAPES

Check = Callable[[SourceFile, Collection[Path]], Iterator[Line]]


def foreign_definitions(file: SourceFile, ontology: Collection[Path]) -> Iterator[Line]:
    """Yield what a file that is not of the ontology says about one of its terms."""
    if file.path not in ontology:
        for line in file.lines:
            if isinstance(line.triple.subject, ox.NamedNode) and line.triple.subject.value.startswith(DIO):
                yield line


CHECKS: Final[dict[rdflib.URIRef, Check]] = {
    rdflib.URIRef(SHAPES + "OntologyTerm"): foreign_definitions,
}
"""Shape to what yields the lines that break it; it is asked only where the shapes hold the shape."""
