"""A claim on its own page: every facet, and what follows from it."""

from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import DCTERMS, DIO, SKOS
from diaspora_influence.web.amounts import PARTS, said
from diaspora_influence.web.dataset import Dataset, query
from diaspora_influence.web.times import words
from diaspora_influence.web.views import Fact, Labels, Thing, Value, iris, named, value

READING: Final = """
    claimSubject subjectNamedAs subjectUnstated claimPredicate claimObject objectNamedAs objectUnstated
    value unit inRole topic
    certainty heldBy holderNamedAs holderUnstated reportedBy reportedIn basedOn statedOn evidentialBasis
    polarity modality wording edtf notBefore notAfter atPlace purpose givenReason byMeansOf circumstance
    inCase exemplifiedBy
"""
FACETS: Final = (*(DIO + name for name in READING.split()), DCTERMS + "isReplacedBy", SKOS + "editorialNote")
"""The order in which a claim's facets are read."""

FIGURE: Final = DIO + "value"
"""The facet under which the whole figure is read; its other parts are parts of the words."""

ELSEWHERE: Final = {
    DIO + name
    for name in ("evidence", "notDerivedBecause", "after", "before", "groundFor", "hasGround", "disputes",
                 "inTensionWith", *PARTS)
} - {FIGURE}  # fmt: skip
"""What a claim's page shows in sections of their own, or in one row with others."""

TIMES: Final = {DIO + "edtf", DIO + "statedOn"}
"""Facets whose values are said as times."""

DEFAULTS: Final = {"polarity": "affirmed", "modality": "actual", "wording": "asserted"}
"""What the model says of a claim that does not say it."""


@dataclass(frozen=True, slots=True)
class Direct:
    """The direct triple of a claim and its twin: which stand, and why the first may not."""

    subject: Value
    predicate: Value
    object: Value
    twin: Value | None
    stands: bool
    reported: bool


def facets(dataset: Dataset, claim: Thing) -> tuple[Fact, ...]:
    """Return every facet of a claim in reading order, the defaults of the model among them."""
    missing = {name: default for name, default in DEFAULTS.items() if DIO + name not in claim.facts}
    labels = dataset.labels(DIO + word for pair in missing.items() for word in pair)
    assumed = {
        DIO + name: Fact(term(name, labels), (term(default, labels),), assumed=True)
        for name, default in missing.items()
    }
    said = {iri: in_words(fact) for iri, fact in claim.facts.items() if iri in TIMES}
    whole = {**claim.facts, **assumed, **said, **figure(claim)}
    found = {iri: fact for iri, fact in whole.items() if iri not in ELSEWHERE}
    ordered = [iri for iri in FACETS if iri in found]
    return tuple(found[iri] for iri in ordered + [iri for iri in found if iri not in FACETS])


def in_words(fact: Fact) -> Fact:
    """Return a time in words, with what the data has where that is another text."""
    texts = ((each, words(each.text)) for each in fact.values)
    return replace(
        fact,
        values=tuple(
            each if text == each.text else replace(each, text=f"{text} ({each.text})") for each, text in texts
        ),
    )


def figure(claim: Thing) -> dict[str, Fact]:
    """Return the figure of a claim as one facet, nothing where it has none."""
    parts = {name: part.text for name in PARTS if (part := claim.first(DIO + name))}
    text = said(parts, claim.first(DIO + "unit")) if parts else ""
    return {FIGURE: Fact(Value("figure", DIO + "FigureClaim"), (Value(text),))} if parts else {}


def headline(claim: Thing) -> str:
    """Return what the page of a claim is headed: its label, under its certainty where it does not say it."""
    certainty = claim.first(DIO + "certainty")
    said = certainty.text if certainty else "claim"
    label = claim.title.text
    return label if label.casefold().startswith(said.casefold()) else f"{said.capitalize()}: “{label}”"


def term(name: str, labels: Labels) -> Value:
    """Return a term of the ontology by its local name."""
    return value(ox.NamedNode(DIO + name), labels)


def direct(dataset: Dataset, iri: str) -> Direct | None:
    """Return what became of a claim's direct triple, None where an end is unstated."""
    rows = dataset.rows(query("direct", this=iri))
    if not rows:
        return None
    row, labels = rows[0], dataset.labels(iris(rows))
    return Direct(
        subject=value(row["subject"], labels),
        predicate=value(row["predicate"], labels),
        object=value(row["object"], labels),
        twin=named(row, "twin", labels),
        stands=row["direct"].value == "true",
        reported=row["reported"].value == "true",
    )


def reasons(dataset: Dataset, iri: str) -> tuple[Value, ...]:
    """Return why a claim has no direct triple, each reason with its definition."""
    rows = dataset.rows(query("reasons", this=iri))
    labels = dataset.labels(iris(rows))
    return tuple(value(row["reason"], labels) for row in rows)
