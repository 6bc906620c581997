"""Work that has to end: in a process of its own, which is killed when its time is over."""

import os
import select
import signal
import sys
from collections.abc import Callable

from diaspora_influence.errors import DioError, InternalError


def within(seconds: float, work: Callable[[], int]) -> int:
    """Return the exit code of *work*, done in a fork; InternalError where it takes longer or dies.

    No signal handler and no thread would do: neither runs while an engine is in code of its own.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        _work(work)
    try:
        handle = os.pidfd_open(child)
        ready, _, _ = select.select([handle], [], [], seconds)
        os.close(handle)
    except BaseException:
        _end(child)
        raise
    if not ready:
        _end(child)
        raise InternalError(f"not done within {seconds:g} seconds, the time limit")
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code < 0:
        raise InternalError(f"the engine died of {signal.Signals(-code).name}")
    return code


def _end(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _work(work: Callable[[], int]) -> None:
    """Do *work* and leave with its exit code, and never return."""
    code = InternalError.exit_code
    try:
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
