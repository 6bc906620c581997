"""How front and worker speak over a unix socket.

The worker greets with its slot and generation and the moment since which it is busy with this call.
The front sends one frame, a packed request. The worker sends a frame of JSON, then, where that says
`bytes`, as many bytes of body, and waits for another request, which it does not greet; where the frame
says `last` it closes. A frame is its length in four bytes, then its content. The first bit of a question's
length says that others have the processors before it.

Over the engine's lifeline the front names, in the form of a greeting, a call whose client has left.
"""

import json
import socket
import struct
from collections.abc import Callable
from typing import Any, Final

GREETING: Final = struct.Struct("!IQd")
LENGTH: Final = struct.Struct("!I")
ASIDE: Final = 1 << 31
TOGETHER: Final = 1 << 16
"""Bytes of a body that are copied to spare a call to the kernel."""
BLOCK: Final = 1 << 18
"""Bytes read at one time."""
USUAL: Final = frozenset({"media_type", "rows", "bytes"})
"""What stands in the head of an answer; no media type of ours has a quotation mark."""
SOCKET: Final = "socket"
WRITER: Final = "writer"
PAGE: Final = "page"
"""What the sockets, for queries and for a scratch dataset's writes, and the shared page are called in the
engine's private folder."""


class EndedError(Exception):
    """The other side closed before it had sent all."""


def receive(connection: socket.socket, size: int) -> bytes:
    """Return exactly *size* bytes; EndedError where the other side closes before."""
    content = connection.recv(min(size, BLOCK))
    if len(content) == size:
        return content
    blocks, left = [content], size - len(content)
    while left:
        if not (content := connection.recv(min(left, BLOCK))):
            raise EndedError
        blocks.append(content)
        left -= len(content)
    return b"".join(blocks)


def receive_frame(
    connection: socket.socket, most: int, begun: Callable[[bool], None] = lambda _: None
) -> bytes:
    """Return the content of one frame, and tell *begun* as soon as one comes, and whether to step aside.

    EndedError where it is longer than *most* bytes.
    """
    (said,) = LENGTH.unpack(receive(connection, LENGTH.size))
    size = said & ~ASIDE
    begun(size != said)
    if size > most:
        raise EndedError
    return receive(connection, size)


def send_frame(connection: socket.socket, content: bytes) -> None:
    """Send *content* as one frame."""
    connection.sendall(LENGTH.pack(len(content)) + content)


def packed_head(head: dict[str, Any]) -> bytes:
    """Return *head* as JSON; the usual one without the encoder, which takes ten times as long."""
    if head.keys() == USUAL:
        media_type, rows, size = head["media_type"], head["rows"], head["bytes"]
        return f'{{"media_type": "{media_type}", "rows": {rows}, "bytes": {size}}}'.encode()
    return json.dumps(head).encode()


def send_answer(connection: socket.socket, head: bytes, body: bytes) -> None:
    """Send *head* as one frame, and *body* behind it: in one piece where that is short."""
    if len(body) < TOGETHER:
        connection.sendall(LENGTH.pack(len(head)) + head + body)
    else:
        send_frame(connection, head)
        connection.sendall(body)
