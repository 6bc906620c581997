"""/validate, when whoever asked leaves: the judging ends, its turn is given back, and others are served."""

import http.client
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from diaspora_influence.settings import Settings
from diaspora_influence.sparql.admission import admitted
from diaspora_influence.sparql.errors import Busy
from diaspora_influence.sparql.presence import LeftError, Presence
from diaspora_influence.sparql.turns import Turns
from diaspora_influence.web.unread import surplus
from diaspora_influence.web.validate import PATH, Validate
from diaspora_influence.web.validator.client import Validator
from front_fixtures import HOST, Served, serving, whole
from processes import HANG, eventually, is_alive
from web_fixtures import LIMITS, write_release

CLAIM = b"<urn:c> a <https://w3id.org/diaspora-influence/ontology#Claim> .\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose time limit lies far behind what would be called a hang; its validator runs."""
    settings = Settings(limits=replace(LIMITS, time=4 * HANG, queue=4))
    with serving(write_release(tmp_path_factory.mktemp("release")), settings) as front:
        validator_of(front).running_engine()
        yield front
        validator_of(front).stop()


def validator_of(served: Served) -> Validator:
    room: Validate = cast(Any, served.app.view_functions["validation"]).__self__
    return room.validator


def children(served: Served) -> list[int]:
    """Return the processes that judge."""
    engine = validator_of(served).engine
    assert engine
    pid = engine.process.pid
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    return [child for child in map(int, found) if is_alive(child)]


def halted(served: Served, before: int = 0) -> int:
    """Return the process that judges beside *before*, stopped, so that it is as slow as can be."""
    assert eventually(lambda: [child for child in children(served) if child != before])
    [child] = [child for child in children(served) if child != before]
    os.kill(child, signal.SIGSTOP)
    return child


def posted(served: Served, host: str = "127.0.0.1", body: bytes = CLAIM * 400) -> socket.socket:
    """Return a connection of a client at *host* that has sent a document."""
    connection = socket.create_connection(served.address, timeout=HANG, source_address=(host, 0))
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: text/turtle\r\nAccept: application/json\r\n"
    )
    connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return connection


def at_rest(served: Served) -> bool:
    """Say whether nothing is judged, nobody waits and every turn is free."""
    turns = validator_of(served).turns
    return not children(served) and turns.free == LIMITS.workers and not turns.waiting


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def half_close(connection: socket.socket) -> None:
    """Say that nothing more comes, and wait for the answer: it takes too long for a client that may be gone."""
    connection.shutdown(socket.SHUT_WR)
    with connection:
        assert whole(connection) == b""


WAYS = {"closed": socket.socket.close, "reset": reset, "half-closed": half_close}


@pytest.mark.parametrize("way", WAYS)
def test_a_client_that_leaves_ends_the_judging_of_its_document(served: Served, way: str) -> None:
    connection = posted(served)
    child = halted(served)
    WAYS[way](connection)
    assert eventually(lambda: not is_alive(child))
    assert eventually(lambda: at_rest(served))
    assert served.ask("POST", PATH, CLAIM, Content_Type="text/turtle").status == 200


def test_a_quick_report_reaches_a_half_closed_client(served: Served) -> None:
    with posted(served, body=CLAIM) as connection:
        connection.shutdown(socket.SHUT_WR)
        answer = whole(connection)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"conforms": false' in answer


def test_a_client_that_leaves_ends_no_judging_but_its_own(served: Served) -> None:
    with posted(served, "127.0.0.1") as stays:
        one = halted(served)
        leaves = posted(served, "127.0.0.2")
        other = halted(served, one)
        leaves.close()
        assert eventually(lambda: children(served) == [one])
        assert not is_alive(other)
        with posted(served, "127.0.0.3") as third:
            assert third.recv(12) == b"HTTP/1.1 200"
        os.kill(one, signal.SIGCONT)
        assert stays.recv(12) == b"HTTP/1.1 200"
    assert eventually(lambda: at_rest(served))


def test_who_leaves_before_its_turn_is_never_judged(served: Served) -> None:
    turns = validator_of(served).turns
    with ExitStack() as stack:
        first = stack.enter_context(posted(served))
        one = halted(served)
        waiting = [posted(served) for _ in range(3)]
        assert eventually(lambda: turns.waiting == 3)
        for connection in waiting[:2]:
            connection.close()
        assert eventually(lambda: turns.waiting == 1)
        assert children(served) == [one]
        os.kill(one, signal.SIGCONT)
        with waiting[2] as third:
            assert {one.recv(12) for one in (first, third)} == {b"HTTP/1.1 200"}
    assert eventually(lambda: at_rest(served))


