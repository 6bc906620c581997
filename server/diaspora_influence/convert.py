"""The one place that knows the terms of both RDF libraries: pyoxigraph's and rdflib's."""

from collections.abc import Iterable

import pyoxigraph as ox
import rdflib


def to_rdflib(
    term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple,
) -> rdflib.term.IdentifiedNode | rdflib.Literal:
    """Return the rdflib term that means the same; a literal keeps its lexical form as written.

    A triple term (RDF 1.2) has no counterpart and raises TypeError.
    """
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        datatype = rdflib.URIRef(term.datatype.value)
        # A plain string is of this type in RDF 1.1; rdflib holds the two apart and would write the type out.
        plain = datatype == rdflib.XSD.string
        return rdflib.Literal(term.value, datatype=None if plain else datatype, normalize=False)
    raise TypeError(f"rdflib has no term for {term}")


def literal_of(literal: rdflib.Literal) -> ox.Literal:
    """Return the pyoxigraph literal that means the same, its lexical form as written."""
    if literal.language:
        return ox.Literal(str(literal), language=literal.language)
    return ox.Literal(str(literal), datatype=ox.NamedNode(literal.datatype or rdflib.XSD.string))


def to_oxigraph(term: rdflib.term.Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return the pyoxigraph term that means the same; ValueError where an IRI is none."""
    if isinstance(term, rdflib.Literal):
        return literal_of(term)
    return ox.BlankNode(str(term)) if isinstance(term, rdflib.BNode) else ox.NamedNode(str(term))


def to_graph(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    """Return an rdflib graph of *triples*; blank nodes keep their labels."""
    graph = rdflib.Graph()
    for triple in triples:
        graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    return graph
