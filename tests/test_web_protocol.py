"""SPARQL 1.1 Protocol at /sparql: what is read, what is refused, and with which status."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import rdflib
from flask.testing import FlaskClient

from diaspora_influence.settings import Settings
from diaspora_influence.terms import DIO, ENDPOINT, GRAPH, ID, SD, VOID
from web_fixtures import BROWSER, LIMITS, app

ASK = "ASK {}"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a ?type }"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
AGENTS = f"{GRAPH}instances/test/agents"
PASSAGES = f"{GRAPH}instances/test/passages"
PALACE = f"{ID}palace"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the small release."""
    with app(tmp_path_factory.mktemp("release"), Settings(limits=LIMITS)) as served:
        yield served.test_client()


def boolean(response: Any) -> bool:
    """Return the truth value of an answer."""
    assert response.status_code == 200, response.text
    return bool(json.loads(response.data)["boolean"])


GOOD: list[tuple[str, dict[str, Any]]] = [
    ("GET", {"query_string": {"query": ASK}}),
    ("GET", {"query_string": {"query": ASK, "unknown": "parameter", "default-graph-uri": AGENTS}}),
    ("POST", {"data": urlencode({"query": ASK}), "content_type": FORM}),
    ("POST", {"data": urlencode({"query": ASK}), "content_type": f"{FORM}; charset=UTF-8"}),
    ("POST", {"data": ASK, "content_type": DIRECT}),
    ("POST", {"data": ASK, "content_type": f"{DIRECT}; charset=utf-8"}),
    ("POST", {"data": ASK, "content_type": DIRECT, "query_string": {"default-graph-uri": AGENTS}}),
    (
        "POST",
        {"data": "query=ASK+%7B%7D", "content_type": FORM, "query_string": {"default-graph-uri": AGENTS}},
    ),
    ("POST", {"data": ASK, "content_type": "Application/SPARQL-Query; Charset=UTF-8"}),
    ("POST", {"data": b"\xef\xbb\xbf" + ASK.encode(), "content_type": DIRECT}),
    ("POST", {"data": urlencode({"query": "\ufeff" + ASK}), "content_type": FORM}),
    ("GET", {"query_string": "query=ASK%7B%7D&format=application/sparql-results+json"}),
    ("QUERY", {"data": ASK, "content_type": DIRECT}),
    ("QUERY", {"data": urlencode({"query": ASK}), "content_type": FORM}),
]


@pytest.mark.parametrize(("method", "request_"), GOOD)
def test_every_way_to_ask_is_answered(client: FlaskClient, method: str, request_: dict[str, Any]) -> None:
    """GET, form, direct and QUERY mean the same."""
    assert boolean(client.open("/sparql", method=method, **request_))


def test_a_slash_at_the_end_is_the_same_endpoint(client: FlaskClient) -> None:
    """Clients write both."""
    assert boolean(client.get("/sparql/", query_string={"query": ASK}))


