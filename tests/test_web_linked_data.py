"""The addresses of things: redirects, data, pages for people, what is withdrawn and what is not there."""

from collections.abc import Iterator

import pytest
import rdflib
from flask.testing import FlaskClient

from diaspora_influence.settings import Settings
from diaspora_influence.terms import CLAIM, DIO, ID, OA, SOURCE
from web_fixtures import BROWSER, LIMITS, app, read_back

FORMATS = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}
ACCEPTED = [
    ("text/turtle", "ttl"),
    ("application/ld+json", "jsonld"),
    ("application/n-triples", "nt"),
    ("application/rdf+xml", "rdf"),
    ("text/html", "html"),
    (BROWSER, "html"),
    ("*/*", "ttl"),
    ("", "ttl"),
]
THINGS = [
    "/id/palace",
    "/claim/union-of-testers-created-by-palace",
    "/source/test-2020-l36-88-220",
    "/ontology",
]

# rdflib's own reader of JSON-LD uses a name that rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the small release, with a contact for corrections."""
    settings = Settings(limits=LIMITS, contact="corrections@example.org")
    with app(tmp_path_factory.mktemp("release"), settings) as served:
        yield served.test_client()


@pytest.mark.parametrize("path", THINGS)
@pytest.mark.parametrize(("accept", "suffix"), ACCEPTED)
def test_a_thing_leads_to_the_best_representation(
    client: FlaskClient, path: str, accept: str, suffix: str
) -> None:
    """303, and the cache is told what it depends on."""
    response = client.get(path, headers={"Accept": accept})
    assert (response.status_code, response.headers["Location"]) == (303, f"{path}.{suffix}")
    assert response.headers["Vary"] == "Accept"
    assert client.get(response.headers["Location"]).status_code == 200


