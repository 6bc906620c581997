"""The HTTP front: one event loop reads and writes, and closes connections on which nothing comes."""

import asyncio
import contextlib
import resource
import socket
import threading
import time
from email.utils import formatdate
from typing import Final

import flask
import uvloop

from diaspora_influence.settings import Settings
from diaspora_influence.web.answering import Answering
from diaspora_influence.web.connection import Connection
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.unread import MOST, surplus

CONNECTIONS: Final = 1000
FILES: Final = 4096
"""Descriptors that the front wants to be allowed: connections, and a call to a worker for each."""
IDLE: Final = 30.0
"""Seconds after which a connection is closed on which nothing comes on for which the client is to blame."""
TURN: Final = 0.5
"""Seconds between two looks at the clock and at the connections."""
GRACE: Final = 3.0
"""Seconds over a query's time that draining takes at most."""


class Front:
    """A server on a listening socket: runs in the calling thread until it is stopped, then drains."""

    def __init__(
        self, app: flask.Flask, listener: socket.socket, settings: Settings, dataset: Dataset | None = None
    ) -> None:
        """Take the app and the socket; without *dataset* all of it is answered by the app."""
        self.listener = listener
        self.loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
        self.answering = Answering(app, dataset, settings, self.loop, int(listener.getsockname()[1]))
        self.body_bytes = int(app.config["MAX_CONTENT_LENGTH"])
        self.patience, self.unread = settings.limits.time + GRACE, MOST
        self.connections: set[Connection] = set()
        self.stopping = False
        self.ending = asyncio.Event()
        self.now, self.date = time.monotonic(), b""

    def stop(self) -> None:
        """Let `run` finish what was asked and return; a signal handler may call this."""
        self.stopping = True
        with contextlib.suppress(RuntimeError):  # the loop is closed: all is over
            self.loop.call_soon_threadsafe(self.ending.set)

    def succeed(self, app: flask.Flask, dataset: Dataset) -> None:
        """Answer what is asked from now on by *app* and *dataset*; any thread may call, once the loop runs.

        Returns when it is so; what was asked before is answered by what it was asked of.
        """
        done = threading.Event()

        def change() -> None:
            self.answering.succeed(app, dataset, GRACE)
            done.set()

        self.loop.call_soon_threadsafe(change)
        done.wait(GRACE)

    def run(self) -> None:
        """Serve until stopped."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(FILES, hard)), hard))
        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            runner.run(self.main())
        self.answering.gateway.close()

    async def main(self) -> None:
        """Accept until told to stop, then send every answer that is owed, at the latest after `patience`."""
        self.tick()
        server = await self.loop.create_server(lambda: Connection(self), sock=self.listener, backlog=1024)
        await self.ending.wait()
        server.close()
        until = time.monotonic() + self.patience
        while self.connections and time.monotonic() < until:
            for connection in list(self.connections):
                if not (connection.busy or connection.queue or connection.transport.get_write_buffer_size()):
                    connection.transport.close()
            await asyncio.sleep(0.02)
        for connection in list(self.connections):
            connection.transport.abort()
        self.answering.close()

    def tick(self) -> None:
        """Read the clock, and close the connections on which nothing comes about."""
        self.now = time.monotonic()
        self.date = f"Date: {formatdate(usegmt=True)}\r\n".encode()
        stalled = [one for one in self.connections if one.stalled(self.now, IDLE)]
        for connection in stalled + surplus(self.connections - {*stalled}, self.unread):
            connection.transport.abort()
        self.loop.call_later(TURN, self.tick)

    def admit(self, connection: Connection) -> None:
        """Count *connection*; the one that has been idle longest makes way where there are too many."""
        self.connections.add(connection)
        if len(self.connections) > CONNECTIONS:
            idle = [one for one in self.connections if not one.busy and one is not connection]
            min(idle, key=lambda one: one.since, default=connection).transport.abort()
