"""What shapes say of themselves, read as rules."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import compress, count
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.table import Table, Triples
from diaspora_influence.terms import RDFS, SH
from diaspora_influence.validate.inputs.packaged import packaged_shapes
from diaspora_influence.validate.mending import PARAMETERS
from diaspora_influence.validate.rule import Rule, compact, page_of

SAYS: Final[Mapping[str, Sequence[str]]] = {
    "title": (SH + "name", RDFS + "label"),
    "description": (SH + "description", RDFS + "comment"),
    "message": (SH + "message",),
    "severity": (SH + "severity",),
}
"""What a rule holds to the predicates that say it, the first that is there."""
ASKED: Final[Mapping[str, str]] = {SH + "path": "path", **PARAMETERS}
"""Predicate to the name under which a rule holds its value."""


def known_rules(
    shapes: Sequence[SourceFile] | None = None, only: Container[str] | None = None
) -> dict[str, Rule]:
    """Return what the shapes of the files (the packaged ones if None) say of themselves, by IRI.

    *only* are the IRIs that are asked for, all if None.
    """
    tables = [packaged_shapes().table] if shapes is None else [file.table for file in shapes]
    return rules_of(triple for table in tables for triple in about(table, only))


def about(table: Table, only: Container[str] | None) -> Iterator[ox.Triple]:
    """Yield the triples about *only* these IRIs, all if None."""
    if only is None:
        yield from Triples(table)
        return
    terms = table.terms
    wanted = {at for at, term in enumerate(terms) if isinstance(term, ox.NamedNode) and term.value in only}
    for at in compress(count(), map(wanted.__contains__, table.subjects)):
        yield table[at].triple


def rules_of(triples: Iterable[ox.Triple]) -> dict[str, Rule]:
    """Return a rule for each IRI of which anything is said that a rule holds."""
    said: dict[str, dict[str, list[Any]]] = {}
    wanted = {predicate for predicates in SAYS.values() for predicate in predicates} | ASKED.keys()
    for subject, predicate, value in triples:
        if isinstance(subject, ox.NamedNode) and predicate.value in wanted:
            said.setdefault(subject.value, {}).setdefault(predicate.value, []).append(value)
    return {iri: _rule(iri, facts) for iri, facts in said.items()}


def _rule(iri: str, facts: Mapping[str, list[Any]]) -> Rule:
    held = {name: _best(facts, predicates) for name, predicates in SAYS.items()}
    severity = (held.pop("severity") or SH + "Violation").removeprefix(SH)
    asked = {name: shown(facts[predicate][0]) for predicate, name in ASKED.items() if predicate in facts}
    if not asked.get("path"):
        asked.pop("path", None)  # one of several steps
    return Rule(iri, compact(iri), severity=severity, page=page_of(iri), asked=asked, **held)


def shown(term: Any) -> str:
    """Return a name with its prefix, a text as it is, nothing of a blank node."""
    if isinstance(term, ox.BlankNode):
        return ""
    return compact(term.value) if isinstance(term, ox.NamedNode) else str(term.value)


def _best(facts: Mapping[str, list[Any]], predicates: Sequence[str]) -> str | None:
    """Return the value of the first predicate that has one, in English where there are several."""
    values = next((facts[predicate] for predicate in predicates if predicate in facts), [])
    english = [value for value in values if getattr(value, "language", None) == "en"]
    return min((value.value for value in english or values), default=None)
