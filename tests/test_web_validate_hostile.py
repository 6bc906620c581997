"""/validate: no body harms it, what is over its limits is refused whole, and nothing is left behind."""

import contextlib
import gc
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import flask
import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from diaspora_influence import cli
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
from diaspora_influence.validate.places import excerpt, spot
from diaspora_influence.validate.places.excerpt import LONGEST
from diaspora_influence.validate.places.tokens import Token
from diaspora_influence.validate.reports.writers import WRITERS
from diaspora_influence.web.validate import PATH
from diaspora_influence.web.validator.client import WAITING, Validator
from diaspora_influence.web.validator.judging import judged_of, warm
from diaspora_influence.web.validator.reporting import REPORTS as REPORTS_BY_NAME
from diaspora_influence.web.validator.reporting import SHOWN, Judged
from diaspora_influence.web.validator.request import Request
from front_fixtures import serving
from validator_fixtures import (
    BAD,
    HEAD,
    LIMITS_OF_SERVED,
    MANY,
    TURTLE,
    judging,
    post,
    request,
    rules,
    validator_of,
    wide,
)
from web_fixtures import BROWSER, LIMITS, app, write_release


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[flask.Flask]:
    """An app that serves the small release."""
    with judging(tmp_path_factory.mktemp("release")) as served:
        yield served


@pytest.fixture
def client(served: flask.Flask) -> FlaskClient:
    """A client of that app."""
    return served.test_client()


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


# --- limits ---


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