BAD: list[tuple[int, str, dict[str, Any]]] = [
    (400, "GET", {"query_string": "query=ASK%20%7B%7D&query=ASK%20%7B%7D"}),
    (400, "GET", {"query_string": "query=ASK%20%7B"}),
    (400, "GET", {"query_string": "query="}),
    (400, "GET", {"query_string": "query=%ff%fe"}),
    (400, "POST", {"data": "", "content_type": FORM}),
    (400, "POST", {"data": "query=ASK%7B%7D&query=ASK%7B%7D", "content_type": FORM}),
    (400, "POST", {"data": "query=ASK%7B%7D", "content_type": FORM, "query_string": "query=ASK%20%7B%7D"}),
    (400, "POST", {"data": ASK, "content_type": DIRECT, "query_string": "query=ASK%20%7B%7D"}),
    (400, "POST", {"data": ASK.encode("utf-16"), "content_type": DIRECT}),
    (400, "POST", {"data": b"query=%FF", "content_type": FORM}),
    (400, "POST", {"data": b"query=\xff", "content_type": FORM}),
    (400, "POST", {"data": "&".join(f"a{n}=1" for n in range(2000)), "content_type": FORM}),
    (403, "GET", {"query_string": "update=CLEAR%20ALL"}),
    (403, "POST", {"data": "update=CLEAR+ALL", "content_type": FORM}),
    (403, "POST", {"data": "CLEAR ALL", "content_type": "application/sparql-update"}),
    (403, "POST", {"data": "CLEAR ALL", "content_type": DIRECT}),
    (405, "PUT", {"data": ASK, "content_type": DIRECT}),
    (405, "DELETE", {}),
    (406, "GET", {"query_string": "query=ASK%7B%7D", "headers": {"Accept": "image/png"}}),
    (406, "GET", {"query_string": "query=ASK%7B%7D&format=turtle"}),
    (406, "GET", {"query_string": "query=ASK%7B%7D&format=%0d%0aX-Evil:1"}),
    (406, "GET", {"query_string": "", "headers": {"Accept": "image/png"}}),
    (413, "POST", {"data": "x" * 1_000_000, "content_type": DIRECT}),
    (413, "POST", {"data": f"ASK {{}} #{'x' * 70_000}", "content_type": DIRECT}),
    (414, "GET", {"query_string": f"query=ASK%7B%7D%23{'x' * 70_000}"}),
    (415, "POST", {"data": ASK, "content_type": "text/plain"}),
    (415, "POST", {"data": ASK}),
    (415, "POST", {"data": ASK, "content_type": f"{DIRECT}; charset=UTF-16"}),
    (415, "QUERY", {"data": ASK, "content_type": "application/json"}),
]


@pytest.mark.parametrize(("status", "method", "request_"), BAD)
def test_what_is_not_the_protocol_is_refused(
    client: FlaskClient, status: int, method: str, request_: dict[str, Any]
) -> None:
    """Each error has its status, is a problem document, and any page may read it."""
    response = client.open("/sparql", method=method, **request_)
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.json is not None
    assert response.json["status"] == status
    assert response.json["title"]
    assert "X-Evil" not in response.headers


def test_the_lists_of_requests_are_whole() -> None:
    """No case was lost."""
    assert (len(GOOD), len(BAD)) == (14, 29)


def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient) -> None:
    """405 comes with Allow."""
    allowed = client.delete("/sparql").headers["Allow"]
    assert {"GET", "HEAD", "POST", "QUERY", "OPTIONS"} == set(allowed.split(", "))


def test_a_refused_update_says_where_corrections_go(client: FlaskClient) -> None:
    """The hint names the way that there is."""
    problem = client.post("/sparql", data="update=x", content_type=FORM).json
    assert problem is not None
    assert "corrections" in problem["hint"]


def test_a_long_address_is_told_to_post(client: FlaskClient) -> None:
    """414 comes with the way out."""
    problem = client.get("/sparql", query_string={"query": "x" * 70_000}).json
    assert problem is not None
    assert "POST" in problem["hint"]


def test_a_syntax_error_has_a_place(client: FlaskClient) -> None:
    """Line and column are members of the problem."""
    problem = client.get("/sparql", query_string={"query": "SELECT *\nWHERE { ?s ?p }"}).json
    assert problem is not None
    assert problem["line"] == 2
    assert problem["column"] > 0


def test_a_limit_that_is_hit_is_named(client: FlaskClient) -> None:
    """An answer over the cap is an error, not a shorter answer."""
    cross = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    response = client.get("/sparql", query_string={"query": cross, "format": "csv"})
    assert response.status_code == 507
    assert response.json is not None
    assert response.json["limit"]


