"""The HTTP front before the app: nothing tells it from Flask, and what it keeps."""

import gc
import gzip
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import brotli
import pytest
from backports import zstd

from diaspora_influence.sparql.call import Call
from front_fixtures import (
    HOST,
    JSON,
    LABELS,
    SLOW,
    Served,
    serving,
    settings,
    sparql,
    whole,
)
from processes import eventually
from web_fixtures import BROWSER, write_release

GRAPH = "CONSTRUCT WHERE { ?s a ?type }"
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content_Type": "application/sparql-query"}


# What nothing tells from Flask.

ASKED = [
    (True, "GET", sparql("ASK {}"), None, {}),
    (True, "GET", sparql("ASK {}").replace("/sparql", "/sparql/"), None, {}),
    (True, "HEAD", sparql(LABELS), None, {}),
    (True, "GET", sparql(LABELS), None, {"Accept": "text/csv"}),
    (True, "GET", sparql(LABELS), None, {"Accept": "application/xml;q=0.5, text/tab-separated-values"}),
    (True, "GET", sparql(LABELS), None, {"Accept_Encoding": "gzip"}),
    (True, "GET", sparql(LABELS), None, {"Accept_Encoding": "br;q=0.5, zstd"}),
    (True, "GET", sparql(LABELS), None, {"Accept_Encoding": "gzip;q=0, br"}),
    (True, "GET", sparql("ASK {}"), None, {"Accept_Encoding": "gzip"}),
    (True, "GET", sparql(GRAPH), None, {"Accept": "application/n-triples"}),
    (True, "GET", sparql(GRAPH), None, {}),
    (True, "GET", sparql(LABELS, "&format=csv"), None, {"Accept": "text/html"}),
    (True, "GET", sparql("SELECT * { GRAPH ?g { <relative> ?p ?o } }"), None, {}),
    (True, "GET", sparql("SELECT * { ?s ?p ?o } LIMIT 1", "&default-graph-uri=http%3A%2F%2Fe%2F"), None, {}),
    (True, "POST", "/sparql", urlencode({"query": LABELS}).encode(), FORM),
    (True, "POST", "/sparql", LABELS.encode(), DIRECT),
    (True, "QUERY", "/sparql", LABELS.encode(), DIRECT),
    (True, "GET", sparql(LABELS), None, {"If_None_Match": "*"}),
    (True, "GET", sparql(LABELS), None, {"If_None_Match": '"another"'}),
    (False, "GET", sparql(LABELS), None, {"Accept": BROWSER}),
    (False, "GET", "/sparql", None, {}),
    (False, "GET", sparql("SELECT * {"), None, {}),
    (False, "GET", sparql("SELECT * {"), None, {"Accept": BROWSER}),
    (False, "GET", sparql("ASK {}") + "&query=ASK%7B%7D", None, {}),
    (False, "GET", sparql("ASK {}", "&unknown=1"), None, {}),
    (False, "GET", sparql(LABELS), None, {"Accept": "image/png"}),
    (False, "GET", sparql("ASK {" + " " * 9000 + "}"), None, {}),
    (False, "POST", "/sparql", b"INSERT DATA { }", {"Content_Type": "application/sparql-update"}),
    (False, "POST", "/sparql", b"\xff", DIRECT),
    (False, "DELETE", "/sparql", None, {}),
    (False, "OPTIONS", "/sparql", None, {}),
    (False, "GET", "/sparql?query=" + "x" * 100_000, None, {}),
    (False, "GET", "/id/palace", None, {"Accept": "text/turtle"}),
    (False, "GET", "/id/palace.ttl", None, {"Accept_Encoding": "gzip"}),
    (False, "GET", "/n%C3%B6thing%2Fhere", None, {}),
]


def test_there_are_as_many_requests_as_were_written() -> None:
    assert len(ASKED) == 35


