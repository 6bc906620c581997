"""A worker process: accepts one call at a time, evaluates one query, answers, and accepts again."""

import json
import socket
import struct
import time
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.sparql import wire
from diaspora_influence.sparql.answer import evaluate
from diaspora_influence.sparql.confine import address_space, give_back, held, limit_memory, no_new_descriptors
from diaspora_influence.sparql.errors import SparqlError, WorkerDied
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.page import Page
from diaspora_influence.sparql.request import SparqlRequest, unpack
from diaspora_influence.sparql.store import Opener
from diaspora_influence.sparql.verdicts import memory

SPENT: Final = 4
"""A worker that keeps more address space than one part in so many of its budget makes way for a fresh one."""
SLACK: Final = 2 * 1024 * 1024
"""Bytes of memory over what it holds when idle that a worker keeps for its next query."""


def serve(
    listener: socket.socket, open_store: Opener, page: Page, slot: int, generation: int, limits: Limits
) -> None:
    """Answer calls on *listener*, until a query leaves the worker too large for the next."""
    store = open_store()
    limit_memory(limits.memory)
    most = address_space() + limits.memory * 1024 * 1024 // SPENT
    idle = held()[1] + SLACK
    fit = True
    while fit:
        connection, _ = listener.accept()
        since = time.monotonic()
        page.begin(slot, since)
        with connection:
            fit = converse(connection, wire.GREETING.pack(slot, generation, since), store, limits)
        page.end(slot)
        give_back(idle)
        fit = fit and address_space() <= most


def converse(connection: socket.socket, greeting: bytes, store: ox.Store, limits: Limits) -> bool:
    """Read one request and write its answer; say whether the worker is fit for another.

    A front that hangs up gets nothing and does no harm.
    """
    try:
        connection.sendall(greeting)
        request = unpack(wire.receive_frame(connection, limits.query_bytes))
        head, body, fit = outcome(request, store, limits)
        wire.send_frame(connection, json.dumps(head).encode())
        connection.sendall(body)
    except (wire.EndedError, OSError, struct.error, ValueError):
        return True
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
