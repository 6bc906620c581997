"""A worker process: accepts one call at a time, evaluates one query, answers, and accepts again."""

import contextlib
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.sparql import wire
from diaspora_influence.sparql.answer import evaluate
from diaspora_influence.sparql.confine import (
    address_space,
    give_back,
    held,
    limit_memory,
    no_new_descriptors,
    priority,
    step_aside,
)
from diaspora_influence.sparql.errors import SparqlError, WorkerDied
from diaspora_influence.sparql.limits import SERVICE_BYTES, Limits
from diaspora_influence.sparql.page import Page
from diaspora_influence.sparql.request import SparqlRequest, unpack
from diaspora_influence.sparql.store import Opener, Stores
from diaspora_influence.sparql.verdicts import memory

SPENT: Final = 4
"""A worker that keeps more address space than one part in so many of its budget makes way for a fresh one."""
SLACK: Final = 1024 * 1024
"""Bytes of memory over what it holds when idle that a worker keeps for its next query."""

QUICK: Final = 0.005
"""Seconds in which no query can take memory that matters; after so quick a one the worker seldom looks."""
SELDOM: Final = 16
"""So many quick queries go by before the worker looks at its memory."""

GONE: Final = (wire.EndedError, OSError, struct.error, ValueError)
"""How it shows that a front has hung up, or is none of ours: it gets nothing and does no harm."""


class Room:
    """How much a worker has grown, and what it gives back between queries."""

    def __init__(self, limits: Limits) -> None:
        """Take what is held now as what an idle worker holds."""
        self.most = address_space() + limits.memory * 1024 * 1024 // SPENT
        self.idle = held()[1] + SLACK
        self.rank = priority()
        self.calls = 0
        self.looking = False
        self.spent = False
        """Whether the worker has stepped aside: there is no way back."""

    def is_left(self, seconds: float) -> bool:
        """Say whether there is room for another query after one of so many *seconds*, and time for it."""
        self.calls += 1
        self.looking = self.spent or not self.calls % SELDOM or seconds >= QUICK
        return not self.looking or (address_space() <= self.most and priority() == self.rank)

    def make(self) -> None:
        """Give back what was freed, once the answer is out and held no more."""
        if self.looking and held()[1] > self.idle:
            give_back()
            self.idle = max(self.idle, held()[1] + SLACK)  # what cannot be given back is not looked for again


def serve(
    listener: socket.socket, open_store: Opener, page: Page, slot: int, generation: int, limits: Limits
) -> None:
    """Answer calls on *listener*, until a query leaves the worker too large for the next."""
    stores = open_store()
    limit_memory(limits.memory)
    room = Room(limits)

    def begun(aside: bool = False) -> None:
        page.begin(slot, time.monotonic())
        if aside:
            step_aside(0)
            room.spent = True

    def roomy() -> bool:
        since = page.since(slot)
        page.end(slot)  # before the answer is out: whoever has it may already send what comes next
        return room.is_left(time.monotonic() - since)

    fit = True
    while fit:
        connection, _ = listener.accept()
        begun()
        with connection, contextlib.suppress(*GONE):
            connection.sendall(wire.GREETING.pack(slot, generation, page.since(slot)))
            while fit:
                fit = converse(connection, stores, limits, begun, roomy)
                room.make()
        page.end(slot)


def converse(
    connection: socket.socket,
    stores: Stores,
    limits: Limits,
    begun: Callable[[bool], None] = lambda _: None,
    roomy: Callable[[], bool] = lambda: True,
) -> bool:
    """Wait for one request, write its answer, and say whether the worker is fit for another.

    *begun* is told when a request comes, and whether to step aside for it. A worker is not fit where it has
    failed, holds too much or has stepped aside, which *roomy* knows; the front is told with the answer.
    Raises one of GONE where the front hangs up.
    """
    frame = wire.receive_frame(connection, limits.query_bytes + SERVICE_BYTES, begun)
    request = unpack(frame)
    head, body, fit = outcome(request, stores.of(request), limits)
    if not (fit := roomy() and fit):
        head["last"] = True
    wire.send_answer(connection, wire.packed_head(head), body)
    return fit


def outcome(request: SparqlRequest, store: ox.Store, limits: Limits) -> tuple[dict[str, Any], bytes, bool]:
    """Return the head and body of the answer to *request*, and whether the worker is still fit."""
    try:
        with no_new_descriptors():
            answer = evaluate(store, request, limits)
    except SparqlError as error:
        return error.to_wire(), b"", True
    except MemoryError:
        return memory(limits).to_wire(), b"", False
    except BaseException as error:  # a panic of the engine derives from nothing nearer
        return WorkerDied(f"The engine failed: {type(error).__name__}.").to_wire(), b"", False
    head = {"media_type": answer.media_type, "rows": answer.rows, "bytes": len(answer.body)}
    return head, answer.body, True
