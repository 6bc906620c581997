"""HTTP at the front: what is refused as no request, what is read, and who is closed."""

import json
import socket
from contextlib import ExitStack

import flask
import pytest

from diaspora_influence.web.front import CONNECTIONS
from diaspora_influence.web.reader import HEADER_BYTES
from front_fixtures import (
    Served,
    sparql,
    whole,
)
from processes import eventually

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
