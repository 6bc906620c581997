"""SPARQL 1.1 Service Description: what the endpoint says of itself to a program that asks without a query."""

from collections.abc import Iterator

import pyoxigraph as ox

from diaspora_influence.release.read import Release
from diaspora_influence.sparql.formats import GRAPHS, RESULTS
from diaspora_influence.terms import CC_BY, DCTERMS, FORMATS, METADATA, RDF, SD, VOID
from diaspora_influence.web.documents import Triples, canonical

Node = ox.NamedNode | ox.BlankNode


def describe(endpoint: str, release: Release) -> Triples:
    """Return the description of the service at *endpoint*, whose own address is its subject."""
    return canonical(service(ox.NamedNode(endpoint), release))


def service(endpoint: ox.NamedNode, release: Release) -> Iterator[ox.Triple]:
    """Yield what the service speaks, and what it answers for."""
    dataset = ox.BlankNode("dataset")
    yield triple(endpoint, RDF + "type", sd("Service"))
    yield triple(endpoint, SD + "endpoint", endpoint)
    yield triple(endpoint, SD + "supportedLanguage", sd("SPARQL11Query"))
    yield triple(endpoint, SD + "feature", sd("UnionDefaultGraph"))
    yield triple(endpoint, DCTERMS + "license", ox.NamedNode(CC_BY))
    for one in (*RESULTS, *GRAPHS):
        yield triple(endpoint, SD + "resultFormat", ox.NamedNode(FORMATS + one.engine.iri.rpartition("/")[2]))
    yield triple(endpoint, SD + "defaultDataset", dataset)
    yield triple(dataset, RDF + "type", sd("Dataset"))
    yield from graph(dataset, "defaultGraph", ox.BlankNode("union"), release.triples)
    for number, (name, size) in enumerate(sorted({**release.graphs, METADATA: 0}.items())):
        named = ox.BlankNode(f"named{number}")
        yield triple(dataset, SD + "namedGraph", named)
        yield triple(named, RDF + "type", sd("NamedGraph"))
        yield triple(named, SD + "name", ox.NamedNode(name))
        yield from graph(named, "graph", ox.BlankNode(f"graph{number}"), size)


def graph(holder: Node, link: str, node: ox.BlankNode, size: int) -> Iterator[ox.Triple]:
    """Yield a graph of *holder* and, where it is known, how many triples it has."""
    yield triple(holder, SD + link, node)
    yield triple(node, RDF + "type", sd("Graph"))
    if size:
        yield triple(node, VOID + "triples", ox.Literal(size))


def triple(subject: Node, predicate: str, value: Node | ox.Literal) -> ox.Triple:
    """Return one triple."""
    return ox.Triple(subject, ox.NamedNode(predicate), value)


def sd(name: str) -> ox.NamedNode:
    """Return a term of the service description vocabulary."""
    return ox.NamedNode(SD + name)
