"""Keeps the workers of one release: forks them, ends those over their time, replaces those that died."""

import os
import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

from diaspora_influence.sparql import confine, wire
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.page import CRASH, DEADLINE, LEFT, MEMORY, Page, Verdict
from diaspora_influence.sparql.store import Opener
from diaspora_influence.sparql.worker import serve

LIFELINE: Final = 0
"""Standard input, on which the front names calls that nobody waits for; it closes when the front goes."""
CALLS: Final = 200 * wire.GREETING.size
"""Bytes of the lifeline that are read at one time: whole calls."""
PAUSE: Final = 1.0
"""Seconds before the place of a worker that died idle is filled again: no query was at fault."""
LOOK: Final = 0.01
"""Seconds between two looks at the queries that run."""
IDLE: Final = 0.05
"""The same while none does."""
ASIDE: Final = 0.006
"""Seconds of a processor between two looks with which a query yields it to the front and to quicker ones.

It is not the time by the clock: where many wait, the quickest take long by that.
"""
DEADLY: Final[dict[int, int]] = {signal.SIGABRT: MEMORY, signal.SIGKILL: MEMORY}
"""Signals with a known meaning: Rust aborts where it gets no memory, the kernel kills for it."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A running worker."""

    slot: int
    generation: int


class Keeper:
    """The workers of one release, and the loop that watches over them."""

    def __init__(self, open_store: Opener, listener: socket.socket, page: Page, limits: Limits) -> None:
        """Take what the workers share; nothing is forked yet."""
        self.open_store, self.listener, self.page, self.limits = open_store, listener, page, limits
        self.workers: dict[int, Worker] = {}
        self.ended: set[int] = set()
        """Those that were killed and still give back their memory: of a lot, it takes 0.1 s."""
        self.vacant: dict[int, float] = dict.fromkeys(range(limits.workers), 0.0)
        self.generations = [0] * limits.workers
        self.spent: dict[int, tuple[float, float]] = {}
        """Of each slot: since when it was busy at the last look, and its worker's processor time then."""
        self.stopping = False

    def run(self, ready: Callable[[], None]) -> None:
        """Keep every slot filled and every deadline, until told to stop or the lifeline closes."""
        alarm = self.listen_to_signals()
        self.fill()
        ready()
        while not self.stopping:
            heard, _, _ = select.select([LIFELINE, alarm], [], [], self.patience())
            if LIFELINE in heard:
                if not (calls := os.read(LIFELINE, CALLS)):
                    break
                self.cancel(calls)
            if alarm in heard:
                os.read(alarm, 4096)
            self.bury()
            self.enforce()
            self.fill()
        self.end_all()

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
        dues += [now + min(LOOK if dues else IDLE, self.limits.time), *self.vacant.values()]
        return max(0.0, min(dues) - now)

    def fill(self) -> None:
        """Fork a worker into every slot that is vacant and due."""
        now, engine = time.monotonic(), os.getpid()
        for slot in [slot for slot, due in self.vacant.items() if due <= now]:
            self.generations[slot] += 1
            self.page.end(slot)
            try:
                pid = os.fork()
            except OSError:
                self.vacant[slot] = now + PAUSE
                continue
            if not pid:
                self.become_worker(slot, engine)
            del self.vacant[slot]
            self.workers[pid] = Worker(slot, self.generations[slot])

    def become_worker(self, slot: int, engine: int) -> NoReturn:
        """Serve queries in this process, forked of *engine*, and never return."""
        status = 1
        try:
            confine.leave_parent(engine)
            serve(self.listener, self.open_store, self.page, slot, self.generations[slot], self.limits)
            status = 0
        finally:
            os._exit(status)

    def bury(self) -> None:
        """Take note of every worker that has died."""
        while self.workers or self.ended:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            if pid in self.ended:
                self.ended.remove(pid)
            else:
                self.note_death(pid, status)

    def note_death(self, pid: int, status: int) -> None:
        """Write the verdict on a worker that ended itself, and when its slot is due."""
        worker = self.workers.pop(pid)
        idle = not self.page.since(worker.slot)
        if status and not idle:
            number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            verdict = Verdict(DEADLY.get(number, CRASH), number)
            self.page.judge(worker.slot, worker.generation, verdict)
        self.vacant[worker.slot] = time.monotonic() + PAUSE if status and idle else 0.0

    def enforce(self) -> None:
        """End every worker whose query is over its time, and have one step aside whose query is long."""
        now = time.monotonic()
        pids = {worker.slot: pid for pid, worker in self.workers.items()}
        for slot, since in self.page.busy():
            if slot in pids and since + self.limits.time <= now:
                self.end(pids[slot], since, DEADLINE)
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
            for pid, worker in list(self.workers.items()):
                if worker == Worker(slot, generation) and self.page.since(slot) == since:
                    self.end(pid, since, LEFT)

    def end(self, pid: int, since: float, why: int) -> None:
        """Halt a worker, look again whether it still has the query of *since*, and only then end it."""
        worker = self.workers[pid]
        os.kill(pid, signal.SIGSTOP)
        _, status = os.waitpid(pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            self.note_death(pid, status)
        elif self.page.since(worker.slot) != since:
            os.kill(pid, signal.SIGCONT)
        else:
            self.page.judge(worker.slot, worker.generation, Verdict(why, 0))
            os.kill(pid, signal.SIGKILL)
            del self.workers[pid]
            self.ended.add(pid)
            self.vacant[worker.slot] = 0.0

    def end_all(self) -> None:
        """End every worker and wait until it is gone."""
        for pid in self.workers:
            os.kill(pid, signal.SIGKILL)
        for pid in (*self.workers, *self.ended):
            os.waitpid(pid, 0)
