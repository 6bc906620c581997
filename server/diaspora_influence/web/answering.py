"""How a request gets its answer: from what is kept, from the pool, or from the app in a thread."""

import asyncio
import contextlib
import copy
import http
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import flask

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
from diaspora_influence.web.tarpit import Tarpits
from diaspora_influence.web.watched import NAME

logger: Final = logging.getLogger(__name__)

SPARE: Final = 24
"""Threads beyond those that wait for a worker: for documents to judge, pages, files and refusals."""

HINTS: Final = {
    413: "The request is longer than this server reads.",
    414: "The request line is longer than this server reads; send a long query with POST.",
    431: "The headers are longer than this server reads; send a long query with POST.",
    505: "This server speaks HTTP/1.1.",
}


class Answering:
    """Answers the requests of every connection of one event loop, all but the app's part in its thread."""

    def __init__(
        self,
        app: flask.Flask,
        dataset: Dataset | None,
        settings: Settings,
        loop: asyncio.AbstractEventLoop,
        port: int,
    ) -> None:
        """Take the app; without *dataset* all is answered by it. *port* is the one that is listened on."""
        limits = settings.limits
        self.app, self.settings, self.loop, self.port = app, settings, loop, port
        self.hot = Hot(dataset, settings, loop) if dataset else None
        self.observer: Observer = app.extensions[NAME]
        self.proxies = Proxies(settings.trusted_proxies)
        self.tarpits = Tarpits(limits.time)
        self.threads = ThreadPoolExecutor(limits.workers + limits.queue + SPARE, "app")

    def succeed(self, app: flask.Flask, dataset: Dataset, grace: float) -> None:
        """Answer by *app* and *dataset* from now on; what was asked before has *grace* over its time."""
        before, self.hot = self.hot, Hot(dataset, self.settings, self.loop)
        self.app = app
        if before:
            self.loop.call_later(self.settings.limits.time * (PATIENCE + 1) + grace, before.lines.close)

    def close(self) -> None:
        """Hang up on the workers."""
        if self.hot:
            self.hot.lines.close()

    def serve(self, connection: Connection, message: Message) -> None:
        """Answer *message*, at once or later."""
        origin = self.proxies.origin(message, connection.peer)
        if wait := self.tarpits.wait(origin.party, time.monotonic()):
            self.loop.call_later(wait, self.go_on, connection, message, origin)
        else:
            self.go_on(connection, message, origin)

    def go_on(self, connection: Connection, message: Message, origin: Origin) -> None:
        """Answer what has waited long enough, unless its client has left."""
        if connection.gone:
            return
        ask = self.understood(message, origin)
        if ask is None or self.hot is None:
            self.run_app(connection, message, Asker(origin.party), origin)
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
        begun = time.monotonic()

        def done(found: Entry | SparqlError) -> None:
            connection.cancel = None
            if isinstance(found, Entry):
                reply = found.reply(ask)
                self.observe(ask, reply, origin.client, time.monotonic() - begun, cached=False)
                connection.reply(reply, message.keep_alive)
            else:
                self.run_app(connection, message, Asker(origin.party, copy.copy(found)), origin, begun)

        cancel = hot.ask(ask, origin.party, done, self.tarpits.suspects(origin.party, begun))
        if cancel is None:
            self.run_app(connection, message, Asker(origin.party), origin)
        elif connection.busy:
            connection.cancel = cancel

    def run_app(
        self,
        connection: Connection,
        message: Message,
        who: Asker,
        origin: Origin,
        begun: float | None = None,
    ) -> None:
        """Let a thread run the app, for a request that is at work since *begun*, or since now."""
        since = time.monotonic() if begun is None else begun
        who.presence.watch = lambda left: self.watch(connection, left)
        task = self.loop.run_in_executor(self.threads, self.app_reply, message, who, origin)

        def done(task: asyncio.Future[Reply]) -> None:
            who.presence.watch = None  # the thread keeps who asked until it is asked again
            if not task.cancelled():
                reply, now = task.result(), time.monotonic()
                self.tarpits.charge(origin.party, reply.status, now - since, now)
                connection.reply(reply, message.keep_alive)

        task.add_done_callback(done)

    def watch(self, connection: Connection, left: Callable[[], None]) -> None:
        """Have *left* called when the client leaves; a thread asks for it, for what takes long."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: all is over
            self.loop.call_soon_threadsafe(connection.watch, left)

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
        members = (
            {"limit": f"{self.app.config['MAX_CONTENT_LENGTH']:,} bytes a body"} if status == 413 else {}
        )
        return problem(Problem(status, title, HINTS.get(status, "This is not readable HTTP."), members))


def problem(found: Problem) -> Reply:
    """Return a problem as everything else is refused, with CORS."""
    body = found.as_json().encode()
    length = {"Content-Type": "application/problem+json", "Content-Length": str(len(body))}
    return Reply(found.status, block([*length.items(), *COMMON.items()]), body)
