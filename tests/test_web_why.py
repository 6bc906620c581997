"""/why over HTTP: formats, bad questions, headers, and a page that escapes what it is asked."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from diaspora_influence.release.read import PROOFS, Release
from diaspora_influence.settings import Settings
from web_fixtures import BROWSER, LIMITS, app, serve

CHAIN = {"s": "id:soyuz-tadzhikov-rossii", "p": "dio:moneyComesFrom", "o": "id:kremlin"}
NOT = {"s": "id:kremlin", "p": "dio:patronOf", "o": "id:gruppa-24"}


def settings(folder: Path) -> Settings:
    return replace(Settings.from_environment({"release_dir": folder}), limits=LIMITS)


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[FlaskClient]:
    with serve(release, settings(release.directory.parent)) as served:
        yield served.test_client()


def path(**parameters: str) -> str:
    return f"/why?{urlencode(parameters)}"


ACCEPTED = {
    BROWSER: "text/html; charset=utf-8",
    "": "text/turtle; charset=utf-8",
    "*/*": "text/turtle; charset=utf-8",
    "application/json": "application/json",
    "application/n-triples": "application/n-triples",
    "text/turtle; charset=utf-8": "text/turtle; charset=utf-8",
}


@pytest.mark.parametrize("accept", ACCEPTED)
@pytest.mark.parametrize("asked", [CHAIN, NOT], ids=["holds", "holds not"])
def test_the_accept_header_chooses_the_format(
    client: FlaskClient, accept: str, asked: dict[str, str]
) -> None:
    response = client.get(path(**asked), headers={"Accept": accept})
    assert (response.status_code, response.content_type) == (200, ACCEPTED[accept])


@pytest.mark.parametrize("name", ["html", "json", "turtle", "ttl", "nt", "JSON"])
def test_the_address_can_name_the_format(client: FlaskClient, name: str) -> None:
    response = client.get(path(**CHAIN, format=name), headers={"Accept": "image/png"})
    assert response.status_code == 200


def test_the_data_parse_and_agree(client: FlaskClient) -> None:
    found = {
        name: ox.Dataset(ox.parse(client.get(path(**CHAIN, format=name)).data, format=kind))
        for name, kind in (("turtle", ox.RdfFormat.TURTLE), ("nt", ox.RdfFormat.N_TRIPLES))
    }
    for dataset in found.values():
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert found["turtle"] == found["nt"]
    assert len(found["nt"]) > 20
    assert json.loads(client.get(path(**CHAIN, format="json")).data)["proof"]["rule"] == "prp-spo2"


def test_the_page_shows_rule_claims_and_passages(client: FlaskClient) -> None:
    html = client.get(path(**CHAIN, format="html")).text
    assert "prp-spo2" in html
    assert 'href="/claim/utr-church-money-funding-source-kremlin"' in html
    assert "paragraph 3, sentence 2" in html
    assert 'id="step-1"' in html


def test_a_browser_without_a_triple_gets_the_form(client: FlaskClient) -> None:
    response = client.get(path(s="id:kremlin"), headers={"Accept": BROWSER})
    assert response.status_code == 200
    assert 'value="id:kremlin"' in response.text
    assert response.text.count("required") == 3


BAD = {
    "nothing": ({}, 400, "lacks s, p, o"),
    "half": ({"s": "id:kremlin"}, 400, "lacks p, o"),
    "no term": ({**CHAIN, "s": "kremlin"}, 400, "is no term"),
    "long": ({**CHAIN, "s": "id:" + "x" * 3000}, 400, "over 2000 characters"),
    "nul": ({**CHAIN, "s": "id:a\0b"}, 400, "is no term"),
    "blank node": ({**CHAIN, "o": "_:b"}, 400, "is no term"),
    "literal subject": ({**CHAIN, "s": '"a"'}, 400, "is no term"),
    "unknown": ({**CHAIN, "o": "id:kremlim"}, 404, "nearest: id:kremlin"),
    "unicode": ({**CHAIN, "o": "id:кремль"}, 404, "nothing is called like it"),
    "format": ({**CHAIN, "format": "png"}, 406, "on offer"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_question_is_a_problem_that_says_what_is_wrong(client: FlaskClient, case: str) -> None:
    asked, status, said = BAD[case]
    response = client.get(path(**asked), headers={"Accept": "application/json, application/problem+json"})
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    assert said in json.loads(response.data)["detail"]


def test_a_term_given_twice_and_bytes_that_are_no_text_are_refused(client: FlaskClient) -> None:
    assert client.get(path(**CHAIN) + "&s=id:russia").status_code == 400
    assert client.get("/why?s=%ff&p=a&o=dio:State").status_code == 400


def test_an_unknown_term_leads_to_the_same_question_with_the_nearest(client: FlaskClient) -> None:
    response = client.get(path(**{**CHAIN, "o": "id:kremlim"}), headers={"Accept": BROWSER})
    assert response.status_code == 404
    assert "/why?s=id%3Asoyuz-tadzhikov-rossii&amp;p=dio%3AmoneyComesFrom&amp;o=id%3Akremlin" in response.text


@pytest.mark.parametrize("place", ["s", "p", "o"])
def test_what_is_asked_is_escaped(client: FlaskClient, place: str) -> None:
    script = "<script>alert(1)</script>"
    for asked in ({place: script}, {**CHAIN, place: script}, {**NOT, "o": f'"{script}"'}):
        response = client.get(path(**asked), headers={"Accept": BROWSER})
        assert response.status_code in (200, 400, 404)
        assert "<script" not in response.text
    response = client.get(path(**{**CHAIN, place: "javascript:alert(1)"}), headers={"Accept": BROWSER})
    assert 'href="javascript:' not in response.text


def test_answers_carry_the_headers_of_all_pages(client: FlaskClient) -> None:
    response = client.get(path(**CHAIN, format="json"))
    assert "Accept" in response.vary
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Robots-Tag"] == "noindex"
    tag = response.headers["ETag"]
    assert client.get(path(**CHAIN, format="json"), headers={"If-None-Match": tag}).status_code == 304
    head = client.head(path(**CHAIN, format="json"))
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", tag)
    assert client.post(path(**CHAIN)).status_code == 405


def test_pages_of_things_lead_to_the_grounds_of_their_inferred_classes(client: FlaskClient) -> None:
    html = client.get("/id/soyuz-tadzhikov-rossii.html").text
    assert "/why?s=id%3Asoyuz-tadzhikov-rossii&amp;p=a&amp;o=dio%3AInstrumentOfStateInfluence" in html


def test_a_release_without_proofs_is_a_defect_of_the_server(tmp_path: Path) -> None:
    with app(tmp_path, settings(tmp_path)) as served:
        (next(tmp_path.glob("0*")) / PROOFS).unlink()
        response = served.test_client().get(path(s="id:palace", p="a", o="dio:StateOrgan"))
    assert response.status_code == 500
    assert "proofs" in response.text
