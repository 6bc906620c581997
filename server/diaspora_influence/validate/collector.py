"""Python's search for cycles and its giving back of memory, put off where either would meet millions."""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

HELD: Final[list[object]] = []
"""What a run holds until the next one or the end; empty where nobody has begun one."""


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep Python from looking for cycles among millions of terms, which have none: half the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            if not gc.get_freeze_count():  # what was made counts as old: young, it would be searched at once
                gc.freeze()
                gc.unfreeze()
            gc.enable()


@cache
def unsearched_at_exit() -> None:
    """Have the process end without a last search, which takes a tenth of the time of a small run."""
    atexit.register(gc.freeze)


def begin_to_hold() -> None:
    """Give back what the run before held, and have `hold` hold."""
    HELD[:] = [HELD]  # a circle, which at the end nobody looks for


def hold(held: object) -> None:
    """Hold something large, for to give it back bit by bit takes a thirtieth of a large run.

    Where no run has begun, as in a server, nothing is held.
    """
    if HELD:
        HELD.append(held)
