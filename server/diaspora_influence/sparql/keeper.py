"""Watches over the workers of one release: ends those over their time, and has the dead replaced."""

import os
import select
import signal
import socket
import time
from collections.abc import Callable
from typing import Final

from diaspora_influence.sparql import confine, wire
from diaspora_influence.sparql.crew import Crew, Worker
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.page import DEADLINE, LEFT, Page
from diaspora_influence.sparql.store import Opener

LIFELINE: Final = 0
"""Standard input, on which the front names calls that nobody waits for; it closes when the front goes."""
CALLS: Final = 200 * wire.GREETING.size
"""Bytes of the lifeline that are read at one time: whole calls."""
LOOK: Final = 0.01
"""Seconds between two looks at the queries that run."""
IDLE: Final = 0.05
"""The same while none does."""
ASIDE: Final = 0.006
"""Seconds of a processor between two looks with which a query yields it to the front and to quicker ones.

It is not the time by the clock: where many wait, the quickest take long by that.
"""


class Keeper:
    """The loop of an engine."""

    def __init__(self, open_store: Opener, listener: socket.socket, page: Page, limits: Limits) -> None:
        """Take what the workers share; nothing is forked yet."""
        self.crew = Crew(open_store, listener, page, limits)
        self.page, self.limits = page, limits
        self.spent: dict[int, tuple[float, float]] = {}
        """Of each slot: since when it was busy at the last look, and its worker's processor time then."""
        self.stopping = False

    def run(self, ready: Callable[[], None]) -> None:
        """Keep every slot filled and every deadline, until told to stop or the lifeline closes."""
        alarm = self.listen_to_signals()
        self.crew.fill()
        ready()
        while not self.stopping:
            heard, _, _ = select.select([LIFELINE, alarm], [], [], self.patience())
            if LIFELINE in heard:
                if not (calls := os.read(LIFELINE, CALLS)):
                    break
                self.cancel(calls)
            if alarm in heard:
                os.read(alarm, 4096)
            self.crew.bury()
            self.enforce()
            self.crew.fill()
        self.crew.end_all()

    def listen_to_signals(self) -> int:
        """Return the descriptor that turns readable when a child dies or this process is to stop."""
        alarm, bell = os.pipe()
        os.set_blocking(alarm, False)
        os.set_blocking(bell, False)
        signal.set_wakeup_fd(bell, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        return alarm

    def stop(self, *_: object) -> None:
        """End the loop after this round."""
        self.stopping = True

    def patience(self) -> float:
        """Return how many seconds nothing can fall due: a query that begins later ends later."""
        now = time.monotonic()
        dues = [since + self.limits.time for _, since in self.page.busy()]
        dues += [now + min(LOOK if dues else IDLE, self.limits.time), *self.crew.vacant.values()]
        return max(0.0, min(dues) - now)

    def enforce(self) -> None:
        """End every worker whose query is over its time, and have one step aside whose query is long."""
        now = time.monotonic()
        pids = {worker.slot: pid for pid, worker in self.crew.workers.items()}
        for slot, since in self.page.busy():
            if slot in pids and since + self.limits.time <= now:
                self.crew.end(pids[slot], since, DEADLINE)
            elif slot in pids and self.is_long(slot, since, confine.spent(pids[slot])):
                confine.step_aside(pids[slot])

    def is_long(self, slot: int, since: float, spent: float) -> bool:
        """Say whether the query of *since* has had ASIDE of a processor since the last look at it."""
        last, before = self.spent.get(slot, (0.0, 0.0))
        self.spent[slot] = since, spent
        return last == since and spent - before >= ASIDE

    def cancel(self, calls: bytes) -> None:
        """End every worker that is at one of *calls*, whose clients have left."""
        for slot, generation, since in wire.GREETING.iter_unpack(calls):
            for pid, worker in list(self.crew.workers.items()):
                if worker == Worker(slot, generation) and self.page.since(slot) == since:
                    self.crew.end(pid, since, LEFT)
