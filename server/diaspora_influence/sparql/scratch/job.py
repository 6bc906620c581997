"""One running child as the scratch engine sees it, and the bell that rings when one ends."""

import json
import os
import signal
import socket
from dataclasses import dataclass
from typing import BinaryIO, Final

from diaspora_influence.sparql import wire

PATIENCE: Final = 1.0
"""Seconds that telling a front may take; one that does not listen is told nothing."""


@dataclass(slots=True)
class Job:
    """A running child: a query in its slot, or the write, whose client and result the engine holds."""

    slot: int
    generation: int
    due: float
    client: socket.socket | None = None
    result: BinaryIO | None = None

    def tell(self, head: dict[str, object]) -> None:
        """Tell the client of a write what came of it."""
        assert self.client
        try:
            self.client.settimeout(PATIENCE)
            wire.send_frame(self.client, json.dumps(head).encode())
        except OSError:
            pass


def alarm() -> int:
    """Return the descriptor that turns readable when a child ends."""
    bell, rope = os.pipe()
    os.set_blocking(bell, False)
    os.set_blocking(rope, False)
    signal.set_wakeup_fd(rope, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return bell