@pytest.mark.parametrize(("hot", "method", "target", "body", "headers"), ASKED)
def test_the_front_answers_as_flask_does(
    served: Served, hot: bool, method: str, target: str, body: bytes | None, headers: dict[str, str]
) -> None:
    served.asked_of_the_app.clear()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    with served.app.test_client() as client:
        expected = client.open(
            target, method=method, data=body, headers={"Host": HOST, **names}, base_url=f"http://{HOST}"
        )
    for _ in range(3):  # made, kept, and found by its bytes
        got = served.ask(method, target, body, **headers)
        assert got.status == expected.status_code
        assert got.body == expected.data
        assert got.headers.pop("Date")
        found = {name.lower(): value for name, value in got.headers.items()}
        assert found == {name.lower(): value for name, value in expected.headers if name != "Date"}
    assert bool(served.asked_of_the_app) is not hot


# What is kept.


def test_each_coding_holds_the_same_answer_under_another_tag(served: Served) -> None:
    decoders = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstd.decompress}
    identity = served.ask("GET", sparql(LABELS))
    tags = {identity.headers["ETag"]}
    for coding, decode in decoders.items():
        got = served.ask("GET", sparql(LABELS), Accept_Encoding=coding)
        assert got.headers["Content-Encoding"] == coding
        assert decode(got.body) == identity.body
        assert len(got.body) < len(identity.body)
        tags.add(got.headers["ETag"])
    assert len(tags) == 4


def test_what_a_client_has_is_not_sent_again(served: Served) -> None:
    first = served.ask("GET", sparql(LABELS))
    again = served.ask("GET", sparql(LABELS), If_None_Match=f'"x", W/{first.headers["ETag"]}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Content-Length" not in again.headers


def test_an_error_is_never_kept(plain: Served) -> None:
    assert plain.front.answering.hot
    for _ in range(2):
        assert plain.ask("GET", sparql(SLOW)).status == 504
    assert all(SLOW.encode() not in key[0] for key in plain.front.answering.hot.entries.things)


def test_equal_questions_at_one_time_run_once(served: Served) -> None:
    hot = served.front.answering.hot
    assert hot
    with ExitStack() as stack:
        for _ in range(9):
            connection = stack.enter_context(served.connect())
            connection.sendall(f"GET {sparql(SLOW)} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        assert eventually(lambda: [len(one.waiting) for one in hot.running.values()] == [9])
        assert served.pool.turns.held.total() == 1
    assert eventually(lambda: not hot.running and served.pool.turns.free == 2)


def test_nothing_is_kept_where_there_is_no_room(tmp_path: Path) -> None:
    with serving(write_release(tmp_path), settings(tmp_path, cache_bytes=0)) as served:
        assert served.front.answering.hot
        assert {served.ask("GET", sparql("ASK {}")).body for _ in range(3)} == {b'{"head":{},"boolean":true}'}
        assert served.asked_of_the_app == []
        assert not served.front.answering.hot.entries.things
        assert not served.front.answering.hot.meanings.things


def test_equal_bytes_to_another_host_are_another_question(plain: Served) -> None:
    query = "SELECT ?x { BIND(<here> AS ?x) }"
    values = set()
    for host in ("one.example", "two.example", "one.example"):
        got = plain.ask("GET", sparql(query, "&format=csv"), Host=host)
        values.add(got.body)
    assert values == {b"x\r\nhttp://one.example/here\r\n", b"x\r\nhttp://two.example/here\r\n"}


def test_a_large_answer_arrives_whole_at_a_slow_reader(served: Served) -> None:
    query = "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 60000"
    expected = served.app.test_client().get("/sparql", query_string={"query": query}).data
    assert len(expected) > 1 << 22
    with served.connect() as connection:
        connection.sendall(f"GET {sparql(query)} HTTP/1.0\r\nHost: {HOST}\r\nAccept: {JSON}\r\n\r\n".encode())
        held = served.front.connections
        assert eventually(lambda: any(one.transport.get_write_buffer_size() for one in list(held)))
        assert whole(connection).partition(b"\r\n\r\n")[2] == expected


def test_a_question_leaves_nothing_that_only_a_search_would_free(served: Served) -> None:
    gc.collect()
    before = sum(isinstance(thing, Call) for thing in gc.get_objects())
    gc.disable()
    try:
        for number in range(50):
            assert served.ask("GET", sparql(f"ASK {{}} # without a cycle {number}")).status == 200
        assert eventually(lambda: sum(isinstance(thing, Call) for thing in gc.get_objects()) <= before)
    finally:
        gc.enable()
