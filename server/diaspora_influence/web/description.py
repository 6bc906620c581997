"""SPARQL 1.1 Service Description: what the endpoint says of itself to a program that asks without a query."""

from collections.abc import Collection, Iterator
from typing import Final

import pyoxigraph as ox

from diaspora_influence.release.read import Release
from diaspora_influence.sparql.formats import GRAPHS, RESULTS
from diaspora_influence.terms import (
    CC_BY,
    CONCLUSIONS,
    DCTERMS,
    DERIVED,
    FORMATS,
    GRAPH,
    INFERRED,
    METADATA,
    RDF,
    SD,
    VOID,
)
from diaspora_influence.web.documents import Triples, canonical

Node = ox.NamedNode | ox.BlankNode

UNION: Final = (
    "The union of all named graphs: what was asserted, what was derived from claims, and what was inferred. "
    "Each can be asked alone by its name, with FROM, GRAPH or default-graph-uri. "
    "The number of triples leaves out graph/metadata, which is in it too."
)
ABOUT: Final = (
    (GRAPH + "ontology/alignments/", "How the ontology relates to another vocabulary. Asserted."),
    (GRAPH + "ontology/", "Classes, relations and schemes. Asserted."),
    (GRAPH + "instances/", "Claims, and the things that they are about, as people wrote them. Asserted."),
    (GRAPH + "shapes/", "What the data must look like, in SHACL. Asserted."),
    (DERIVED, "Direct relations, derived by rule from the claims of one source."),
    (INFERRED, "What the axioms of the ontology add to the other graphs. Inferred."),
    (CONCLUSIONS, "Conclusions drawn by rule from several claims. Inferred."),
    (METADATA, "What the release says of itself: VoID, DCAT, prefixes, example queries."),
)
"""What the name of a graph begins with, and what such a graph holds; the first that fits."""


def describe(
    endpoint: str, release: Release, scratch: bool = False, services: Collection[str] = ()
) -> Triples:
    """Return the description of the service at *endpoint*, whose own address is its subject.

    A *scratch* service takes updates, and what it holds changes: its graphs are not listed. *services* are
    the origins that SERVICE may call.
    """
    about = ox.NamedNode(endpoint)
    return canonical(
        [*service(about), *calls(about, services), *(updates(about) if scratch else contents(about, release))]
    )


def service(endpoint: ox.NamedNode) -> Iterator[ox.Triple]:
    """Yield what the service speaks."""
    yield triple(endpoint, RDF + "type", sd("Service"))
    yield triple(endpoint, SD + "endpoint", endpoint)
    yield triple(endpoint, SD + "supportedLanguage", sd("SPARQL11Query"))
    for one in (*RESULTS, *GRAPHS):
        yield triple(endpoint, SD + "resultFormat", ox.NamedNode(FORMATS + one.engine.iri.rpartition("/")[2]))


def calls(endpoint: ox.NamedNode, services: Collection[str]) -> Iterator[ox.Triple]:
    """Yield whom the service calls for a query, and that it does."""
    if services:
        yield triple(endpoint, SD + "feature", sd("BasicFederatedQuery"))
    for origin in services:
        yield triple(endpoint, DCTERMS + "requires", ox.NamedNode(origin + "/"))


def updates(endpoint: ox.NamedNode) -> Iterator[ox.Triple]:
    """Yield what a scratch service takes beyond queries."""
    yield triple(endpoint, SD + "supportedLanguage", sd("SPARQL11Update"))


def contents(endpoint: ox.NamedNode, release: Release) -> Iterator[ox.Triple]:
    """Yield what a service of a release answers for."""
    dataset = ox.BlankNode("dataset")
    yield triple(endpoint, SD + "feature", sd("UnionDefaultGraph"))
    yield triple(endpoint, DCTERMS + "license", ox.NamedNode(CC_BY))
    yield triple(endpoint, SD + "defaultDataset", dataset)
    yield triple(dataset, RDF + "type", sd("Dataset"))
    yield from graph(dataset, "defaultGraph", ox.BlankNode("union"), release.triples, UNION)
    for number, (name, size) in enumerate(sorted({**release.graphs, METADATA: 0}.items())):
        named = ox.BlankNode(f"named{number}")
        yield triple(dataset, SD + "namedGraph", named)
        yield triple(named, RDF + "type", sd("NamedGraph"))
        yield triple(named, SD + "name", ox.NamedNode(name))
        about = next((text for begin, text in ABOUT if name.startswith(begin)), "")
        yield from graph(named, "graph", ox.BlankNode(f"graph{number}"), size, about)


def graph(holder: Node, link: str, node: ox.BlankNode, size: int, about: str) -> Iterator[ox.Triple]:
    """Yield a graph of *holder* and, where they are known, what it holds and how many triples."""
    yield triple(holder, SD + link, node)
    yield triple(node, RDF + "type", sd("Graph"))
    if size:
        yield triple(node, VOID + "triples", ox.Literal(size))
    if about:
        yield triple(node, DCTERMS + "description", ox.Literal(about, language="en"))


def triple(subject: Node, predicate: str, value: Node | ox.Literal) -> ox.Triple:
    """Return one triple."""
    return ox.Triple(subject, ox.NamedNode(predicate), value)


def sd(name: str) -> ox.NamedNode:
    """Return a term of the service description vocabulary."""
    return ox.NamedNode(SD + name)
