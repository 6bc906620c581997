"""Work on many nodes in several processes: each is forked when all is read."""

import marshal
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final, NoReturn

from diaspora_influence.errors import DioError, InternalError
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.finding import Finding

FEWEST: Final = 10_000
"""Nodes to each process; for fewer a fork does not pay."""
SAID: Final = attrgetter(*(field.name for field in fields(Finding)))
Work = Callable[[int], list[Finding]]
"""From the number of a part to what is found in it."""


def parts_for(nodes: int, processes: int) -> int:
    """Return into how many parts the judging of so many nodes is cut."""
    return max(1, min(processes, nodes // FEWEST))


def parted(work: Work, parts: int) -> list[Finding]:
    """Return what *work* finds in all parts; the first is done here, each other in a process of its own.

    Raises what a part raises, and InternalError where one ends without a word.
    """
    children = [forked(work, part) for part in range(1, parts)]
    try:
        found = work(0)
        for number, (_, pipe) in enumerate(children, 1):
            found += received(pipe, number)
        return found
    finally:
        for child, pipe in children:
            os.close(pipe)
            os.kill(child, signal.SIGKILL)  # it is not reaped yet, so the number is still its own
            os.waitpid(child, 0)


def forked(work: Work, part: int) -> tuple[int, int]:
    """Start a process for *part*; return its number and the pipe that it answers by."""
    ours, its = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if not child:
        answer(its, work, part, parent)
    os.close(its)
    return child, ours


def answer(pipe: int, work: Work, part: int, parent: int) -> NoReturn:
    """Do the work of a forked process: send what it finds or what stands in the way, and end."""
    try:
        from diaspora_influence.offspring import end_with  # its ctypes would slow every small run

        end_with(parent)
        said: tuple[str, Any]
        try:
            said = "found", [SAID(hit) for hit in work(part)]
        except UnsupportedError as error:
            said = "refused", str(error)
        except DioError as error:
            said = "failed", str(error)
        except Exception as error:
            said = "failed", f"{type(error).__name__}: {error}"
        with os.fdopen(pipe, "wb") as file:
            marshal.dump(said, file)
    finally:
        os._exit(0)


def received(pipe: int, number: int) -> list[Finding]:
    """Return what a process has found."""
    with os.fdopen(os.dup(pipe), "rb") as file:
        content = file.read()
    try:
        kind, said = marshal.loads(content)
    except (EOFError, ValueError, TypeError) as error:
        raise InternalError(f"part {number} of the engine ended without an answer") from error
    if kind == "refused":
        raise UnsupportedError(said)
    if kind == "failed":
        raise InternalError(said)
    return [Finding(*values) for values in said]


def slices(nodes: Sequence[int], parts: int) -> Iterator[dict[int, None]]:
    """Yield the nodes of each part, in their order; neighbours are in different parts."""
    return (dict.fromkeys(nodes[part::parts]) for part in range(parts))
