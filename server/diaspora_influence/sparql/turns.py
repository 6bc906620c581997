"""Whose question runs next: so many at one time, so many that wait, and no client before all others."""

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

UNKNOWN: Final = ""
"""The client of a question of which nobody says who asks; only the bounds hold for it."""
KNOWN: Final = 1024
"""Clients of whom it is remembered when they were served last."""


class State(Enum):
    """How far a turn has come."""

    WAITING = auto()
    RUNNING = auto()
    OVER = auto()


@dataclass(eq=False, slots=True)
class Turn:
    """One question of *client* that waits or runs.

    *granted* is called once when it may run, *refused* once if it has to make way before that; either
    from any thread.
    """

    client: str
    granted: Callable[[], None]
    refused: Callable[[], None]
    state: State = State.WAITING


class Turns:
    """The turns of one pool; any thread may call.

    A worker that comes free goes to the client that holds fewest, the one served longest ago first. Who
    holds a worker already leaves the last one free for who holds none. Where the queue is full the longest
    line gives up its last question, be it the new one.
    """

    def __init__(self, running: int, waiting: int) -> None:
        """Let so many questions run and so many wait."""
        self.lanes = self.free = running
        self.room = waiting
        self.waiting = 0
        self.lines: dict[str, deque[Turn]] = {}
        self.held: Counter[str] = Counter()
        self.served: OrderedDict[str, int] = OrderedDict()
        self.grants = 0
        self.lock = threading.Lock()

    def enter(self, turn: Turn) -> bool:
        """Take *turn* in, and say whether there is room for it."""
        with self.lock:
            self.lines.setdefault(turn.client, deque()).append(turn)
            self.waiting += 1
            granted = self.due()
            evicted = self.evicted(turn.client) if self.waiting > self.room else None
        self.tell(granted)
        if evicted and evicted is not turn:
            evicted.refused()
        return evicted is not turn

    def leave(self, turn: Turn) -> None:
        """Let go of *turn*, run or not; once is enough and more does no harm."""
        with self.lock:
            if turn.state is State.RUNNING:
                self.free += 1
                self.held[turn.client] -= 1
                if not self.held[turn.client]:
                    del self.held[turn.client]
            elif turn.state is State.WAITING:
                self.lines[turn.client].remove(turn)
                self.tidy(turn.client)
            turn.state = State.OVER
            granted = self.due()
        self.tell(granted)

    @staticmethod
    def tell(granted: list[Turn]) -> None:
        """Let what may run begin, outside the lock."""
        for turn in granted:
            turn.granted()

    def due(self) -> list[Turn]:
        """Return the turns that run from now on."""
        granted = []
        while (client := self.next()) is not None:
            turn = self.lines[client].popleft()
            self.tidy(client)
            self.note(client)
            turn.state = State.RUNNING
            self.free -= 1
            self.held[turn.client] += 1
            granted.append(turn)
        return granted

    def next(self) -> str | None:
        """Return the client whose turn it is, None where nobody may run."""
        if not self.free:
            return None
        able = [client for client in self.lines if self.may_run(client)]
        if len(able) < 2:
            return able[0] if able else None
        return min(able, key=lambda client: (self.held.get(client, 0), self.served.get(client, 0)))

    def note(self, client: str) -> None:
        """Note that *client* was served last of all."""
        self.grants += 1
        self.served[client] = self.grants
        self.served.move_to_end(client)
        if len(self.served) > KNOWN:
            self.served.popitem(last=False)

    def may_run(self, client: str) -> bool:
        """Say whether *client* may have a worker now."""
        return self.free > 1 or (self.free == 1 and (client == UNKNOWN or client not in self.held))

    def evicted(self, newcomer: str) -> Turn:
        """Take out the last turn of the longest line, of the newcomer's where it is as long as any."""
        client = max(self.lines, key=lambda client: (len(self.lines[client]), client == newcomer))
        turn = self.lines[client].pop()
        self.tidy(client)
        turn.state = State.OVER
        return turn

    def tidy(self, client: str) -> None:
        """Count one turn less that waits, and drop a line that is empty."""
        self.waiting -= 1
        if not self.lines[client]:
            del self.lines[client]