def test_many_that_come_and_go_leave_nothing_behind(served: Served) -> None:
    engine = validator_of(served).engine
    assert engine
    descriptors = Path(f"/proc/{engine.process.pid}/fd")
    opened = len(list(descriptors.iterdir()))
    for number in range(40):
        connection = posted(served, f"127.0.0.{number % 9 + 1}")
        (reset if number % 2 else socket.socket.close)(connection)
    assert served.ask("GET", "/healthz").status == 200  # by then the others have been let in
    assert eventually(lambda: not served.front.connections)
    assert eventually(lambda: at_rest(served))
    assert engine is validator_of(served).engine
    assert eventually(lambda: len(list(descriptors.iterdir())) <= opened)
    assert served.ask("POST", PATH, CLAIM, Content_Type="text/turtle").status == 200
    assert eventually(lambda: {type(one.cancel) for one in served.front.connections} <= {type(None)})


def test_the_log_tells_who_left_from_who_was_refused(served: Served) -> None:
    counted = served.front.answering.observer.requests
    before = counted["validate", "POST", LeftError.status]
    connection = posted(served)
    halted(served)
    reset(connection)
    assert eventually(lambda: counted["validate", "POST", LeftError.status] == before + 1)


# --- whether a client is there ---


def test_a_step_is_taken_once_while_it_is_wanted() -> None:
    taken: list[str] = []
    presence = Presence()
    with presence.telling(lambda: taken.append("before")):
        presence.demand()
    with presence.telling(lambda: taken.append("meanwhile")):
        presence.end()
    with presence.telling(lambda: taken.append("after")), pytest.raises(LeftError):
        presence.demand()
    assert taken == ["meanwhile", "after"]
    assert presence.steps == []


def test_who_has_left_takes_no_turn() -> None:
    turns, presence = Turns(1, 1), Presence()
    presence.end()
    with pytest.raises(LeftError), admitted(turns, "a", 60.0, Busy, Busy, presence):  # type: ignore[arg-type]
        pytest.fail("it was let in")
    assert (turns.free, turns.waiting) == (1, 0)


# --- who does not read ---


@dataclass
class Unread:
    """A connection of a client with so many bytes waiting for it."""

    peer: str
    size: int

    __hash__ = object.__hash__

    @property
    def transport(self) -> "Unread":
        return self

    def get_write_buffer_size(self) -> int:
        return self.size


@pytest.mark.parametrize(
    ("waiting", "gone"),
    [
        ([("a", 50), ("b", 50)], []),
        ([("a", 60), ("b", 50)], [("a", 60)]),
        ([("a", 50), ("b", 40), ("b", 51)], [("b", 51)]),
        ([("a", 30), ("b", 30), ("b", 30), ("b", 30)], [("b", 30)]),
        ([("a", 500), ("b", 90), ("c", 5), ("c", 6)], [("a", 500), ("b", 90)]),
        ([("a", 0)], []),
        ([], []),
    ],
)
def test_of_the_client_with_most_unread_the_largest_answer_goes_first(
    waiting: list[tuple[str, int]], gone: list[tuple[str, int]]
) -> None:
    connections = [Unread(*one) for one in waiting]
    found = surplus(cast(Any, connections), 100)
    assert [(one.peer, cast(Any, one).size) for one in found] == gone


def test_answers_that_nobody_reads_are_given_up_for_those_that_are_read(served: Served) -> None:
    front, before = served.front, served.front.unread
    body = b"".join(CLAIM.replace(b":c", b":c%d" % number) for number in range(1200))
    with ExitStack() as stack:
        slow = [stack.enter_context(posted(served, "127.0.0.1", body)) for _ in range(2)]

        def unread() -> list[int]:
            return [one.transport.get_write_buffer_size() for one in front.connections]

        assert eventually(lambda: sum(size > 4 << 20 for size in unread()) == 2)
        front.unread = max(unread()) + 1
        try:
            assert eventually(lambda: sum(size > 4 << 20 for size in unread()) == 1)
            assert served.ask("POST", PATH, CLAIM, Content_Type="text/turtle").status == 200
            ends = [ended(connection) for connection in slow]
        finally:
            front.unread = before
    assert sorted(ends) == [False, True]


def ended(connection: socket.socket) -> bool:
    """Say whether an answer breaks off."""
    with http.client.HTTPResponse(connection) as response:
        try:
            response.begin()
            response.read()
        except (ConnectionError, http.client.IncompleteRead):
            return True
    return False
