"""The front's side: a pool of workers that is started, asked in SPARQL, and stopped."""

import json
import math
import socket
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from diaspora_influence.sparql import wire
from diaspora_influence.sparql.admission import admitted
from diaspora_influence.sparql.errors import Busy, EngineUnavailable, SparqlError, from_wire
from diaspora_influence.sparql.guard import check
from diaspora_influence.sparql.limits import GRACE, Limits
from diaspora_influence.sparql.presence import Presence
from diaspora_influence.sparql.process import EngineProcess
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.sparql.turns import UNKNOWN, Turns
from diaspora_influence.sparql.upkeep import Upkeep
from diaspora_influence.sparql.verdicts import death_of

PATIENCE: Final = 2
"""Deadlines that a query may wait for a worker: each has been free again by then, and more than once."""
GLANCE: Final = 0.002
"""Seconds between two looks for a verdict."""
HEAD_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: *rows* are solutions or triples, or 1 for a truth value."""

    media_type: str
    body: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks in this context, and the error that the question already got where it was asked before.

    *presence* is there to be asked whether anybody waits for the answer.
    """

    client: str = UNKNOWN
    error: SparqlError | None = None
    presence: Presence = field(default_factory=Presence)


asker: Final[ContextVar[Asker]] = ContextVar("asker", default=Asker())  # noqa: B039 - it is frozen


class Pool(Upkeep):
    """Workers for one release, behind one engine process.

    Threads may ask at the same time; each question is one connection. *reserve* workers beyond those of
    the limits are for questions of the house alone, so that no page waits behind strangers' slow queries.
    """

    def __init__(
        self, directory: Path, limits: Limits | None = None, reserve: int = 0, quick: bool = False
    ) -> None:
        """Take the release's *directory*; nothing runs before `start`."""
        self.reserve = reserve
        self.limits = limits or Limits()
        super().__init__(directory, replace(self.limits, workers=self.limits.workers + reserve), quick)
        self.turns = Turns(self.limits.workers, self.limits.queue)
        self.spare_one: Callable[[], None] = lambda: None
        """Has whoever keeps workers at hand between questions let go of one."""

    def ask(self, request: SparqlRequest, own: bool = False, limits: Limits | None = None) -> Answer:
        """Return the whole answer to *request*, or raise the SparqlError that stands in its way.

        A question of our *own* needs no turn where workers are reserved for it. The guard goes by *limits*
        where they are given: what SERVICE clauses were answered with makes a query longer.
        """
        check(request, limits or self.limits)
        if not own and (error := asker.get().error):
            raise error
        if own and self.reserve:
            return self.exchange(self.running_engine(), request.pack(), Presence())
        who = asker.get()
        with admitted(self.turns, who.client, self.patience, self.full, self.late, who.presence):
            self.spare_one()
            return self.exchange(self.running_engine(), request.pack(), who.presence)

    @property
    def patience(self) -> float:
        """Return how many seconds a query waits for a worker."""
        return PATIENCE * self.limits.time

    def full(self) -> Busy:
        """Return the refusal of a query for which there is no room."""
        return self.busy("All workers are busy and the queue is full.")

    def late(self) -> Busy:
        """Return the refusal of a query that has waited long enough."""
        return self.busy(f"No worker came free within {self.patience:g} s.")

    def busy(self, detail: str) -> Busy:
        """Return the refusal of one query too many; by then a running one is over."""
        limit = f"{self.limits.workers} queries running, {self.limits.queue} waiting"
        return Busy(detail, limit=limit, retry_after=math.ceil(self.limits.time), settings="workers queue")

    def exchange(self, engine: EngineProcess, frame: bytes, presence: Presence) -> Answer:
        """Wait for a worker, give it *frame*, and return its answer.

        It is ended when *presence* ends, and LeftError is raised. Nobody ends what is not this question: as
        long as the call is open its worker takes no other, and when it closes nobody is told any more.
        """
        with socket.socket(socket.AF_UNIX) as connection:
            slot, generation, _ = self.greeted(connection, engine)
            connection.settimeout(self.limits.time + GRACE)
            try:
                with presence.telling(partial(engine.cancel_at, slot, generation)):
                    presence.demand()
                    wire.send_frame(connection, frame)
                    head = json.loads(wire.receive_frame(connection, HEAD_BYTES))
                    body = wire.receive(connection, head.get("bytes", 0))
            except (wire.EndedError, OSError):
                presence.demand()
                raise self.verdict(engine, slot, generation) from None
        if "slug" in head:
            raise from_wire(head)
        return Answer(head["media_type"], body, head["rows"])

    def greeted(self, connection: socket.socket, engine: EngineProcess) -> tuple[int, int, float]:
        """Connect and return slot and generation of the worker that takes the call, and since when."""
        try:
            connection.settimeout(self.patience)
            connection.connect(str(engine.folder / wire.SOCKET))
            greeting = wire.GREETING.unpack(wire.receive(connection, wire.GREETING.size))
        except TimeoutError:
            raise self.late() from None
        except (wire.EndedError, OSError):
            raise EngineUnavailable("The engine is being restarted.", retry_after=1) from None
        return greeting

    def verdict(self, engine: EngineProcess, slot: int, generation: int) -> SparqlError:
        """Return the engine's verdict on the worker that hung up, as soon as it stands in the page."""
        until = time.monotonic() + GRACE
        while time.monotonic() < until and engine.alive:
            if verdict := engine.page.verdict(slot, generation):
                return death_of(verdict, self.limits)
            time.sleep(GLANCE)
        return EngineUnavailable("The engine ended while the query ran.", retry_after=1)
