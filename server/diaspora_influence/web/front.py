"""The HTTP front: one event loop reads and writes, threads run the app, /sparql goes straight to the pool."""

import asyncio
import contextlib
import copy
import http
import logging
import resource
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from typing import Final

import flask
import uvloop

from diaspora_influence.settings import Settings
from diaspora_influence.sparql.client import PATIENCE, Asker
from diaspora_influence.sparql.errors import SparqlError
from diaspora_influence.web import wsgi
from diaspora_influence.web.connection import Connection
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.entry import Entry
from diaspora_influence.web.headers import COMMON
from diaspora_influence.web.hot import Hot
from diaspora_influence.web.message import Message, Reply, block
from diaspora_influence.web.observer import Exchange, Observer
from diaspora_influence.web.plain import Ask
from diaspora_influence.web.problems import Problem, from_defect
from diaspora_influence.web.proxies import Origin, Proxies
from diaspora_influence.web.watched import NAME

logger: Final = logging.getLogger(__name__)

SPARE: Final = 8
"""Threads beyond those that wait for a worker: for pages, files and refusals."""
CONNECTIONS: Final = 1000
FILES: Final = 4096
"""Descriptors that the front wants to be allowed: connections, and a call to a worker for each."""
IDLE: Final = 30.0
"""Seconds after which a connection is closed on which nothing comes on for which the client is to blame."""
TURN: Final = 0.5
"""Seconds between two looks at the clock and at the connections."""
GRACE: Final = 3.0
"""Seconds over a query's time that draining takes at most."""

HINTS: Final = {
    413: "The request is longer than this server reads.",
    414: "The request line is longer than this server reads; send a long query with POST.",
    431: "The headers are longer than this server reads; send a long query with POST.",
    505: "This server speaks HTTP/1.1.",
}


class Front:
    """A server on a listening socket: runs in the calling thread until it is stopped, then drains."""

    def __init__(
        self, app: flask.Flask, listener: socket.socket, settings: Settings, dataset: Dataset | None = None
    ) -> None:
        """Take the app and the socket; without *dataset* all of it is answered by the app."""
        limits = settings.limits
        self.app, self.listener, self.settings = app, listener, settings
        self.loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
        self.hot = Hot(dataset, settings, self.loop) if dataset else None
        self.observer: Observer = app.extensions[NAME]
        self.proxies = Proxies(settings.trusted_proxies)
        self.port = int(listener.getsockname()[1])
        self.body_bytes = int(app.config["MAX_CONTENT_LENGTH"])
        self.patience = limits.time + GRACE
        self.threads = ThreadPoolExecutor(limits.workers + limits.queue + SPARE, "app")
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
            before, self.hot = self.hot, Hot(dataset, self.settings, self.loop)
            self.app = app
            if before:
                self.loop.call_later(self.settings.limits.time * (PATIENCE + 1) + GRACE, before.lines.close)
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
        self.threads.shutdown(wait=False, cancel_futures=True)

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
        if self.hot:
            self.hot.lines.close()

    def tick(self) -> None:
        """Read the clock, and close the connections on which nothing comes about."""
        self.now = time.monotonic()
        self.date = f"Date: {formatdate(usegmt=True)}\r\n".encode()
        for connection in [one for one in self.connections if one.stalled(self.now, IDLE)]:
            connection.transport.abort()
        self.loop.call_later(TURN, self.tick)

    def admit(self, connection: Connection) -> None:
        """Count *connection*; the one that has been idle longest makes way where there are too many."""
        self.connections.add(connection)
        if len(self.connections) > CONNECTIONS:
            idle = [one for one in self.connections if not one.busy and one is not connection]
            min(idle, key=lambda one: one.since, default=connection).transport.abort()

    def serve(self, connection: Connection, message: Message) -> None:
        """Answer *message*, at once or later."""
        origin = self.proxies.origin(message, connection.peer)
        ask = self.understood(message, origin)
        if ask is None or self.hot is None:
            self.run_app(connection, message, Asker(origin.client), origin)
        elif found := self.hot.answer(ask, message):
            self.observe(ask, found, origin.client)
            connection.reply(found, message.keep_alive)
        else:
            self.ask(self.hot, ask, connection, message, origin)

    def kept(self, raw: bytes, peer: str) -> Reply | None:
        """Return the kept answer to a request of *peer* that came before in the very same bytes."""
        found = self.hot.kept(raw) if self.hot else None
        if found is None:
            return None
        ask, reply = found
        self.observe(ask, reply, peer)
        return reply

    def observe(self, ask: Ask, reply: Reply, client: str, seconds: float = 0.0, cached: bool = True) -> None:
        """Tell the observer of an answer that the app knows nothing of."""
        exchange = Exchange(
            ask.method, "/sparql", reply.status, len(reply.body), seconds, ask.query, cached, client
        )
        self.observer.observe(exchange)

    def understood(self, message: Message, origin: Origin) -> Ask | None:
        """Return what *message* asks; a defect in reading it is the app's to tell, and ends no connection."""
        try:
            return self.hot.read(message, origin) if self.hot else None
        except Exception as error:
            logger.error("a request was not read", exc_info=error)
            return None

    def ask(self, hot: Hot, ask: Ask, connection: Connection, message: Message, origin: Origin) -> None:
        """Put a question to the pool; an error goes to the app, which has the words for it."""
        begun = time.perf_counter()

        def done(found: Entry | SparqlError) -> None:
            connection.cancel = None
            if isinstance(found, Entry):
                reply = found.reply(ask)
                self.observe(ask, reply, origin.client, time.perf_counter() - begun, cached=False)
                connection.reply(reply, message.keep_alive)
            else:
                self.run_app(connection, message, Asker(origin.client, copy.copy(found)), origin)

        cancel = hot.ask(ask, origin.client, done)
        if cancel is None:
            self.run_app(connection, message, Asker(origin.client), origin)
        elif connection.busy:
            connection.cancel = cancel

    def run_app(self, connection: Connection, message: Message, who: Asker, origin: Origin) -> None:
        """Let a thread run the app."""
        task = self.loop.run_in_executor(self.threads, self.app_reply, message, who, origin)

        def done(task: asyncio.Future[Reply]) -> None:
            if not task.cancelled():
                connection.reply(task.result(), message.keep_alive)

        task.add_done_callback(done)

    def app_reply(self, message: Message, who: Asker, origin: Origin) -> Reply:
        """Return the app's answer, and a problem where there is none: the connection waits for one."""
        try:
            return wsgi.answer(self.app, message, origin, self.port, who)
        except Exception as error:
            return problem(from_defect(error))

    def refusal(self, status: int) -> Reply:
        """Return the answer to what is no readable HTTP."""
        title = http.HTTPStatus(status).phrase
        self.observer.observe(Exchange("", "", status, 0, 0.0))
        return problem(Problem(status, title, HINTS.get(status, "This is not readable HTTP.")))


def problem(found: Problem) -> Reply:
    """Return a problem as everything else is refused, with CORS."""
    body = found.as_json().encode()
    length = {"Content-Type": "application/problem+json", "Content-Length": str(len(body))}
    return Reply(found.status, block([*length.items(), *COMMON.items()]), body)
