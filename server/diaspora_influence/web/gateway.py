"""Between the front and the app (the gateway of PEP 3333): what only the app can answer, in threads."""

import asyncio
import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import flask

from diaspora_influence.sparql.call import AGAIN
from diaspora_influence.sparql.client import Asker
from diaspora_influence.sparql.presence import Step
from diaspora_influence.web import wsgi
from diaspora_influence.web.connection import Connection
from diaspora_influence.web.message import Message, Reply
from diaspora_influence.web.problems import from_defect
from diaspora_influence.web.proxies import Origin
from diaspora_influence.web.refusals import problem
from diaspora_influence.web.tarpit import Tarpits

SPARE: Final = 24
"""Threads beyond those that wait for a worker: for documents to judge, pages, files and refusals."""


class Gateway:
    """Runs the app for one event loop, in threads of its own."""

    def __init__(
        self, app: flask.Flask, loop: asyncio.AbstractEventLoop, port: int, tarpits: Tarpits, waiting: int
    ) -> None:
        """Take the app; *port* is the one that is listened on, and so many threads may be *waiting*."""
        self.app, self.loop, self.port, self.tarpits = app, loop, port, tarpits
        self.threads = ThreadPoolExecutor(waiting + SPARE, "app")

    def run(
        self,
        connection: Connection,
        message: Message,
        who: Asker,
        origin: Origin,
        begun: float | None = None,
    ) -> None:
        """Let a thread answer a request that is at work since *begun*, or since now."""
        since = time.monotonic() if begun is None else begun
        presence = who.presence

        def left() -> None:
            if not task.done():
                presence.end()
                self.loop.call_later(AGAIN, left)

        presence.watch = lambda: self.watch(connection, left)
        task = self.loop.run_in_executor(self.threads, self.reply, message, who, origin)

        def done(task: asyncio.Future[Reply]) -> None:
            presence.watch = None  # the thread keeps who asked until it is asked again
            if not task.cancelled():
                reply, now = task.result(), time.monotonic()
                self.tarpits.charge(origin.party, reply.status, now - since, now)
                connection.reply(reply, message.keep_alive)

        task.add_done_callback(done)

    def watch(self, connection: Connection, left: Step) -> None:
        """Have *left* called when the client leaves; a thread asks for it, for what takes long."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: all is over
            self.loop.call_soon_threadsafe(connection.watch, left)

    def reply(self, message: Message, who: Asker, origin: Origin) -> Reply:
        """Return the app's answer, and a problem where there is none: the connection waits for one."""
        try:
            return wsgi.answer(self.app, message, origin, self.port, who)
        except Exception as error:
            return problem(from_defect(error))

    def close(self) -> None:
        """Begin nothing more, and wait for nothing."""
        self.threads.shutdown(wait=False, cancel_futures=True)
