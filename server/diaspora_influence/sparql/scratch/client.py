"""The front's side of the scratch dataset: asked as a pool is, and written to."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from diaspora_influence.sparql import wire
from diaspora_influence.sparql.client import HEAD_BYTES, Pool
from diaspora_influence.sparql.errors import EngineUnavailable, from_wire
from diaspora_influence.sparql.limits import GRACE, Limits
from diaspora_influence.sparql.process import EngineProcess
from diaspora_influence.sparql.scratch.examine import check
from diaspora_influence.sparql.scratch.write import Write

APPLYING: Final = 10.0
"""Seconds that the engine may take, beyond a write's time, to apply what it changed."""


class ScratchProcess(EngineProcess):
    """A running scratch engine."""

    program = "diaspora_influence.sparql.scratch.engine"


class ScratchPool(Pool):
    """The scratch dataset behind its engine process.

    What was acknowledged is there as long as the engine lives, whatever happens to those who answer and
    write. An engine that ends takes the dataset with it, and everything asked from then on is refused: an
    empty dataset in its place would be a wrong answer.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        """Take the limits; nothing runs before `start`."""
        super().__init__(Path(), limits)
        self.room = threading.BoundedSemaphore(self.limits.queue + 1)
        self.writer = threading.Lock()

    def start(self) -> None:
        """Start the engine with an empty dataset; EngineUnavailable where it does not come up."""
        self.engine = ScratchProcess(self.directory, self.limits)

    def running_engine(self) -> EngineProcess:
        """Return the engine; EngineUnavailable where it has gone, for good."""
        engine = self.engine
        if engine is None:
            raise EngineUnavailable("The scratch dataset is not started.", retry_after=1)
        if not engine.alive:
            raise EngineUnavailable(
                "The scratch dataset is lost: the process that held it has ended.",
                hint="Start the server again; the dataset is then empty.",
            )
        return engine

    def write(self, write: Write) -> bool:
        """Do *write*, all of it or nothing, and say whether it made a graph that was not there.

        Raises the SparqlError that stands in its way.
        """
        check(write, self.limits)
        with self.turn():
            head = self.told(self.running_engine(), write.pack())
        if "slug" in head:
            raise from_wire(head)
        return bool(head["created"])

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold a place among those who wait, and in time the right to write."""
        if not self.room.acquire(blocking=False):
            raise self.busy("A write runs, and the queue is full.")
        try:
            if not self.writer.acquire(timeout=self.patience):
                raise self.busy(f"The writes before this one took longer than {self.patience:g} s.")
            try:
                yield
            finally:
                self.writer.release()
        finally:
            self.room.release()

    def told(self, engine: EngineProcess, frame: bytes) -> dict[str, object]:
        """Hand over a write and return what the engine says of it, once it is done."""
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.settimeout(self.limits.time + GRACE + APPLYING)
                connection.connect(str(engine.folder / wire.WRITER))
                wire.send_frame(connection, frame)
                head: dict[str, object] = json.loads(wire.receive_frame(connection, HEAD_BYTES))
            except (wire.EndedError, OSError):
                detail = "The engine did not say what came of the write; look before you send it again."
                raise EngineUnavailable(detail, retry_after=1) from None
        return head
