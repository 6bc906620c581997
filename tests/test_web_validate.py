"""/validate: what it finds, in which formats, and that no body harms it or leaves anything behind."""

import contextlib
import gc
import gzip
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import flask
import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diaspora_influence import cli
from diaspora_influence.data import ROOT
from diaspora_influence.settings import Settings
from diaspora_influence.sparql import wire
from diaspora_influence.sparql.errors import (
    AnswerTooLarge,
    DeadlineExceeded,
    EngineUnavailable,
    MemoryExceeded,
    WorkerDied,
)
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.turns import UNKNOWN, Turn
from diaspora_influence.terms import PREFIXES, SH, SHAPES
from diaspora_influence.validate.inputs.page import REGISTERED
from diaspora_influence.validate.places import excerpt, spot
from diaspora_influence.validate.places.excerpt import LONGEST
from diaspora_influence.validate.places.tokens import Token
from diaspora_influence.validate.reports.writers import WRITERS
from diaspora_influence.web.protocol import FORM
from diaspora_influence.web.validate import FORMATS, PATH, REPORTS, Validate
from diaspora_influence.web.validator.client import WAITING, Validator
from diaspora_influence.web.validator.example import EXAMPLE
from diaspora_influence.web.validator.judging import judged_of, warm
from diaspora_influence.web.validator.reporting import REPORTS as REPORTS_BY_NAME
from diaspora_influence.web.validator.reporting import SHOWN, Judged
from diaspora_influence.web.validator.request import Request
from front_fixtures import serving
from web_fixtures import BROWSER, LIMITS, Outline, app, read_back, write_release

TURTLE = "text/turtle"
SH_NS = rdflib.Namespace(SH)
CLAIMS = ROOT / "instances" / "miles-2017" / "claims"
HEAD = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("dio", "claim", "id", "rdfs"))
BAD = (
    HEAD
    + 'claim:x a dio:CreationClaim, dio:Claim ;\n  rdfs:label "a\\u0001<b>&"@en ;\n  dio:certainty 1, 2 .\n'
)
"""A claim that lacks most of what a claim has; its label holds what no XML can."""
LIMITS_OF_SERVED = replace(LIMITS, time=20.0)
MANY = (HEAD + "".join(f"claim:c{n} a dio:Claim .\n" for n in range(6000))).encode()
"""So many findings that they take seconds."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[flask.Flask]:
    """An app that serves the small release."""
    settings = Settings(limits=LIMITS_OF_SERVED, contact="corrections@example.org")
    with app(tmp_path_factory.mktemp("release"), settings) as served:
        yield served
        validator_of(served).stop()


@pytest.fixture
def client(served: flask.Flask) -> FlaskClient:
    """A client of that app."""
    return served.test_client()


def validator_of(served: flask.Flask) -> Validator:
    """Return the validator of an app."""
    room: Validate = cast(Any, served.view_functions["validation"]).__self__
    return room.validator


def post(
    client: FlaskClient, data: str | bytes, accept: str = "", kind: str = TURTLE, **more: Any
) -> TestResponse:
    """Return the answer to a document sent as it is."""
    return client.post(PATH, data=data, headers={"Content-Type": kind, "Accept": accept}, **more)


def rules(response: TestResponse) -> list[str]:
    """Return the rules that a JSON report names."""
    assert response.json
    return [finding["rule"] for finding in response.json["findings"]]


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


def wide(text: str) -> str:
    """Return a document that declares every prefix of the house."""
    return "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in PREFIXES) + text


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


def test_no_text_of_a_source_is_looked_into(
    limited: "Callable[[Limits], Validator]", monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The digest of a passage that somebody chooses would tell what it says, letter by letter."""
    paper = tmp_path / "miles-2017.txt"
    paper.write_text("Some words.\n", "utf-8")
    monkeypatch.setenv("DIO_PAPER", str(paper))
    (tmp_path / "data.ttl").write_text(EVIDENCE, "utf-8")
    monkeypatch.chdir(tmp_path)
    cli.main(["validate", "data.ttl", "--quiet", "--output=json=out.json"])
    by_command = {one["rule"] for one in json.loads((tmp_path / "out.json").read_text("utf-8"))["findings"]}
    report = json.loads(limited(replace(LIMITS, time=60.0)).judge(request(EVIDENCE.encode())).body)
    assert "evidence-digest" in by_command
    assert {one["rule"] for one in report["findings"]} == by_command - {"evidence-digest"}


