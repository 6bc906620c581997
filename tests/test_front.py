"""The HTTP front: what it refuses, whom it lets go first, what it keeps, and that nothing tells it from Flask."""

import gc
import gzip
import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import brotli
import flask
import pytest
from backports import zstd

from diaspora_influence.sparql.call import Call
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.presence import LeftError
from diaspora_influence.web.front import CONNECTIONS
from diaspora_influence.web.reader import HEADER_BYTES
from front_fixtures import (
    HANG,
    HOST,
    JSON,
    PROXIED,
    SLOW,
    Served,
    serving,
    settings,
    sparql,
    whole,
)
from processes import eventually
from web_fixtures import BROWSER, write_release

LABELS = "SELECT ?s ?label { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label } ORDER BY ?s ?label"
GRAPH = "CONSTRUCT WHERE { ?s a ?type }"
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content_Type": "application/sparql-query"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The front over the small release; 127.0.0.1 counts as a proxy, so that tests can be several clients."""
    folder = tmp_path_factory.mktemp("release")
    release = write_release(folder)
    public = "https://tests.example"
    with serving(release, settings(folder, trusted_proxies=PROXIED, public_url=public)) as served:
        yield served


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The front over the small release with the settings that it has by default, one worker, short limits."""
    folder = tmp_path_factory.mktemp("release")
    release = write_release(folder)
    with serving(release, settings(folder, Limits(workers=1, queue=8, time=1.0))) as served:
        yield served


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


# Who goes first.


def test_twelve_slow_questions_of_one_client_hold_no_stranger_up(served: Served) -> None:
    turns = served.pool.turns
    with ExitStack() as stack:
        for number in range(12):
            slow = sparql(f"{SLOW} # {number}")
            connection = stack.enter_context(served.connect())
            head = f"GET {slow} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n"
            connection.sendall(head.encode())
        assert eventually(lambda: turns.held.total() + turns.waiting == 12)
        got = served.ask("GET", sparql("ASK {} # of a stranger"), X_Forwarded_For="192.0.2.2")
        assert got.status == 200
        page = served.ask(
            "GET", sparql("ASK {} # as a page"), X_Forwarded_For="192.0.2.3", Accept="text/html"
        )
        assert page.status == 200
        assert turns.held == {"192.0.2.1": 1}
        assert turns.waiting == 11
    assert eventually(lambda: turns.free == 2 and not turns.waiting)


def test_whose_questions_keep_failing_waits_and_no_stranger_does(served: Served) -> None:
    tarpits = served.front.answering.tarpits
    refused = f"GET {sparql('NONSENSE')} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-For: 192.0.2.77\r\n\r\n"
    asked: list[bytes] = []
    with served.connect() as connection:
        while not tarpits.wait("192.0.2.77", time.monotonic()):
            connection.sendall(refused.encode())
            asked.append(connection.recv(1 << 16).splitlines()[0])
    assert 10 < len(asked) < 500
    assert set(asked) == {b"HTTP/1.1 400 Bad Request"}  # one that waits is answered like any other
    assert tarpits.wait("192.0.2.78", time.monotonic()) == 0.0
    assert served.ask("GET", sparql("ASK {} # next"), X_Forwarded_For="192.0.2.78").status == 200
    assert served.ask("GET", sparql("ASK {} # late"), X_Forwarded_For="192.0.2.77").status == 200


def test_one_question_too_many_is_refused_at_once(plain: Served) -> None:
    with ExitStack() as stack:
        for number in range(9):
            connection = stack.enter_context(plain.connect())
            connection.sendall(f"GET {sparql(f'{SLOW} #{number}')} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert eventually(lambda: plain.pool.turns.waiting == 8)
        got = plain.ask("GET", sparql("ASK {} # one too many"))
        assert (got.status, got.headers["Retry-After"]) == (503, "1")
        assert json.loads(got.body)["limit"] == "1 queries running, 8 waiting"
    assert eventually(lambda: plain.pool.turns.free == 1 and not plain.pool.turns.waiting)


@pytest.mark.parametrize("accept", ["*/*", "text/html"], ids=["of the hot path", "of the app"])
@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_a_client_that_leaves_ends_its_question(served: Served, reset: bool, accept: str) -> None:
    """The time limit lies far behind what would be called a hang."""
    engine, counted = served.pool.engine, served.front.answering.observer.requests
    assert engine
    before = counted["sparql", "GET", LeftError.status]
    connection = served.connect()
    line = f"GET {sparql(f'{SLOW} # {reset}')} HTTP/1.1"
    connection.sendall(f"{line}\r\nHost: {HOST}\r\nAccept: {accept}\r\n\r\n".encode())
    assert eventually(lambda: list(engine.page.busy()))
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()
    assert eventually(lambda: not list(engine.page.busy()))
    assert eventually(lambda: served.pool.turns.free == 2)
    assert eventually(lambda: counted["sparql", "GET", LeftError.status] == before + 1)
    assert served.ask("GET", sparql(f"ASK {{}} # after {reset}")).status == 200


def test_a_question_that_one_of_two_gives_up_runs_on(served: Served) -> None:
    hot = served.front.answering.hot
    assert hot
    head = f"GET {sparql(SLOW + ' # for two')} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    with served.connect() as stays:
        stays.sendall(head)
        with served.connect() as leaves:
            leaves.sendall(head)
            assert eventually(lambda: [len(one.waiting) for one in hot.running.values()] == [2])
        assert eventually(lambda: [len(one.waiting) for one in hot.running.values()] == [1])
        assert served.pool.turns.held.total() == 1
    assert eventually(lambda: served.pool.turns.free == 2)


def test_a_worker_kept_at_hand_is_let_go_for_a_question_from_elsewhere(plain: Served) -> None:
    """The one worker for strangers is on the front's line; the one for the house is not for this page."""
    for number in range(3):
        assert plain.ask("GET", sparql(f"ASK {{}} # {number}")).status == 200
        assert plain.ask("GET", sparql(f"ASK {{}} # {number}"), Accept="text/html").status == 200
        assert plain.ask("GET", "/readyz").status == 200


