"""/sparql before Flask: plain questions, asked from the event loop, and their answers, kept.

They are answered in the same bytes as by Flask, by the same functions.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from diaspora_influence.settings import Settings
from diaspora_influence.sparql.call import Call, Outcome
from diaspora_influence.sparql.errors import SparqlError
from diaspora_influence.sparql.line import Lines
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.entry import Entry, entry
from diaspora_influence.web.message import Message, Reply
from diaspora_influence.web.observer import WITH_CLIENT
from diaspora_influence.web.plain import Ask, plain
from diaspora_influence.web.proxies import Origin
from diaspora_influence.web.shelf import Shelf

LARGE: Final = 1 << 16
"""Bytes from which on an answer is digested and encoded in a thread."""

Key = tuple[bytes, str]
"""A question as the pool gets it, and the coding of its answer."""
Done = Callable[[Entry | SparqlError], None]


class Running:
    """A question that runs for all who ask the same at the same time."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.waiting: list[Done] = []
        self.call: Call | None = None


class Hot:
    """The hot path of one dataset, in one event loop."""

    def __init__(self, dataset: Dataset, settings: Settings, loop: asyncio.AbstractEventLoop) -> None:
        """Take what is asked, and the room for answers; a sixteenth of it is for what requests mean."""
        self.pool, self.settings, self.lines = dataset.pool, settings, Lines(loop)
        self.pool.spare_one = self.lines.spare_one
        self.entries: Shelf[Key, Entry] = Shelf(settings.cache_bytes)
        self.meanings: Shelf[bytes, Ask] = Shelf(settings.cache_bytes // 16)
        # Behind proxies equal bytes can mean two addresses of ours, unless there is but one, and a log that
        # names clients wants the one that the proxy names.
        proxied, named = bool(settings.trusted_proxies), settings.access_log == WITH_CLIENT
        self.remembers = not proxied or bool(settings.public_url and not named)
        self.running: dict[Key, Running] = {}

    def kept(self, raw: bytes) -> tuple[Ask, Reply] | None:
        """Return what a request asks that came before in the very same bytes, and its kept answer."""
        if (ask := self.meanings.get(raw)) and (found := self.entries.get(ask.key)):
            return ask, found.reply(ask)
        return None

    def read(self, message: Message, origin: Origin) -> Ask | None:
        """Return what *message* asks, None where that is Flask's to answer."""
        return plain(message, origin, self.settings)

    def answer(self, ask: Ask, message: Message) -> Reply | None:
        """Return the answer to *ask* where it is kept, and remember what *message* meant."""
        if found := self.entries.get(ask.key):
            if message.raw and self.remembers:
                self.meanings.put(message.raw, ask, len(message.raw) + len(ask.frame))
            return found.reply(ask)
        return None

    def ask(self, ask: Ask, client: str, done: Done, aside: bool = False) -> Callable[[], None] | None:
        """Have *ask* answered, once for all who ask it now; return how to take it back.

        Where it runs *aside*, others have the processors before it.

        None where the engine is gone: who starts it again may have to wait.
        """
        running = self.running.get(ask.key)
        if running is None:
            engine = self.pool.engine
            # Lines close with their workers, and these end with the engine: it lives where there is one.
            if engine is None or not (self.lines.all or engine.alive):
                return None
            running = self.running[ask.key] = Running()
            running.waiting.append(done)
            running.call = Call(
                self.lines,
                self.pool,
                ask.frame,
                lambda outcome: self.done(ask, running, outcome),
                aside,
            )
            running.call.enter(client)
        else:
            running.waiting.append(done)
        return lambda: self.take_back(ask, running, done)

    def take_back(self, ask: Ask, running: Running, done: Done) -> None:
        """Forget who has left; what nobody waits for is ended."""
        if done in running.waiting:
            running.waiting.remove(done)
        if not running.waiting and running.call and self.running.get(ask.key) is running:
            del self.running[ask.key]
            running.call.cancel()

    def done(self, ask: Ask, running: Running, outcome: Outcome) -> None:
        """Tell all who wait, and keep an answer; errors are never kept."""
        if isinstance(outcome, SparqlError):
            self.tell(ask, running, outcome)
        elif len(outcome.body) < LARGE:
            self.keep(ask, running, entry(outcome, ask.wanted, ask.coding))
        else:
            loop = asyncio.get_running_loop()
            made = loop.run_in_executor(None, entry, outcome, ask.wanted, ask.coding)
            made.add_done_callback(lambda future: self.keep(ask, running, future.result()))

    def keep(self, ask: Ask, running: Running, found: Entry) -> None:
        """Keep an answer, and tell it."""
        self.entries.put(ask.key, found, found.size + len(ask.frame))
        self.tell(ask, running, found)

    def tell(self, ask: Ask, running: Running, found: Entry | SparqlError) -> None:
        """Tell all who wait."""
        if self.running.get(ask.key) is running:
            del self.running[ask.key]
        waiting, running.waiting = running.waiting, []
        for done in waiting:
            done(found)
