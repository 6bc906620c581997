"""Keeps the engine of one release running: started, started again where it has gone, replaced, stopped."""

import threading
from pathlib import Path
from typing import Self

from diaspora_influence.sparql.errors import EngineUnavailable
from diaspora_influence.sparql.limits import GRACE, Limits
from diaspora_influence.sparql.process import EngineProcess, QuickProcess
from diaspora_influence.sparql.store import is_in_memory


class Upkeep:
    """The engine of the release in *directory*; any thread may call.

    A *quick* one is there at once and reads from disk, until `take_over` has another in its place.
    """

    def __init__(self, directory: Path, limits: Limits, quick: bool = False) -> None:
        """Take what the engine is started with; nothing runs before `start`."""
        self.directory, self.engine_limits = directory, limits
        self.kind: type[EngineProcess] = QuickProcess if quick else EngineProcess
        self.starting = threading.Lock()
        self.stopped = threading.Event()
        self.engine: EngineProcess | None = None
        self.retiring: EngineProcess | None = None

    def __enter__(self) -> Self:
        """Start the engine."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def start(self) -> None:
        """Start the engine and return when its workers accept; EngineUnavailable where they never will."""
        self.engine = self.kind(self.directory, self.engine_limits)
        self.stopped.clear()

    def take_over(self) -> None:
        """Have an engine take over that reads the release from memory; a large release stays on disk.

        Returns when the one before it has ended, which is when nothing that it was asked can be at work.
        EngineUnavailable where none comes up: the one before it stays.
        """
        if self.kind is EngineProcess or not is_in_memory(self.directory):
            return
        engine = EngineProcess(self.directory, self.engine_limits)
        with self.starting:
            before, self.kind = self.engine, EngineProcess
            if before:
                self.engine, self.retiring = engine, before
        if before is None:  # the last word was to stop
            engine.stop()
            return
        self.stopped.wait(self.engine_limits.time + GRACE)
        before.stop()

    def stop(self) -> None:
        """End the engine, its workers and whatever they are at."""
        self.stopped.set()
        with self.starting:
            engines, self.engine = (self.engine, self.retiring), None
        for engine in filter(None, engines):
            engine.stop()

    @property
    def alive(self) -> bool:
        """Say whether the engine runs."""
        return self.engine is not None and self.engine.alive

    def running_engine(self) -> EngineProcess:
        """Return the engine, started again where it has gone."""
        with self.starting:
            if self.engine is None:
                raise EngineUnavailable("The pool is not started.", retry_after=1)
            if not self.engine.alive:
                self.engine.stop()
                self.start()
            return self.engine
