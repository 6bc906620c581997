"""Keeps the validator: forks a child for each request, ends it at its deadline, and says what came of it.

It reads nothing that a client sent. A child reads its document from the connection and writes the report to a
file in memory; when it has ended, well or not, the keeper sends that file's descriptor to the front. So a
front sees a whole report or a whole error, and no child is ever waited for in the keeper's loop.
"""

import contextlib
import math
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from typing import Final, NoReturn

from diaspora_influence.sparql import wire
from diaspora_influence.sparql.confine import leave_parent, limit_memory, step_aside
from diaspora_influence.sparql.errors import SparqlError
from diaspora_influence.sparql.keeper import LIFELINE
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.scratch.job import alarm
from diaspora_influence.web.validator.job import ASIDE, Job
from diaspora_influence.web.validator.judging import answer
from diaspora_influence.web.validator.request import DAMAGED, unpack, write_answer
from diaspora_influence.web.validator.verdicts import deadline, death

LONGEST: Final = 1 << 30
"""Bytes of a frame from the front, which has bounded the body before."""
DONE: Final = b"!"


class Keeper:
    """The children, and the loop that watches over them."""

    def __init__(self, listener: socket.socket, limits: Limits) -> None:
        """Begin with none."""
        self.listener, self.limits = listener, limits
        self.jobs: dict[int, Job] = {}

    def run(self, ready: Callable[[], None]) -> None:
        """Serve until the lifeline closes."""
        bell = alarm()
        ready()
        while True:
            heard = self.heard(bell)
            if LIFELINE in heard and not os.read(LIFELINE, 1):
                break
            if bell in heard:
                os.read(bell, 4096)
            self.bury()
            self.abandon(heard)
            self.enforce()
            if self.listener.fileno() in heard:
                self.begin()
        self.end_all()

    def heard(self, bell: int) -> set[int]:
        """Return the descriptors on which there is news, once there is any or something falls due."""
        watched = select.poll()
        room = [self.listener] if len(self.jobs) < self.limits.workers else []
        for source in (LIFELINE, bell, *(one.fileno() for one in room)):
            watched.register(source, select.POLLIN)
        for job in self.jobs.values():
            watched.register(job.client, 0)  # the child reads what is in it; that it closed is told unasked
        return {descriptor for descriptor, _ in watched.poll(self.patience())}

    def patience(self) -> int | None:
        """Return how many milliseconds nothing falls due; None for ever."""
        dues = [job.next for job in self.jobs.values()]
        return max(0, math.ceil(1000 * (min(dues) - time.monotonic()))) if dues else None

    def begin(self) -> None:
        """Accept a call and fork the child that sees to it; a front that is hung up on says so."""
        with contextlib.ExitStack() as stack:
            try:
                client = stack.enter_context(self.listener.accept()[0])
                result = stack.enter_context(os.fdopen(os.memfd_create("report"), "w+b"))
                keeper, pid = os.getpid(), os.fork()
            except OSError:
                return
            now = time.monotonic()
            job = Job(now + ASIDE, now + self.limits.time, client, result)
            if not pid:
                self.become(keeper, job)
            self.jobs[pid] = job
            stack.pop_all()

    def become(self, keeper: int, job: Job) -> NoReturn:
        """Do one job in this process, forked of *keeper*, and end."""
        status = 1
        try:
            leave_parent(keeper)
            for other in self.jobs.values():
                other.close()
            limit_memory(self.limits.memory)
            with contextlib.suppress(wire.EndedError, OSError, *DAMAGED):
                request = unpack(wire.receive_frame(job.client, LONGEST))
                write_answer(job.result, answer(request, self.limits))
            status = 0
        finally:
            os._exit(status)

    def bury(self) -> None:
        """Take note of every child that has ended."""
        while self.jobs:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self.finish(self.jobs.pop(pid), status)

    def abandon(self, heard: set[int]) -> None:
        """End every child of which the front has hung up, because nobody waits for its report."""
        for pid in [pid for pid, job in self.jobs.items() if job.client.fileno() in heard]:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            self.jobs.pop(pid).close()

    def enforce(self) -> None:
        """End every child whose time is over; one that had ended by then keeps what it wrote."""
        now = time.monotonic()
        for pid, job in self.jobs.items():
            if job.aside <= now:
                step_aside(pid)
                job.aside = math.inf
        for pid in [pid for pid, job in self.jobs.items() if job.due <= now]:
            os.kill(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
            late = deadline(self.limits) if os.WIFSIGNALED(status) else None
            self.finish(self.jobs.pop(pid), status, late)

    def finish(self, job: Job, status: int, error: SparqlError | None = None) -> None:
        """Send what a child wrote, or in its place why there is nothing."""
        if status:
            number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            write_answer(job.result, error or death(number, self.limits))
        with contextlib.suppress(OSError):  # the front has gone
            socket.send_fds(job.client, [DONE], [job.result.fileno()])
        job.close()

    def end_all(self) -> None:
        """End every child and wait until it is gone."""
        for pid in self.jobs:
            os.kill(pid, signal.SIGKILL)
        for pid in self.jobs:
            os.waitpid(pid, 0)