DATASETS = [
    ({"default-graph-uri": AGENTS}, f"ASK {{ <{PALACE}> a ?type }}", True),
    ({"default-graph-uri": PASSAGES}, f"ASK {{ <{PALACE}> a ?type }}", False),
    ({"default-graph-uri": [PASSAGES, AGENTS]}, f"ASK {{ <{PALACE}> a ?type }}", True),
    ({"default-graph-uri": AGENTS}, "ASK { GRAPH ?g { ?s ?p ?o } }", False),
    ({"named-graph-uri": AGENTS}, f"ASK {{ GRAPH ?g {{ <{PALACE}> a ?type }} }}", True),
    ({"named-graph-uri": AGENTS}, "ASK { ?s ?p ?o }", False),
    ({"default-graph-uri": PASSAGES}, f"ASK FROM <{AGENTS}> {{ <{PALACE}> a ?type }}", False),
    ({}, f"ASK FROM <{AGENTS}> {{ <{PALACE}> a ?type }}", True),
    ({}, f"ASK {{ <{PALACE}> a ?type . GRAPH ?g {{ <{PALACE}> a ?type }} }}", True),
]


@pytest.mark.parametrize(("dataset", "query", "expected"), DATASETS)
def test_the_dataset_of_the_request_is_the_dataset(
    client: FlaskClient, dataset: dict[str, Any], query: str, expected: bool
) -> None:
    """Dataset parameters hold, repeated too, and beat FROM, by GET and by POST."""
    assert boolean(client.get("/sparql", query_string={"query": query, **dataset})) is expected
    form = urlencode({"query": query, **dataset}, doseq=True)
    assert boolean(client.post("/sparql", data=form, content_type=FORM)) is expected


def test_relative_iris_resolve_against_the_endpoint(client: FlaskClient) -> None:
    """The base is the address asked."""
    response = client.get("/sparql", query_string={"query": "SELECT (<x> AS ?x) {}"})
    assert json.loads(response.data)["results"]["bindings"][0]["x"]["value"] == "http://localhost/x"


def test_head_mirrors_get(client: FlaskClient) -> None:
    """HEAD has the headers of GET and no body."""
    get = client.get("/sparql", query_string={"query": COUNT})
    head = client.head("/sparql", query_string={"query": COUNT})
    ignored = {"Date"}
    assert {k: v for k, v in get.headers if k not in ignored} == {
        k: v for k, v in head.headers if k not in ignored
    }
    assert head.data == b""
    assert int(head.headers["Content-Length"]) == len(get.data)


