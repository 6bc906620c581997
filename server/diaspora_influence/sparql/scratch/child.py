"""What a child of the scratch engine does: one query, or one write whose change it leaves in a file."""

import os
import socket
import struct
from collections.abc import Callable
from typing import BinaryIO, Final, NoReturn

import pyoxigraph as ox

from diaspora_influence.sparql import wire
from diaspora_influence.sparql.confine import leave_parent, limit_memory, no_new_descriptors
from diaspora_influence.sparql.errors import SparqlError, WorkerDied
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.scratch.change import Change, between, snapshot, write_result
from diaspora_influence.sparql.scratch.examine import TEXTS
from diaspora_influence.sparql.scratch.perform import perform
from diaspora_influence.sparql.scratch.write import Write, unpack
from diaspora_influence.sparql.verdicts import memory

HEAD: Final = 1 << 16
"""Bytes that the head of a write may have beyond its bodies."""


def frame_bytes(limits: Limits) -> int:
    """Return how long the frame of a write may be."""
    return max(limits.bytes, TEXTS * limits.query_bytes) + HEAD


def become(engine: int, limits: Limits, do: Callable[[], None]) -> NoReturn:
    """Do one job in this process, forked of *engine*, and end."""
    status = 1
    try:
        leave_parent(engine)
        limit_memory(limits.memory)
        do()
        status = 0
    finally:
        os._exit(status)


def write(connection: socket.socket, store: ox.Store, file: BinaryIO, limits: Limits) -> None:
    """Read one write from *connection*, do it to *store*, and leave in *file* what came of it."""
    try:
        request = unpack(wire.receive_frame(connection, frame_bytes(limits)))
    except (wire.EndedError, OSError, struct.error, ValueError, TypeError):
        return
    head, change = outcome(request, store, limits)
    write_result(file, head, change)


def outcome(request: Write, store: ox.Store, limits: Limits) -> tuple[dict[str, object], Change | None]:
    """Return what the client is told of *request*, and what it changed; of a failed one nothing."""
    try:
        with no_new_descriptors():
            old = snapshot(store)
            created = perform(store, request)
            return {"created": created}, between(old, snapshot(store), limits)
    except SparqlError as error:
        return error.to_wire(), None
    except MemoryError:
        return memory(limits).to_wire(), None
    except BaseException as error:  # a panic of the engine derives from nothing nearer
        return WorkerDied(f"The engine failed: {type(error).__name__}.").to_wire(), None
