"""What the pages show, as plain values: read from the dataset, free of HTTP and HTML."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import CLAIM, CONCLUSION, CONCLUSIONS, DIO, GRAPH, OWL, RDF, RDFS, SCHEMA, SKOS
from diaspora_influence.web.dataset import Dataset, Row, Term, query
from diaspora_influence.web.links import curie

TYPE: Final = RDF + "type"
LABEL: Final = RDFS + "label"
FORMAL: Final = {OWL + "NamedIndividual", SKOS + "Concept"}
"""Types that tell a program how to read a thing, and a reader nothing of it."""

REASONED: Final = (GRAPH + "derived/", GRAPH + "inferred", CONCLUSIONS)
"""Graphs that hold what rules added; a page shows those triples as claims and classes, not as facts.

A conclusion is nothing but what a rule added, and its page shows that.
"""


@dataclass(frozen=True, slots=True)
class Value:
    """A term as a reader sees it: its text, a link where it is an IRI, and what else is known of it."""

    text: str
    iri: str | None = None
    language: str | None = None
    definition: str | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A property with its values; *assumed* where the model supplies what the data leaves out."""

    name: Value
    values: tuple[Value, ...]
    assumed: bool = False


BOOLEANS: Final = {str(ox.Literal(True)): "yes", str(ox.Literal(False)): "no"}
Labels = Mapping[str, Row]


def value(term: Term, labels: Labels) -> Value:
    """Return *term* with the label, definition and rank that the data has for it."""
    if isinstance(term, ox.Literal):
        return Value(BOOLEANS.get(str(term), term.value), language=term.language)
    row = labels.get(term.value, {})
    label, definition, rank = row.get("label"), row.get("definition"), row.get("rank")
    text = label.value if label else curie(term.value)
    return Value(
        # A claim's label, alone, reads as if it were so: wherever it is mentioned it stands as a quotation.
        text=f"“{text}”" if term.value.startswith(CLAIM) else text,
        iri=term.value,
        language=label.language if isinstance(label, ox.Literal) else None,
        definition=definition.value if definition else None,
        rank=int(rank.value) if rank else None,
    )


def named(row: Row, name: str, labels: Labels) -> Value | None:
    """Return the value of a variable, None where it is unbound."""
    return value(row[name], labels) if name in row else None


def iris(rows: Iterable[Row]) -> set[str]:
    """Return every IRI in *rows*."""
    return {term.value for row in rows for term in row.values() if isinstance(term, ox.NamedNode)}


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing: what it is called, what it is, and the facts that stand of it."""

    iri: str
    title: Value
    types: tuple[Value, ...] = ()
    inferred: tuple[Value, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def is_a(self, *classes: str) -> bool:
        """Say whether the thing is of one of *classes* (local names), written or inferred."""
        return any(kind.iri == DIO + name for name in classes for kind in (*self.types, *self.inferred))

    def first(self, iri: str) -> Value | None:
        """Return the first value of a property, None where there is none."""
        fact = self.facts.get(iri)
        return fact.values[0] if fact else None


def thing(dataset: Dataset, iri: str) -> Thing:
    """Read one thing, its own name and every label that its facts need."""
    rows = dataset.rows(query("facts", this=iri))
    labels = dataset.labels(iris(rows) | {iri})
    added = REASONED[:-1] if iri.startswith(CONCLUSION) else REASONED
    written = [row for row in rows if not row["g"].value.startswith(added)]
    types = tuple(kind for kind in values(written, TYPE, labels) if kind.iri not in FORMAL)
    names = {kind.iri for kind in types}
    inferred = tuple(kind for kind in values(rows, TYPE, labels) if kind.iri not in names and ours(kind))
    return Thing(iri, title(iri, labels), types, inferred, facts(written, labels))


def title(iri: str, labels: Labels) -> Value:
    """Return what a thing's own page calls it."""
    label = labels.get(iri, {}).get("label")
    return value(label, labels) if label else Value(curie(iri))


def ours(kind: Value) -> bool:
    """Say whether a class is one of this ontology, and worth a reader's time."""
    return (kind.iri or "").startswith(DIO)


def values(rows: Iterable[Row], predicate: str, labels: Labels) -> tuple[Value, ...]:
    """Return the distinct values of *predicate* in *rows*, in order."""
    return tuple(dict.fromkeys(value(row["o"], labels) for row in rows if row["p"].value == predicate))


OUTSIDE: Final = {SKOS + "altLabel": "also called", SCHEMA + "sameAs": "the same elsewhere"}
"""What properties of other vocabularies are called here; the rest go by their own names, in words."""


def property_name(iri: str, labels: Labels) -> Value:
    """Return what a property is called."""
    if iri in labels:
        return value(ox.NamedNode(iri), labels)
    local = re.split(r"[#/]", iri)[-1]
    return Value(OUTSIDE.get(iri) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower(), iri)


def facts(rows: list[Row], labels: Labels) -> dict[str, Fact]:
    """Return property to fact, without types and the name, sorted by what the property is called."""
    predicates = {row["p"].value for row in rows} - {TYPE, LABEL}
    found = [Fact(property_name(iri, labels), values(rows, iri, labels)) for iri in predicates]
    found.sort(key=lambda fact: (fact.name.text.casefold(), fact.name.iri))
    return {fact.name.iri or "": fact for fact in found}
