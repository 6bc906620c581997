"""How a request gets its answer: from what is kept, from the pool, or from the app in a thread."""

import asyncio
import copy
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Final

import flask

from diaspora_influence.settings import Settings
from diaspora_influence.sparql.client import PATIENCE, Asker
from diaspora_influence.sparql.errors import SparqlError
from diaspora_influence.sparql.presence import LeftError
from diaspora_influence.web.connection import Connection
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.entry import Entry
from diaspora_influence.web.gateway import Gateway
from diaspora_influence.web.hot import Hot
from diaspora_influence.web.message import Message, Reply
from diaspora_influence.web.observer import Exchange, Observer
from diaspora_influence.web.plain import Ask
from diaspora_influence.web.proxies import Origin, Proxies
from diaspora_influence.web.refusals import refusal
from diaspora_influence.web.tarpit import Tarpits
from diaspora_influence.web.watched import NAME

logger: Final = logging.getLogger(__name__)


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
        self.settings, self.loop = settings, loop
        self.hot = Hot(dataset, settings, loop) if dataset else None
        self.observer: Observer = app.extensions[NAME]
        self.proxies = Proxies(settings.trusted_proxies)
        self.tarpits = Tarpits(limits.time)
        self.gateway = Gateway(app, loop, port, self.tarpits, limits.workers + limits.queue)

    def succeed(self, app: flask.Flask, dataset: Dataset, grace: float) -> None:
        """Answer by *app* and *dataset* from now on; what was asked before has *grace* over its time."""
        before, self.hot = self.hot, Hot(dataset, self.settings, self.loop)
        self.gateway.app = app
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
            self.gateway.run(connection, message, Asker(origin.party), origin)
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
                self.gateway.run(connection, message, Asker(origin.party, copy.copy(found)), origin, begun)

        cancel = hot.ask(ask, origin.party, done, self.tarpits.suspects(origin.party, begun))
        if cancel is None:
            self.gateway.run(connection, message, Asker(origin.party), origin)
        elif connection.busy:
            connection.cancel = partial(self.left, ask, cancel, origin, begun)

    def left(self, ask: Ask, cancel: Callable[[], None], origin: Origin, begun: float) -> None:
        """Take back the question of a client that has left; it may have cost a worker."""
        now, nothing = time.monotonic(), Reply(LeftError.status, b"", b"")
        self.tarpits.charge(origin.party, nothing.status, 0.0, now)
        self.observe(ask, nothing, origin.client, now - begun, cached=False)
        cancel()

    def refusal(self, status: int) -> Reply:
        """Return the answer to what is no readable HTTP."""
        self.observer.observe(Exchange("", "", status, 0, 0.0))
        return refusal(status, self.gateway.app.config["MAX_CONTENT_LENGTH"])
