"""One connection: whose turn it is to speak, and answers in the order of the requests."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from diaspora_influence.web.message import STATUS, Reply
from diaspora_influence.web.reader import Reader, RefusalError

if TYPE_CHECKING:
    from diaspora_influence.web.front import Front

TOGETHER: Final = 1 << 16
"""Bytes of a body that are copied to spare a call to the kernel."""
LINGER: Final = 1.0
"""Seconds that a question still runs whose client has closed its side, and may only have sent all it had;
and that a connection is still read from which nothing more is answered."""


class Connection(asyncio.Protocol):
    """A client's connection; all of it runs in the loop's thread."""

    def __init__(self, front: "Front") -> None:
        """Take the front, which answers."""
        self.front = front
        self.transport: Any = None
        self.peer = ""
        self.reader = Reader(front.body_bytes, self.go_on)
        self.queue = self.reader.queue
        self.cancel: Callable[[], None] | None = None
        self.busy = self.full = self.held = self.last = self.ended = self.gone = False
        self.since, self.unsent = front.now, 0
        """When it last came on, and how many bytes were to be sent then."""

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self.transport = transport
        peer = transport.get_extra_info("peername")
        self.peer = str(peer[0]) if peer else ""
        self.front.admit(self)

    def connection_lost(self, _error: Exception | None) -> None:
        """End: whoever asked has left."""
        self.gone = True
        self.queue.clear()
        self.abandon()
        self.front.connections.discard(self)

    def abandon(self) -> None:
        """Take back the question that runs."""
        cancel, self.cancel = self.cancel, None
        if cancel:
            cancel()

    def eof_received(self) -> bool:
        """Keep the connection for the answer that is owed, and give up on a slow one soon."""
        self.last = self.ended = True
        if self.cancel:
            self.front.loop.call_later(LINGER, self.leave)
        return self.busy or bool(self.queue)

    def watch(self, cancel: Callable[[], None]) -> None:
        """Take what is to be called when the client leaves that waits for an answer of the app."""
        if self.gone:
            cancel()
        elif self.busy:
            self.cancel = cancel
            if self.ended:
                self.front.loop.call_later(LINGER, self.leave)

    def leave(self) -> None:
        """Close where the question still runs that its client has stopped waiting for."""
        if self.cancel:
            self.transport.abort()

    def stalled(self, now: float, patience: float) -> bool:
        """Say whether for so many seconds nothing came on for which the client is to blame."""
        if (unsent := self.transport.get_write_buffer_size()) != self.unsent:
            self.unsent, self.since = unsent, now
        return not self.busy and now - self.since > patience

    def pause_writing(self) -> None:
        """Answer no more before the client has read."""
        self.full = True

    def resume_writing(self) -> None:
        """Go on."""
        self.full = False
        self.pump()

    def data_received(self, data: bytes) -> None:
        """Read what came; a request that came before, byte for byte, need not be read again."""
        idle = not (self.busy or self.reader.amid or self.full or self.last)
        if idle and (reply := self.front.answering.kept(data, self.peer)):
            self.since = self.front.now
            self.send(reply, True)
            return
        if self.last:
            return
        alone = idle and data.find(b"\r\n\r\n") == len(data) - 4
        self.since = self.since if self.reader.amid else self.front.now
        self.reader.feed(data, data if alone else None)
        self.last = self.reader.over
        self.pump()
        if self.queue and not self.transport.is_closing():
            self.transport.pause_reading()
            self.held = True

    def go_on(self) -> None:
        """Tell a client that waits for leave to send its body; where answers are owed, it has to wait."""
        if not self.busy:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def pump(self) -> None:
        """Answer one after the other, as long as none has to wait."""
        while self.queue and not (self.busy or self.full or self.gone):
            self.busy = True
            self.since = self.front.now
            waiting = self.queue.popleft()
            if isinstance(waiting, RefusalError):
                self.reply(self.front.answering.refusal(waiting.status), False)
            else:
                self.front.answering.serve(self, waiting)

    def reply(self, reply: Reply, keep_alive: bool) -> None:
        """Send an answer, and go on with what is asked next; nobody gets what he no longer waits for."""
        self.busy, self.cancel = False, None
        if self.gone or self.transport.is_closing():
            return
        self.send(reply, keep_alive and not self.front.stopping and (not self.last or bool(self.queue)))
        if self.queue:
            self.front.loop.call_soon(self.pump)
        elif self.held and not self.transport.is_closing():
            self.transport.resume_reading()
            self.held = False

    def send(self, reply: Reply, keep_alive: bool) -> None:
        """Write an answer, and close behind the last."""
        ending = self.front.date if keep_alive else self.front.date + b"Connection: close\r\n"
        head = STATUS[reply.status] + ending + reply.headers
        if len(reply.body) < TOGETHER:
            self.transport.write(head + reply.body)
        else:
            self.transport.write(head)
            self.transport.write(reply.body)
        if not keep_alive:
            self.end()

    def end(self) -> None:
        """Say that nothing more comes, and read on a little: a reset would take away what was sent."""
        self.queue.clear()
        self.last = True
        if self.ended:
            self.transport.close()
            return
        self.transport.write_eof()
        self.front.loop.call_later(LINGER, self.transport.close)
        if self.held:
            self.transport.resume_reading()
            self.held = False