def test_the_etag_is_the_digest_of_the_answer(client: FlaskClient) -> None:
    """A strong ETag names the bytes and the format, and spares sending them again."""
    first = client.get("/sparql", query_string={"query": COUNT})
    etag = first.headers["ETag"]
    assert etag == f'"{hashlib.sha256(first.data).hexdigest()}-json"'
    again = client.get("/sparql", query_string={"query": COUNT}, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    other = client.get(
        "/sparql", query_string={"query": COUNT, "format": "csv"}, headers={"If-None-Match": etag}
    )
    assert other.status_code == 200
    assert first.headers["Vary"] == "Accept, Accept-Encoding"


def test_options_answers_a_preflight(client: FlaskClient) -> None:
    """A page elsewhere may send what the protocol needs."""
    response = client.options("/sparql", headers={"Origin": "https://example.org"})
    assert response.status_code == 200
    assert "QUERY" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


def test_without_a_query_the_service_describes_itself(client: FlaskClient) -> None:
    """The subject is the endpoint's own address; the named graphs are all there."""
    response = client.get("/sparql")
    assert response.content_type == "text/turtle; charset=utf-8"
    graph = rdflib.Graph().parse(data=response.data, format="turtle")
    endpoint, sd = rdflib.URIRef("http://localhost/sparql"), rdflib.Namespace(SD)
    assert (endpoint, rdflib.RDF.type, sd.Service) in graph
    assert (endpoint, sd.endpoint, endpoint) in graph
    assert (endpoint, sd.supportedLanguage, sd.SPARQL11Query) in graph
    assert len(set(graph.objects(endpoint, sd.resultFormat))) == 10
    dataset = graph.value(endpoint, sd.defaultDataset)
    names = {str(graph.value(named, sd.name)) for named in graph.objects(dataset, sd.namedGraph)}
    assert {AGENTS, PASSAGES, f"{GRAPH}metadata"} <= names
    assert graph.value(graph.value(dataset, sd.defaultGraph), rdflib.URIRef(VOID + "triples")) is not None


@pytest.mark.parametrize("host", ['<>"', "a b", "x> . <y"])
def test_a_host_that_is_none_reaches_no_triple(client: FlaskClient, host: str) -> None:
    """The description falls back to the address of the project."""
    graph = rdflib.Graph().parse(data=client.get("/sparql", headers={"Host": host}).data, format="turtle")
    assert (rdflib.URIRef(ENDPOINT), rdflib.URIRef(SD + "endpoint"), rdflib.URIRef(ENDPOINT)) in graph


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own reader
@pytest.mark.parametrize(
    ("accept", "parser"), [("application/ld+json", "json-ld"), ("application/rdf+xml", "xml")]
)
def test_the_description_is_negotiated(client: FlaskClient, accept: str, parser: str) -> None:
    """It is the same graph in every format."""
    turtle = rdflib.Graph().parse(data=client.get("/sparql").data, format="turtle")
    other = rdflib.Graph().parse(data=client.get("/sparql", headers={"Accept": accept}).data, format=parser)
    assert len(turtle) == len(other)


def test_a_browser_gets_an_editor_that_needs_no_script(client: FlaskClient) -> None:
    """The form posts nothing and names its field as the protocol does."""
    page = client.get("/sparql", headers={"Accept": BROWSER})
    assert page.content_type == "text/html; charset=utf-8"
    assert '<textarea id="query" name="query"' in page.text
    assert 'method="get"' in page.text
    assert "<script" not in page.text


def test_a_browser_gets_rows_as_a_page(client: FlaskClient) -> None:
    """Things of ours lead to this host; the same answer is one click away in every format."""
    query = f"SELECT ?s ?label {{ ?s <{DIO}organOf> ?o ; <{rdflib.RDFS.label}> ?label }}"
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": BROWSER})
    assert page.content_type == "text/html; charset=utf-8"
    assert '<a href="/id/palace">id:palace</a>' in page.text
    assert "The Palace" in page.text
    assert "format=csv" in page.text


def test_a_page_escapes_what_the_data_says(client: FlaskClient) -> None:
    """Neither a literal nor an IRI of the data becomes markup or a script."""
    query = 'SELECT ("<script>alert(1)</script>" AS ?a) (<javascript:alert(1)> AS ?b) {}'
    page = client.get("/sparql", query_string={"query": query, "format": "html"})
    assert page.status_code == 200
    assert "<script" not in page.text
    assert 'href="javascript' not in page.text


def test_an_error_for_a_browser_keeps_the_query_and_escapes_it(client: FlaskClient) -> None:
    """The editor comes back with what was typed."""
    query = "SELECT </textarea><script>alert(1)</script>"
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": BROWSER})
    assert page.status_code == 400
    assert page.content_type == "text/html; charset=utf-8"
    assert "<script" not in page.text
    assert "&lt;/textarea&gt;" in page.text


def test_an_example_stands_in_the_editor(client: FlaskClient) -> None:
    """A link from the first page leads to the editor with the question in it."""
    page = client.get("/sparql", query_string={"example": "01-who-created-whom"}, headers={"Accept": BROWSER})
    assert "dio:createdBy" in page.text
    assert "Expected rows" not in page.text


def test_the_query_is_taken_as_sent(client: FlaskClient) -> None:
    """A plus sign in a direct body is a plus sign; in an address it is a space."""
    query = 'SELECT ("a+b é" AS ?x) {}'
    direct = client.post("/sparql", data=query.encode(), content_type=DIRECT)
    address = client.get(f"/sparql?query={quote(query)}")
    assert json.loads(direct.data) == json.loads(address.data)
    assert json.loads(direct.data)["results"]["bindings"][0]["x"]["value"] == "a+b é"
