"""Conclusions at their addresses: data in every format, and pages that never show one without how firm it is."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from diaspora_influence.release.read import Release
from diaspora_influence.settings import Settings
from diaspora_influence.terms import CLAIM, CONCLUSION, CONCLUSIONS, DIO
from web_fixtures import LIMITS, read_back, serve

ARAC = "all-russia-azerbaijani-congress"
HEDGED = f"/conclusion/same-state-raised-and-dissolved-{ARAC}-russia"
STATED = "/conclusion/created-then-dissolved-union-of-georgians-in-russia"
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

FORMATS = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[FlaskClient]:
    folder: Path = release.directory.parent
    settings = replace(Settings.from_environment({"release_dir": folder}), limits=LIMITS)
    with serve(release, settings) as served:
        yield served.test_client()


def page(client: FlaskClient, path: str) -> str:
    response = client.get(f"{path}.html")
    assert response.status_code == 200
    return " ".join(response.text.split())


def graph(client: FlaskClient, path: str, suffix: str) -> list[ox.Triple]:
    response = client.get(f"{path}.{suffix}")
    assert response.status_code == 200
    return read_back(response.data, FORMATS[suffix])


def test_every_conclusion_of_the_release_has_an_address(client: FlaskClient, release_store: ox.Store) -> None:
    kind = ox.NamedNode(DIO + "Conclusion")
    found = {q.subject for q in release_store.quads_for_pattern(None, None, kind, ox.NamedNode(CONCLUSIONS))}
    assert len(found) == 5
    for each in found:
        assert isinstance(each, ox.NamedNode)
        response = client.get(
            f"/conclusion/{each.value.removeprefix(CONCLUSION)}", headers={"Accept": "text/turtle"}
        )
        assert response.status_code == 303
        assert client.get(response.location).status_code == 200


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_data_of_a_conclusion_hold_its_premises_and_how_firm_it_is(
    client: FlaskClient, suffix: str
) -> None:
    this = ox.NamedNode(CONCLUSION + HEDGED.rpartition("/")[2])
    said = {
        (t.predicate.value.removeprefix(DIO), str(t.object))
        for t in graph(client, HEDGED, suffix)
        if t.subject == this
    }
    assert {value for name, value in said if name == "hasPremise"} == {
        f"<{CLAIM}russia-coopted-{ARAC}>",
        f"<{CLAIM}{ARAC}-dissolved-by-russia>",
    }
    assert ("weakestCertainty", f"<{DIO}probable>") in said


def test_the_page_of_a_conclusion_shows_how_firm_it_and_each_of_its_claims_is(client: FlaskClient) -> None:
    text = page(client, HEDGED)
    assert "A conclusion, not a fact" in text
    assert "Probable (4 of 5)" in text
    assert "From what it follows" in text
    assert f'href="/claim/russia-coopted-{ARAC}"' in text
    assert "stated (5 of 5)" in text
    assert "same-state-raised-and-dissolved" in text
    assert f'href="/id/{ARAC}"' in text
    assert "Marintha Miles" in text


@pytest.mark.parametrize(
    "path",
    [f"/id/{ARAC}", "/id/russia", f"/claim/russia-coopted-{ARAC}", f"/claim/{ARAC}-dissolved-by-russia"],
)
def test_ends_and_claims_of_a_conclusion_lead_to_it_with_how_firm_it_is(
    client: FlaskClient, path: str
) -> None:
    text = page(client, path)
    assert f'<a href="{HEDGED}">Probable: raised and dissolved by the same state' in text
    assert "weakest premise: probable (4 of 5)" in text


def test_only_a_stated_conclusion_shows_a_class(client: FlaskClient) -> None:
    firm, hedged = page(client, "/id/union-of-georgians-in-russia"), page(client, f"/id/{ARAC}")
    assert "CreatedThenDissolvedOrganization" in firm
    assert "SameStateDissolvedOrganization" not in hedged


def test_a_thing_of_which_nothing_is_concluded_says_nothing_of_conclusions(client: FlaskClient) -> None:
    assert "What is concluded" not in page(client, "/id/tojikiston-nav")


def test_a_misspelt_conclusion_gets_the_nearest(client: FlaskClient) -> None:
    response = client.get(f"{STATED}x", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert STATED in response.text


def test_a_pattern_leads_to_its_place_on_the_page_of_the_ontology(client: FlaskClient) -> None:
    assert 'href="/ontology.html#createdThenDissolved"' in page(client, STATED)
    assert 'id="createdThenDissolved"' in client.get("/ontology.html").text


def test_the_graph_of_conclusions_can_be_asked_alone(client: FlaskClient) -> None:
    query = f"ASK {{ GRAPH <{CONCLUSIONS}> {{ ?it a <{DIO}Conclusion> }} }}"
    answer = client.get(
        "/sparql", query_string={"query": query}, headers={"Accept": "application/sparql-results+json"}
    )
    assert answer.get_json(force=True)["boolean"] is True
    description = client.get("/sparql", headers={"Accept": "application/n-triples"}).text
    assert f"<{CONCLUSIONS}>" in description
    assert client.get("/graph/conclusions").status_code == 200
