"""One shared page between engine, workers and front: who works since when, and why a worker died.

Per slot: two clocks, of which the worker writes the one and the engine the other, and the last
verdicts, each with the generation that it is about. A worker's generation counts how often its
slot has been filled. Every figure is written by one process and in one aligned store.
"""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SINCE: Final = struct.Struct("=d")
VERDICT: Final = struct.Struct("=QII")
KEPT: Final = 64
"""Verdicts kept of each slot; a front that looks later than so many deaths finds none."""
SLOT: Final = SINCE.size + KEPT * VERDICT.size

DEADLINE: Final = 1
MEMORY: Final = 2
CRASH: Final = 3
LEFT: Final = 4
"""The client left, and nobody waits for the answer any more."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why the engine found a worker dead or ended it: a code of this module, and the signal."""

    code: int
    signal: int


class Page:
    """The page, mapped from a file of the engine's private folder."""

    def __init__(self, path: Path, slots: int) -> None:
        """Map the page of *slots* slots, and make its file where there is none."""
        self.slots = slots
        path.touch(mode=0o600)
        with path.open("r+b") as file:
            file.truncate(slots * SLOT)
            self.memory = mmap.mmap(file.fileno(), slots * SLOT)

    def begin(self, slot: int, now: float) -> None:
        """Note that the worker in *slot* has been busy since *now*, in monotonic seconds."""
        SINCE.pack_into(self.memory, slot * SLOT, now)

    def end(self, slot: int) -> None:
        """Note that the worker in *slot* is idle."""
        SINCE.pack_into(self.memory, slot * SLOT, 0.0)

    def since(self, slot: int) -> float:
        """Return since when the worker in *slot* is busy; 0 where it is idle."""
        (since,) = SINCE.unpack_from(self.memory, slot * SLOT)
        return float(since)

    def busy(self) -> Iterator[tuple[int, float]]:
        """Yield each busy slot and since when."""
        for slot in range(self.slots):
            if since := self.since(slot):
                yield slot, since

    def judge(self, slot: int, generation: int, verdict: Verdict) -> None:
        """Write why the worker of *generation* in *slot* is no more."""
        VERDICT.pack_into(self.memory, place(slot, generation), generation, verdict.code, verdict.signal)

    def verdict(self, slot: int, generation: int) -> Verdict | None:
        """Return why the worker of *generation* in *slot* is no more; None while nobody has said."""
        about, code, signal = VERDICT.unpack_from(self.memory, place(slot, generation))
        return Verdict(code, signal) if code and about == generation else None

    def close(self) -> None:
        """Unmap the page."""
        self.memory.close()


def place(slot: int, generation: int) -> int:
    """Return the offset of the verdict on *generation* in *slot*."""
    return slot * SLOT + SINCE.size + generation % KEPT * VERDICT.size