EVIDENCE = wide(
    """source:miles-2017-l1-0-4 a oa:SpecificResource ; oa:hasSource source:miles-2017-text ;
  oa:hasSelector [ a oa:FragmentSelector ; rdf:value "line=0,1" ;
    dcterms:conformsTo <http://tools.ietf.org/rfc/rfc5147> ;
    oa:refinedBy [ a oa:TextPositionSelector ; oa:start 0 ; oa:end 4 ] ] ;
  dio:section "Georgia" ; dio:paragraph 1 ; dio:sentence 1 ;
  spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ;
    spdx:checksumValue "00"^^xsd:hexBinary ] .
""".replace('"00"', f'"{"0" * 64}"')
)


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


# --- what means harm ---

ENTITIES = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
RDF_XML = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
DESCRIBED = f'<rdf:RDF {RDF_XML}><rdf:Description rdf:about="urn:x"><rdf:value>&k;</rdf:value></rdf:Description></rdf:RDF>'
JSON_LD = "application/ld+json"
BODY = 3 * LIMITS.query_bytes + (1 << 16)
HOSTILE: list[tuple[str, str, str | bytes, int]] = [
    ("deep JSON", "application/ld+json", '{"urn:a":' * 20_000 + "1" + "}" * 20_000, 400),
    ("deep arrays", "application/ld+json", "[" * 100_000 + "]" * 100_000, 400),
    ("entity bomb", "application/rdf+xml", f'<!DOCTYPE r [<!ENTITY a "aa">{ENTITIES}]>{DESCRIBED}', 400),
    (
        "a file as entity",
        "application/rdf+xml",
        f'<!DOCTYPE r [<!ENTITY k SYSTEM "file:///etc/passwd">]>{DESCRIBED}',
        400,
    ),
    ("deep XML", "application/rdf+xml", f'<rdf:RDF {RDF_XML} xmlns:e="urn:e#">' + "<e:a><e:b>" * 8000, 400),
    ("deep nodes", TURTLE, "<urn:a> <urn:b> " + "[<urn:p> " * 20_000 + "1" + "]" * 20_000 + " .", 200),
    ("NULs", TURTLE, b"\0" * 100_000, 400),
    ("a NUL in a literal", TURTLE, b'<urn:a> <urn:b> "a\0b" .\0', 400),
    ("not UTF-8", TURTLE, '<urn:a> <urn:b> "\u00e9" .'.encode("latin-1"), 400),
    ("UTF-16", TURTLE, '<urn:a> <urn:b> "\u00e9" .'.encode("utf-16"), 400),
    ("a long literal", TURTLE, '<urn:a> <urn:b> "' + "x" * 250_000 + '" .', 200),
    ("triple terms", TURTLE, "<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * 2000, 400),
    ("an import", TURTLE, f"<> <{PREFIXES['owl']}imports> <http://127.0.0.1:9/x> .", 200),
    ("numbers beyond all", TURTLE, f"{HEAD}claim:x dio:rank 1e400, {'9' * 5000}.5 .", 200),
    ("a circle of classes", TURTLE, f"{HEAD}dio:Claim rdfs:subClassOf dio:Agent . dio:Agent rdfs:subClassOf dio:Claim .", 200),
    ("a context that leads elsewhere", JSON_LD, '{"@context": ["http://127.0.0.1:9/x", {"@import": "http://127.0.0.1:9/y"}], "a": 1}', 400),
    ("a context within", JSON_LD, '{"@context": {"a": {"@id": "urn:a", "@context": "http://127.0.0.1:9/x"}}, "a": {"b": 1}}', 400),
    ("deep lists", JSON_LD, '{"urn:a":{"@list":[' * 10_000 + "1" + "]}}" * 10_000, 400),
    ("lists left open", TURTLE, "<urn:a> <urn:b> " + "(" * 100_000, 400),
    ("a literal as long as a body", TURTLE, f'<urn:a> <urn:b> "{"x" * (BODY - 20)}" .', 200),
    ("numbers that go on", TURTLE, f'{HEAD}claim:x dio:rank "{"9" * 200_000}x"^^<{PREFIXES["xsd"]}integer> .', 200),
    ("a time that goes on", TURTLE, f'{HEAD}claim:x a dio:Claim ; dio:edtf "{"2017-" * 40_000}"^^<{PREFIXES["edtf"]}EDTF> .', 200),
    ("blanks in a label", TURTLE, f'{HEAD}id:x a dio:State ; rdfs:label "{" " * 200_000}x"@en .', 200),
    ("a tag that goes on", TURTLE, f'{HEAD}id:x a dio:State ; rdfs:label "x"@en{"-abcdefgh" * 20_000} .', 200),
    ("names that are near", TURTLE, HEAD + "".join(f"<urn:{n}> a dio:Orga{n}nizatio .\n" for n in range(5000)), 200),
    ("an IRI as long as a body", TURTLE, f"<urn:a> <urn:b> <{PREFIXES['dio']}{'x' * 250_000}> .", 200),
    ("prefixes without end", TURTLE, "".join(f"@prefix p{n}: <urn:{n}:> .\n" for n in range(9000)) + "p1:a p2:b 1 .", 200),
    ("only comments", TURTLE, "# nothing\n" * 20_000, 200),
    ("Turtle that is called JSON", JSON_LD, BAD, 400),
    ("JSON that is called Turtle", TURTLE, '{"@id": "urn:a"}', 400),
    ("XML that is called N-Triples", "application/n-triples", DESCRIBED, 400),
    ("shapes", TURTLE, f"<{SHAPES}Claim> a <{SH}NodeShape> ; <{SH}targetClass> <urn:c> . <urn:x> a <urn:c> .", 200),
]  # fmt: skip


def test_the_list_of_hostile_bodies_is_whole() -> None:
    assert len(HOSTILE) == 32


@pytest.mark.parametrize(
    ("kind", "body", "status"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE]
)
def test_no_body_ends_the_validator(served: flask.Flask, kind: str, body: str | bytes, status: int) -> None:
    client, validator = served.test_client(), validator_of(served)
    response = post(client, body, "application/json", kind)
    assert response.status_code == status
    assert "Traceback" not in response.text
    assert "root:" not in response.text
    assert rules(response) == ["syntax"] or status == 200
    assert validator.engine
    pid = validator.engine.process.pid
    assert post(client, "<urn:a> <urn:b> 1 .", "application/json").status_code == 200
    assert validator.engine.process.pid == pid


def test_a_remote_context_is_not_fetched(client: FlaskClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.0)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/context"
        response = post(
            client, json.dumps({"@context": address, "a": 1}), "application/json", "application/ld+json"
        )
        assert response.status_code == 400
        assert "not fetched" in response.text
        with pytest.raises(BlockingIOError):
            listener.accept()


# --- limits ---


def request(body: bytes, report: str = "json") -> Request:
    return Request(body, "turtle", "urn:base", report)


@pytest.fixture
def limited() -> Iterator[Callable[[Limits], Validator]]:
    """A maker of validators, which are stopped after the test."""
    made: list[Validator] = []

    def make(limits: Limits) -> Validator:
        made.append(Validator(limits))
        return made[-1]

    yield make
    for validator in made:
        validator.stop()


def children(validator: Validator) -> list[int]:
    """Return the processes that the keeper has forked and not buried."""
    assert validator.engine
    pid = validator.engine.process.pid
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()]


