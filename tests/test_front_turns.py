"""Whose turn it is at the front, and what becomes of questions whose clients leave or whose workers die."""

import http.client
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.presence import LeftError
from front_fixtures import (
    HANG,
    HOST,
    LABELS,
    SLOW,
    Served,
    serving,
    settings,
    sparql,
)
from processes import eventually
from web_fixtures import write_release


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
