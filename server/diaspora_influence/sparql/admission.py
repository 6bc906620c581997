"""A turn as a thread takes it: it waits until it may run, and no longer than it has patience."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from diaspora_influence.sparql.errors import Busy
from diaspora_influence.sparql.presence import Presence
from diaspora_influence.sparql.turns import State, Turn, Turns


@contextmanager
def admitted(
    turns: Turns,
    client: str,
    patience: float,
    full: Callable[[], Busy],
    late: Callable[[], Busy],
    presence: Presence | None = None,
) -> Iterator[None]:
    """Wait for the turn of *client*, so many seconds at most, and hold it.

    Raises what *full* returns where there is no room, or none any more, and *late* where nothing came free;
    LeftError where *presence* ends before.
    """
    presence = presence or Presence()
    told = threading.Event()
    turn = Turn(client, granted=told.set, refused=told.set)
    if not turns.enter(turn):
        raise full()
    try:
        with presence.telling(told.set):
            in_time = told.wait(patience)
        presence.demand()
        if not in_time:
            raise late()
        if turn.state is State.OVER:
            raise full()
        yield
    finally:
        turns.leave(turn)
