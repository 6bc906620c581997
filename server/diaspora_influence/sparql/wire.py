"""How front and worker speak over a unix socket.

The worker greets with its slot and generation. The front sends one frame, a packed request. The
worker sends a frame of JSON, then, where that says `bytes`, as many bytes of body, and closes.
A frame is its length in four bytes, then its content.
"""

import socket
import struct
from typing import Final

GREETING: Final = struct.Struct("!IQ")
LENGTH: Final = struct.Struct("!I")
SOCKET: Final = "socket"
PAGE: Final = "page"
"""What the socket and the shared page are called in the engine's private folder."""


class EndedError(Exception):
    """The other side closed before it had sent all."""


def receive(connection: socket.socket, size: int) -> bytes:
    """Return exactly *size* bytes; EndedError where the other side closes before."""
    content = bytearray(size)
    view = memoryview(content)
    while view:
        if not (count := connection.recv_into(view)):
            raise EndedError
        view = view[count:]
    return bytes(content)


def receive_frame(connection: socket.socket, most: int) -> bytes:
    """Return the content of one frame; EndedError where it is longer than *most* bytes."""
    (size,) = LENGTH.unpack(receive(connection, LENGTH.size))
    if size > most:
        raise EndedError
    return receive(connection, size)


def send_frame(connection: socket.socket, content: bytes) -> None:
    """Send *content* as one frame."""
    connection.sendall(LENGTH.pack(len(content)) + content)
