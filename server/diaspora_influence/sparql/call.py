"""One question put to the pool from an event loop: no thread waits, and it can be taken back."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

from diaspora_influence.sparql.client import GLANCE, Answer, Pool
from diaspora_influence.sparql.errors import EngineUnavailable, SparqlError, from_wire
from diaspora_influence.sparql.limits import GRACE
from diaspora_influence.sparql.line import Line, Lines
from diaspora_influence.sparql.process import EngineProcess
from diaspora_influence.sparql.turns import Turn
from diaspora_influence.sparql.verdicts import death_of

AGAIN: Final = 0.02
"""Seconds after which a question is taken back again whose worker has not ended."""

Outcome = Answer | SparqlError


class Call:
    """A question that waits for its turn, is put to a worker, and is told the outcome once.

    All of it runs in the loop's thread. The question has been checked, and is short enough to go
    out in one piece. Its turn is over when the worker is free again, or gone.
    """

    def __init__(
        self,
        lines: Lines,
        pool: Pool,
        frame: bytes,
        done: Callable[[Outcome], None],
        aside: bool = False,
    ) -> None:
        """Take the question as *frame*, and whom to tell; nothing happens before `enter`."""
        self.aside = aside
        self.lines, self.loop, self.pool, self.frame = lines, lines.loop, pool, frame
        self.done: Callable[[Outcome], None] | None = done
        self.engine: EngineProcess | None = None
        self.line: Line | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.turn: Turn | None = None
        self.over = False

    def enter(self, client: str) -> None:
        """Wait for the turn of *client*."""
        self.turn = Turn(client, granted=self.granted, refused=lambda: self.soon(self.refused))
        if not self.pool.turns.enter(self.turn):
            self.refused()
        elif self.line is None and not self.over:
            self.timer = self.loop.call_later(self.pool.patience, self.overdue)

    def soon(self, step: Callable[[], None]) -> None:
        """Go on in the loop's thread, from whichever this is."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(step)

    def granted(self) -> None:
        """Begin; a thread that leaves its turn may be the one that says so."""
        try:
            here = asyncio.get_running_loop() is self.loop
        except RuntimeError:
            here = False
        if here:
            self.begin()
        else:
            self.soon(self.begin)

    def refused(self) -> None:
        """Give up: there is no room."""
        self.finish(self.pool.full())

    def overdue(self) -> None:
        """Give up: no worker came free in time."""
        self.finish(self.pool.late())

    def begin(self) -> None:
        """Put the question to a worker."""
        if self.done is None:
            return
        self.stop_timer()
        self.engine = self.pool.engine  # the one of now: another may have taken over since the question came
        try:
            self.line = self.lines.take(self.engine) if self.engine else None
        except OSError:
            self.line = None
        if self.line is None:
            self.finish(EngineUnavailable("The engine is being restarted.", retry_after=1))
            return
        self.timer = self.loop.call_later(self.pool.limits.time + GRACE, self.line.close)
        self.line.put(self.frame, self.told, self.aside)

    def told(self, head: dict[str, Any] | None, body: bytes) -> None:
        """Take the answer, or look why there is none."""
        if head is None:
            self.await_verdict(time.monotonic() + GRACE)
        elif "slug" in head:
            self.finish(from_wire(head))
        else:
            self.finish(Answer(head["media_type"], body, head["rows"]))

    def await_verdict(self, until: float) -> None:
        """Look for the engine's verdict on a worker that hung up, until it stands in the page."""
        worker = self.line.worker if self.line else None
        if worker is None or self.engine is None:
            self.finish(EngineUnavailable("The engine is being restarted.", retry_after=1))
        elif verdict := self.engine.page.verdict(*worker):
            self.finish(death_of(verdict, self.pool.limits))
        elif time.monotonic() < until and self.engine.alive and self.done:
            self.loop.call_later(GLANCE, self.await_verdict, until)
        else:
            self.finish(EngineUnavailable("The engine ended while the query ran.", retry_after=1))

    def cancel(self) -> None:
        """Take the question back: whoever asked has left. A worker that is at it is ended."""
        self.done = None
        if self.over:
            return
        if self.line is None:
            self.finish(self.pool.full())
        else:
            self.end_worker(self.line)

    def end_worker(self, line: Line) -> None:
        """Have the worker ended, again and again until it is: it may not have come to this question yet."""
        if not self.over:
            line.cancel()
            self.loop.call_later(AGAIN, self.end_worker, line)

    def finish(self, outcome: Outcome) -> None:
        """Give the turn to the next, and tell the outcome to whoever still waits."""
        if self.over:
            return
        self.over = True  # from here on the line may be at another question
        self.stop_timer()
        done, self.done = self.done, None
        turn, self.turn = self.turn, None  # it holds this call: let go of, both are freed without a search
        assert turn
        self.pool.turns.leave(turn)
        if done:
            done(outcome)

    def stop_timer(self) -> None:
        """Wait for nothing any more."""
        timer, self.timer = self.timer, None
        if timer:
            timer.cancel()
