"""Every address of ours that the real data names answers on this host: things, terms, graphs, files."""

import hashlib
import re
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from diaspora_influence import __version__
from diaspora_influence.data import ROOT
from diaspora_influence.release.read import Release
from diaspora_influence.settings import Settings
from diaspora_influence.sparql.client import Pool
from diaspora_influence.terms import BASE, DIO, GRAPH, SHAPES
from diaspora_influence.web.app import Dataset, create_app
from web_fixtures import BROWSER, LIMITS


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[FlaskClient]:
    """A client of the real release."""
    with Pool(release.directory, LIMITS) as pool:
        yield create_app(Dataset(release, pool), Settings(limits=LIMITS)).test_client()


@pytest.fixture(scope="module")
def named(release: Release) -> frozenset[str]:
    """Every IRI of ours in the release, graph names and metadata among them."""
    found: set[str] = set()
    for path in (release.dump, release.metadata):
        for quad in ox.parse(path=str(path)):
            terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
            found |= {term.value for term in terms if isinstance(term, ox.NamedNode)}
    return frozenset(iri for iri in found if iri.startswith(BASE + "/"))


def test_every_address_in_the_data_answers(client: FlaskClient, named: frozenset[str]) -> None:
    """A program that follows any IRI of ours arrives at a document."""
    paths = sorted({iri.removeprefix(BASE).partition("#")[0] for iri in named})
    assert len(paths) > 350
    statuses = {}
    for path in paths:
        with client.get(path, follow_redirects=True) as response:
            statuses[path] = response.status_code
    assert {path: status for path, status in statuses.items() if status != 200} == {}


@pytest.mark.parametrize("namespace", [DIO, SHAPES])
def test_every_hash_term_has_its_anchor(client: FlaskClient, named: frozenset[str], namespace: str) -> None:
    """Who follows a term in a browser arrives at its definition."""
    html = client.get(namespace.removeprefix(BASE).replace("#", ".html")).text
    anchors = set(re.findall(r'\bid="([^"]+)"', html))
    terms = {iri.removeprefix(namespace) for iri in named if iri.startswith(namespace)} - {""}
    assert len(terms) > 200
    assert terms - anchors == set()


def test_the_checksums_are_those_of_every_file(client: FlaskClient, release: Release) -> None:
    """What `sha256sum --check` reads names each file by the path at which it is downloaded."""
    place = f"/release/{release.version}/"
    lines = client.get(place + "checksums.txt").text.splitlines()
    assert len(lines) == len(release.files) > 10
    for line in lines:
        digest, path = line.split("  ")
        with client.get(place + path) as response:
            assert hashlib.sha256(response.data).hexdigest() == digest
    assert place + "checksums.txt" in client.get("/data").text


def test_a_browser_is_shown_a_graph_as_turtle(client: FlaskClient) -> None:
    """A graph has no page; application/xml in a browser's header is no wish for RDF/XML."""
    response = client.get("/graph/instances/miles-2017/events", headers={"Accept": BROWSER})
    assert response.mimetype == "text/turtle"
    wanted = "application/rdf+xml"
    assert client.get("/.well-known/void", headers={"Accept": wanted}).mimetype == wanted


def test_an_alignment_is_its_own_graph(client: FlaskClient) -> None:
    """The document, its version and the graph in the endpoint are the same triples."""
    files = sorted((ROOT / "ontology" / "alignments").glob("*.ttl"))
    assert len(files) >= 5
    for file in files:
        path = f"/ontology/alignments/{file.stem}"
        same = (path, f"{path}/{__version__}", GRAPH.removeprefix(BASE) + path[1:])
        found = {client.get(one).data for one in same}
        assert len(found) == 1
    assert client.get(f"{path}/9.9.9").status_code == 404
    assert client.get("/graph/nothing").status_code == 404
