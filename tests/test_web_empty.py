"""/sparql?explain=empty over HTTP: every way to ask, three formats, and the offer in the page of an empty answer."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from diaspora_influence.settings import Settings
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.terms import DIO, GRAPH, ID
from web_fixtures import BROWSER, LIMITS, Outline, app

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
PASSAGES = f"{GRAPH}instances/test/passages"
HEAD = f"PREFIX dio: <{DIO}> PREFIX id: <{ID}> "
EMPTY = HEAD + "SELECT * {\n?x dio:organOf id:ruritannia }"
FULL = HEAD + "SELECT * { ?x dio:organOf id:ruritania }"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the small release."""
    with app(tmp_path_factory.mktemp("release"), Settings(limits=LIMITS)) as served:
        yield served.test_client()


WAYS: list[tuple[str, dict[str, Any]]] = [
    ("GET", {"query_string": {"query": EMPTY, "explain": "empty"}}),
    ("GET", {"query_string": {"query": EMPTY, "explain": ["what", "empty"]}}),
    ("POST", {"data": urlencode({"query": EMPTY, "explain": "empty"}), "content_type": FORM}),
    ("POST", {"data": urlencode({"query": EMPTY}), "content_type": FORM, "query_string": "explain=empty"}),
    ("POST", {"data": EMPTY, "content_type": DIRECT, "query_string": "explain=empty"}),
    ("QUERY", {"data": EMPTY, "content_type": DIRECT, "query_string": "explain=empty"}),
    ("QUERY", {"data": urlencode({"query": EMPTY, "explain": "empty"}), "content_type": FORM}),
]


@pytest.mark.parametrize(("method", "sent"), WAYS)
def test_every_way_to_ask_is_explained(client: FlaskClient, method: str, sent: dict[str, Any]) -> None:
    """JSON for who has no wish, with every member that is documented."""
    response = client.open("/sparql", method=method, **sent)
    assert (response.status_code, response.content_type) == (200, "application/json")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Robots-Tag"] == "noindex"
    found = json.loads(response.data)
    assert found.keys() == {"empty", "sentence", "causes", "notes", "complete", "questions"}
    assert (found["empty"], found["complete"], found["notes"]) == (True, True, [])
    (cause,) = found["causes"]
    assert cause["patterns"] == [{"text": "?x dio:organOf id:ruritannia", "line": 2, "column": 4}]
    assert cause["hints"][0]["terms"] == [f"{ID}ruritania"]


def test_the_list_of_ways_is_whole() -> None:
    """No case was lost."""
    assert (len(WAYS), len(TYPES)) == (7, 8)


TYPES = [
    ({}, "*/*", "application/json"),
    ({}, "", "application/json"),
    ({}, "application/sparql-results+json", "application/json"),
    ({}, "text/plain", "text/plain; charset=utf-8"),
    ({}, BROWSER, "text/html; charset=utf-8"),
    ({"format": "text"}, BROWSER, "text/plain; charset=utf-8"),
    ({"format": "JSON"}, BROWSER, "application/json"),
    ({"format": "html"}, "*/*", "text/html; charset=utf-8"),
]


@pytest.mark.parametrize(("more", "accept", "expected"), TYPES)
def test_the_format_is_agreed(client: FlaskClient, more: dict[str, str], accept: str, expected: str) -> None:
    """By the address or the header; the same is said in each."""
    asked = {"query": EMPTY, "explain": "empty", **more}
    response = client.get("/sparql", query_string=asked, headers={"Accept": accept})
    assert response.content_type == expected
    assert "id:ruritania" in response.text
    assert response.headers["ETag"]


def test_a_format_that_there_is_not_is_refused(client: FlaskClient) -> None:
    """With those that there are."""
    asked = {"query": EMPTY, "explain": "empty", "format": "csv"}
    response = client.get("/sparql", query_string=asked)
    assert (response.status_code, json.loads(response.data)["offered"]) == (406, ["json", "html", "text"])


