"""What there is: the names of ours that data and release describe, what is deprecated, what terms take."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.record import field, record
from diaspora_influence.table import Table, Triples
from diaspora_influence.terms import BASE, CLAIM, DCTERMS, DIO, ID, OWL, RDFS, SHAPES, SKOS, SOURCE, XSD
from diaspora_influence.validate.inputs.packaged import packaged_ontology, packaged_shapes
from diaspora_influence.validate.rule import compact

VOCABULARIES: Final = (DIO, SHAPES)
"""Namespaces whose names only a release makes."""
NAMES: Final = (ID, CLAIM, SOURCE)
"""Namespaces in which authors make names."""
RANGE: Final = ox.NamedNode(RDFS + "range")
DEPRECATED: Final = ox.NamedNode(OWL + "deprecated")
REPLACED: Final = ox.NamedNode(DCTERMS + "isReplacedBy")
NOTE: Final = ox.NamedNode(SKOS + "changeNote")
TRUE: Final = ("true", "1")


class Terms(NamedTuple):
    """The IRIs that files use, as predicate or object, and those that they describe, in their order."""

    used: Collection[str] = ()
    made: Collection[str] = ()


def terms_of(files: Iterable[SourceFile]) -> Terms:
    """Return the terms of *files*, each once."""
    used: dict[str, None] = {}
    made: dict[str, None] = {}
    for table in (file.table for file in files):
        made |= iris(table, set(table.subjects))
        used |= iris(table, {*set(table.predicates), *set(table.objects)})
    return Terms(used.keys(), made.keys())


def iris(table: Table, numbers: Iterable[int]) -> dict[str, None]:
    """Return the IRIs among the terms with *numbers*, in the order of these."""
    terms = map(table.terms.__getitem__, sorted(numbers))
    return {term.value: None for term in terms if isinstance(term, ox.NamedNode)}


@record
class Known:
    """What is known beside *files*: *context*; *whole* says that it holds the packaged names.

    The *packaged* vocabulary is read only where the context lacks it; False where another takes its place.
    """

    files: Sequence[SourceFile]
    context: Sequence[ox.Triple] = ()
    whole: bool = False
    terms: Terms = field(default_factory=Terms)
    misses: dict[str, str] = field(default_factory=dict)
    packaged: bool = True

    @cached_property
    def vocabulary(self) -> Sequence[ox.Triple]:
        """Hold the packaged ontology, where the context does not."""
        return () if self.whole or not self.packaged else packaged_ontology()

    def said(self, predicate: ox.NamedNode) -> Iterator[tuple[Any, Any]]:
        """Yield the subjects and objects of a predicate in all that is known of terms."""
        for table in (file.table for file in self.files if predicate.value in self.terms.used):
            yield from pairs_of(table, predicate)
        for known in (self.context, self.vocabulary):
            if isinstance(known, Triples):
                yield from pairs_of(known.table, predicate)
            else:
                yield from ((s, o) for s, p, o in known if p == predicate)

    @cached_property
    def names(self) -> set[str]:
        """Hold every name of ours that is described somewhere."""
        made = {iri for iri in self.terms.made if iri.startswith(BASE)}
        return made | ours(described(self.context)) | ours(described(self.vocabulary))

    @cached_property
    def shapes(self) -> set[str]:
        """Hold the names of the packaged shapes; few data speak of any."""
        return ours(described(packaged_shapes()))

    def has(self, iri: str) -> bool:
        """Say whether *iri* is described."""
        return iri in self.names or (iri.startswith(SHAPES) and iri in self.shapes)

    def below(self, space: str) -> list[str]:
        """Return the known local names of a namespace, sorted."""
        found = self.names | self.shapes if space == SHAPES else self.names
        return sorted(iri.removeprefix(space) for iri in found if iri.startswith(space) and iri != space)

    @cached_property
    def deprecated(self) -> dict[str, str]:
        """Hold the terms of ours that are given up, each with what to write in its place, if that is said."""
        gone = {s for s, o in self.said(DEPRECATED) if getattr(o, "value", "") in TRUE}
        ways = {s.value: "" for s in gone if isinstance(s, ox.NamedNode) and s.value.startswith(BASE)}
        for s, o in self.said(NOTE) if ways else ():
            if isinstance(s, ox.NamedNode) and ways.get(s.value) == "":
                ways[s.value] = getattr(o, "value", "")
        for s, o in self.said(REPLACED) if ways else ():
            if isinstance(s, ox.NamedNode) and s.value in ways and isinstance(o, ox.NamedNode):
                ways[s.value] = f"write {compact(o.value)}"
        return ways

    @cached_property
    def ranges(self) -> dict[str, str]:
        """Hold the datatype that a property of the ontology takes, of those that take one of XSD."""
        pairs = (
            (s.value, o.value) for s, o in self.said(RANGE) if isinstance(s, ox.NamedNode) and is_datatype(o)
        )
        return {term: datatype for term, datatype in pairs if term.startswith(DIO)}


def pairs_of(table: Table, predicate: ox.NamedNode) -> Iterator[tuple[Any, Any]]:
    """Yield the subjects and objects of a predicate in a table."""
    for row in table.rows_by(predicate):
        yield table.terms[table.subjects[row]], table.terms[table.objects[row]]


def described(triples: Sequence[ox.Triple]) -> set[object]:
    """Return the subjects of *triples*."""
    if isinstance(triples, Triples):
        return {triples.table.terms[number] for number in set(triples.table.subjects)}
    return {triple.subject for triple in triples}


def ours(terms: Iterable[object]) -> set[str]:
    """Return the names of ours among *terms*."""
    return {iri for term in terms if isinstance(term, ox.NamedNode) and (iri := term.value).startswith(BASE)}


def is_datatype(term: object) -> bool:
    """Say whether *term* is a datatype of XSD."""
    return isinstance(term, ox.NamedNode) and term.value.startswith(XSD)
