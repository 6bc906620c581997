"""/validate: what it finds, and in which formats it tells."""

import gzip
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import flask
import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient

from diaspora_influence import cli
from diaspora_influence.terms import PREFIXES, SHAPES
from diaspora_influence.validate.inputs.page import REGISTERED
from diaspora_influence.web.protocol import FORM
from diaspora_influence.web.validate import FORMATS, PATH, REPORTS
from diaspora_influence.web.validator.example import EXAMPLE
from validator_fixtures import BAD, CLAIMS, HEAD, SH_NS, TURTLE, judging, post, rules, wide
from web_fixtures import BROWSER, Outline, read_back


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[flask.Flask]:
    """An app that serves the small release."""
    with judging(tmp_path_factory.mktemp("release")) as served:
        yield served


@pytest.fixture
def client(served: flask.Flask) -> FlaskClient:
    """A client of that app."""
    return served.test_client()


# --- the formats ---


def test_the_tables_are_whole() -> None:
    assert len(set(REPORTS.values())) == 9
    assert set(FORMATS.values()) == set(REPORTS.values())
    assert len(REGISTERED) == 6


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own reader
@pytest.mark.parametrize("media_type", ["application/ld+json", "application/n-triples", "text/turtle"])
def test_every_rdf_format_holds_the_same_shacl_report(client: FlaskClient, media_type: str) -> None:
    response = post(client, BAD, media_type)
    assert response.status_code == 200
    assert response.content_type.startswith(media_type)
    parser = {"application/ld+json": "json-ld", "application/n-triples": "nt"}.get(media_type, "turtle")
    assert read_back(response.data, parser) == read_back(post(client, BAD, TURTLE).data, "turtle")
    graph = rdflib.Graph().parse(data=response.data, format=parser)
    (report,) = graph.subjects(rdflib.RDF.type, SH_NS.ValidationReport)
    assert graph.value(report, SH_NS.conforms) == rdflib.Literal(False)
    results = list(graph.objects(report, SH_NS.result))
    assert len(results) == len(rules(post(client, BAD, "application/json")))
    assert rdflib.URIRef(SHAPES + "Claim-certainty") in set(graph.objects(None, SH_NS.sourceShape))


def test_rdf_xml_holds_the_same_report_and_refuses_what_no_xml_can_hold(client: FlaskClient) -> None:
    plain = BAD.replace("claim:x", "claim:y")
    response = post(client, plain, "application/rdf+xml")
    assert read_back(response.data, "xml") == read_back(post(client, plain, TURTLE).data, "turtle")
    odd = BAD + 'claim:x dio:nope "\\u0001" .'
    assert post(client, odd, "application/rdf+xml").status_code == 406
    assert post(client, odd, TURTLE).status_code == 200


def test_sarif_junit_json_and_text_say_the_same(client: FlaskClient) -> None:
    as_json = post(client, BAD, "application/json").json
    assert as_json
    assert (as_json["conforms"], as_json["files"]) == (False, ["data.ttl"])
    places = [finding["line"] for finding in as_json["findings"]]
    sarif = json.loads(post(client, BAD, "application/sarif+json").data)
    assert sarif["version"] == "2.1.0"
    regions = [one["locations"][0]["physicalLocation"]["region"] for one in sarif["runs"][0]["results"]]
    assert [region["startLine"] for region in regions] == places
    suites = ET.fromstring(post(client, BAD, "application/junit+xml").data)
    assert len(list(suites.iter("failure"))) + len(list(suites.iter("error"))) > 0
    text = post(client, BAD, "text/plain").text
    assert [f"data.ttl:{line}:" in text for line in places] == [True] * len(places)


def test_the_page_shows_each_finding_at_its_line_and_the_data_again(client: FlaskClient) -> None:
    response = post(client, BAD + "# </textarea><script>alert(1)</script>\n", BROWSER)
    outline = Outline(response.text)
    assert response.status_code == 200
    assert outline.open == []
    assert outline.counts["script"] == 1
    assert outline.loaded == ["/static/style.css", "/static/validate.js"]
    assert len(outline.ids) == len(set(outline.ids))
    assert "Line 7, column" in response.text
    assert "<mark>" in response.text
    assert "claim:x a dio:CreationClaim" in response.text
    assert "/shapes.html" in "".join(outline.links) or "/shapes#" in "".join(outline.links)
    assert "noindex" in response.text


def test_a_page_of_many_findings_says_that_there_are_more(client: FlaskClient) -> None:
    body = HEAD + "".join(f'claim:c{n} a dio:Claim ; dio:nope "{"x" * 2000}" .\n' for n in range(70))
    response = post(client, body, BROWSER)
    (total,) = re.findall(r"the first 500 of ([\d,]+)", response.text)
    found = post(client, body, "application/json").json
    assert found
    assert int(total.replace(",", "")) == len(found["findings"]) > 500
    assert response.text.count('<h3 id="finding-') == 500
    shown = response.text.partition("<textarea")[0]
    assert "x" * 450 in shown
    assert "x" * 550 not in shown


