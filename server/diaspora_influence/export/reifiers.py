"""Claims as RDF 1.2 reifiers: the relation is quoted in a triple term, and nothing of it is asserted.

RDF 1.2 Concepts, section 1.5: a reifier is a node with rdf:reifies to a triple term. The claim is that node,
so that holder, certainty and evidence stand on it as ever. A claim with an end that its source leaves open
reifies nothing.
"""

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from diaspora_influence.release.canonical import in_order, serialize
from diaspora_influence.sparql.answer import tidy
from diaspora_influence.terms import CLAIM, DIO, GRAPH, RDF

REIFIES: Final = ox.NamedNode(RDF + "reifies")
ADVERSE: Final = ox.NamedNode(DIO + "AdverseClaim")
TYPE: Final = ox.NamedNode(RDF + "type")
WRITTEN: Final = GRAPH + "instances/"
ENDS: Final = tuple(ox.NamedNode(DIO + name) for name in ("claimSubject", "claimPredicate", "claimObject"))


def turtle(store: ox.Store, *, adverse: bool) -> bytes:
    """Return the claims of *store* as Turtle 1.2, in the order of their IRIs."""
    quads = (ox.Quad(t.subject, t.predicate, t.object) for t in reified(store, adverse=adverse))
    return tidy(serialize((quad.triple for quad in in_order(quads)), ox.RdfFormat.TURTLE))


def reified(store: ox.Store, *, adverse: bool) -> Iterator[ox.Triple]:
    """Yield what people wrote of each claim, and the triple term that it reifies.

    Claims of crime, detention or complicity with a person at an end are left out unless *adverse*.
    """
    said: dict[ox.NamedNode, set[ox.Triple]] = {}
    for quad in store:
        subject, graph = quad.subject, quad.graph_name
        if isinstance(graph, ox.NamedNode) and graph.value.startswith(WRITTEN) and is_claim(subject):
            assert isinstance(subject, ox.NamedNode)
            said.setdefault(subject, set()).add(quad.triple)
    for claim, triples in said.items():
        if adverse or ox.Triple(claim, TYPE, ADVERSE) not in triples:
            yield from triples
            yield from (ox.Triple(claim, REIFIES, term) for term in term_of(triples))


def is_claim(node: object) -> bool:
    """Say whether a node is a claim, by its IRI."""
    return isinstance(node, ox.NamedNode) and node.value.startswith(CLAIM)


def term_of(triples: set[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield the triple that a claim is about, where it has both ends."""
    ends = {triple.predicate: triple.object for triple in triples if triple.predicate in ENDS}
    subject, predicate, value = (ends.get(end) for end in ENDS)
    if isinstance(subject, ox.NamedNode) and isinstance(predicate, ox.NamedNode) and value is not None:
        yield ox.Triple(subject, predicate, value)
