"""Errors as the issue has them: place with line and caret, limit with its setting, hint, and a type that leads on."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from diaspora_influence.errors import DioError
from diaspora_influence.settings import SETTINGS, Settings
from diaspora_influence.sparql.errors import SparqlError
from diaspora_influence.sparql.excerpt import quote
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.page import DEADLINE, MEMORY, Verdict
from diaspora_influence.sparql.verdicts import death_of
from diaspora_influence.terms import DIO
from diaspora_influence.web.errors import WebError
from diaspora_influence.web.limits import limits
from diaspora_influence.web.problem_types import KINDS, PATH, problem_types, slug_of
from web_fixtures import BROWSER, Outline, app

TIGHT = Limits(workers=1, queue=2, time=0.3, rows=50, bytes=8192, query_bytes=2000, nesting=8, chain=16)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the small release under tight limits."""
    with app(tmp_path_factory.mktemp("release"), Settings(limits=TIGHT)) as served:
        yield served.test_client()


def problem(client: FlaskClient, query: str, accept: str = "*/*") -> Any:
    """Return the problem document that *query* leads to."""
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert response.status_code >= 400, response.text
    return json.loads(response.data)


PLACES: list[tuple[str, int, int, str, str]] = [
    ("SELECT *\nWHERE { ?s di:x ?o }", 2, 12, "WHERE { ?s di:x ?o }", "           ^"),
    ("ASK {\t?s di:x ?o }", 1, 10, "ASK { ?s di:x ?o }", "         ^"),
    ("ASK { ?s di:x ?o }\r\n", 1, 10, "ASK { ?s di:x ?o }", "         ^"),
    ('ASK { ?s ?p "漢字" ; di:x ?o }', 1, 20, 'ASK { ?s ?p "漢字" ; di:x ?o }', " " * 21 + "^"),
    ('ASK { ?s ?p "e\u0301" ; di:x ?o }', 1, 20, 'ASK { ?s ?p "e\u0301" ; di:x ?o }', " " * 18 + "^"),
    (
        'ASK { ?s ?p "\x1b[2J\u202e" ; di:x ?o }',
        1,
        23,
        'ASK { ?s ?p "\ufffd[2J\ufffd" ; di:x ?o }',
        " " * 22 + "^",
    ),
    ("FROBNICATE", 1, 1, "FROBNICATE", "^"),
    ("", 1, 1, "", "^"),
]


@pytest.mark.parametrize(("query", "line", "column", "shown", "caret"), PLACES)
def test_an_error_has_its_line_and_a_caret_under_the_place(
    client: FlaskClient, query: str, line: int, column: int, shown: str, caret: str
) -> None:
    """Counted in code points, pointed at in columns of a terminal, nothing in it that moves a cursor."""
    found = problem(client, query)
    assert (found["line"], found["column"]) == (line, column)
    assert (found["offending_line"], found["caret"]) == (shown, caret)


@pytest.mark.parametrize("at", [1, 50, 30_000, 60_000, 60_001])
def test_of_a_long_line_the_part_around_the_place_is_shown(at: int) -> None:
    """As much as fits, with a mark where something is left out, and the caret at the same character."""
    line = "".join(chr(0x4E00 + number % 1000) if number % 7 == 0 else "x" for number in range(60_000))
    shown, caret = quote(line, at)
    assert len(shown) <= 102
    assert shown.startswith("…") is (at > 100)
    assert shown.endswith("…") is (at < 59_000)
    assert caret.endswith("^")
    assert shown.strip("…") in line


def test_the_engines_own_syntax_errors_have_their_line_too(client: FlaskClient) -> None:
    """Whoever finds the error, it is shown in the same way."""
    found = problem(client, "SELECT *\nWHERE { ?s ?p }")
    assert found["offending_line"] == "WHERE { ?s ?p }"
    assert found["caret"].endswith("^")
    assert "LATERAL" not in found["detail"]


def test_text_and_page_show_what_the_document_says(client: FlaskClient) -> None:
    """Place, line, caret, hint and where to read more, in each rendering, escaped where it has to be."""
    query = 'SELECT *\nWHERE { ?s di:x "</code><script>" }'
    text = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/plain"})
    assert text.content_type == "text/plain; charset=utf-8"
    lines = text.text.splitlines()
    assert lines[1:4] == ["line 2, column 12:", f"  {query.splitlines()[1]}", " " * 13 + "^"]
    assert any(line.startswith("hint: Did you mean `dio:`?") for line in lines)
    assert lines[-1] == "more: http://localhost/problems#malformed-query"
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": BROWSER})
    assert "<script" not in page.text
    assert f"<code>{escape(query.splitlines()[1])}\n{' ' * 11}^</code>" in page.text
    assert Outline(page.text).open == []
    assert 'href="http://localhost/problems#malformed-query"' in page.text


HINTS = [
    ("ASK { ?x dio:createdBy ?y }", f"Add: PREFIX dio: <{DIO}>"),
    ("ASK { ?x doi:createdBy ?y }", f"Did you mean `dio:`? Then add: PREFIX dio: <{DIO}>"),
    ("ASK { ?x zzz:createdBy ?y }", None),
]