def soon(is_so: Callable[[], object]) -> bool:
    """Wait until something is so."""
    until = time.monotonic() + 20
    while not is_so() and time.monotonic() < until:
        time.sleep(0.01)
    return bool(is_so())


@pytest.fixture(scope="module")
def crowded() -> Callable[[str], Judged]:
    """What is found, by report, where no report may take a step for each pair of so many findings."""
    warm()
    claims = "".join(f"claim:c{n} a dio:Claim .\n" for n in range(1000))
    return lambda report: judged_of(Request((HEAD + claims).encode(), "turtle", "urn:base", report))


@pytest.mark.parametrize("name", REPORTS_BY_NAME)
def test_thousands_of_findings_are_all_told(crowded: Callable[[str], Judged], name: str) -> None:
    judged = crowded(name)
    body = REPORTS_BY_NAME[name](judged)
    assert judged.findings == sum(judged.counts.values()) > 10_000
    if name in RDF_FORMATS:
        results = ox.NamedNode(SH + "result")
        found = [quad.triple for quad in ox.parse(body, format=RDF_FORMATS[name])]
        assert sum(triple.predicate == results for triple in found) == judged.findings
        assert Counter(str(triple.predicate) for triple in found) == predicates(judged)
    elif name == "page":
        assert len(json.loads(body)["findings"]) == SHOWN[name] == len(judged.report.entries)
    elif name in ("json", "sarif"):
        told = json.loads(body)
        told = told["findings"] if name == "json" else told["runs"][0]["results"]
        assert len(told) == judged.findings
    else:
        assert body.decode().count("claim:c999") >= 11


