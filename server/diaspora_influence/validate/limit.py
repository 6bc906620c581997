"""Work that has to end: in a process of its own, which is killed when its time is over, or in this one."""

import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Final, NoReturn

from diaspora_influence.errors import DioError, InternalError

PATIENCE: Final = 600.0
"""Seconds for a run that is told none.

A pattern or a query of foreign shapes may never end, and ours may find the square of what a file holds: of
2,000 agents of one name each has the name of all others.
"""
OVER: Final = "not done within {:g} seconds, the time limit"


def within(seconds: float, work: Callable[[], int]) -> int:
    """Return the exit code of *work*, done in a fork; InternalError where it takes longer or dies.

    No signal handler and no thread would do: neither runs while an engine is in code of its own.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        _work(work)
    import select

    try:
        handle = os.pidfd_open(child)
        ready, _, _ = select.select([handle], [], [], seconds)
        os.close(handle)
    except BaseException:
        _end(child)
        raise
    if not ready:
        _end(child)
        raise InternalError(OVER.format(seconds))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code < 0:
        raise InternalError(f"the engine died of {signal.Signals(-code).name}")
    return code


def _end(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _work(work: Callable[[], int]) -> None:
    """Do *work* in no more memory than there is, leave with its exit code, and never return."""
    code = InternalError.exit_code
    try:
        refuse_more_than_there_is()
        code = work()
        sys.stdout.flush()
    except DioError as error:
        print(f"dio validate: {error}", file=sys.stderr)
        code = error.exit_code
    except BrokenPipeError:
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


class _Over(BaseException):
    """The time is over; no Exception, since engines catch those."""


def bounded(seconds: float, work: Callable[[], int]) -> int:
    """Return the exit code of *work*, done here; InternalError where it takes longer or all the memory.

    For what is Python's own: rdflib, pyshacl and regular expressions look for signals, other engines do not.
    """

    def over(*_: object) -> NoReturn:
        raise _Over

    before = signal.signal(signal.SIGALRM, over)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    try:
        refuse_more_than_there_is()
        signal.setitimer(signal.ITIMER_REAL, seconds)
        return work()
    except _Over as error:
        raise InternalError(OVER.format(seconds)) from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, limits)


def refuse_more_than_there_is() -> None:
    """Have what would fill the memory fail, before it takes the machine with it.

    pyoxigraph then traces no panic: that wants memory too, and waits for itself for ever.
    """
    os.environ["RUST_BACKTRACE"] = "0"
    there, (soft, hard) = (
        os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        resource.getrlimit(resource.RLIMIT_AS),
    )
    least = min(limit for limit in (there, soft, hard) if limit != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_AS, (least, hard))
