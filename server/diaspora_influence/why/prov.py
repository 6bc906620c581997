"""An answer in PROV-O: each triple of a proof is an entity that describes it and asserts nothing.

An entity is named by the address of its own answer; one that speaks of a node without a name has none either.
A negative answer names no triple: it says in words what is missing, and refers to the claims.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlencode

import pyoxigraph as ox

from diaspora_influence.release.proofs import Fact
from diaspora_influence.terms import BASE, DCTERMS, DIO, GRAPH, PROV, RDF, RDFS
from diaspora_influence.why.answer import WITHHELD, Answer
from diaspora_influence.why.claims import Claim
from diaspora_influence.why.links import Gap
from diaspora_influence.why.names import spelled
from diaspora_influence.why.tree import Step

TYPE: Final = RDF + "type"
Node = ox.NamedNode | ox.BlankNode


def question(fact: Fact) -> str:
    """Return the query string that asks for *fact*."""
    return urlencode(dict(zip("spo", map(spelled, fact), strict=True)))


def as_triples(answer: Answer) -> list[ox.Triple]:
    """Return the whole answer as RDF."""
    return list(proved(answer.proof) if answer.proof else refused(answer))


def entity(fact: Fact) -> Node:
    """Return the node that stands for a triple."""
    if any(term.startswith("[") for term in fact):
        return blank("entity", *fact)
    return ox.NamedNode(f"{BASE}/why?{question(fact)}")


def blank(*words: str) -> ox.BlankNode:
    """Return a node without a name, the same for the same words."""
    return ox.BlankNode("b" + hashlib.sha256("\n".join(words).encode()).hexdigest()[:24])


def said(subject: Node, predicate: str, value: ox.NamedNode | ox.BlankNode | ox.Literal | str) -> ox.Triple:
    """Return a triple; a *value* that is a string is an IRI."""
    return ox.Triple(
        subject, ox.NamedNode(predicate), ox.NamedNode(value) if isinstance(value, str) else value
    )


def english(text: str) -> ox.Literal:
    """Return an English literal."""
    return ox.Literal(text, language="en")


def proved(step: Step) -> Iterator[ox.Triple]:
    """Yield a step as an entity, what it was derived from, and in turn what that rests on."""
    if step.again:
        return
    node = entity(step.fact)
    yield said(node, TYPE, PROV + "Entity")
    yield said(node, TYPE, RDF + "Statement")
    for place, word in zip(("subject", "predicate", "object"), step.fact, strict=True):
        yield from described(node, RDF + place, word)
    if step.rule:
        activity = blank("activity", *step.fact)
        yield said(node, PROV + "wasGeneratedBy", activity)
        yield said(activity, TYPE, PROV + "Activity")
        yield said(activity, RDFS + "label", ox.Literal(step.rule))
    if step.certainty:
        yield said(node, RDFS + "comment", english(f"certainty {step.certainty.word}"))
    yield from (said(node, PROV + "wasDerivedFrom", GRAPH + name) for name in step.graphs)
    for premise in step.premises:
        yield said(node, PROV + "wasDerivedFrom", entity(premise.fact))
        yield from proved(premise)
    for claim in step.claims:
        yield said(node, PROV + "wasDerivedFrom", claim.iri)
        yield from claimed(claim)


def described(node: Node, predicate: str, word: str) -> Iterator[ox.Triple]:
    """Yield a term of a triple; one without a name is a node that is called what it reads as."""
    if word.startswith("["):
        unnamed = blank("term", word)
        yield said(node, predicate, unnamed)
        yield said(unnamed, RDFS + "label", english(word))
        return
    (quad,) = ox.parse(f"<a:a> <a:a> {word} .", format=ox.RdfFormat.N_TRIPLES)
    yield ox.Triple(node, ox.NamedNode(predicate), quad.object)


def claimed(claim: Claim) -> Iterator[ox.Triple]:
    """Yield a claim as an entity, with what the release says of it."""
    node = ox.NamedNode(claim.iri)
    yield said(node, TYPE, PROV + "Entity")
    yield said(node, TYPE, DIO + "Claim")
    yield said(node, RDFS + "label", english(claim.label))
    if claim.certainty:
        yield said(node, DIO + "certainty", claim.certainty.iri)
    yield from (said(node, DIO + "evidence", passage.iri) for passage in claim.passages)


def refused(answer: Answer) -> Iterator[ox.Triple]:
    """Yield a negative answer: what is missing, in words, and the claims that gave nothing."""
    node = entity(answer.fact)
    yield said(node, TYPE, PROV + "Entity")
    yield said(node, RDFS + "comment", english("this release does not hold it"))
    for words in (WITHHELD,) if answer.withheld else missing(answer.gaps):
        yield said(node, RDFS + "comment", english(words))
    for claim in answer.claims:
        yield said(node, DCTERMS + "references", claim.iri)
        yield from claimed(claim)


def missing(gaps: Iterable[Gap]) -> Iterator[str]:
    """Yield each missing premise in words."""
    for gap in gaps:
        yield gap.words
        yield from missing(gap.gaps)
