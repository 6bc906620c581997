"""Terms pass from one RDF library to the other without a change of meaning or spelling."""

import pyoxigraph as ox
import pytest
import rdflib

from diaspora_influence.convert import to_graph, to_rdflib
from diaspora_influence.data import parse_lines
from diaspora_influence.terms import XSD

# Each term and its N-Triples form, which both libraries must write alike.
TERMS = {
    "IRI": ox.NamedNode("http://example.org/é"),
    "blank node": ox.BlankNode("b0"),
    "plain": ox.Literal('a "quoted" \\ word'),
    "language": ox.Literal("Союз", language="ru"),
    "integer with zeros": ox.Literal("007", datatype=ox.NamedNode(XSD + "integer")),
    "double as written": ox.Literal("1e0", datatype=ox.NamedNode(XSD + "double")),
    "boolean as digit": ox.Literal("1", datatype=ox.NamedNode(XSD + "boolean")),
    "date-time with Z": ox.Literal("2007-01-01T00:00:00Z", datatype=ox.NamedNode(XSD + "dateTime")),
    "ill-typed": ox.Literal("not a number", datatype=ox.NamedNode(XSD + "string")),
    "hexadecimal": ox.Literal("cd67b2", datatype=ox.NamedNode(XSD + "hexBinary")),
    "foreign datatype": ox.Literal("2007-~", datatype=ox.NamedNode("http://example.org/edtf")),
}


@pytest.mark.parametrize("term", TERMS.values(), ids=TERMS)
def test_term_keeps_its_spelling(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> None:
    converted = to_rdflib(term)
    assert str(converted) == term.value
    if isinstance(term, ox.Literal):
        assert isinstance(converted, rdflib.Literal)
        assert converted.language == term.language
        assert str(converted.datatype or XSD + "string") == (
            term.datatype.value if not term.language else XSD + "string"
        )


def test_triple_term_is_refused() -> None:
    node = ox.NamedNode("http://example.org/a")
    with pytest.raises(TypeError, match="rdflib has no term"):
        to_rdflib(ox.Triple(node, node, node))


def test_blank_nodes_of_a_graph_stay_joined() -> None:
    lines = parse_lines(b"@prefix : <http://example.org/> . :a :b [ :c ( 1 2 ) ] .", "case.ttl")
    graph = to_graph(line.triple for line in lines)
    (node,) = graph.objects(rdflib.URIRef("http://example.org/a"), rdflib.URIRef("http://example.org/b"))
    (head,) = graph.objects(node, rdflib.URIRef("http://example.org/c"))
    assert [str(item) for item in graph.items(head)] == ["1", "2"]
