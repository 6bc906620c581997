"""One document that is being judged, as the keeper remembers it."""

import socket
from dataclasses import dataclass
from typing import BinaryIO, Final

ASIDE: Final = 2.0
"""Seconds from which on a document yields the processors to queries and to shorter ones."""


@dataclass(slots=True)
class Job:
    """A running child: when it steps aside, when its time is over, who waits for it, and where it writes."""

    aside: float
    due: float
    client: socket.socket
    result: BinaryIO

    @property
    def next(self) -> float:
        """Return when there is something to be done about it."""
        return min(self.aside, self.due)

    def close(self) -> None:
        """Let go of both ends."""
        self.client.close()
        self.result.close()
