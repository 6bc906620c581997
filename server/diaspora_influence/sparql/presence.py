"""Whether whoever asked still waits for the answer: seen in one thread, heard of in another."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from diaspora_influence.sparql.errors import Busy

Step = Callable[[], None]


class LeftError(Busy):
    """Whoever asked has left; what is said to nobody still stands in the log, and in the counts."""

    status, title = 499, "Nobody waits"


class Presence:
    """Whether a client is there, until it has left; any thread may call."""

    def __init__(self) -> None:
        """Begin with a client that is there, and that nobody has an eye on."""
        self.gone = False
        self.lock = threading.Lock()
        self.steps: list[Step] = []
        self.watch: Step | None = None
        """Has whoever sees the client leave call `end` then, again and again until all is over.

        Asked once, before anything depends on it.
        """

    def end(self) -> None:
        """Tell all who want to hear of it that the client has left; again to who was not heeded."""
        with self.lock:  # so that nobody is told who has just stopped listening
            self.gone = True
            for step in self.steps:
                step()

    @contextmanager
    def telling(self, step: Step) -> Iterator[None]:
        """Have *step*, which waits for nothing, called when the client leaves meanwhile, or has left.

        It may be called more than once, and never after this.
        """
        watch, self.watch = self.watch, None
        if watch:
            watch()
        with self.lock:
            self.steps.append(step)
            if self.gone:
                step()
        try:
            yield
        finally:
            with self.lock:
                self.steps.remove(step)

    def demand(self) -> None:
        """Raise LeftError where the client has left."""
        if self.gone:
            raise LeftError("The client has left.")
