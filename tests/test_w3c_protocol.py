"""The W3C's SPARQL 1.1 Protocol suite, read from its own manifest, against the endpoint.

Every query test passes. What updates is refused, which the suite counts as a failure: those tests are strict
expected failures, each for that reason.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient
from rdflib import RDF, Namespace
from rdflib.collection import Collection
from werkzeug.test import TestResponse

from diaspora_influence.data import ROOT
from diaspora_influence.settings import Settings
from web_fixtures import LIMITS, app

HERE = Path(os.environ.get("DIO_RDF_TESTS") or ROOT.parent / "shared" / "w3c" / "rdf-tests")
SUITE = HERE / "sparql" / "sparql11" / "protocol"
DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")

KINDS = {
    "boolean": ("application/sparql-results+json",),
    "tabular": ("application/sparql-results+json",),
    "RDF": ("text/turtle",),
}
"""`mf:expectedFormat` to the media types that are of that kind, of those given to a client without a wish."""
UPDATES = {
    *("update_dataset_default_graph", "update_dataset_default_graphs", "update_dataset_named_graphs"),
    *("update_dataset_full", "update_post_form", "update_post_direct", "update_base_uri"),
}
"""Tests of updates that are to succeed."""
NAMES = [
    *("query_post_form", "query_dataset_default_graphs_get", "query_dataset_default_graphs_post"),
    *("query_dataset_named_graphs_post", "query_dataset_named_graphs_get", "query_dataset_full"),
    *("query_multiple_dataset", "query_get", "query_content_type_select", "query_content_type_ask"),
    *("query_content_type_describe", "query_content_type_construct", "query_post_direct"),
    *(
        "bad_query_method",
        "bad_multiple_queries",
        "bad_query_wrong_media_type",
        "bad_query_missing_form_type",
    ),
    *("bad_query_missing_direct_type", "bad_query_non_utf8", "bad_query_syntax", "bad_update_get"),
    *("bad_multiple_updates", "bad_update_wrong_media_type", "bad_update_missing_form_type"),
    *("bad_update_non_utf8", "bad_update_syntax", "bad_update_dataset_conflict"),
    *sorted(UPDATES),
]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request of the suite, and what is expected of its answer; statuses by their first digit."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    statuses: frozenset[str]
    kind: str | None
    truth: bool | None


@pytest.fixture(scope="module")
def suite() -> dict[str, list[Exchange]]:
    """The tests of the suite by name; skipped where it is not on this machine."""
    if not SUITE.is_dir():
        if os.environ.get("DIO_RDF_TESTS"):
            pytest.fail(f"DIO_RDF_TESTS names no W3C tests: {HERE}")
        pytest.skip("the W3C tests are not on this machine (set DIO_RDF_TESTS)")
    graph = rdflib.Graph().parse(SUITE / "manifest.ttl")
    manifest = next(graph.subjects(RDF.type, MF.Manifest))
    tests = Collection(graph, graph.value(manifest, MF.entries))
    return {str(test).rpartition("#")[2]: exchanges(graph, test) for test in tests}


def exchanges(graph: rdflib.Graph, test: rdflib.term.Node) -> list[Exchange]:
    """Return the requests of *test* in their order."""
    action = graph.value(test, MF.action)
    requests = Collection(graph, graph.value(action, HT.requests))
    return [exchange(graph, node, "utf-16" if "non_utf8" in str(test) else "utf-8") for node in requests]


def exchange(graph: rdflib.Graph, node: rdflib.term.Node, encoding: str) -> Exchange:
    """Read one request and the answer that it expects."""
    answer, body = graph.value(node, HT.resp), graph.value(node, HT.body)
    headers = graph.value(node, HT.headers)
    kind, truth = graph.value(answer, MF.expectedFormat), graph.value(answer, MF.expectedBoolean)
    return Exchange(
        method=str(graph.value(node, HT.methodName)),
        path=str(graph.value(node, HT.absolutePath)),
        headers={
            str(graph.value(header, HT.fieldName)): str(graph.value(header, HT.fieldValue))
            for header in (Collection(graph, headers) if headers else ())
        },
        body=str(graph.value(body, CNT.chars)).encode(encoding) if body else b"",
        statuses=frozenset(str(status)[-3] for status in graph.objects(answer, MF.expectedStatus)),
        kind=str(kind) if kind else None,
        truth=bool(truth.toPython()) if isinstance(truth, rdflib.Literal) else None,
    )


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, suite: object) -> Iterator[FlaskClient]:
    """A client of a server that holds the suite's three graphs."""
    assert suite
    quads = [
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(DATA.format(number)))
        for number in (1, 2, 3)
        for quad in ox.parse(path=str(SUITE / f"data{number}.nt"))
    ]
    with app(tmp_path_factory.mktemp("w3c"), Settings(limits=LIMITS), quads) as served:
        yield served.test_client()


def test_the_suite_is_run_whole(suite: dict[str, list[Exchange]]) -> None:
    """Every test of the manifest is named here, and no other."""
    assert len(NAMES) == 34
    assert set(suite) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_protocol(
    request: pytest.FixtureRequest, client: FlaskClient, suite: dict[str, list[Exchange]], name: str
) -> None:
    """Each request of the test gets the status, the kind of answer and the truth value that it expects."""
    if name in UPDATES:
        first = suite[name][0]
        assert ask(client, first).status_code == 403
        request.applymarker(pytest.mark.xfail(strict=True, reason="a release never changes"))
    for one in suite[name]:
        response = ask(client, one)
        assert str(response.status_code)[0] in one.statuses
        assert one.kind is None or response.mimetype in KINDS[one.kind]
        assert one.truth is None or (response.json or {})["boolean"] is one.truth


def ask(client: FlaskClient, one: Exchange) -> TestResponse:
    """Send one request; without a Content-Type where the suite gives none."""
    return client.open(one.path, method=one.method, headers=one.headers, data=one.body)
