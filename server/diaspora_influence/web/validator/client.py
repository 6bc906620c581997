"""The front's side of the validator: started at the first request, asked, and stopped with the app."""

import contextlib
import math
import os
import socket
import threading
import weakref
from functools import partial
from pathlib import Path
from typing import Any, Final

from diaspora_influence.sparql import wire
from diaspora_influence.sparql.admission import admitted
from diaspora_influence.sparql.client import PATIENCE, asker
from diaspora_influence.sparql.errors import Busy, EngineUnavailable, from_wire
from diaspora_influence.sparql.limits import GRACE, Limits
from diaspora_influence.sparql.presence import Presence
from diaspora_influence.sparql.process import EngineProcess
from diaspora_influence.sparql.turns import Turns
from diaspora_influence.web.validator.request import DAMAGED, Answer, Request, read_answer

AGAIN: Final = 1
"""Seconds after which a client may try again where the process has ended."""
WAITING: Final = 16
"""Documents that wait at most, however many queries may: each holds a thread of the front."""


class ValidatorProcess(EngineProcess):
    """A running validator."""

    program = "diaspora_influence.web.validator.engine"


class Validator:
    """Judges documents in a process that is started when the first one comes.

    As many as there are workers are judged at one time. Others wait for their turn, as queries do: no client
    has all the places while another waits, and one more than may wait is refused at once.
    """

    def __init__(self, limits: Limits) -> None:
        """Take the limits; nothing runs yet."""
        self.limits = limits
        self.engine: ValidatorProcess | None = None
        self.starting = threading.Lock()
        self.waiting = min(limits.queue, WAITING)
        self.turns = Turns(limits.workers, self.waiting)

    def judge(self, request: Request) -> Answer:
        """Return the report on a document; the SparqlError that stands in its way is raised."""
        who = asker.get()
        with admitted(self.turns, who.client, self.patience, self.full, self.late, who.presence):
            head, body = self.told(self.running_engine(), request.pack(), who.presence)
        if "slug" in head:
            raise from_wire(head)
        return Answer(body, head["read"], head["findings"])

    @property
    def patience(self) -> float:
        """Return how many seconds a document waits for its turn."""
        return PATIENCE * self.limits.time

    def full(self) -> Busy:
        """Return the refusal of a document for which there is no room."""
        return self.busy("All validators are busy and the queue is full.")

    def late(self) -> Busy:
        """Return the refusal of a document that has waited long enough."""
        return self.busy(f"No validator came free within {self.patience:g} s.")

    def busy(self, detail: str) -> Busy:
        """Return the refusal of one document too many; by then one that is judged now is done."""
        limit = f"{self.limits.workers} validations at the same time, {self.waiting} waiting"
        again = math.ceil(self.limits.time)
        return Busy(detail, limit=limit, retry_after=again, settings="workers queue")

    def running_engine(self) -> ValidatorProcess:
        """Return the process, started where there is none; EngineUnavailable where it does not come up."""
        with self.starting:
            if self.engine is None or not self.engine.alive:
                self.stop()
                self.engine = ValidatorProcess(Path(), self.limits)
                self.end = weakref.finalize(self, self.engine.stop)  # at the latest when Python ends
            return self.engine

    def stop(self) -> None:
        """End the process and its children."""
        if self.engine:
            self.engine = None
            self.end()

    def told(
        self, engine: ValidatorProcess, frame: bytes, presence: Presence
    ) -> tuple[dict[str, Any], bytes]:
        """Hand over a document and return what the keeper says of it; hung up on, it ends the judging."""
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.settimeout(self.limits.time + GRACE)
                connection.connect(str(engine.folder / wire.SOCKET))
                with presence.telling(partial(hang_up, connection)):
                    descriptors = exchanged(connection, frame)
                with os.fdopen(descriptors[0], "rb") as file:
                    return read_answer(file)
            except (OSError, IndexError, *DAMAGED):
                presence.demand()
                detail = "The validator ended before it had judged the data."
                raise EngineUnavailable(detail, retry_after=AGAIN) from None


def exchanged(connection: socket.socket, frame: bytes) -> list[int]:
    """Send a document and return the descriptor of its report; none where there is nobody who sends one."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        wire.send_frame(connection, frame)  # a child that died has not read it, and has a verdict
    return socket.recv_fds(connection, 1, 1, socket.MSG_CMSG_CLOEXEC)[1]


def hang_up(connection: socket.socket) -> None:
    """End a connection at which another thread waits."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
