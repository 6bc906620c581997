"""Protocol tests over HTTP against the real server: the W3C's own, and ours in the same vocabulary.

Those of the W3C are read from their manifests, and skipped where these are not on the machine. What updates or
writes goes to a server in scratch mode, which begins each test with the same graphs; the rest to one that serves
a small release. The report at /conformance is compared with what came out here.
"""

import os
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from diaspora_influence.web.conformance import REPORT, suites
from diaspora_influence.web.documents import canonical
from protocol_cases import Case
from protocol_report import (
    FOLDER,
    OWN,
    SUITES,
    W3C,
    Results,
    digest,
    own_cases,
    report,
    run_own,
    run_w3c,
    servers,
)
from protocol_runner import Server

COUNTS = {"protocol": 34, "graph-store-protocol": 13, "service-description": 3}
NAMES = [
    *("query_post_form", "query_dataset_default_graphs_get", "query_dataset_default_graphs_post"),
    *("query_dataset_named_graphs_post", "query_dataset_named_graphs_get", "query_dataset_full"),
    *("query_multiple_dataset", "query_get", "query_content_type_select", "query_content_type_ask"),
    *("query_content_type_describe", "query_content_type_construct", "query_post_direct"),
    *("update_dataset_default_graph", "update_dataset_default_graphs", "update_dataset_named_graphs"),
    *("update_dataset_full", "update_post_form", "update_post_direct", "update_base_uri"),
    *(
        "bad_query_method",
        "bad_multiple_queries",
        "bad_query_wrong_media_type",
        "bad_query_missing_form_type",
    ),
    *("bad_query_missing_direct_type", "bad_query_non_utf8", "bad_query_syntax", "bad_update_get"),
    *("bad_multiple_updates", "bad_update_wrong_media_type", "bad_update_missing_form_type"),
    *("bad_update_non_utf8", "bad_update_syntax", "bad_update_dataset_conflict"),
    *("put_get_repeat_direct", "put_delete_get_delete_direct", "post_get_post_get_direct"),
    *("head_existing_direct", "put_get_repeat_indirect", "put_get_default", "put_delete_get_delete_indirect"),
    *("post_get_post_get_indirect", "post_get_new_graph", "head_existing_indirect"),
    *("head_non_existing_indirect", "put_get_uri_pct_encoded_indirect", "put_get_uri_pct_encoded_twice"),
    *("returns-rdf", "has-endpoint-triple", "conforms-to-schema"),
]
"""Every test of the three W3C suites, by its local name."""
CASES = own_cases()


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Server, Server]]:
    """A server of the small release, and one in scratch mode."""
    with servers() as pair:
        yield pair


@pytest.fixture(scope="module")
def w3c(running: tuple[Server, Server]) -> Results:
    """What came of the W3C's suites; skipped where they are not on this machine."""
    if not FOLDER.is_dir():
        if os.environ.get("DIO_RDF_TESTS"):
            pytest.fail(f"DIO_RDF_TESTS names no W3C tests: {W3C}")
        pytest.skip("the W3C tests are not on this machine (set DIO_RDF_TESTS)")
    return run_w3c(*running)


@pytest.fixture(scope="module")
def own(running: tuple[Server, Server]) -> dict[Case, list[str]]:
    """What came of our own cases."""
    return run_own(*running)


def test_the_suites_are_run_whole(w3c: Results) -> None:
    """Every test of the manifests is named here, and no other."""
    assert {slug: len(outcomes) for slug, outcomes in w3c.items()} == COUNTS
    found = [case.iri.rpartition("#")[2] for outcomes in w3c.values() for case in outcomes]
    assert sorted(found) == sorted(NAMES)


def test_the_suites_are_those_of_the_commit_that_the_report_names(w3c: Results) -> None:
    """The files are what they were when their digests were taken at that commit."""
    assert set(w3c) == {suite.slug for suite in SUITES}
    assert [suite.slug for suite in SUITES if digest(suite) != suite.sha256] == []


@pytest.mark.parametrize("name", NAMES)
def test_w3c(w3c: Results, name: str) -> None:
    """Each request gets the status, the format, the truth value and the graph that the suite expects."""
    (found,) = [
        faults
        for outcomes in w3c.values()
        for case, faults in outcomes.items()
        if case.iri.endswith(f"#{name}")
    ]
    assert found == []


def test_our_own_cases_are_many_and_told_apart() -> None:
    """They are there without the W3C's files, none is empty, and each names its server."""
    assert len(CASES) == 146
    assert len({case.iri for case in CASES}) == len(CASES)
    assert all(case.exchanges and case.label for case in CASES)
    assert all(one.statuses for case in CASES for one in case.exchanges)
    assert {case.requires for case in CASES} == {frozenset(["published"]), frozenset(["scratch"])}


@pytest.mark.parametrize("iri", [case.iri for case in CASES], ids=lambda iri: iri.rpartition("/")[2])
def test_own(own: dict[Case, list[str]], iri: str) -> None:
    """Each request gets what the case expects."""
    (found,) = [faults for case, faults in own.items() if case.iri == iri]
    assert found == []


def test_the_report_says_what_came_out_here(
    own: dict[Case, list[str]], request: pytest.FixtureRequest
) -> None:
    """`make conformance` would write the same again; without the W3C's files, the same of our own cases."""
    written = {quad.triple for quad in ox.parse(path=str(REPORT), format=ox.RdfFormat.TURTLE)}
    results = {OWN.slug: own}
    if FOLDER.is_dir():
        results |= request.getfixturevalue("w3c")
        again = ox.parse(report(results).encode(), format=ox.RdfFormat.TURTLE)
        assert canonical(written) == canonical(quad.triple for quad in again)
    told = {one.iri: one.passed for suite in suites(sorted(written, key=str)) for one in suite.outcomes}
    assert len(told) == sum(COUNTS.values()) + len(CASES)
    assert {case.iri: told[case.iri] for case in own} == {
        case.iri: not faults for case, faults in own.items()
    }


def test_a_case_that_fails_is_told_as_failed(own: dict[Case, list[str]]) -> None:
    """The report turns with the outcome."""
    case = next(iter(own))
    for faults, outcome in (([], "passed"), (["status 500"], "failed")):
        triples = ox.parse(report({OWN.slug: {case: faults}}).encode(), format=ox.RdfFormat.TURTLE)
        (suite,) = suites([quad.triple for quad in triples])
        assert [one.passed for one in suite.outcomes] == [outcome == "passed"]
