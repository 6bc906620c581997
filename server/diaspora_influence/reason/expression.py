"""Nodes without a name in words: class expressions as in Manchester syntax, lists, else `[]`."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.reason.contradictions import short
from diaspora_influence.terms import OWL, RDF

FIRST: Final = RDF + "first"
JOINED: Final = {OWL + "intersectionOf": " and ", OWL + "unionOf": " or ", OWL + "oneOf": ", "}
"""What is said of a class by a list, to what stands between the members in words."""
QUANTIFIED: Final = {OWL + "someValuesFrom": "some", OWL + "allValuesFrom": "only", OWL + "hasValue": "value"}
"""What a restriction asks of the values of its property, to Manchester's word."""

Descriptions = Mapping[Any, Mapping[str, Any]]
"""Node without a name to what is said of it: predicate to one value."""


def descriptions(triples: Iterable[ox.Triple]) -> Descriptions:
    """Return what *triples* say of nodes without a name."""
    found: dict[Any, dict[str, Any]] = {}
    for subject, predicate, value in triples:
        if isinstance(subject, ox.BlankNode):
            found.setdefault(subject, {})[predicate.value] = value
    return found


def in_words(node: Any, known: Descriptions) -> str:
    """Return *node* in words: `[dio:createdBy some dio:State]`; what has a name goes by it."""
    if not isinstance(node, ox.BlankNode):
        return short(node)
    about = known.get(node, {})
    if FIRST in about:
        return f"[{', '.join(in_words(member, known) for member in members(node, known))}]"
    for predicate, word in JOINED.items():
        if predicate in about:
            parts = (in_words(member, known) for member in members(about[predicate], known))
            return f"[{word.join(parts)}]"
    for predicate, word in QUANTIFIED.items():
        if predicate in about and OWL + "onProperty" in about:
            ends = in_words(about[OWL + "onProperty"], known), in_words(about[predicate], known)
            return f"[{ends[0]} {word} {ends[1]}]"
    return "[]"


def members(cell: Any, known: Descriptions) -> Iterable[Any]:
    """Yield the members of the RDF list that begins with *cell*; a list that is not closed ends."""
    while FIRST in known.get(cell, {}):
        yield known[cell][FIRST]
        cell = known[cell].get(RDF + "rest")
