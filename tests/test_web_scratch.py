"""Scratch mode as a whole: on this machine alone, loud, and an ordinary Flask app; and the page /conformance."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from diaspora_influence.settings import Settings
from diaspora_influence.sparql.scratch.client import ScratchPool
from diaspora_influence.terms import EARL, SD
from diaspora_influence.web.app import Dataset, create_app
from diaspora_influence.web.scratch import no_release
from protocol_runner import QUIET, SERVE
from test_w3c_protocol import CASES
from web_fixtures import BROWSER, LIMITS, Outline, app, read_back

UPDATE = "application/sparql-update"
SMALL = replace(LIMITS, bytes=1 << 18)


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    """A client of a scratch dataset, under no front of ours."""
    with ScratchPool(SMALL) as pool:
        settings = Settings(limits=SMALL, scratch=True, contact="a@example.org")
        yield create_app(Dataset(no_release(), pool), settings).test_client()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the small release."""
    with app(tmp_path_factory.mktemp("release"), Settings(limits=LIMITS)) as served:
        yield served.test_client()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_scratch_mode_refuses_to_be_reached_from_elsewhere(host: str) -> None:
    """Exit 2, and a sentence that says what would do."""
    result = subprocess.run(
        [*SERVE, "--scratch", "--host", host],
        capture_output=True,
        text=True,
        timeout=60,
        env=QUIET,
        check=False,
    )
    assert result.returncode == 2
    assert "this machine alone" in result.stderr
    assert "--host 127.0.0.1" in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_scratch_mode_is_loud(client: FlaskClient) -> None:
    """On standard error at the start, and on the first page."""
    with subprocess.Popen(
        [*SERVE, "--scratch"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=QUIET
    ) as process:
        assert process.stdout
        assert process.stderr
        assert "Serving scratch at http://127.0.0.1:" in process.stdout.readline()
        assert "SCRATCH MODE" in process.stderr.readline()
        process.terminate()
        assert process.wait(30) == 0
    page = client.get("/", headers={"Accept": BROWSER})
    assert "SCRATCH MODE" in page.text
    assert Outline(page.text).open == []
    assert "noindex" in page.text


def test_no_variable_switches_scratch_mode_on() -> None:
    """Only the flag does: a setting left in an environment must not open a server for writing."""
    assert Settings.from_environment({}, environment={"DIO_SCRATCH": "1"}).scratch is False


def test_scratch_mode_has_no_pages_of_a_release(client: FlaskClient) -> None:
    """What a release would answer is not found, and every page says which mode this is."""
    for path in ("/ontology", "/id/palace", "/data/", "/graph/metadata", "/.well-known/void"):
        assert client.get(path).status_code == 404
    assert "Scratch mode" in client.get("/sparql", headers={"Accept": BROWSER}).text
    assert client.get("/readyz").status_code == 200


def test_the_description_says_that_updates_are_taken(client: FlaskClient, published: FlaskClient) -> None:
    """And that of a release does not."""
    told = SD + "SPARQL11Update"
    assert told in client.get("/sparql", headers={"Accept": "application/n-triples"}).text
    assert told not in published.get("/sparql", headers={"Accept": "application/n-triples"}).text


def test_an_answer_of_scratch_mode_is_asked_for_again(client: FlaskClient) -> None:
    """It may have changed: nobody keeps it unasked, and its tag turns with it."""
    first = client.get("/sparql?query=ASK {?s ?p ?o}")
    assert first.headers["Cache-Control"] == "no-cache"
    assert client.post("/sparql", data="INSERT DATA {<a> <b> <c>}", content_type=UPDATE).status_code == 204
    again = client.get("/sparql?query=ASK {?s ?p ?o}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.json == {"head": {}, "boolean": True}
    client.post("/sparql", data="CLEAR ALL", content_type=UPDATE)


def test_an_acknowledged_update_has_no_body_and_no_type_of_one(client: FlaskClient) -> None:
    """204 says it all."""
    answer = client.post("/sparql", data="CLEAR ALL", content_type=UPDATE)
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Content-Type" not in answer.headers


def test_a_body_over_the_cap_is_refused(client: FlaskClient) -> None:
    """As long as the dataset may be; longer is 413, and a dataset that grows over it 507."""
    line = b"<http://e/s> <http://e/p> <http://e/%06d> .\n"
    body = b"".join(line % n for n in range(5000))
    assert len(body) < SMALL.bytes < 2 * len(body)
    kind = "application/n-triples"
    assert client.put("/graph-store?graph=http://e/g", data=body, content_type=kind).status_code == 507
    assert client.put("/graph-store?graph=http://e/g", data=2 * body, content_type=kind).status_code == 413
    assert client.get("/graph-store?graph=http://e/g").status_code == 404


@pytest.mark.parametrize(
    "origin", ["https://example.org", "null", "http://127.0.0.1.example.org", "http://x@y"]
)
def test_a_page_of_another_host_changes_nothing(client: FlaskClient, origin: str) -> None:
    """A browser says where a form or a script comes from."""
    answer = client.post("/sparql", data="CLEAR ALL", content_type=UPDATE, headers={"Origin": origin})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://localhost:3000", "http://127.0.0.1", "http://[::1]:8080", "http://[::1]"]
)
def test_a_page_of_this_machine_changes_what_it_likes(client: FlaskClient, origin: str) -> None:
    """At any port."""
    answer = client.post("/sparql", data="CLEAR ALL", content_type=UPDATE, headers={"Origin": origin})
    assert answer.status_code == 204


@pytest.mark.parametrize("target", ["/graph-store", "/graph-store?default", "/graph-store/a/b"])
def test_a_page_of_this_machine_may_ask_to_write_graphs(client: FlaskClient, target: str) -> None:
    asked = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "PUT"}
    response = client.options(target, headers=asked)
    wanted = {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"}
    assert response.status_code == 200
    assert set(response.headers["Access-Control-Allow-Methods"].split(", ")) == wanted
    assert set(response.headers["Allow"].split(", ")) == wanted
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_release_lets_no_page_ask_to_write(published: FlaskClient) -> None:
    allowed = published.options("/graph-store?default").headers["Access-Control-Allow-Methods"]
    assert not {"PUT", "DELETE", "PATCH"} & set(allowed.split(", "))


def test_the_page_of_conformance_lists_every_suite_and_test(published: FlaskClient) -> None:
    """Suites with their counts and the commit, each test with its outcome."""
    page = published.get("/conformance", headers={"Accept": BROWSER})
    assert page.status_code == 200
    outline = Outline(page.text)
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))
    assert page.text.count("<td>passed</td>") == 34 + 13 + 3 + len(CASES)
    assert "<td>failed</td>" not in page.text
    assert "ad541a5f" in page.text
    for words in ("34 of 34 passed", "13 of 13 passed", "3 of 3 passed"):
        assert words in page.text


@pytest.mark.parametrize(
    ("suffix", "parser"), [("ttl", "turtle"), ("jsonld", "json-ld"), ("nt", "nt"), ("rdf", "xml")]
)
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own reader
def test_the_report_is_the_same_graph_in_every_format(
    published: FlaskClient, suffix: str, parser: str
) -> None:
    """By suffix and by Accept."""
    answer = published.get(f"/conformance.{suffix}")
    assert answer.status_code == 200
    same = published.get("/conformance", headers={"Accept": answer.mimetype})
    assert same.data == answer.data
    turtle = read_back(published.get("/conformance.ttl").data, "turtle")
    assert read_back(answer.data, parser) == turtle
    assert sum(triple.object == ox.NamedNode(EARL + "Assertion") for triple in turtle) == 50 + len(CASES)


def test_the_report_is_answered_in_scratch_mode_and_not_by_any_suffix(
    client: FlaskClient, published: FlaskClient
) -> None:
    """It is a file of the package, of no release."""
    assert client.get("/conformance", headers={"Accept": "text/turtle"}).status_code == 200
    assert published.get("/conformance.docx").status_code == 404
    assert published.get("/conformance", headers={"Accept": "image/png"}).status_code == 406
    assert published.post("/conformance").status_code == 405