def test_the_form_is_a_page(client: FlaskClient) -> None:
    response = client.get(PATH, headers={"Accept": BROWSER})
    outline = Outline(response.text)
    assert response.status_code == 200
    assert outline.open == []
    assert outline.loaded == ["/static/style.css", "/static/validate.js"]
    assert outline.headings == [1, 2]
    assert outline.counts["textarea"] == outline.counts["h1"] == outline.counts["form"] == 1
    assert client.get(PATH, headers={"Accept": TURTLE}).status_code == 406
    assert PATH in Outline(client.get("/", headers={"Accept": BROWSER}).text).links


def test_the_page_has_an_example_to_begin_with(client: FlaskClient) -> None:
    empty = Outline(client.get(PATH, headers={"Accept": BROWSER}).text)
    assert f"{PATH}?example" in empty.links
    filled = client.get(f"{PATH}?example", headers={"Accept": BROWSER}).text
    assert "example-league" in filled
    assert f"{PATH}?example" not in Outline(filled).links
    assert {"unknown-term", "unknown-name", "dios:Claim-certainty"} <= set(
        rules(post(client, EXAMPLE, "application/json"))
    )


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", TURTLE),
        ("*/*", TURTLE),
        (BROWSER, "text/html"),
        ("application/xml", "application/rdf+xml"),
        ("application/sarif+json, application/json;q=0.5", "application/sarif+json"),
        ("text/turtle;q=0, application/junit+xml", "application/junit+xml"),
    ],
)
def test_accept_chooses_the_report(client: FlaskClient, accept: str, media_type: str) -> None:
    response = post(client, "<urn:a> <urn:b> 1 .", accept)
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert "Accept" in response.headers["Vary"]


def test_what_cannot_be_negotiated_is_refused_before_anything_is_judged(client: FlaskClient) -> None:
    assert post(client, BAD, "image/png").status_code == 406
    assert post(client, BAD, query_string={"format": "odt"}).status_code == 406
    assert post(client, BAD, query_string=[("format", "nt"), ("format", "json")]).status_code == 400
    assert post(client, BAD, "image/png", query_string={"format": "json"}).mimetype == "application/json"


# --- what is judged ---


TWIN = PREFIXES["dio"].replace("https:", "http:")
ALIKE: dict[str, tuple[str, str]] = {
    "a class misspelt": ("data.ttl", wide("claim:x a dio:Claimm .\n")),
    "what shapes and lint find": (
        "data.ttl",
        wide('id:x a dio:State ; dio:purpos 1 . <urn:x> dio:rank "5" ; dio:objectNamedAs "p"@eng .\n'),
    ),
    "names and twins": ("data.ttl", wide(f"id:x rdfs:seeAlso id:goergia, <dio:State> ; a <{TWIN}State> .\n")),
    "a shape misspelt": ("data.ttl", wide("id:x rdfs:seeAlso dios:Claim-certanty .\n")),
    "nothing but comments": ("data.ttl", "# nothing\n# at all"),
    "nothing wrong": ("data.ttl", "<urn:a> <urn:b> 1 .\n"),
    "blank nodes and paths": ("data.ttl", BAD + "[] a dio:Claim ; dio:evidence [ a <urn:e> ] .\n"),
    "no Turtle": ("data.ttl", "<urn:a> <urn:b> .\n"),
    "JSON-LD": ("data.jsonld", json.dumps({"@id": "urn:a", "@type": PREFIXES["dio"] + "Claimm"})),
    "literals that the fast engine refuses": ("data.ttl", wide("claim:x a dio:Claim ; dio:rank 01, 1 .\n")),
}
"""Name of a document and what it says; none has a relative IRI, for two places give it two meanings."""


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own reader
@pytest.mark.parametrize("case", ALIKE)
def test_every_report_is_that_of_the_command(
    client: FlaskClient, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, text = ALIKE[case]
    (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DIO_PAPER", raising=False)
    formats = {"json": "json", "sarif": "sarif", "junit": "junit", "text": "txt", "turtle": "ttl"}
    cli.main(["validate", name, "--quiet", *(f"--output={key}=out.{end}" for key, end in formats.items())])
    kind = {"data.ttl": TURTLE, "data.jsonld": "application/ld+json"}[name]

    def placeless(report: str) -> str:
        """Leave out where a document lies, which is the focus node of one that cannot be read."""
        report = report.replace(f"http://localhost{PATH}", "HERE").replace((tmp_path / name).as_uri(), "HERE")
        return re.sub("[0-9a-f]{32}:1", "", report) if "HERE" in report else report

    for key, end in formats.items():
        got = post(client, text, kind=kind, query_string={"format": key})
        assert placeless(got.text) == placeless((tmp_path / f"out.{end}").read_text("utf-8")), key
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))["findings"]
    graph = read_back(post(client, text, TURTLE, kind).data, "turtle")
    for key, parser in (("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld")):
        got = post(client, text, kind=kind, query_string={"format": key})
        assert got.status_code in (200, 400, *([406] if key == "rdf" else []))
        assert got.status_code == 406 or read_back(got.data, parser) == graph
    page = post(client, text, BROWSER, kind)
    assert re.findall(r'data-line="(\d+)"', page.text) == [str(one["line"]) for one in found]


