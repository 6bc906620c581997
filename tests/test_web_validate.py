"""/validate: what it finds, in which formats, and that no body harms it or leaves anything behind."""

import contextlib
import gc
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
from diaspora_influence.terms import PREFIXES, SH, SHAPES
from diaspora_influence.validate.inputs import context_for, defining, read_all
from diaspora_influence.validate.judge import findings
from diaspora_influence.web.validate import FORMATS, KINDS, PATH, REPORTS, Validate
from diaspora_influence.web.validator.client import Validator
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
MANY = (HEAD + "".join(f"claim:c{n} a dio:Claim .\n" for n in range(6000))).encode()
"""So many findings that they take seconds."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[flask.Flask]:
    """An app that serves the small release."""
    settings = Settings(limits=replace(LIMITS, time=20.0), contact="corrections@example.org")
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
    assert len(KINDS) == 6


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
    assert "script" not in outline.counts
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
    assert outline.loaded == ["/static/style.css"]
    assert outline.headings == [1, 2]
    assert outline.counts["textarea"] == outline.counts["h1"] == outline.counts["form"] == 1
    assert client.get(PATH, headers={"Accept": TURTLE}).status_code == 406
    assert PATH in Outline(client.get("/", headers={"Accept": BROWSER}).text).links


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


def test_it_finds_what_the_command_finds(client: FlaskClient, tmp_path: Path) -> None:
    text = (CLAIMS / "general.ttl").read_text("utf-8")
    edited = text.replace("dio:certainty dio:stated", "dio:certainty dio:certain", 3)
    assert edited != text
    file = tmp_path / "data.ttl"
    file.write_text(edited, "utf-8")
    files = read_all([file])
    expected = findings(files, None, defining(files), context_for(files))
    got = post(client, edited, "application/json").json
    assert got
    assert [(one["line"], one["shape"], one["focus"], one["value"]) for one in got["findings"]] == [
        (one.line, one.shape, one.focus, one.value) for one in expected
    ]
    assert expected
    assert post(client, text, "application/json").json == {**got, "conforms": True, "fails": False} | {
        "counts": dict.fromkeys(got["counts"], 0),
        "findings": [],
    }


def written(kind: str) -> bytes:
    """Return a claim without a certainty in the format *kind*."""
    triples = [quad.triple for quad in ox.parse(f"{HEAD}claim:x a dio:Claim .".encode(), ox.RdfFormat.TURTLE)]
    form = ox.RdfFormat.from_media_type(kind)
    assert form
    return ox.serialize(triples, format=form) or b""


@pytest.mark.parametrize("kind", KINDS)
def test_data_of_every_format_are_judged(client: FlaskClient, kind: str) -> None:
    assert "dios:Claim-certainty" in rules(post(client, written(kind), "application/json", kind))


@pytest.mark.parametrize("kind", KINDS)
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
        (BAD.encode(), "text/turtle; charset=iso-8859-1", 415),
        (b"#" * 300_000, TURTLE, 413),
    ],
)
def test_what_is_no_document_is_a_problem(client: FlaskClient, data: bytes, kind: str, status: int) -> None:
    response = post(client, data, "application/json, application/problem+json", kind)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")


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
    ("shapes", TURTLE, f"<{SHAPES}Claim> a <{SH}NodeShape> ; <{SH}targetClass> <urn:c> . <urn:x> a <urn:c> .", 200),
]  # fmt: skip


def test_the_list_of_hostile_bodies_is_whole() -> None:
    assert len(HOSTILE) == 16


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


def test_over_its_memory_it_is_ended_and_the_next_is_judged(limited: Callable[[Limits], Validator]) -> None:
    validator = limited(replace(LIMITS, time=20.0, memory=16))
    with pytest.raises(MemoryExceeded, match="16 MiB"):
        validator.judge(request(MANY))
    assert validator.judge(request(b"nonsense")).read is False


def test_a_report_over_the_limit_is_refused_and_never_cut(limited: Callable[[Limits], Validator]) -> None:
    validator = limited(replace(LIMITS, bytes=1000))
    with pytest.raises(AnswerTooLarge, match="more than 1,000 bytes"):
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


def test_one_more_than_there_are_places_is_refused_at_once(served: flask.Flask) -> None:
    client, validator = served.test_client(), validator_of(served)
    with validator.turn(), validator.turn():
        response = post(client, BAD, "application/json")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) >= 1
    assert post(client, BAD, "application/json").status_code == 200


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
from diaspora_influence.web.validator.client import Validator
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
