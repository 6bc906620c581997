"""Work beside one's own, on another processor: done in a forked process, its answer sent by a pipe."""

import marshal
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, Final, NoReturn, TypeVar

from diaspora_influence.errors import InternalError

Item = TypeVar("Item")
Made = TypeVar("Made")

MOST: Final = 4
"""Processes at one time, at the most; each takes some memory of its own."""
FEWEST: Final = 4_000
"""Items to each process; for fewer a fork does not pay."""


def processes() -> int:
    """Return how many processes may work at one time here; one where none can be forked."""
    if not hasattr(os, "fork") or not hasattr(os, "sched_getaffinity"):
        return 1
    return min(len(os.sched_getaffinity(0)), MOST)


def spread(
    work: Callable[[Sequence[Item]], list[Made]], items: Sequence[Item], most: int, fewest: int = FEWEST
) -> list[Made]:
    """Return what *work* makes of *items*, in their order: of many in as many as *most* processes.

    What it makes has to be Python's own: texts, numbers, tuples and lists of them, None.
    """
    parts = max(1, min(most, len(items) // max(1, fewest)))
    size = -(-len(items) // parts)
    with ExitStack() as stack:
        others = (items[at : at + size] for at in range(size, len(items), size or 1))
        answers = [stack.enter_context(aside(partial(work, some))) for some in others]
        made = work(items[:size])
        for answer in answers:
            made += answer()
    return made


@contextmanager
def aside(work: Callable[[], Made]) -> Iterator[Callable[[], Made]]:
    """Begin *work* in a process of its own, and yield what waits for its answer; the process ends with this.

    Whatever *work* raises there is raised here, by doing it again. Waiting raises InternalError where the
    process ends without a word.
    """
    ours, its = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if not child:
        _answer(its, work, parent)
    os.close(its)
    try:
        yield lambda: _received(ours, work)
    finally:
        os.close(ours)
        os.kill(child, signal.SIGKILL)  # it is not reaped yet, so the number is still its own
        os.waitpid(child, 0)


def _answer(pipe: int, work: Callable[[], Any], parent: int) -> NoReturn:
    """Do the work of a forked process, send what comes of it, and end."""
    try:
        from diaspora_influence.offspring import end_with  # its ctypes would slow every small run

        end_with(parent)
        try:
            said = True, work()
        except Exception:
            said = False, None
        with os.fdopen(pipe, "wb") as file:
            marshal.dump(said, file)
    finally:
        os._exit(0)


def _received(pipe: int, work: Callable[[], Made]) -> Made:
    with os.fdopen(os.dup(pipe), "rb") as file:
        content = file.read()
    try:
        done, said = marshal.loads(content)
    except (EOFError, ValueError, TypeError) as error:
        raise InternalError("a process of the validator ended without an answer") from error
    return said if done else work()
