"""What the engine's verdict on a dead worker means to the client whose query it was."""

import signal

from diaspora_influence.sparql.errors import (
    DeadlineExceeded,
    MemoryExceeded,
    SparqlError,
    WorkerDied,
)
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.page import DEADLINE, MEMORY, Verdict


def death_of(verdict: Verdict, limits: Limits) -> SparqlError:
    """Return the error that *verdict* is under *limits*."""
    if verdict.code == DEADLINE:
        return deadline(limits)
    if verdict.code == MEMORY:
        return memory(limits)
    how = signal.Signals(verdict.signal).name if verdict.signal else "an exit of its own"
    return WorkerDied(f"The query ended the worker that evaluated it ({how}).")


def deadline(limits: Limits) -> DeadlineExceeded:
    """Return the error of a query whose time is over."""
    limit = f"{limits.time:g} s a query"
    hint = "Ask for less at a time: fewer unbound patterns, a LIMIT inside a subquery, no cross product."
    return DeadlineExceeded(
        f"The query took longer than {limits.time:g} s.", limit=limit, hint=hint, settings="time_limit"
    )


def memory(limits: Limits) -> MemoryExceeded:
    """Return the error of a query that needs more memory than there is for it."""
    limit = f"{limits.memory} MiB a query"
    detail = f"The query needed more than {limits.memory} MiB of memory."
    hint = "Sort, group, or tell apart fewer rows at a time; a LIMIT inside a subquery bounds what is held."
    return MemoryExceeded(detail, limit=limit, hint=hint, settings="memory_limit")
