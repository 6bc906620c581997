"""The workers of one engine: forked into their slots, ended, buried, and replaced."""

import os
import signal
import socket
import time
from dataclasses import dataclass
from typing import Final, NoReturn

from diaspora_influence.sparql import confine
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.page import CRASH, MEMORY, Page, Verdict
from diaspora_influence.sparql.store import Opener
from diaspora_influence.sparql.worker import serve

PAUSE: Final = 1.0
"""Seconds before the place of a worker that died idle is filled again: no query was at fault."""
DEADLY: Final[dict[int, int]] = {signal.SIGABRT: MEMORY, signal.SIGKILL: MEMORY}
"""Signals with a known meaning: Rust aborts where it gets no memory, the kernel kills for it."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A running worker."""

    slot: int
    generation: int


class Crew:
    """The workers, and the slots that wait for one."""

    def __init__(self, open_store: Opener, listener: socket.socket, page: Page, limits: Limits) -> None:
        """Take what the workers share; nothing is forked yet."""
        self.open_store, self.listener, self.page, self.limits = open_store, listener, page, limits
        self.workers: dict[int, Worker] = {}
        self.ended: set[int] = set()
        """Those that were killed and still give back their memory: of a lot, it takes 0.1 s."""
        self.vacant: dict[int, float] = dict.fromkeys(range(limits.workers), 0.0)
        self.generations = [0] * limits.workers

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