RDF_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}


def predicates(judged: Judged) -> Counter[str]:
    """Return how often each predicate stands in the report, by the writer that the command has."""
    text = WRITERS["turtle"](judged.report)
    return Counter(str(quad.predicate) for quad in ox.parse(text, format=ox.RdfFormat.TURTLE))


def test_a_line_with_many_findings_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    claims = " ".join(f"claim:c{n} a dio:Claim ." for n in range(700))
    body = f"{HEAD}{claims}".encode()
    read, cut = Counter[str](), Counter[str]()
    said, plain = excerpt.Said, spot.tokens

    def reading(line: str, *how: Any) -> spot.Said:
        read[line] += 1
        return said(line, *how)

    def cutting(line: str) -> list[Token]:
        cut[line] += 1
        return plain(line)

    warm()
    monkeypatch.setattr(excerpt, "Said", reading)
    monkeypatch.setattr(spot, "tokens", cutting)
    report = judged_of(Request(body, "turtle", "urn:base", "ttl")).report
    assert len(claims) < LONGEST
    assert len(report.entries) > 7000
    assert all(entry.column for entry in report.entries)
    assert read == {claims: 1}
    assert cut.total() <= 1


def test_past_the_deadline_it_is_ended_and_the_next_is_judged(limited: Callable[[Limits], Validator]) -> None:
    validator = limited(replace(LIMITS, time=0.5))
    with pytest.raises(DeadlineExceeded, match=r"longer than 0\.5 s"):
        validator.judge(request(MANY))
    assert soon(lambda: not children(validator))
    assert validator.judge(request(b"nonsense")).read is False


def test_nested_lists_end_within_the_limits(limited: Callable[[Limits], Validator]) -> None:
    """How deep they may be in the time is for the engine; that there is an end is for the keeper."""
    validator = limited(replace(LIMITS, time=1.0))
    body = b"<urn:a> <urn:b> " + b"(" * 100_000 + b")" * 100_000 + b" ."
    with contextlib.suppress(DeadlineExceeded):
        assert validator.judge(request(body)).read
    assert validator.judge(request(b"nonsense")).read is False


