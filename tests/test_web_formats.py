"""Every format of an answer, read back by a parser that is not ours."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import pytest
import rdflib
from flask.testing import FlaskClient

from diaspora_influence.settings import Settings
from diaspora_influence.terms import ID
from web_fixtures import LIMITS, app

LABEL = 'SELECT ?x ?y { VALUES (?x ?y) { ("a,b\\n\\"c\\""@en 1) (<http://example.org/é> UNDEF) } }'
GRAPH = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ <{ID}union-of-testers> }} ?s ?p ?o }}"
SPARQL_XML = "{http://www.w3.org/2005/sparql-results#}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the small release."""
    with app(tmp_path_factory.mktemp("release"), Settings(limits=LIMITS)) as served:
        yield served.test_client()


def from_json(data: bytes) -> list[tuple[str, ...]]:
    """Return the rows of a JSON result."""
    rows = json.loads(data)["results"]["bindings"]
    return [tuple(row[name]["value"] if name in row else "" for name in "xy") for row in rows]


def from_xml(data: bytes) -> list[tuple[str, ...]]:
    """Return the rows of an XML result."""
    found = []
    for result in ElementTree.fromstring(data).iter(f"{SPARQL_XML}result"):
        row = {one.get("name"): "".join(one.itertext()).strip() for one in result}
        found.append(tuple(row.get(name, "") for name in "xy"))
    return found


def from_csv(data: bytes) -> list[tuple[str, ...]]:
    """Return the rows of a CSV result."""
    return [tuple(row) for row in csv.reader(io.StringIO(data.decode(), newline=""))][1:]


def from_tsv(data: bytes) -> list[tuple[str, ...]]:
    """Return the rows of a TSV result, as rdflib reads it."""
    result = rdflib.query.Result.parse(io.BytesIO(data), format="tsv")
    return [tuple("" if term is None else str(term) for term in row) for row in result]


ROWS: list[tuple[str, str, Callable[[bytes], list[tuple[str, ...]]]]] = [
    ("json", "application/sparql-results+json", from_json),
    ("xml", "application/sparql-results+xml", from_xml),
    ("csv", "text/csv", from_csv),
    ("tsv", "text/tab-separated-values", from_tsv),
]


@pytest.mark.parametrize(("token", "media_type", "parse"), ROWS)
def test_rows_survive_every_format(
    client: FlaskClient, token: str, media_type: str, parse: Callable[[bytes], list[tuple[str, ...]]]
) -> None:
    """By token and by Accept the same rows come back, whatever they hold."""
    by_token = client.get("/sparql", query_string={"query": LABEL, "output": token})
    by_accept = client.get(
        "/sparql", query_string={"query": LABEL}, headers={"Accept": f"{media_type};q=0.5"}
    )
    assert by_token.data == by_accept.data
    assert by_token.mimetype == by_accept.mimetype == media_type
    assert parse(by_token.data) == [('a,b\n"c"', "1"), ("http://example.org/é", "")]


@pytest.mark.parametrize(
    ("token", "expected"), [("json", b'"boolean":true'), ("xml", b"<boolean>true</boolean>")]
)
def test_a_truth_value_has_its_formats(client: FlaskClient, token: str, expected: bytes) -> None:
    """ASK is answered in the formats that W3C defines for it."""
    response = client.get("/sparql", query_string={"query": "ASK {}", "format": token})
    assert expected in response.data.replace(b" ", b"")


GRAPHS = [
    ("turtle", "text/turtle", "turtle"),
    ("jsonld", "application/ld+json", "json-ld"),
    ("rdfxml", "application/rdf+xml", "xml"),
    ("nt", "application/n-triples", "nt"),
    ("trig", "application/trig", "trig"),
    ("nq", "application/n-quads", "nquads"),
]


# rdflib's own readers of datasets use names that rdflib deprecates.
@pytest.mark.filterwarnings("ignore:.*is deprecated, use Dataset:DeprecationWarning")
@pytest.mark.parametrize(("token", "media_type", "parser"), GRAPHS)
def test_a_graph_survives_every_format(client: FlaskClient, token: str, media_type: str, parser: str) -> None:
    """The same triples come back, language tags and all."""
    response = client.get("/sparql", query_string={"query": GRAPH}, headers={"Accept": media_type})
    assert response.mimetype == media_type
    assert response.data == client.get("/sparql", query_string={"query": GRAPH, "format": token}).data
    found = rdflib.Dataset()
    found.parse(data=response.data, format=parser)
    triples = {(s, p, o) for s, p, o, _ in found.quads()}
    subject = rdflib.URIRef(f"{ID}union-of-testers")
    assert len(triples) == 5
    assert (
        subject,
        rdflib.SKOS.altLabel,
        rdflib.Literal("Soyuz testirovshchikov", lang="ru-latn"),
    ) in triples


def test_the_lists_of_formats_are_whole() -> None:
    """No case was lost."""
    assert (len(ROWS), len(GRAPHS)) == (4, 6)


def test_the_token_beats_the_header(client: FlaskClient) -> None:
    """format= is what the client wrote last; the header is what its library sends."""
    query = {"query": "ASK {}", "format": "xml"}
    response = client.get(
        "/sparql", query_string=query, headers={"Accept": "application/sparql-results+json"}
    )
    assert response.mimetype == "application/sparql-results+xml"


@pytest.mark.parametrize(
    ("query", "expected"), [("SELECT * {}", "application/sparql-results+json"), (GRAPH, "text/turtle")]
)
def test_who_accepts_anything_gets_what_programs_read(client: FlaskClient, query: str, expected: str) -> None:
    """`*/*` is JSON for rows and Turtle for graphs, never a page."""
    for headers in ({}, {"Accept": "*/*"}, {"Accept": ""}):
        assert client.get("/sparql", query_string={"query": query}, headers=headers).mimetype == expected
