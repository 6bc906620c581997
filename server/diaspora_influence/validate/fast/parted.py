"""Judging in several processes, forked when all is read: each takes the next task when it is free."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from itertools import chain
from typing import Any, Final

from diaspora_influence.validate.aside import aside
from diaspora_influence.validate.finding import Finding, values

FEWEST: Final = 10_000
"""Nodes to each process; for fewer a fork does not pay."""
MOST: Final = 256
"""Tasks at the most, since one byte names the next."""
Work = Callable[[Iterable[int]], list[Finding]]
"""From the numbers of tasks to what is found by them."""
Told = tuple[list[int], list[tuple[Any, ...]]]
"""The tasks that a process has done, and what it has found."""


def parts_for(nodes: int, processes: int) -> int:
    """Return how many processes judge so many nodes."""
    return max(1, min(processes, nodes // FEWEST))


def parted(work: Work, tasks: int, parts: int) -> list[Finding]:
    """Return what *work* finds by all *tasks*, in no order; one part is done here, the others aside.

    The first task of each part is the one of its number, and the next is the next that nobody has.
    Raises what a task raises, and InternalError where a process ends without a word.
    """
    with ExitStack() as stack:
        queue = stack.enter_context(os.fdopen(queued(range(parts, tasks)), "rb", buffering=0))
        done: list[int] = []

        def own(part: int) -> Iterator[int]:
            for task in chain([part], iter(partial(taken, queue.fileno()), None)):
                done.append(task)
                yield task

        def told(part: int) -> Told | None:
            with suppress(Exception):
                found = work(own(part))
                return done, [*map(values, found)]
            return None

        answers = [stack.enter_context(aside(partial(told, part))) for part in range(1, parts)]
        found = work(own(0))
        for answer in answers:
            numbers, hits = answer() or ((), ())
            done += numbers
            found += [Finding(*said) for said in hits]
        failed = sorted({*range(tasks)}.difference(done))
        return found + work(failed) if failed else found


def queued(tasks: Iterable[int]) -> int:
    """Return the end of a pipe from which each byte read is a task, for whoever reads it first."""
    end, start = os.pipe()
    with os.fdopen(start, "wb") as file:
        file.write(bytes(tasks))
    return end


def taken(queue: int) -> int | None:
    """Return the next task that nobody has, None where there is no more."""
    number = os.read(queue, 1)
    return number[0] if number else None
