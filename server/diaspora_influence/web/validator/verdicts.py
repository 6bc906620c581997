"""Why a validation got no report, in the words of its client."""

import signal
from typing import Final

from diaspora_influence.sparql.crew import DEADLY
from diaspora_influence.sparql.errors import DeadlineExceeded, MemoryExceeded, SparqlError, WorkerDied
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.page import MEMORY

HINT: Final = "Send less at a time, or run dio validate, which has no such limit."


def deadline(limits: Limits) -> DeadlineExceeded:
    """Return the error of a validation whose time is over."""
    detail = f"The validation took longer than {limits.time:g} s."
    return DeadlineExceeded(detail, limit=f"{limits.time:g} s", hint=HINT, settings="time_limit")


def memory(limits: Limits) -> MemoryExceeded:
    """Return the error of a validation that needs more memory than there is for it."""
    detail = f"The validation needed more than {limits.memory} MiB of memory."
    return MemoryExceeded(detail, limit=f"{limits.memory} MiB", hint=HINT, settings="memory_limit")


def death(number: int, limits: Limits) -> SparqlError:
    """Return the error of a validation whose process died of the signal *number*, or ended without it (0)."""
    if DEADLY.get(number) == MEMORY:
        return memory(limits)
    how = signal.Signals(number).name if number else "an exit of its own"
    return WorkerDied(f"The data ended the process that judged it ({how}).")