def test_deaths_of_workers_are_told_and_drop_nothing_else(plain: Served) -> None:
    with ThreadPoolExecutor(4) as threads:
        slow = threads.submit(plain.ask, "GET", sparql(f"{SLOW} # dies"))
        quick = [threads.submit(plain.ask, "GET", sparql(f"ASK {{}} # lives {n}")) for n in range(12)]
        assert slow.result(HANG).status == 504
        assert {one.result(HANG).status for one in quick} == {200}


def test_an_engine_that_is_gone_is_started_again(tmp_path: Path) -> None:
    with serving(write_release(tmp_path), settings(tmp_path)) as served:
        assert served.ask("GET", sparql("ASK {}")).status == 200
        gone = served.pool.engine
        assert gone
        gone.process.kill()
        hot = served.front.answering.hot
        assert hot
        assert eventually(lambda: not hot.lines.all)  # the workers end with it, and the lines with them
        assert eventually(lambda: served.ask("GET", sparql("ASK {} # after it")).status == 200)
        assert served.pool.engine is not gone
        assert eventually(lambda: served.ask("GET", sparql("ASK {} # on a new line")).status == 200)


def test_a_client_that_leaves_ends_no_question_but_its_own(served: Served) -> None:
    """Its own is over and the line at another's; who leaves then takes nothing back."""
    hot = served.front.answering.hot
    assert hot
    with served.connect() as slow, ThreadPoolExecutor(8) as threads:
        slow.sendall(f"GET {sparql(SLOW + ' # stays')} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        assert eventually(lambda: served.pool.turns.free == 1)

        def leave(number: int) -> None:
            with served.connect() as connection:
                target = sparql(f"{LABELS} # {number}")
                head = (
                    f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-For: 192.0.2.{number % 9}\r\n\r\n"
                )
                connection.sendall(head.encode())

        list(threads.map(leave, range(80)))
        assert eventually(lambda: len(hot.running) == 1 and served.pool.turns.free == 1)
        assert [f"{SLOW} # stays".encode() in frame for frame, _ in hot.running] == [True]
    assert eventually(lambda: served.pool.turns.free == 2)


# What is read, and how.

NOT_HTTP = [
    (b"NONSENSE\r\n\r\n", 400),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
    (b"GET / HTTP/1.1\nHost: x\n\n", 400),
    (b"GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n folded\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n", 400),
    (b"GET /\x0b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n012345", 400),
    (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\n01234", 400),
    (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5,5\r\n\r\n01234", 400),
    (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
    (b"POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxxyy\r\n0\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\nxx\r\n0\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: what\r\n\r\n", 501),
    (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"x" * HEADER_BYTES + b"\r\n\r\n", 431),
    (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"A%d: b\r\n" % n for n in range(300)) + b"\r\n", 431),
    (b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413),
    (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 40 + b"\r\n\r\n", 400),
    (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n" + b"x" * 0xFFFFF,
        413,
    ),
]


def test_there_are_as_many_faults_as_were_written() -> None:
    assert len(NOT_HTTP) == 31


@pytest.mark.parametrize(("sent", "status"), NOT_HTTP, ids=range(len(NOT_HTTP)))
def test_what_is_no_request_is_refused_as_a_problem(plain: Served, sent: bytes, status: int) -> None:
    with plain.connect() as connection:
        try:
            connection.sendall(sent + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            assert status in (413, 414)
        head, _, body = whole(connection).partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    assert lines[0].startswith(f"http/1.1 {status} ")
    assert "access-control-allow-origin: *" in lines
    assert "connection: close" in lines
    assert json.loads(body)["status"] == status


def test_a_head_in_pieces_and_a_body_in_chunks_are_read(plain: Served) -> None:
    pieces = [b"PO", b"ST /sparql HT", b"TP/1.1\r\nHo", b"st: x\r\nTransfer-Encoding: chunked\r\nContent-Ty"]
    pieces += [b"pe: application/sparql-query\r\n\r\n3\r", b"\nASK\r\n3\r\n {}\r\n0\r\n", b"\r\n"]
    with plain.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        assert whole(connection).endswith(b'{"head":{},"boolean":true}')


def test_what_stands_behind_a_body_in_chunks_is_no_header(plain: Served) -> None:
    """A trailer could otherwise say what a proxy has taken out of the head."""
    head = "POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: Accept\r\n"
    head += "Content-Type: application/sparql-query\r\nConnection: close\r\n\r\n"
    with plain.connect() as connection:
        connection.sendall(f"{head}6\r\nASK {{}}\r\n0\r\nAccept: text/csv\r\nHost: y\r\n\r\n".encode())
        assert whole(connection).endswith(b'{"head":{},"boolean":true}')


def test_requests_in_a_row_are_answered_in_their_order(plain: Served) -> None:
    """Kept, hot, of the app, and at last no request at all; half of them arrive in one piece."""
    plain.ask("GET", sparql("ASK {}"))
    targets = [sparql("ASK {}"), sparql("ASK { FILTER(false) } # new"), "/healthz", sparql("ASK {}"), "/none"]
    sent = b"".join(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for target in targets)
    with plain.connect() as connection:
        connection.sendall(sent + sent + b"NONSENSE\r\n\r\n")
        answer = whole(connection)
    parts = answer.split(b"HTTP/1.1 ")[1:]
    statuses, bodies = [part[:3] for part in parts], [part[-5:] for part in parts]
    assert statuses == [b"200", b"200", b"200", b"200", b"404"] * 2 + [b"400"]
    assert bodies[0] == bodies[3] == b"true}"
    assert bodies[1] == b"alse}"


def test_a_half_closed_client_gets_its_answer(plain: Served) -> None:
    for target in (sparql("ASK {} # half"), sparql("ASK {} # of the app", "&explain=empty"), "/healthz"):
        with plain.connect() as connection:
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            connection.shutdown(socket.SHUT_WR)
            assert whole(connection).startswith(b"HTTP/1.1 200 OK\r\n")


def test_an_old_client_is_answered_and_let_go(plain: Served) -> None:
    with plain.connect() as connection:
        head = f"GET {sparql('ASK {}')} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
        connection.sendall(head.encode())
        answer = whole(connection)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nConnection: close\r\n" in answer


def test_a_target_in_absolute_form_is_read(plain: Served) -> None:
    with plain.connect() as connection:
        connection.sendall(b"GET http://x/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert whole(connection).endswith(b"\r\n\r\nok\n")


def test_a_client_that_waits_for_leave_to_go_on_gets_it(plain: Served) -> None:
    with plain.connect() as connection:
        head = "POST /sparql HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 6\r\n"
        connection.sendall(f"{head}Content-Type: application/sparql-query\r\n\r\n".encode())
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"ASK {}")
        connection.shutdown(socket.SHUT_WR)
        assert b"200 OK" in whole(connection)


def test_stalled_bodies_and_idle_connections_hold_nobody_up(plain: Served) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 99\r\n\r\nASK"
    with ExitStack() as stack:
        for number in range(240):
            connection = stack.enter_context(plain.connect())
            if number < 40:
                connection.sendall(head)
        assert eventually(lambda: len(plain.front.connections) >= 240)
        assert plain.ask("GET", sparql("ASK {} # past them")).status == 200
        assert plain.ask("GET", "/readyz").status == 200


def test_where_there_are_too_many_the_idlest_makes_way(plain: Served) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(plain.connect())
        first.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert first.recv(65536)
        came = plain.front.now
        assert eventually(lambda: plain.front.now > came)  # the clock ticks twice a second
        for _ in range(CONNECTIONS):
            stack.enter_context(plain.connect())
        assert whole(first) == b""
        assert plain.ask("GET", "/healthz").status == 200
        assert len(plain.front.connections) <= CONNECTIONS


def test_no_header_of_a_proxy_reaches_the_app(plain: Served) -> None:
    """Nor does one whose underscore would pass for a dash."""
    seen: list[dict[str, str]] = []
    plain.app.before_request_funcs.setdefault(None, []).append(
        lambda: seen.append(dict(flask.request.headers))
    )
    plain.ask("GET", "/healthz", **{"X-Forwarded-For": "1.2.3.4", "Forwarded": "for=1.2.3.4"})
    with plain.connect() as connection:
        connection.sendall(b"GET /healthz HTTP/1.0\r\nX_Kept: a\r\nX-Kept: b\r\n\r\n")
        whole(connection)
    assert [name for headers in seen for name in headers if "Forward" in name] == []
    assert seen[-1]["X-Kept"] == "b"


def test_what_is_asked_when_it_stops_is_answered(tmp_path: Path) -> None:
    limits = Limits(workers=1, queue=8, time=1.0)
    with serving(write_release(tmp_path), settings(tmp_path, limits)) as served:
        idle = served.connect()
        with ThreadPoolExecutor(1) as threads:
            slow = threads.submit(served.ask, "GET", sparql(SLOW))
            assert eventually(lambda: served.pool.turns.free == 0)
            served.front.stop()
            assert slow.result(HANG).status == 504
        assert idle.recv(1) == b""
        idle.close()
        with pytest.raises(OSError, match=r"refused|reset|Remote"):
            http.client.HTTPConnection(*served.address, timeout=HANG).request("GET", "/healthz")


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
