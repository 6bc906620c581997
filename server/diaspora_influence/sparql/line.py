"""The event loop's connections to workers: each is kept between questions, with one question at a time."""

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any

from diaspora_influence.sparql import wire
from diaspora_influence.sparql.process import EngineProcess

Told = Callable[[dict[str, Any] | None, bytes], None]
"""Gets the head and the body of an answer, or no head where the worker hung up before the end."""


class Line:
    """A connection to one worker; its reader runs in the loop's thread from beginning to end."""

    def __init__(self, lines: "Lines", engine: EngineProcess) -> None:
        """Connect; OSError where that cannot be done at once."""
        self.lines, self.engine = lines, engine
        self.greeting: bytes | None = None
        self.content = bytearray()
        self.told: Told | None = None
        self.head: dict[str, Any] | None = None
        self.begins = self.size = 0
        self.connection = socket.socket(socket.AF_UNIX)
        try:
            self.connection.setblocking(False)
            self.connection.connect(str(engine.folder / wire.SOCKET))
        except OSError:
            self.connection.close()
            raise
        lines.loop.add_reader(self.connection.fileno(), self.read)
        lines.all.add(self)

    @property
    def worker(self) -> tuple[int, int] | None:
        """Return slot and generation of the worker at the other end; None before it has greeted."""
        return wire.GREETING.unpack(self.greeting)[:2] if self.greeting else None

    def put(self, frame: bytes, told: Told, aside: bool = False) -> None:
        """Send a question that goes out in one piece, and say whom to tell."""
        self.head, self.told = None, told
        content = wire.LENGTH.pack(len(frame) | wire.ASIDE * aside) + frame
        try:
            sent = self.connection.send(content)
        except OSError:
            sent = 0
        if sent != len(content):
            self.close()

    def cancel(self) -> None:
        """Have the worker ended that is at the question, where one is at it by now."""
        if self.worker:
            self.engine.cancel_at(*self.worker)

    def read(self) -> None:
        """Take what the worker has sent so far."""
        try:
            block = self.connection.recv(wire.BLOCK)
        except BlockingIOError:
            return
        except OSError:
            block = b""
        self.content += block
        if self.greeting is None and len(self.content) >= wire.GREETING.size:
            self.greeting = bytes(self.content[: wire.GREETING.size])
            del self.content[: wire.GREETING.size]
        if self.head is None and self.greeting and len(self.content) >= wire.LENGTH.size:
            self.read_head()
        if self.head is not None and len(self.content) >= self.size:
            self.answered(self.head)
        elif not block:
            self.close()

    def read_head(self) -> None:
        """Read the frame that begins an answer, once it is there."""
        (length,) = wire.LENGTH.unpack_from(self.content)
        self.begins = wire.LENGTH.size + length
        if len(self.content) >= self.begins:
            self.head = json.loads(self.content[wire.LENGTH.size : self.begins].decode())
            self.size = self.begins + self.head.get("bytes", 0)

    def answered(self, head: dict[str, Any]) -> None:
        """Tell a whole answer, and keep the line where the worker stays."""
        body = bytes(memoryview(self.content)[self.begins : self.size])
        self.content = bytearray()  # a line that waits holds no answer
        told, self.told = self.told, None
        if head.get("last"):
            self.close()
        else:
            self.lines.idle.append(self)
        if told:
            told(head, body)

    def close(self) -> None:
        """Hang up, and tell whoever still waits that there is no answer."""
        if self.connection.fileno() < 0:
            return
        self.lines.loop.remove_reader(self.connection.fileno())
        self.connection.close()
        self.lines.all.discard(self)
        if self in self.lines.idle:
            self.lines.idle.remove(self)
        told, self.told = self.told, None
        if told:
            told(None, b"")


class Lines:
    """The lines of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin without any."""
        self.loop = loop
        self.all: set[Line] = set()
        self.idle: list[Line] = []

    def take(self, engine: EngineProcess) -> Line:
        """Return a line to a worker of *engine* that is at nothing; OSError where there is none to be had."""
        while self.idle:
            line = self.idle.pop()
            if line.engine is engine:
                return line
            line.close()
        return Line(self, engine)

    def close(self) -> None:
        """Close every line, whoever waits."""
        for line in list(self.all):
            line.close()

    def give_up_one(self) -> None:
        """Close a line that is idle: its worker then takes calls from elsewhere."""
        if self.idle:
            self.idle[0].close()

    def spare_one(self) -> None:
        """The same, from another thread."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.give_up_one)
