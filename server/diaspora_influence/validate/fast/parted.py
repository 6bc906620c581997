"""Judging of many nodes in several processes: each is forked when all is read."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any, Final

from diaspora_influence.validate.aside import aside
from diaspora_influence.validate.finding import Finding, values

FEWEST: Final = 10_000
"""Nodes to each process; for fewer a fork does not pay."""
Work = Callable[[int], list[Finding]]
"""From the number of a part to what is found in it."""


def parts_for(nodes: int, processes: int) -> int:
    """Return into how many parts the judging of so many nodes is cut."""
    return max(1, min(processes, nodes // FEWEST))


def parted(work: Work, parts: int) -> list[Finding]:
    """Return what *work* finds in all parts; the first is done here, each other in a process of its own.

    Raises what a part raises, and InternalError where one ends without a word.
    """

    def told(part: int) -> list[tuple[Any, ...]]:
        return [values(hit) for hit in work(part)]

    with ExitStack() as stack:
        answers = [stack.enter_context(aside(partial(told, part))) for part in range(1, parts)]
        found = work(0)
        for answer in answers:
            found += [Finding(*said) for said in answer()]
    return found


def slices(nodes: Sequence[int], parts: int) -> Iterator[dict[int, None]]:
    """Yield the nodes of each part, in their order; neighbours are in different parts."""
    return (dict.fromkeys(nodes[part::parts]) for part in range(parts))
