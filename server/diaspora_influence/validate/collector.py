"""Python's search for cycles, put off where millions of objects that have none would be searched."""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep Python from looking for cycles among millions of terms, which have none: half the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@cache
def unsearched_at_exit() -> None:
    """Have the process end without a last search, which takes a tenth of the time of a small run."""
    atexit.register(gc.freeze)
