"""/validate as people and pipelines use it: what the page says to an author, and what a report calls a file."""

import json
import re
from collections.abc import Iterator
from typing import Any, cast

import flask
import pytest
from flask.testing import FlaskClient

from diaspora_influence.data import ROOT
from diaspora_influence.settings import Settings
from diaspora_influence.terms import DIO, PREFIXES
from diaspora_influence.validate.inputs.page import REGISTERED
from diaspora_influence.web.submission import LONGEST, SIGNS, likely
from diaspora_influence.web.validate import PATH, Validate
from front_fixtures import Served, serving
from web_fixtures import BROWSER, LIMITS, Outline, app, write_release

CLAIM = f"<urn:c> a <{DIO}Claim> .\n"
TURTLE = {"Content-Type": "text/turtle"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[flask.Flask]:
    """An app that serves the small release."""
    with app(tmp_path_factory.mktemp("release"), Settings(limits=LIMITS)) as served:
        yield served
        stop(served)


def stop(served: flask.Flask) -> None:
    room: Validate = cast(Any, served.view_functions["validation"]).__self__
    room.validator.stop()


@pytest.fixture
def client(served: flask.Flask) -> FlaskClient:
    return served.test_client()


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real server."""
    with serving(write_release(tmp_path_factory.mktemp("release")), Settings(limits=LIMITS)) as front:
        yield front
        stop(front.app)


# --- an author ---


def page_of(client: FlaskClient, text: str, kind: str = "turtle") -> str:
    """Return the page that comes of a form."""
    form = {"data": text, "format-in": kind}
    return client.post(PATH, data=form, headers={"Accept": BROWSER}).text


def test_the_page_says_how_to_mend_as_the_command_does(client: FlaskClient) -> None:
    page = page_of(client, CLAIM)
    asked = {"Accept": "application/json", **TURTLE}
    mends = {one["mend"] for one in client.post(PATH, data=CLAIM, headers=asked).json["findings"]}  # type: ignore[index]
    assert "add dio:certainty" in mends
    assert set(re.findall("<dt>Mend</dt><dd>(.*?)</dd>", page)) == mends - {None}


def test_what_is_no_rdf_is_told_in_one_sentence_and_no_shape(client: FlaskClient) -> None:
    page = page_of(client, f"<urn:c> a <{DIO}Claim>\n  <urn:p> 1 .\n")
    assert "nothing was judged" in page
    assert "A dot is expected" in page
    assert Outline(page).open == []
    assert "Focus node" not in page
    assert "looks like" not in page


ALIKE = [
    ('{"@id": "urn:x"}', "turtle", "application/ld+json"),
    (' [\n{"@id": "urn:x"}]', "ntriples", "application/ld+json"),
    ('<?xml version="1.0"?><rdf:RDF/>', "turtle", "application/rdf+xml"),
    ("<rdf:RDF xmlns:rdf='x'/>", "jsonld", "application/rdf+xml"),
    ("# mine\n\n@prefix a: <urn:a> .\n", "rdfxml", "text/turtle"),
    ("PREFIX a: <urn:a>\n", "ntriples", "text/turtle"),
    ("@prefix a: <urn:a>\na:b a:c .", "turtle", None),
    ("<urn:a> <urn:b> .", "turtle", None),
    ("{}", "turtle", None),
    ("#" * 100_000 + "\n" * 100_000, "turtle", None),
]


def test_the_signs_are_of_formats_that_are_read() -> None:
    assert len(ALIKE) == 10
    assert SIGNS.keys() < REGISTERED.keys()


@pytest.mark.parametrize(("text", "kind", "media_type"), ALIKE)
def test_a_document_in_another_format_is_recognised(text: str, kind: str, media_type: str | None) -> None:
    assert likely(text, kind) == media_type


def test_the_format_that_data_seem_to_be_in_is_chosen_for_the_next_try(client: FlaskClient) -> None:
    text = f'{{"@id": "urn:x", "@type": "{DIO}Claim"}}'
    page = page_of(client, text)
    assert "It looks like <code>application/ld+json</code>" in page
    assert '<option value="jsonld" selected>' in page
    assert "do not conform" in page_of(client, text, "jsonld")


def test_the_page_says_how_much_is_read(client: FlaskClient) -> None:
    most = client.application.config["MAX_CONTENT_LENGTH"]
    page = client.get(PATH, headers={"Accept": BROWSER}).text
    assert f'data-most="{most}"' in page
    assert f"{most:,} bytes" in page


# --- a pipeline ---


@pytest.mark.parametrize("name", ["data/claims.ttl", "Заявления 1.ttl", "x" * LONGEST])
def test_a_report_calls_the_document_by_its_name(client: FlaskClient, name: str) -> None:
    asked = {"format": "json", "name": name}
    found = client.post(PATH, data=CLAIM, headers=TURTLE, query_string=asked).json
    assert found
    assert found["files"] == [name]
    assert {one["file"] for one in found["findings"]} == {name}
    sarif = json.loads(
        client.post(PATH, data=CLAIM, headers=TURTLE, query_string=asked | {"format": "sarif"}).data
    )
    places = [one["locations"][0]["physicalLocation"] for one in sarif["runs"][0]["results"]]
    assert len({place["artifactLocation"]["uri"] for place in places}) == 1
    broken = client.post(PATH, data="<urn:a> .", headers=TURTLE, query_string=asked | {"format": "text"})
    assert broken.status_code == 400
    assert broken.text.startswith(f"{name}:1:")


ODD = [
    *("/etc/passwd", "../x.ttl", "a/../b.ttl", "a//b.ttl", "./a.ttl", ".", "a/", "https://example.org/a.ttl"),
    *("C:\\a.ttl", "a\nb.ttl", "a\0b.ttl", "a\u202eb.ttl", "a\u2028b.ttl", "x" * (LONGEST + 1)),
]


@pytest.mark.parametrize("name", ODD)
def test_a_name_that_is_no_path_below_a_folder_is_refused(client: FlaskClient, name: str) -> None:
    response = client.post(PATH, data=CLAIM, headers=TURTLE, query_string={"name": name})
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert "data/claims.ttl" in response.json["hint"]  # type: ignore[index]


def test_a_packaged_files_name_makes_no_document_that_file(client: FlaskClient) -> None:
    """One that defines terms may do so; what a client sends under its name may not."""
    text = f"<{DIO}Invented> a <{PREFIXES['owl']}Class> .\n"
    assert (ROOT / "ontology" / "diaspora-influence.ttl").is_file()
    names = ("data.ttl", "ontology/diaspora-influence.ttl")
    asked = [{"format": "json", "name": name} for name in names]
    said = [client.post(PATH, data=text, headers=TURTLE, query_string=query).json for query in asked]
    found, other = ([one["rule"] for one in report["findings"]] for report in said if report)
    assert found == other != []


def test_a_body_over_the_cap_is_told_the_cap(front: Served) -> None:
    most = int(front.app.config["MAX_CONTENT_LENGTH"])
    for headers in ({}, {"Transfer_Encoding": "chunked"}):
        body = b"#" * (most + 1)
        sent = body if not headers else b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
        got = front.ask("POST", PATH, sent, Content_Type="text/turtle", **headers)
        assert got.status == 413
        assert json.loads(got.body)["limit"] == f"{most:,} bytes a body"


@pytest.mark.parametrize(
    "accept", ["application/sarif+json", "application/junit+xml", "application/json", "text/turtle"]
)
def test_a_client_that_asks_for_leave_and_sends_in_pieces_gets_its_report(front: Served, accept: str) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAccept: {accept};q=0.8, */*;q=0.1\r\n"
    head += 'Content-Type: text/turtle; charset="UTF-8"\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n'
    with front.connect() as connection:
        connection.sendall(head.encode())
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        for piece in (*(CLAIM[at : at + 9] for at in range(0, len(CLAIM), 9)), ""):
            connection.sendall(f"{len(piece):x}\r\n{piece}\r\n".encode())
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert f"Content-Type: {accept}".encode() in answer