def test_a_thing_in_no_acceptable_format_is_refused_with_the_list(client: FlaskClient) -> None:
    """406 names what there is."""
    response = client.get("/id/palace", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.json is not None
    assert "text/turtle" in response.json["offered"]


@pytest.mark.parametrize("path", [*THINGS, "/shapes"])
def test_every_representation_is_the_same_graph(client: FlaskClient, path: str) -> None:
    """What a real parser reads from each suffix is one graph."""
    graphs = [read_back(client.get(f"{path}.{suffix}").data, parser) for suffix, parser in FORMATS.items()]
    assert graphs[0]
    assert all(other == graphs[0] for other in graphs[1:])


@pytest.mark.parametrize("suffix", [*FORMATS, "html"])
def test_a_representation_is_the_same_bytes_each_time(client: FlaskClient, suffix: str) -> None:
    """An ETag lasts as long as the release."""
    path = f"/source/test-2020-l36-88-220.{suffix}"
    first, second = client.get(path), client.get(path)
    assert first.data == second.data
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_the_data_of_a_claim_is_whole(client: FlaskClient) -> None:
    """All that is said of it, and nothing of what it speaks of."""
    graph = rdflib.Graph().parse(data=client.get("/claim/union-of-testers-created-by-palace.ttl").data)
    claim = rdflib.URIRef(f"{CLAIM}union-of-testers-created-by-palace")
    dio = rdflib.Namespace(DIO)
    assert graph.value(claim, dio.certainty) == dio.alleged
    assert graph.value(claim, dio.notDerivedBecause) == dio.hedged
    assert set(graph.subjects()) == {claim}


def test_the_data_of_a_passage_reaches_its_blank_nodes(client: FlaskClient) -> None:
    """Selector, refinement and checksum come along."""
    graph = rdflib.Graph().parse(data=client.get("/source/test-2020-l36-88-220.ttl").data)
    passage, oa = rdflib.URIRef(f"{SOURCE}test-2020-l36-88-220"), rdflib.Namespace(OA)
    position = graph.value(graph.value(passage, oa.hasSelector), oa.refinedBy)
    assert graph.value(position, oa.start) == rdflib.Literal(88)


def test_the_data_of_an_agent_names_the_claims_about_it_with_their_certainty(client: FlaskClient) -> None:
    """Incoming links carry label and certainty, so that none looks like a fact."""
    graph = rdflib.Graph().parse(data=client.get("/id/palace.ttl").data)
    dio, palace = rdflib.Namespace(DIO), rdflib.URIRef(f"{ID}palace")
    claims = set(graph.subjects(dio.claimObject, palace))
    assert len(claims) == 3
    assert all(graph.value(claim, dio.certainty) for claim in claims)


def test_turtle_for_people_is_prefixed(client: FlaskClient) -> None:
    """It reads as it was written."""
    text = client.get("/source/test-2020-l36-88-220.ttl").text
    assert "source:test-2020-l36-88-220 a oa:SpecificResource ;" in text
    assert "oa:hasSelector [ a oa:FragmentSelector ;" in text
    assert "^^xsd:string" not in text


def test_data_names_its_alternates_and_licence(client: FlaskClient) -> None:
    """Link headers stand in for the links of a page."""
    links = client.get("/id/palace.ttl").headers.getlist("Link")
    assert any('rel="license"' in link for link in links)
    assert '</id/palace.html>; rel="alternate"; type="text/html"' in links


@pytest.mark.parametrize(("suffix", "location"), [("", "/id/case-test.ttl"), (".html", "/id/case-test.html")])
def test_a_case_leads_to_its_thing(client: FlaskClient, suffix: str, location: str) -> None:
    """/case/… is a short way to the case."""
    response = client.get(f"/case/test{suffix}")
    assert (response.status_code, response.headers["Location"]) == (303, location)


HOSTILE = [
    "/id/../../etc/passwd",
    "/id/%2e%2e/%2e%2e/etc/passwd",
    "/id/..%2f..%2fetc%2fpasswd",
    "/id/%00",
    "/id/palace%00.ttl",
    "/id/palace%0d%0aX-Evil:%201",
    "/id/" + "a" * 5000,
    "/id/%3E%20%7D%20SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%20%7D%20%23",
    "/id/palace%3E%20.%20%3Fs%20%3Fp%20%3Fo.ttl",
    "/id/'\"",
    "/id/%3Cscript%3Ealert(1)%3C/script%3E",
    "/id/\\",
    "/id/Δημοκρατία",
    "/id/%ff%fe",
    "/id/palace/",
    "/id/palace/more",
    "/id//palace",
    "/id/.ttl",
    "/id/palace.exe",
    "/id/palace.ttl.html",
    "/id/$this",
    "/id/",
    "/claim/",
    "/source/nothing.jsonld",
    "/case/nothing",
    "/release/0.1.0/../../../etc/passwd",
    "/release/0.1.0/release.json",
    "/release/9.9.9/dump.nq",
    "/static/../app.py",
    "/ontology.exe",
    "/ontology/9.9.9",
    "/nothing",
]


@pytest.mark.parametrize("accept", ["application/json", BROWSER])
@pytest.mark.parametrize("path", HOSTILE)
def test_what_is_not_there_is_404(client: FlaskClient, path: str, accept: str) -> None:
    """Neither a file nor a query is reached, and nothing of the path is echoed as markup."""
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code == 404, response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Evil" not in response.headers
    assert response.mimetype == "application/problem+json" or "<script" not in response.text
    assert "Traceback" not in response.text


def test_the_list_of_hostile_paths_is_whole() -> None:
    """No case was lost."""
    assert len(HOSTILE) == 32


@pytest.mark.parametrize(
    ("asked", "found"), [("/id/palaec", "/id/palace"), ("/id/Union-Of-Testers", "/id/union-of-testers")]
)
def test_a_misspelt_thing_gets_the_nearest(client: FlaskClient, asked: str, found: str) -> None:
    """The problem names path and label."""
    problem = client.get(asked).json
    assert problem is not None
    assert found in [near["path"] for near in problem["suggestions"]]
    assert f'href="{found}"' in client.get(asked, headers={"Accept": BROWSER}).text


def test_an_adverse_claim_is_nobodys_suggestion(client: FlaskClient) -> None:
    """What search engines are kept from is not handed out for a typing error."""
    problem = client.get("/claim/adam-accused-linked-to-palaec").json
    assert problem is not None
    assert "adam-accused" not in str(problem.get("suggestions", ""))


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_data_of_a_withdrawn_thing_is_gone(client: FlaskClient, suffix: str) -> None:
    """410 says what replaced it and where the reason stands."""
    for path in ("/id/old-union", "/claim/withdrawn"):
        response = client.get(f"{path}.{suffix}")
        assert response.status_code == 410
        assert response.json is not None
        assert response.json["replaced_by"]
        assert f"{path}.html" in response.json["hint"]


def test_the_page_of_a_withdrawn_thing_remains(client: FlaskClient) -> None:
    """People find that it was withdrawn, and what stands instead."""
    page = client.get("/id/old-union.html")
    assert page.status_code == 200
    assert "Withdrawn" in page.text
    assert 'href="/id/union-of-testers"' in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"


ADVERSE = ["/claim/adam-accused-linked-to-palace", "/id/adam-accused", "/id/ruritania"]


@pytest.mark.parametrize("path", ADVERSE)
def test_an_adverse_claim_and_its_ends_stay_out_of_search_engines(client: FlaskClient, path: str) -> None:
    """Page, data and redirect say so in the header, the page in its head too."""
    for suffix in ("", ".html", ".ttl", ".jsonld"):
        assert client.get(path + suffix).headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in client.get(f"{path}.html").text


def test_other_things_may_be_found(client: FlaskClient) -> None:
    """noindex is not for everybody."""
    assert "X-Robots-Tag" not in client.get("/id/palace.html").headers


@pytest.mark.parametrize("term", ["Claim", "createdBy", "alleged", "certaintyScheme", "reportedAs"])
def test_a_hash_term_is_found_on_the_page(client: FlaskClient, term: str) -> None:
    """The anchor is the local name."""
    assert f'id="{term}"' in client.get("/ontology.html").text


def test_the_version_iri_leads_to_the_ontology(client: FlaskClient) -> None:
    """It stands in the ontology's header."""
    from diaspora_influence import __version__

    assert client.get(f"/ontology/{__version__}").headers["Location"] == "/ontology.ttl"
