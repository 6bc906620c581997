"""What the facts of a kind of thing are called, in which order they are read, and what the page is headed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from diaspora_influence.terms import DCTERMS, DIO, OA, PREFIXES, RDFS, SCHEMA, SKOS
from diaspora_influence.web.links import curie
from diaspora_influence.web.times import words
from diaspora_influence.web.views import Fact, Thing


@dataclass(frozen=True, slots=True)
class Sheet:
    """How the facts of some classes are shown; *title* takes in the fact *of* where a thing has no name."""

    caption: str
    classes: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    title: str = "{}"
    of: str = ""


ELSEWHERE: Final = {
    SKOS + "definition",
    SKOS + "topConceptOf",
    SCHEMA + "sameAs",
    OA + "motivatedBy",
    RDFS + "isDefinedBy",
    DIO + "hasPremise",
}
"""Facts that stand elsewhere on the page, or that only programs need."""

TIMES: Final = {DCTERMS + "issued", DCTERMS + "date", DCTERMS + "created"}
"""Facts whose values are said as times."""

BACKGROUND: Final = Sheet("Names and background")
SHEETS: Final = (
    Sheet(
        "Bibliographic record",
        frozenset(
            DIO + name
            for name in ("Publication", "SourceText", "Interview", "PersonalCommunication", "PublicStatement",
                         "ReferenceDataset")
        ),
        {
            DCTERMS + "title": "title",
            DCTERMS + "creator": "by",
            DCTERMS + "isFormatOf": "text of",
            DCTERMS + "isPartOf": "in",
            PREFIXES["bibo"] + "number": "number",
            DCTERMS + "publisher": "publisher",
            DCTERMS + "issued": "published",
            DCTERMS + "date": "date",
            DCTERMS + "language": "language",
            DCTERMS + "format": "format",
            DCTERMS + "license": "licence",
            SKOS + "editorialNote": "our note",
        },
    ),
    Sheet(
        "What was verified, and where",
        frozenset({OA + "Annotation"}),
        {
            OA + "hasTarget": "thing",
            OA + "hasBody": "its identifier",
            DCTERMS + "source": "read in",
            DCTERMS + "description": "place in it",
            DCTERMS + "created": "read on",
        },
        title="Identifier of {}, verified",
        of=OA + "hasTarget",
    ),
    Sheet(
        "What is concluded, of whom, and how firmly",
        frozenset({DIO + "Conclusion"}),
        {
            DIO + "followsPattern": "pattern",
            DIO + "concludedOf": "organisation",
            DIO + "concludedOfState": "state",
            DIO + "weakestCertainty": "weakest certainty",
            DIO + "byRule": "by rule",
        },
    ),
)  # fmt: skip


def sheet(thing: Thing) -> Sheet:
    """Return how the facts of a thing are shown."""
    kinds = {kind.iri for kind in thing.types}
    return next((one for one in SHEETS if kinds & one.classes), BACKGROUND)


def facts(thing: Thing, shown: Sheet) -> tuple[Fact, ...]:
    """Return the facts of a thing: those that its sheet names, in that order, then the others by name."""
    found = {iri: fact for iri, fact in thing.facts.items() if iri not in ELSEWHERE}
    ordered = [iri for iri in shown.names if iri in found]
    return tuple(read(iri, found[iri], shown) for iri in ordered + [i for i in found if i not in shown.names])


def read(iri: str, fact: Fact, shown: Sheet) -> Fact:
    """Return a fact under the name of its sheet, its times in words."""
    name = replace(fact.name, text=shown.names.get(iri, fact.name.text))
    values = (
        tuple(replace(each, text=words(each.text)) for each in fact.values) if iri in TIMES else fact.values
    )
    return replace(fact, name=name, values=values)


def headline(thing: Thing, shown: Sheet) -> str:
    """Return what the page of a thing is headed: its name, else what its sheet makes of a fact."""
    about = thing.first(shown.of)
    return (
        shown.title.format(about.text) if about and thing.title.text == curie(thing.iri) else thing.title.text
    )
