"""SERVICE for allowed origins: asked from the parent, joined as VALUES, and nothing else is ever called."""

import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import flask
import pyoxigraph as ox
import pytest

from diaspora_influence import dial
from diaspora_influence.errors import InputError
from diaspora_influence.origin import origin
from diaspora_influence.release.read import Release
from diaspora_influence.settings import Settings
from diaspora_influence.sparql.errors import MalformedQuery, RemoteError, ServiceRefused, SparqlError
from diaspora_influence.sparql.federation.clauses import read
from diaspora_influence.sparql.federation.expand import Federation
from diaspora_influence.sparql.federation.fetch import Bounds, fetch, is_public
from diaspora_influence.sparql.federation.rows import values
from diaspora_influence.sparql.limits import Limits
from web_fixtures import serve, write_release

JSON = "application/sparql-results+json"
LIMITS = Limits(time=2)
HERE = "https://here.example"


@pytest.fixture
def anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test call the loopback, where its peer is."""
    monkeypatch.setattr("diaspora_influence.sparql.federation.fetch.is_public", lambda _: True)


def document(*rows: dict[str, dict[str, str]]) -> bytes:
    names = sorted({name for row in rows for name in row}) or ["x"]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()


def uri(value: str) -> dict[str, str]:
    return {"type": "uri", "value": value}


def refuse(*_: object) -> bytes:
    raise AssertionError("nobody is to be called")


def federation(fetcher: Callable[[str, str, Bounds], bytes] = refuse, *origins: str) -> Federation:
    return Federation(frozenset(origins or (HERE,)), LIMITS, fetcher)


# --- The clauses of a query ---


def test_a_clause_is_read_with_endpoint_body_and_prologue() -> None:
    text = "PREFIX a: <https://a.example/> # SERVICE <no>\nSELECT * { ?s ?p 'SERVICE' . service Silent a:x { ?s a:p '}' } }"
    found = read(text)
    (clause,) = found.clauses
    assert clause.endpoint == "https://a.example/x"
    assert clause.silent
    assert clause.body == "{ ?s a:p '}' }"
    assert text[clause.start : clause.end] == "service Silent a:x { ?s a:p '}' }"
    assert found.prologue == "PREFIX a: <https://a.example/> # SERVICE <no>\n"


REFUSED = {
    "variable endpoint": "SELECT * { ?e a ?t . SERVICE ?e { ?s ?p ?o } }",
    "nested clause": f"SELECT * {{ SERVICE <{HERE}/a> {{ SERVICE <{HERE}/b> {{ ?s ?p ?o }} }} }}",
    "nested by an escape": f"SELECT * {{ SERVICE <{HERE}/a> {{ \\u0053ERVICE <{HERE}/b> {{ ?s ?p ?o }} }} }}",
    "file": "SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }",
    "relative": "BASE <https://here.example/> SELECT * { SERVICE <sparql> { ?s ?p ?o } }",
    "undeclared prefix": "SELECT * { SERVICE nobody:x { ?s ?p ?o } }",
    "user in the address": "SELECT * { SERVICE <https://here.example@there.example/> { ?s ?p ?o } }",
    "another host": "SELECT * { SERVICE <https://there.example/> { ?s ?p ?o } }",
    "another scheme": "SELECT * { SERVICE <http://here.example/> { ?s ?p ?o } }",
    "another port": "SELECT * { SERVICE <https://here.example:8443/> { ?s ?p ?o } }",
    "a longer host": "SELECT * { SERVICE <https://here.example.evil.example/> { ?s ?p ?o } }",
    "a port that is none": "SELECT * { SERVICE <https://here.example:x/> { ?s ?p ?o } }",
    "no host": "SELECT * { SERVICE <https:///x> { ?s ?p ?o } }",
    "a host too long": f"SELECT * {{ SERVICE <https://{'a' * 64}.example/> {{ ?s ?p ?o }} }}",
    "too many": "SELECT * { " + f"SERVICE <{HERE}/> {{ ?s ?p ?o }} " * 9 + "}",
    "the second of two": f"SELECT * {{ SERVICE <{HERE}/> {{ ?s ?p ?o }} SERVICE <https://x.example/> {{ ?s ?p ?o }} }}",
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_before_anybody_is_called(name: str) -> None:
    with pytest.raises(ServiceRefused) as refused:
        federation().expand(REFUSED[name])
    assert refused.value.line == 1
    assert refused.value.status == 403


@pytest.mark.parametrize(
    "text", [f"SELECT * {{ SERVICE <{HERE}/> {{ ?s ?p ?o", f"SELECT * {{ SERVICE <{HERE}/>", "ASK { SERVICE"]
)
def test_a_clause_that_breaks_off_is_malformed_or_refused(text: str) -> None:
    with pytest.raises((MalformedQuery, ServiceRefused)):
        federation().expand(text)


def test_an_origin_is_compared_in_one_spelling() -> None:
    assert origin("HTTPS://Here.Example:443/path?q") == HERE
    assert origin("http://[2001:DB8::1]:8080/") == "http://[2001:db8::1]:8080"
    assert origin("https://bücher.example") == "https://xn--bcher-kva.example"


# --- What stands in the place of a clause ---


def test_the_answer_joins_as_the_clause_would() -> None:
    asked: list[tuple[str, str]] = []

    def answer(url: str, query: str, _: Bounds) -> bytes:
        asked.append((url, query))
        return document({"s": uri("https://x.example/b")}, {"s": uri("https://x.example/c")})

    text = (
        f"PREFIX x: <https://x.example/> SELECT ?s {{ ?s x:p 1 . SERVICE <{HERE}/sparql> {{ ?s x:q ?o }} }}"
    )
    expanded = federation(answer).expand(text)
    assert asked == [(f"{HERE}/sparql", "PREFIX x: <https://x.example/> \nSELECT * WHERE { ?s x:q ?o }")]
    store = ox.Store()
    store.load(
        b"@prefix x: <https://x.example/> . x:a x:p 1 . x:b x:p 1 . x:c x:p 2 .", format=ox.RdfFormat.TURTLE
    )
    found = store.query(expanded.text)
    assert isinstance(found, ox.QuerySolutions)
    assert [row["s"].value for row in found] == ["https://x.example/b"]


def test_a_silent_clause_that_fails_binds_nothing_and_loses_nothing() -> None:
    def fail(*_: object) -> bytes:
        raise RemoteError("gone")

    text = f"SELECT * {{ VALUES ?s {{ 1 2 }} SERVICE SILENT <{HERE}/> {{ ?s ?p ?o }} }}"
    found = ox.Store().query(federation(fail).expand(text).text)
    assert isinstance(found, ox.QuerySolutions)
    assert len(list(found)) == 2
    with pytest.raises(RemoteError):
        federation(fail).expand(text.replace("SILENT", ""))


def test_silence_does_not_hide_a_refusal() -> None:
    with pytest.raises(ServiceRefused):
        federation().expand("SELECT * { SERVICE SILENT <https://there.example/> { ?s ?p ?o } }")


def test_every_term_comes_back_as_it_was_sent() -> None:
    text = 'a "quote", a \\ and\r\na line \U0001f30d'
    rows = {
        "a": {"type": "literal", "value": text},
        "b": {"type": "literal", "value": text, "xml:lang": "ru-Latn"},
        "c": {"type": "typed-literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
        "d": uri("https://x.example/ü?q=1#f"),
    }
    found = ox.Store().query(f"SELECT * {{ {values(document(rows), 9)} }}")
    assert isinstance(found, ox.QuerySolutions)
    (row,) = found
    assert [row["a"].value, row["b"].value, row["b"].language] == [
        text,
        text,
        "ru-latn",
    ]  # the engine lower-cases tags
    assert row["c"].datatype.value.endswith("integer")
    assert row["d"].value == "https://x.example/ü?q=1#f"


HOSTILE = {
    "no JSON": b"<html>",
    "not UTF-8": b"\xff",
    "cut short": document({"x": uri("https://x.example/")})[:-3],
    "deep": b"[" * 100_000,
    "a truth value": b'{"head": {}, "boolean": true}',
    "a list": b"[]",
    "a variable that is code": b'{"head": {"vars": ["x) {} } DROP ALL"]}, "results": {"bindings": []}}',
    "a variable twice": b'{"head": {"vars": ["x", "x"]}, "results": {"bindings": []}}',
    "an IRI that is code": document({"x": uri("https://x.example/> } SERVICE <https://y.example/")}),
    "a relative IRI": document({"x": uri("here")}),
    "a language that is code": document({"x": {"type": "literal", "value": "a", "xml:lang": "en } #"}}),
    "a datatype that is code": document({"x": {"type": "literal", "value": "a", "datatype": "a:b> }"}}),
    "a lone surrogate": b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "\\ud800"}}]}}',
    "a blank node": document({"x": {"type": "bnode", "value": "b"}}),
    "an unknown term": document({"x": {"type": "thing", "value": "b"}}),
    "a value that is no text": b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": 1}}]}}',
    "a row that is none": b'{"head": {"vars": ["x"]}, "results": {"bindings": [1]}}',
    "too many rows": document(*[{"x": uri("https://x.example/")}] * 10),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_answer_that_cannot_be_trusted_is_an_error(name: str) -> None:
    with pytest.raises(RemoteError):
        values(HOSTILE[name], 9)


def test_a_later_error_has_its_place_in_the_query_as_sent() -> None:
    text = f"SELECT * {{ SERVICE <{HERE}/> {{ ?s\n ?p ?o }} ?a ?b ;; }}"
    expanded = federation(lambda *_: document({"s": uri("https://x.example/")})).expand(text)
    with pytest.raises(SyntaxError) as wrong:
        ox.Store().query(expanded.text)
    at = expanded.text.index(";;")
    assert ":" in str(wrong.value)
    error = MalformedQuery("wrong", 1, at + 1)
    expanded.at_home(error)
    assert (error.line, error.column) == (2, len(" ?p ?o } ?a ?b ;"))


# --- Whom a fetch calls ---

PRIVATE = (
    *("127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "0.0.0.0"),
    *("100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::", "2001:db8::1"),
)
PUBLIC = ("8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808")


def test_private_addresses_in_every_dress_are_told_from_public_ones() -> None:
    assert [address for address in PRIVATE if is_public(address)] == []
    assert [address for address in PUBLIC if not is_public(address)] == []
    assert (len(PRIVATE), len(PUBLIC)) == (26, 5)


SPELLINGS = (
    *("127.0.0.1", "localhost", "LOCALHOST", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]"),
    *("[::ffff:127.0.0.1]", "0.0.0.0", "0", "[::]"),
)


@pytest.mark.parametrize("host", SPELLINGS)
def test_the_loopback_is_not_called_in_any_spelling_even_where_allowed(
    host: str, listener: socket.socket
) -> None:
    url = f"http://{host}:{listener.getsockname()[1]}/sparql"
    with pytest.raises((ServiceRefused, RemoteError)):
        federation(fetch, origin(url)).expand(f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
    listener.settimeout(0.01)
    with pytest.raises(TimeoutError):
        listener.accept()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found


# --- A fetch over HTTP ---

ROW = document({"x": uri("https://x.example/")})


class Peer(http.server.BaseHTTPRequestHandler):
    """Answers by the last word of its path."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str, str | None]] = []  # noqa: RUF012 - one server, one list

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.seen.append((self.path, parse_qs(body)["query"][0], self.headers["Host"]))
        self.close_connection = True
        getattr(self, self.path.rpartition("/")[2].partition("?")[0])()

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        fields = {"Content_Type": JSON, "Content_Length": str(len(body))} | headers
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def good(self) -> None:
        self.reply(200, ROW, Content_Type=JSON + "; charset=utf-8")

    def moved(self) -> None:
        self.reply(307, b"", Location="/good")

    def failed(self) -> None:
        self.reply(500, b"no")

    def page(self) -> None:
        self.reply(200, ROW, Content_Type="text/html")

    def part(self) -> None:
        self.reply(200, ROW, X_SPARQL_MaxRows="1")

    def short(self) -> None:
        self.reply(200, ROW, Content_Length=str(len(ROW) + 5))

    def endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.end_headers()
        while True:
            self.wfile.write(b" " * 65_536)

    def drip(self) -> None:
        self.send_response(200)
        self.flush_headers()
        while True:
            self.wfile.write(b"X-Drip: 1\r\n")
            time.sleep(0.05)

    def silent(self) -> None:
        time.sleep(5)

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


class PeerServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that has had enough hangs up: that is what is tested."""


@pytest.fixture(scope="module")
def peer() -> Iterator[str]:
    with PeerServer(("127.0.0.1", 0), Peer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def asked(url: str, seconds: float = 2.0, most: int = 1 << 20) -> bytes:
    return fetch(url, "SELECT * WHERE { ?s ?p 'ü' }", Bounds(most, time.monotonic() + seconds))


@pytest.mark.usefixtures("anywhere")
def test_a_query_is_posted_whole_to_its_path(peer: str) -> None:
    assert asked(f"{peer}/a%20b/ü/good?x=1&y=%C3%BC") == ROW
    path, query, host = Peer.seen[-1]
    assert path == "/a%20b/%C3%BC/good?x=1&y=%C3%BC"
    assert query == "SELECT * WHERE { ?s ?p 'ü' }"
    assert f"http://{host}" == peer


@pytest.mark.usefixtures("anywhere")
@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("moved", "307"),
        ("failed", "500"),
        ("page", "text/html"),
        ("part", "part of the answer"),
        ("short", "broke off"),
        ("endless", "more than the"),
        ("drip", "no answer in time"),
        ("silent", "no answer in time"),
    ],
)
def test_what_is_no_whole_answer_is_an_error_that_says_why(peer: str, word: str, why: str) -> None:
    with pytest.raises(RemoteError, match=why):
        asked(f"{peer}/{word}", seconds=0.5)


@pytest.mark.usefixtures("anywhere")
def test_a_redirect_leads_nowhere(peer: str) -> None:
    before = len(Peer.seen)
    with pytest.raises(RemoteError):
        asked(f"{peer}/moved")
    assert [path for path, *_ in Peer.seen[before:]] == ["/moved"]


@pytest.mark.usefixtures("anywhere")
def test_nobody_there_is_an_error(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    with pytest.raises(RemoteError, match=r"127\.0\.0\.1"):
        asked(f"http://127.0.0.1:{port}/good")


@pytest.mark.usefixtures("anywhere")
def test_a_peer_without_tls_is_an_error(peer: str) -> None:
    with pytest.raises(RemoteError):
        asked(peer.replace("http:", "https:") + "/good")


@pytest.mark.usefixtures("anywhere")
def test_a_control_character_in_the_path_forges_no_header(peer: str) -> None:
    assert asked(f"{peer}/x\r\nX-Forged: 1/good".replace("\r\n", "%0d%0a")) == ROW
    with pytest.raises(SparqlError):
        federation(fetch, origin(peer)).expand(
            f"SELECT * {{ SERVICE <{peer}/\\u000d\\u000aX-Forged:1/failed> {{ ?s ?p ?o }} }}"
        )
    assert "\n" not in Peer.seen[-1][0]


@pytest.mark.usefixtures("anywhere")
def test_a_no_proxy_world_ignores_the_environment(peer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert asked(f"{peer}/good") == ROW


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no name be found before the test is over."""
    over = threading.Event()
    plain = socket.getaddrinfo

    def lookup(host: str, *more: Any, **named: Any) -> Any:
        if host.endswith(".example"):
            assert over.wait(60)
        return plain("127.0.0.1", *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    yield
    over.set()
    for thread in [one for one in threading.enumerate() if one.name == "resolver"]:
        thread.join(60)
        assert not thread.is_alive()


@pytest.mark.usefixtures("hanging")
def test_a_name_that_is_not_found_in_time_is_given_up() -> None:
    with pytest.raises(RemoteError, match="no answer in time"):
        asked(f"{HERE}/sparql", seconds=0.1)


@pytest.mark.usefixtures("hanging", "anywhere")
def test_names_that_hang_are_bounded_in_number_and_leave_room_for_no_more(
    peer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dial, "LOOKUPS", threading.BoundedSemaphore(3))
    for _ in range(3):
        with pytest.raises(RemoteError, match="no answer in time"):
            asked(f"{HERE}/sparql", seconds=0.05)
    with pytest.raises(RemoteError, match="too many names"):
        asked(f"{peer}/good")


# --- At the endpoint ---


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return write_release(tmp_path_factory.mktemp("release"))


def client(release: Release, *allowed: str) -> AbstractContextManager[flask.Flask]:
    return serve(release, Settings(limits=LIMITS, allow_service=frozenset(allowed)))


@pytest.mark.usefixtures("anywhere")
def test_the_endpoint_joins_what_an_allowed_origin_answers(small: Release, peer: str) -> None:
    with client(small, peer) as app:
        text = f"SELECT ?x {{ SERVICE <{peer}/good> {{ ?x a ?t }} FILTER NOT EXISTS {{ ?x ?p ?o }} }}"
        answer = app.test_client().get("/sparql", query_string={"query": text})
        assert answer.status_code == 200, answer.text
        assert answer.json["results"]["bindings"] == [{"x": uri("https://x.example/")}]


@pytest.mark.usefixtures("anywhere")
def test_the_endpoint_says_where_an_endpoint_failed_it(small: Release, peer: str) -> None:
    with client(small, peer) as app:
        text = f"SELECT ?x {{ SERVICE <{peer}/moved> {{ ?x a ?t }} }}"
        answer = app.test_client().get("/sparql", query_string={"query": text})
    assert answer.status_code == 502
    assert "307" in answer.json["detail"]


@pytest.mark.usefixtures("hanging")
def test_a_query_whose_name_hangs_is_answered_and_the_next_one_too(small: Release) -> None:
    """The resolver waits longer than the test: only a bound of our own lets the query end."""
    limits = replace(LIMITS, time=0.2)
    with serve(small, Settings(limits=limits, allow_service=frozenset([HERE]))) as app:
        ask = app.test_client().get
        text = f"SELECT ?x {{ SERVICE <{HERE}/sparql> {{ ?x a ?t }} }}"
        answers = [ask("/sparql", query_string={"query": text}) for _ in range(6)]  # more than may be calling
        silent = ask("/sparql", query_string={"query": text.replace("SERVICE", "SERVICE SILENT")})
        plain = ask("/sparql", query_string={"query": "ASK {}"})
    assert [answer.status_code for answer in answers] == [502] * 6
    assert all("in time" in answer.json["detail"] for answer in answers if answer.json)
    assert (silent.status_code, plain.status_code) == (200, 200)


def test_the_endpoint_calls_no_private_address_that_is_allowed(
    small: Release, listener: socket.socket
) -> None:
    allowed = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with client(small, allowed) as app:
        text = f"SELECT ?x {{ SERVICE <{allowed}/sparql> {{ ?x a ?t }} }}"
        answer = app.test_client().get("/sparql", query_string={"query": text})
    assert answer.status_code == 403
    assert "no public address" in answer.json["detail"]
    listener.settimeout(0.01)
    with pytest.raises(TimeoutError):
        listener.accept()


def test_the_description_names_the_allowed_origins_and_only_then_the_feature(small: Release) -> None:
    for allowed in ((), ("https://query.example.org",)):
        with client(small, *allowed) as app:
            text = app.test_client().get("/sparql", headers={"Accept": "application/n-triples"}).text
        assert ("BasicFederatedQuery" in text) is bool(allowed)
        assert ("<https://query.example.org/>" in text) is bool(allowed)


def test_a_guarded_query_stays_guarded_where_service_is_allowed(small: Release) -> None:
    with client(small, HERE) as app:
        asked = [
            "ASK { BIND('SERVICE' AS ?x) }",
            "SELECT * { SERVICE ?x { ?s ?p ?o } }",
            "SELECT * {SERVICESILENT<https://here.example/>{}}",
            f"SELECT * {{ FILTER{'(' * 5000}1{')' * 5000} SERVICE <{HERE}/> {{}} }}",
        ]
        found = [app.test_client().get("/sparql", query_string={"query": text}).status_code for text in asked]
    assert found == [200, 403, 400, 400]


@pytest.mark.parametrize(
    "text",
    ["ftp://a.example", "https://a.example/path", "https://u@a.example", "a.example", "https://a.example:x"],
)
def test_what_is_no_origin_is_misuse(text: str) -> None:
    with pytest.raises(InputError, match="--allow-service"):
        Settings.from_environment({"allow_service": text}, environment={})


def test_origins_are_read_from_flag_and_variable() -> None:
    found = Settings.from_environment(
        {}, environment={"DIO_ALLOW_SERVICE": "https://A.example, http://b.example:81/"}
    )
    assert found.allow_service == {"https://a.example", "http://b.example:81"}