@pytest.mark.parametrize(("query", "hint"), HINTS)
def test_an_undeclared_prefix_is_told_the_line_to_add(
    client: FlaskClient, query: str, hint: str | None
) -> None:
    """Where the house knows it, or one like it; else nothing is guessed."""
    assert problem(client, query).get("hint") == hint


SPACE = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
OVER: list[tuple[str, int, str]] = [
    ("SELECT (1 AS ?n) { ?a ?b ?c }", 507, "row_limit"),
    ('SELECT (CONCAT("' + "x" * 1700 + '", STR(?n)) AS ?y) { VALUES ?n { 1 2 3 4 5 6 } }', 507, "byte_limit"),
    (f"SELECT (COUNT(*) AS ?n) {{ {SPACE} }}", 504, "time_limit"),
    ("ASK {} #" + "x" * 2000, 413, "query_limit"),
    ("ASK " + "{" * 20 + "}" * 20, 400, "nesting_limit"),
    ("ASK { FILTER(" + " || ".join(["true"] * 30) + ") }", 400, "chain_limit"),
]


@pytest.mark.parametrize(("query", "status", "name"), OVER)
def test_a_limit_is_named_with_what_sets_it(client: FlaskClient, query: str, status: int, name: str) -> None:
    """The figure, the flag and the variable, in the document and in text."""
    found = problem(client, query)
    assert found["status"] == status
    setting = next(setting for setting in SETTINGS if setting.name == name)
    assert found["settings"] == [{"flag": setting.flag, "variable": setting.variable}]
    assert re.search(r"\d", found["limit"])
    assert found["hint"]
    text = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/plain"}).text
    assert f"set by: {setting.flag} or {setting.variable}" in text


def test_memory_and_places_in_the_queue_are_named_too() -> None:
    """What cannot be provoked in a test of every run says the same."""
    assert death_of(Verdict(MEMORY, 0), TIGHT).settings == "memory_limit"
    assert death_of(Verdict(DEADLINE, 0), TIGHT).settings == "time_limit"


def test_every_limit_is_documented_where_it_can_be_found(client: FlaskClient) -> None:
    """On the first page and on that of the errors: its figure, its error, its flag and its variable."""
    shown = limits(Settings(limits=TIGHT))
    assert {limit.setting.limit for limit in shown} == set(Limits.__dataclass_fields__)
    for path in ("/", PATH):
        page = client.get(path, headers={"Accept": BROWSER}).text
        for limit in shown:
            row = re.findall(rf'<th scope="row">{limit.label}</th>.*?</tr>', page, re.DOTALL)
            assert len(row) == 1, limit.label
            for part in (limit.amount, f"#{limit.slug}", limit.setting.flag, limit.setting.variable):
                assert part in row[0]


def family(kind: type[DioError]) -> set[type[DioError]]:
    """Return *kind* and every class below it."""
    return {kind}.union(*map(family, kind.__subclasses__()))


def test_every_kind_of_error_is_described_once(client: FlaskClient) -> None:
    """No error of endpoint or web is without a type, and every type has its place on the page."""
    page = Outline(client.get(PATH, headers={"Accept": BROWSER}).text)
    assert len(page.ids) == len(set(page.ids))
    for kind in (family(SparqlError) | family(WebError)) - {SparqlError}:
        assert slug_of(kind) in page.ids, kind
    assert len(problem_types()) >= 20
    assert all(kind.meaning.endswith(".") for kind in problem_types())
    assert {kind.slug for kind in problem_types()} == {slug_of(kind) for kind in KINDS}


WRONG = [
    ("/sparql?query=x", "malformed-query"),
    ("/sparql?query=ASK%7B%7D&format=turtle", "not-acceptable"),
    ("/sparql?update=CLEAR+ALL", "update-refused"),
    ("/sparql?query=ASK%7BSERVICE%20%3Chttp://e%3E%7B%7D%7D", "service-refused"),
    ("/sparql?query=a&query=b", "bad-request"),
    ("/id/nothing-of-the-kind", "not-found"),
]


@pytest.mark.parametrize(("path", "slug"), WRONG)
def test_the_type_of_a_problem_leads_to_its_description(client: FlaskClient, path: str, slug: str) -> None:
    """It can be followed on the very host that was asked."""
    kind = json.loads(client.get(path).data)["type"]
    assert kind == f"http://localhost{PATH}#{slug}"
    page = client.get(urlsplit(kind).path, headers={"Accept": BROWSER})
    assert page.status_code == 200
    assert slug in Outline(page.text).ids


def test_behind_a_public_url_the_type_is_under_it(tmp_path: Any) -> None:
    """A proxy's address is the one that clients can follow."""
    with app(tmp_path, Settings(limits=TIGHT, public_url="https://example.org/data")) as served:
        found = json.loads(served.test_client().get("/sparql?query=x").data)
    assert found["type"] == "https://example.org/data/problems#malformed-query"


def test_what_the_router_refuses_says_no_more_than_its_status(client: FlaskClient) -> None:
    """RFC 9457 has a type for that."""
    assert json.loads(client.get("/nowhere").data)["type"] == "about:blank"


def test_the_lists_of_errors_are_whole() -> None:
    """No case was lost."""
    assert (len(PLACES), len(HINTS), len(OVER), len(WRONG)) == (8, 3, 6, 6)
