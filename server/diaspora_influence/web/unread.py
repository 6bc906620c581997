"""Answers that clients are slow to read, or never do: all together they may take so much memory."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from diaspora_influence.web.connection import Connection

MOST: Final = 512 << 20
"""Bytes of answers that wait for their clients; a report can have 64 MiB, and some seconds make it."""


def surplus(connections: "Iterable[Connection]", most: int) -> "list[Connection]":
    """Return the connections to be closed so that no more than *most* bytes wait.

    Of the client that has most of them waiting, the largest answer goes first.
    """
    sizes = {connection: connection.transport.get_write_buffer_size() for connection in connections}
    total, found = sum(sizes.values()), []
    held = Counter[str]()
    for connection, size in sizes.items() if total > most else ():
        held[connection.peer] += size
    while total > most:
        peer = max(held, key=lambda peer: held[peer])
        largest = max((one for one in sizes if one.peer == peer), key=lambda one: sizes[one])
        size = sizes.pop(largest)
        held[peer] -= size
        total -= size
        found.append(largest)
    return found
