"""The parts of the front that need no connection: turns, proxies, codings and the shelf."""

from ipaddress import ip_network

import pytest

from diaspora_influence.sparql.turns import UNKNOWN, State, Turn, Turns
from diaspora_influence.web.encodings import CODINGS, SMALL, chosen, encoded
from diaspora_influence.web.message import Message
from diaspora_influence.web.proxies import Proxies
from diaspora_influence.web.shelf import SPENT, Shelf


class Queue:
    """Turns of a pool, and what has become of each question."""

    def __init__(self, running: int, waiting: int) -> None:
        self.turns = Turns(running, waiting)
        self.ran: list[str] = []
        self.refused: list[str] = []
        self.made: dict[str, Turn] = {}

    def enter(self, name: str) -> bool:
        """Let the client of a question like `a1` enter with it."""
        client = name.rstrip("0123456789")
        turn = Turn(client, lambda: self.ran.append(name), lambda: self.refused.append(name))
        self.made[name] = turn
        return self.turns.enter(turn)

    def leave(self, *names: str) -> None:
        for name in names:
            self.turns.leave(self.made[name])


def test_a_client_leaves_the_last_worker_to_others() -> None:
    queue = Queue(running=3, waiting=9)
    assert all(queue.enter(f"a{n}") for n in range(4))
    assert queue.ran == ["a0", "a1"]
    queue.enter("b0")
    assert queue.ran == ["a0", "a1", "b0"]


def test_a_single_worker_is_for_everybody() -> None:
    queue = Queue(running=1, waiting=9)
    for name in ("a0", "a1", "b0"):
        queue.enter(name)
    queue.leave("a0")
    queue.leave("b0")
    assert queue.ran == ["a0", "b0", "a1"]


def test_who_holds_fewest_is_next_and_equals_take_turns() -> None:
    queue = Queue(running=2, waiting=20)
    for name in ("a0", "b0", "a1", "a2", "b1", "c0", "c1"):
        queue.enter(name)
    assert queue.ran == ["a0", "b0"]
    queue.leave("a0", "b0")
    assert queue.ran[2:] == ["c0", "a1"]
    queue.leave("c0", "a1")
    assert queue.ran[4:] == ["b1", "c1"]
    queue.leave("b1", "c1")
    assert queue.ran[6:] == ["a2"]


def test_questions_of_nobody_known_may_take_all_workers() -> None:
    turns = Turns(2, 5)
    ran: list[int] = []
    for number in range(3):
        turns.enter(Turn(UNKNOWN, lambda number=number: ran.append(number), lambda: None))
    assert ran == [0, 1]


def test_the_longest_line_makes_way_where_the_queue_is_full() -> None:
    queue = Queue(running=1, waiting=3)
    assert all(queue.enter(f"a{n}") for n in range(4))
    assert not queue.enter("a4")
    assert queue.enter("b0")
    assert queue.refused == ["a3"]
    assert queue.enter("c0")
    assert queue.refused == ["a3", "a2"]
    assert not queue.enter("c1")
    queue.leave("a0")
    assert queue.ran == ["a0", "b0"]


def test_leaving_twice_and_leaving_the_queue_free_nothing_that_is_not_held() -> None:
    queue = Queue(running=1, waiting=3)
    for name in ("a0", "b0", "c0"):
        queue.enter(name)
    queue.leave("b0", "b0")
    queue.leave("a0", "a0")
    assert queue.ran == ["a0", "c0"]
    queue.leave("c0")
    assert (queue.turns.free, queue.turns.waiting, queue.turns.lines) == (1, 0, {})
    assert {turn.state for turn in queue.made.values()} == {State.OVER}
    assert not queue.turns.held


def asked(**headers: str) -> Message:
    """Return a request with *headers* and the host `here`."""
    named = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return Message("GET", b"/", headers={b"host": b"here", **named})