def test_the_documents_that_are_compared_are_of_every_sort(client: FlaskClient) -> None:
    assert len(ALIKE) == 10
    types = {"data.ttl": TURTLE, "data.jsonld": "application/ld+json"}
    found = {rule for name, text in ALIKE.values()
             for rule in rules(post(client, text, "application/json", types[name]))}  # fmt: skip
    lint = {"unknown-term", "unknown-name", "twin-namespace", "undeclared-prefix", "literal-datatype"}
    assert found > lint | {"language-tag", "syntax", "dios:Claim-certainty"}


def test_a_document_of_our_own_passes_and_an_edited_one_does_not(client: FlaskClient) -> None:
    text = (CLAIMS / "general.ttl").read_text("utf-8")
    assert post(client, text, "application/json").json["conforms"]  # type: ignore[index]
    edited = text.replace("dio:certainty dio:stated", "dio:certainty dio:certain", 3)
    assert rules(post(client, edited, "application/json")).count("unknown-term") == 3


def written(kind: str) -> bytes:
    """Return a claim without a certainty in the format *kind*."""
    triples = [quad.triple for quad in ox.parse(f"{HEAD}claim:x a dio:Claim .".encode(), ox.RdfFormat.TURTLE)]
    form = ox.RdfFormat.from_media_type(kind)
    assert form
    return ox.serialize(triples, format=form) or b""


@pytest.mark.parametrize("kind", REGISTERED)
def test_data_of_every_format_are_judged(client: FlaskClient, kind: str) -> None:
    assert "dios:Claim-certainty" in rules(post(client, written(kind), "application/json", kind))


@pytest.mark.parametrize("kind", REGISTERED)
def test_what_is_not_rdf_has_status_400_and_a_report_that_names_the_place(
    client: FlaskClient, kind: str
) -> None:
    response = post(client, b"\n{<<nonsense>>", "application/json", kind)
    assert response.status_code == 400
    assert rules(response) == ["syntax"]
    assert response.json
    assert response.json["unread"] == 1
    assert response.json["findings"][0]["line"] >= 1
    page = post(client, b"\n{<<nonsense>>", BROWSER, kind)
    assert page.status_code == 400
    assert "nothing was judged" in page.text


def test_a_form_is_judged_with_the_lines_of_its_author(client: FlaskClient) -> None:
    form = {"data": BAD.replace("\n", "\r\n"), "format-in": "turtle", "format": "json"}
    sent = client.post(PATH, data=form).json
    assert sent == post(client, BAD, "application/json").json
    assert client.post(PATH, data=form | {"format-in": "jsonld"}).status_code == 400
    assert client.post(PATH, data=form | {"format-in": "odt"}).status_code == 415


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"", TURTLE, 400),
        (b"   \n", TURTLE, 400),
        (b"no field", "application/x-www-form-urlencoded", 400),
        (b"data=a&data=b", "application/x-www-form-urlencoded", 400),
        (b"data=%ff", "application/x-www-form-urlencoded", 400),
        (BAD.encode(), "", 415),
        (BAD.encode(), "application/pdf", 415),
        (BAD.encode(), "multipart/form-data; boundary=x", 415),
        (
            b"--x\r\nContent-Disposition: form-data; name=data\r\n\r\n\r\n--x--",
            "multipart/form-data; boundary=x",
            415,
        ),
        (b"--x" * 1000, "multipart/form-data", 415),
        (BAD.encode(), "text/turtle, application/ld+json", 415),
        (BAD.encode(), "text/turtle; charset=utf-16", 415),
        (b"&" * 5000 + b"data=%20", FORM, 400),
        (BAD.encode(), "text/turtle; charset=iso-8859-1", 415),
        (b"#" * 300_000, TURTLE, 413),
    ],
)
def test_what_is_no_document_is_a_problem(client: FlaskClient, data: bytes, kind: str, status: int) -> None:
    response = post(client, data, "application/json, application/problem+json", kind)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "br", "zstd", "gzip, gzip", "nonsense"])
def test_a_packed_body_is_refused_before_it_is_unpacked(client: FlaskClient, coding: str) -> None:
    bomb = gzip.compress(b"#" * 100_000_000, 9)[:200_000]
    headers = {"Content-Type": TURTLE, "Content-Encoding": coding, "Accept": "application/json"}
    response = client.post(PATH, data=bomb, headers=headers)
    assert (response.status_code, response.mimetype) == (415, "application/problem+json")
    assert "packed" in response.text
    headers["Content-Encoding"] = "identity"
    assert client.post(PATH, data=b"<urn:a> <urn:b> 1 .", headers=headers).status_code == 200


def test_a_relative_iri_is_resolved_against_the_address(client: FlaskClient) -> None:
    found = post(client, f"{HEAD}<#x> a dio:Claim .", "application/json").json
    assert found
    assert {one["focus"] for one in found["findings"]} == {f"http://localhost{PATH}#x"}


def test_other_methods_are_refused(client: FlaskClient) -> None:
    assert client.put(PATH, data=BAD).status_code == 405
    assert client.options(PATH).headers["Access-Control-Allow-Origin"] == "*"
