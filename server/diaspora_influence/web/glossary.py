"""The terms of the ontology, and the shapes, as a reader looks them up: read from triples, free of HTTP."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import DCTERMS, DIO, OWL, RDF, RDFS, SH, SHAPES, SKOS
from diaspora_influence.web.documents import Triples
from diaspora_influence.web.links import curie

SHOWN: Final = (
    (SKOS + "scopeNote", "Note"),
    (SKOS + "example", "Example"),
    (SKOS + "editorialNote", "Editorial note"),
    (RDFS + "comment", "Comment"),
    (RDFS + "subClassOf", "Sub-class of"),
    (OWL + "equivalentClass", "Same as"),
    (OWL + "disjointWith", "Disjoint with"),
    (RDFS + "subPropertyOf", "Sub-property of"),
    (RDFS + "domain", "Domain"),
    (RDFS + "range", "Range"),
    (OWL + "inverseOf", "Inverse"),
    (DIO + "reportedAs", "Weaker twin"),
    (DIO + "claimClass", "Class of its claims"),
    (DIO + "personTripleAllowed", "Direct triple allowed with a person at an end"),
    (DIO + "rank", "Rank"),
    (SKOS + "inScheme", "Scheme"),
    (SH + "targetClass", "Target class"),
    (SH + "severity", "Severity"),
    (SH + "message", "Message"),
)
"""What an entry shows below its definition, in this order, and what it is called."""

DEFINITIONS: Final = (SKOS + "definition", DCTERMS + "description", SH + "description")
NAMES: Final = (RDFS + "label", SKOS + "prefLabel", SH + "name", DCTERMS + "title")

TERM_SECTIONS: Final = (
    ("Classes", OWL + "Class"),
    ("Relations between things", OWL + "ObjectProperty"),
    ("Properties with plain values", OWL + "DatatypeProperty"),
    ("Annotations", OWL + "AnnotationProperty"),
    ("Schemes", SKOS + "ConceptScheme"),
    ("Concepts", SKOS + "Concept"),
)
SHAPE_SECTIONS: Final = (
    ("Node shapes", SH + "NodeShape"),
    ("Property shapes", SH + "PropertyShape"),
    ("Constraints in SPARQL", SH + "SPARQLConstraint"),
    ("Targets in SPARQL", SH + "SPARQLTarget"),
)
"""Heading and class of each section, of the ontology's page and the shapes'."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an entry: what it is called, and its values as text with an IRI where they have one."""

    name: str
    values: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One term, under an anchor that is its local name."""

    anchor: str
    iri: str
    label: str
    definition: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The entries of one class, by label."""

    heading: str
    entries: tuple[Entry, ...]


Index = dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]]


def index(triples: Triples) -> Index:
    """Return subject to predicate to objects, for named subjects."""
    found: Index = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and not isinstance(triple.object, ox.Triple):
            found[triple.subject.value][triple.predicate.value].append(triple.object)
    return found


def sections(triples: Triples, namespace: str) -> tuple[Section, ...]:
    """Return the sections of the page of *namespace*, which is the ontology's or the shapes'."""
    terms = index(triples)
    table = SHAPE_SECTIONS if namespace == SHAPES else TERM_SECTIONS
    found = (Section(heading, entries(terms, kind, namespace)) for heading, kind in table)
    return tuple(section for section in found if section.entries)


def entries(terms: Index, kind: str, namespace: str) -> tuple[Entry, ...]:
    """Return the terms of *namespace* that are of *kind*, by label."""
    chosen = [
        entry(iri, terms, namespace)
        for iri, about in terms.items()
        if iri.startswith(namespace) and ox.NamedNode(kind) in about.get(RDF + "type", ())
    ]
    return tuple(sorted(chosen, key=lambda one: (one.label.casefold(), one.iri)))


def entry(iri: str, terms: Index, namespace: str) -> Entry:
    """Return the entry of one term."""
    about = terms[iri]
    shown = (Row(name, tuple(shown_values(about.get(predicate, ()), terms))) for predicate, name in SHOWN)
    return Entry(
        anchor=iri.removeprefix(namespace),
        iri=iri,
        label=first(about, NAMES) or iri.removeprefix(namespace),
        definition=first(about, DEFINITIONS),
        rows=tuple(row for row in shown if row.values),
    )


def first(about: dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]], predicates: Iterable[str]) -> str:
    """Return the first literal of the first of *predicates* that has one, else nothing."""
    literals = (
        value.value for name in predicates for value in about.get(name, ()) if isinstance(value, ox.Literal)
    )
    return next(literals, "")


def shown_values(
    objects: Iterable[ox.NamedNode | ox.BlankNode | ox.Literal], terms: Index
) -> Iterable[tuple[str, str | None]]:
    """Yield text and IRI of each object; an anonymous class is left to the data."""
    for term in objects:
        if isinstance(term, ox.NamedNode):
            yield first(terms.get(term.value, {}), NAMES) or curie(term.value), term.value
        elif isinstance(term, ox.Literal):
            yield term.value, None
        else:
            yield "a class expression (see the Turtle)", None