def test_text_names_the_place(client: FlaskClient) -> None:
    """For a terminal: where, what, and what is near, below it."""
    response = client.get("/sparql", query_string={"query": EMPTY, "explain": "empty", "format": "text"})
    assert response.text.splitlines() == [
        "line 2, column 4: No triple matches `?x dio:organOf id:ruritannia`.",
        "  `id:ruritannia` occurs nowhere in the data; nearest: `id:ruritania`.",
    ]


@pytest.mark.parametrize("query", [EMPTY, "ASK { <urn:a> ?p ?o }", "CONSTRUCT WHERE { <urn:a> ?p ?o }"])
def test_the_page_of_an_empty_answer_offers_help(client: FlaskClient, query: str) -> None:
    """One link leads there, with the query and its dataset, and the page it leads to is well made."""
    asked = {"query": query, "default-graph-uri": PASSAGES}
    page = client.get("/sparql", query_string=asked, headers={"Accept": BROWSER})
    (href,) = [href for href in Outline(page.text).links if "explain=empty" in href]
    help_page = client.get(href, headers={"Accept": BROWSER})
    outline = Outline(help_page.text)
    assert help_page.content_type == "text/html; charset=utf-8"
    assert outline.open == []
    assert outline.counts["h1"] == 1
    assert '<textarea id="query"' in help_page.text
    assert urlencode({"default-graph-uri": PASSAGES}) in href


@pytest.mark.parametrize(
    "query", [FULL, "ASK {}", "CONSTRUCT WHERE { ?s a ?o }", "SELECT (COUNT(*) AS ?n) { <urn:a> ?p ?o }"]
)
def test_the_page_of_an_answer_offers_none(client: FlaskClient, query: str) -> None:
    """Only what is empty has to be explained."""
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": BROWSER})
    assert page.status_code == 200
    assert "explain=empty" not in page.text


def test_a_count_of_nothing_is_an_answer_and_is_explained_all_the_same(client: FlaskClient) -> None:
    """The document says both."""
    query = EMPTY.replace("*", "(COUNT(*) AS ?n)")
    found = json.loads(client.get("/sparql", query_string={"query": query, "explain": "empty"}).data)
    assert found["empty"] is False
    assert found["causes"][0]["kind"] == "pattern"


def test_another_value_of_the_parameter_means_nothing(client: FlaskClient) -> None:
    """Unknown parameters are ignored, and so are unknown values of this one."""
    plain = client.get("/sparql", query_string={"query": EMPTY})
    assert client.get("/sparql", query_string={"query": EMPTY, "explain": "plan"}).data == plain.data


@pytest.mark.parametrize(
    ("query", "status"), [("SELECT * {", 400), ("ASK { ?s di:x ?o }", 400), ("CLEAR ALL", 403)]
)
def test_a_query_that_is_wrong_has_its_error(client: FlaskClient, query: str, status: int) -> None:
    """The same problem as without the question why."""
    plain = client.get("/sparql", query_string={"query": query})
    explained = client.get("/sparql", query_string={"query": query, "explain": "empty"})
    assert (plain.status_code, explained.status_code) == (status, status)
    assert plain.data == explained.data


def test_what_the_client_sends_is_text_on_the_page(client: FlaskClient) -> None:
    """Neither patterns nor terms become markup."""
    query = 'SELECT * { ?x <http://e/"> "</code><script>alert(1)</script>" }'.replace('">', "%22>")
    asked = {"query": query, "explain": "empty", "format": "html"}
    page = client.get("/sparql", query_string=asked)
    assert page.status_code == 200
    assert "<script" not in page.text
    assert str(escape("<script>alert(1)")) in page.text


def test_help_that_is_not_complete_says_so_and_is_not_kept(tmp_path: Any) -> None:
    """A part that takes too long is no proof; the page says what was not looked at."""
    slow = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(5))
    query = f"SELECT * {{ {{ SELECT (COUNT(*) AS ?n) {{ {slow} }} }} ?x <urn:nothing> ?y }}"
    with app(tmp_path, Settings(limits=Limits(workers=1, queue=2, time=0.4))) as served:
        client = served.test_client()
        response = client.get("/sparql", query_string={"query": query, "explain": "empty"})
        found = json.loads(response.data)
    assert found["complete"] is False
    assert found["notes"]
    assert "no-store" in response.headers["Cache-Control"]