def test_over_its_memory_it_is_ended_and_the_next_is_judged(
    limited: Callable[[Limits], Validator], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUST_BACKTRACE", "1")  # with it every fourth waited for itself
    validator = limited(replace(LIMITS, time=20.0, memory=16))
    with pytest.raises(MemoryExceeded, match="16 MiB"):
        validator.judge(request(MANY))
    assert validator.judge(request(b"nonsense")).read is False


def test_a_report_over_the_limit_is_refused_and_never_cut(limited: Callable[[Limits], Validator]) -> None:
    validator = limited(replace(LIMITS, bytes=1000))
    with pytest.raises(AnswerTooLarge, match="more than 2,000 bytes"):
        validator.judge(request(BAD.encode()))


@pytest.mark.parametrize(("number", "kind"), [(signal.SIGSEGV, WorkerDied), (signal.SIGKILL, MemoryExceeded)])
def test_a_child_that_dies_harms_its_client_alone(
    served: flask.Flask, number: int, kind: type[Exception]
) -> None:
    validator = validator_of(served)
    validator.running_engine()
    with ThreadPoolExecutor(2) as threads:
        asked = threads.submit(validator.judge, request(MANY))
        assert soon(lambda: children(validator))
        os.kill(children(validator)[0], number)
        with pytest.raises(kind):
            asked.result()
    assert validator.judge(request(b"<urn:a> <urn:b> 1 .")).findings == 0


def test_a_validator_that_ended_is_started_again(limited: Callable[[Limits], Validator]) -> None:
    validator = limited(LIMITS)
    first = validator.running_engine()
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(validator.judge, request(MANY))
        assert soon(lambda: children(validator))
        child = children(validator)[0]
        first.process.kill()
        with pytest.raises(EngineUnavailable):
            asked.result()
    assert soon(lambda: not Path(f"/proc/{child}").exists())
    assert validator.judge(request(b"<urn:a> <urn:b> 1 .")).findings == 0
    assert not first.folder.exists()


def test_two_at_once_each_get_their_own_report(served: flask.Flask) -> None:
    validator = validator_of(served)
    barrier = threading.Barrier(2)

    def judge(name: str) -> str:
        barrier.wait(20)
        return validator.judge(request(BAD.replace("claim:x", f"claim:{name}").encode())).body.decode()

    with ThreadPoolExecutor(2) as threads:
        one, two = threads.map(judge, ("one", "two"))
    assert "claim/one" in one
    assert "claim/two" not in one
    assert (
        one == two.replace("claim/two", "claim/one").replace("claim:two", "claim:one") or "claim/two" in two
    )


def test_one_more_than_may_wait_is_refused_at_once(served: flask.Flask) -> None:
    client, validator = served.test_client(), validator_of(served)
    turns = [Turn(UNKNOWN, granted=bool, refused=bool) for _ in range(LIMITS.workers + validator.waiting)]
    try:
        assert all(map(validator.turns.enter, turns))
        response = post(client, BAD, "application/json")
    finally:
        for turn in turns:
            validator.turns.leave(turn)
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")
    assert int(response.headers["Retry-After"]) == LIMITS_OF_SERVED.time
    assert response.json
    assert "2 validations at the same time, 8 waiting" in response.json["limit"]
    assert post(client, BAD, "application/json").status_code == 200


def test_an_operator_who_wants_no_queue_has_none() -> None:
    assert Validator(replace(LIMITS, queue=0)).waiting == 0
    assert Validator(replace(LIMITS, queue=10_000)).waiting == WAITING


def test_one_clients_slow_documents_keep_no_other_waiting(tmp_path: Path) -> None:
    """The first is halted, so that it is as slow as it can be; its client comes from another address."""
    settings = Settings(limits=replace(LIMITS, time=120.0, queue=3))
    with serving(write_release(tmp_path), settings) as front, ThreadPoolExecutor(8) as threads:
        validator = validator_of(front.app)
        validator.running_engine()

        def ask(host: str, body: bytes = HEAD.encode() + b"claim:x a dio:Claim .") -> tuple[int, str]:
            connection = http.client.HTTPConnection(*front.address, timeout=60, source_address=(host, 0))
            with contextlib.closing(connection):
                headers = {"Content-Type": TURTLE, "Accept": "application/json"}
                connection.request("POST", PATH, body, headers)
                response = connection.getresponse()
                return response.status, response.headers.get("Retry-After", "")

        slow = [threads.submit(ask, "127.0.0.1", b"\n".join(MANY.split(b"\n")[:2000]))]
        try:
            assert soon(lambda: children(validator))
            (child,) = children(validator)
            os.kill(child, signal.SIGSTOP)
            slow += [threads.submit(ask, "127.0.0.1") for _ in range(3)]
            assert soon(lambda: validator.turns.waiting == 3)
            assert ask("127.0.0.1") == (503, "120")
            assert ask("127.0.0.2") == (200, "")
            assert front.ask("GET", "/sparql?query=ASK%7B%7D").status == 200
            assert not any(one.done() for one in slow)
            os.kill(child, signal.SIGCONT)
            assert [one.result()[0] for one in slow] == [200] * 4
        finally:
            validator.stop()


# --- nothing is kept ---


def test_no_report_is_kept_by_anybody(client: FlaskClient) -> None:
    response = post(client, BAD, "application/json")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "ETag" not in response.headers


def test_nothing_is_left_behind(
    limited: Callable[[Limits], Validator], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    engine = (validator := limited(LIMITS)).running_engine()
    process, folder = engine.process, engine.folder
    opened = set(Path(f"/proc/{process.pid}/fd").iterdir())
    validator.judge(request(BAD.encode()))
    assert {path.name for path in folder.iterdir()} == {wire.SOCKET, wire.PAGE}
    assert soon(lambda: not children(validator))
    validator.judge(request(b"nonsense"))
    assert soon(lambda: set(Path(f"/proc/{process.pid}/fd").iterdir()) <= opened)
    validator.stop()
    assert process.poll() is not None
    assert list(tmp_path.rglob("dio-*")) == []


def test_it_ends_when_nobody_holds_it_any_more() -> None:
    validator = Validator(LIMITS)
    process, folder = (engine := validator.running_engine()).process, engine.folder
    del validator, engine
    gc.collect()
    assert process.poll() is not None
    assert not folder.exists()


def test_it_ends_with_the_front_that_started_it(tmp_path: Path) -> None:
    """Even where that is killed, and can stop nothing any more."""
    with subprocess.Popen(
        [sys.executable, "-c", STARTED], stdout=subprocess.PIPE, env=os.environ | {"TMPDIR": str(tmp_path)}
    ) as front:
        assert front.stdout
        pid = int(front.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        front.kill()
    assert soon(lambda: not Path(f"/proc/{pid}/exe").exists())
    assert soon(lambda: list(tmp_path.iterdir()) == [])


STARTED = """
import time
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.web.validator.client import WAITING, Validator
validator = Validator(Limits())
print(validator.running_engine().process.pid, flush=True)
time.sleep(60)
"""


def test_no_validator_runs_before_the_first_document(tmp_path: Path) -> None:
    with app(tmp_path, Settings(limits=LIMITS)) as served:
        served.test_client().get(PATH, headers={"Accept": BROWSER})
        assert validator_of(served).engine is None


def test_the_front_passes_documents_on(tmp_path: Path) -> None:
    settings = Settings(limits=replace(LIMITS, time=20.0))
    with serving(write_release(tmp_path), settings) as served:
        got = served.ask("POST", PATH, BAD.encode(), Content_Type=TURTLE, Accept="application/json")
        validator_of(served.app).stop()
    assert got.status == 200
    assert json.loads(got.body)["conforms"] is False