TRUSTED = Proxies((ip_network("10.0.0.0/8"), ip_network("::1")))
TOLD = [
    ("192.0.2.9", {"x_forwarded_for": "1.1.1.1"}, ("192.0.2.9", "http", "here")),
    ("10.0.0.1", {}, ("10.0.0.1", "http", "here")),
    ("10.0.0.1", {"x_forwarded_for": "1.1.1.1"}, ("1.1.1.1", "http", "here")),
    ("10.0.0.1", {"x_forwarded_for": "6.6.6.6, 1.1.1.1, 10.9.9.9"}, ("1.1.1.1", "http", "here")),
    ("10.0.0.1", {"x_forwarded_for": "10.0.0.2, 10.0.0.3"}, ("10.0.0.2", "http", "here")),
    ("10.0.0.1", {"x_forwarded_proto": "https"}, ("10.0.0.1", "https", "here")),
    ("10.0.0.1", {"x_forwarded_proto": "gopher"}, ("10.0.0.1", "http", "here")),
    ("10.0.0.1", {"x_forwarded_host": "there.example"}, ("10.0.0.1", "http", "there.example")),
    ("10.0.0.1", {"x_forwarded_host": "there/../x"}, ("10.0.0.1", "http", "here")),
    ("::1", {"forwarded": 'for="[2001:db8::7]:4711";proto=https'}, ("2001:db8::7", "https", "here")),
    ("10.0.0.1", {"forwarded": "for=6.6.6.6, for=1.1.1.1;proto=http"}, ("1.1.1.1", "http", "here")),
    ("10.0.0.1", {"forwarded": "for=_hidden, for=unknown"}, ("10.0.0.1", "http", "here")),
    ("not an address", {"x_forwarded_for": "1.1.1.1"}, ("not an address", "http", "here")),
]


def test_there_are_as_many_origins_as_were_written() -> None:
    assert len(TOLD) == 13


@pytest.mark.parametrize(("peer", "headers", "origin"), TOLD)
def test_only_a_trusted_hop_says_who_asks(
    peer: str, headers: dict[str, str], origin: tuple[str, str, str]
) -> None:
    found = TRUSTED.origin(asked(**headers), peer)
    assert (found.client, found.scheme, found.host) == origin


ACCEPTED = [
    (None, ""),
    ("", ""),
    ("identity", ""),
    ("gzip", "gzip"),
    ("GZIP", "gzip"),
    ("gzip, deflate, br", "br"),
    ("gzip, deflate, br, zstd", "zstd"),
    ("zstd;q=0.1, gzip", "gzip"),
    ("zstd;q=0, br;q=0", ""),
    ("*", "zstd"),
    ("deflate", ""),
    ("nonsense;;q", ""),
]


@pytest.mark.parametrize(("header", "coding"), ACCEPTED)
def test_the_coding_is_the_one_that_is_liked_best(header: str | None, coding: str) -> None:
    assert len(ACCEPTED) == 12
    assert chosen(header, SMALL) == coding
    assert chosen(header, SMALL - 1) == ""


def test_equal_bytes_are_encoded_equally() -> None:
    body = b"diaspora " * 1000
    assert {coding: encoded(body, coding) for coding in CODINGS} == {
        coding: encoded(body, coding) for coding in CODINGS
    }
    assert encoded(body, "") is body


def test_a_shelf_never_holds_more_than_its_room() -> None:
    shelf: Shelf[int, str] = Shelf(10 * (100 + SPENT))
    for number in range(100):
        shelf.put(number, "thing", 100)
        shelf.get(0)
        assert shelf.used == len(shelf.things) * (100 + SPENT) <= shelf.room
    assert set(shelf.things) == {0, *range(91, 100)}
    shelf.put(0, "another", 50)
    assert (shelf.get(0), shelf.used) == ("another", 9 * (100 + SPENT) + 50 + SPENT)


def test_a_thing_that_is_too_large_drives_nothing_out() -> None:
    shelf: Shelf[int, str] = Shelf(1000)
    shelf.put(1, "small", 1)
    shelf.put(2, "large", 1000)
    assert (shelf.get(1), shelf.get(2)) == ("small", None)
