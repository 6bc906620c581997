"""Keeps the scratch dataset: forks a child for each request, and has what a write changed applied.

It evaluates nothing itself. A child answers one query from the copy of the dataset that it was forked with,
or does one write to that copy and leaves in a file what changed. Only when a child has ended well is its
change applied here, and only then is the client told: a child that is killed, or dies, changes nothing. One
write runs at a time; queries go on beside it, each on the dataset as it was when it began.
"""

import contextlib
import os
import select
import signal
import socket
import tempfile
import time
from collections.abc import Callable

from diaspora_influence.sparql import wire
from diaspora_influence.sparql.crew import DEADLY
from diaspora_influence.sparql.keeper import CALLS, LIFELINE
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.page import CRASH, DEADLINE, LEFT, Page, Verdict
from diaspora_influence.sparql.scratch import child
from diaspora_influence.sparql.scratch.dataset import ScratchDataset
from diaspora_influence.sparql.scratch.job import Job, alarm
from diaspora_influence.sparql.store import alike
from diaspora_influence.sparql.verdicts import death_of
from diaspora_influence.sparql.worker import GONE, converse


class ScratchKeeper:
    """The dataset, its children, and the loop that watches over them."""

    def __init__(self, queries: socket.socket, writes: socket.socket, page: Page, limits: Limits) -> None:
        """Begin with an empty dataset."""
        self.queries, self.writes, self.page, self.limits = queries, writes, page, limits
        self.dataset = ScratchDataset()
        self.jobs: dict[int, Job] = {}
        self.free = set(range(limits.workers))
        self.generation = 0
        self.writing = False

    def run(self, ready: Callable[[], None]) -> None:
        """Serve until the lifeline closes."""
        bell = alarm()
        ready()
        while True:
            watched: list[int | socket.socket] = [LIFELINE, bell]
            watched += [self.queries] if self.free else []
            watched += [] if self.writing else [self.writes]
            heard, _, _ = select.select(watched, [], [], self.patience())
            if LIFELINE in heard:
                if not (calls := os.read(LIFELINE, CALLS)):
                    break
                self.cancel(calls)
            if bell in heard:
                os.read(bell, 4096)
            self.bury()
            self.enforce()
            if self.queries in heard:
                self.begin(self.queries)
            if self.writes in heard:
                self.begin(self.writes)
        self.end_all()

    def patience(self) -> float | None:
        """Return how many seconds nothing falls due; None for ever."""
        dues = [one.due for one in self.jobs.values()]
        return max(0.0, min(dues) - time.monotonic()) if dues else None

    def begin(self, listener: socket.socket) -> None:
        """Accept a call and fork the child that sees to it; whoever is hung up on is told so by its front."""
        with contextlib.ExitStack() as stack:
            try:
                client = stack.enter_context(listener.accept()[0])
                one = self.job(client, listener is self.writes)
                engine, pid = os.getpid(), os.fork()
            except OSError:
                return
            if not pid:
                child.become(engine, self.limits, lambda: self.work(client, one))
            self.jobs[pid] = one
            self.free.discard(one.slot)
            if one.result:
                self.writing = True
                stack.pop_all()

    def job(self, client: socket.socket, writes: bool) -> Job:
        """Return the job of a new child; OSError where there is no file for its result."""
        self.generation += 1
        due = time.monotonic() + self.limits.time
        if writes:
            return Job(-1, self.generation, due, client, tempfile.TemporaryFile())
        return Job(min(self.free), self.generation, due)

    def work(self, client: socket.socket, one: Job) -> None:
        """Answer a query, or do a write; in the child."""
        if one.result:
            child.write(client, self.dataset.store, one.result, self.limits)
        else:
            greeting = wire.GREETING.pack(one.slot, one.generation, one.due)
            with contextlib.suppress(*GONE):
                client.sendall(greeting)
                converse(client, alike(self.dataset.store), self.limits)

    def bury(self) -> None:
        """Take note of every child that has ended."""
        while self.jobs:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self.note_end(self.jobs.pop(pid), status)

    def note_end(self, one: Job, status: int, verdict: Verdict | None = None) -> None:
        """Apply what a child changed and tell its client, or write down why it died."""
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        verdict = verdict or Verdict(DEADLY.get(number, CRASH), number)
        if one.result and status:
            one.tell(death_of(verdict, self.limits).to_wire())
        elif one.result:
            one.tell(self.dataset.commit(one.result))
        elif status:
            self.page.judge(one.slot, one.generation, verdict)
        self.release(one)

    def enforce(self) -> None:
        """End every child whose time is over."""
        now = time.monotonic()
        for pid in [pid for pid, one in self.jobs.items() if one.due <= now]:
            self.end(pid, Verdict(DEADLINE, 0))

    def cancel(self, calls: bytes) -> None:
        """End every query that is one of *calls*, whose clients have left."""
        for slot, generation, _ in wire.GREETING.iter_unpack(calls):
            for pid, one in list(self.jobs.items()):
                if (one.slot, one.generation) == (slot, generation):
                    self.end(pid, Verdict(LEFT, 0))

    def end(self, pid: int, verdict: Verdict) -> None:
        """End a child for the reason of *verdict*; one that had ended by then keeps what it did."""
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        one = self.jobs.pop(pid)
        self.note_end(one, status, verdict if os.WIFSIGNALED(status) else None)

    def release(self, one: Job) -> None:
        """Make room for the next."""
        if one.client and one.result:
            one.client.close()
            one.result.close()
            self.writing = False
        else:
            self.free.add(one.slot)

    def end_all(self) -> None:
        """End every child and wait until it is gone."""
        for pid in self.jobs:
            os.kill(pid, signal.SIGKILL)
        for pid in self.jobs:
            os.waitpid(pid, 0)
