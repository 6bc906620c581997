"""The engine process as the front sees it: started, asked for signs of life, stopped."""

import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Final

from diaspora_influence.sparql import wire
from diaspora_influence.sparql.errors import EngineUnavailable
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.page import Page

START: Final = 60.0
"""Seconds in which an engine has to be ready."""
STOP: Final = 5.0
"""Seconds in which an engine has to be gone when told."""
ADDRESS: Final = 80
"""Bytes that a folder's path may have, for the socket in it to have an address."""

TUNABLES: Final = "GLIBC_TUNABLES"
CACHED: Final = "glibc.malloc.tcache_count=300"
"""How many pieces of each small size malloc keeps at hand: a query frees far more than the usual seven."""


NO_TRACE: Final = {"RUST_BACKTRACE": "0"}
"""A trace of a panic for want of memory wants memory too, and a process then waits for itself for ever."""


class EngineProcess:
    """One running engine with its private folder, its lifeline and its page.

    The engine ends when the lifeline closes: when told, and when this process dies in any way.
    """

    program = "diaspora_influence.sparql.engine"

    def __init__(self, directory: Path, limits: Limits) -> None:
        """Start an engine for the release in *directory*; EngineUnavailable where it does not come up."""
        self.folder = private_folder()
        self.page = Page(self.folder / wire.PAGE, limits.workers)
        command = [sys.executable, "-P", "-m", self.program]
        self.process = subprocess.Popen(
            [*command, str(self.folder), str(directory), json.dumps(asdict(limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            start_new_session=True,
        )
        try:
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def wait_until_ready(self) -> None:
        """Return when the engine has said that its workers accept."""
        assert self.process.stdout
        with self.process.stdout as voice:
            heard, _, _ = select.select([voice], [], [], START)
            line = voice.readline() if heard else b""
        said = json.loads(line or '{"error": "the engine ended without a word"}')
        if "error" in said:
            raise EngineUnavailable(f"The engine did not start: {said['error']}", retry_after=1)

    @property
    def alive(self) -> bool:
        """Say whether the process runs."""
        return self.process.poll() is None

    def cancel(self, call: bytes) -> None:
        """Have the worker that is at *call*, named as it greeted, ended: nobody waits for its answer."""
        assert self.process.stdin
        # One write of so few bytes is never split; an engine that is gone has nothing to cancel.
        with contextlib.suppress(OSError, ValueError):
            os.write(self.process.stdin.fileno(), call)

    def cancel_at(self, slot: int, generation: int) -> None:
        """Have the worker ended whatever it is at, if it is at anything."""
        if since := self.page.since(slot):
            self.cancel(wire.GREETING.pack(slot, generation, since))

    def stop(self) -> None:
        """Close the lifeline and wait until engine and workers are gone."""
        assert self.process.stdin
        self.process.stdin.close()
        try:
            self.process.wait(STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class QuickProcess(EngineProcess):
    """A running engine that reads its release from disk."""

    program = "diaspora_influence.sparql.quick"


def environment() -> dict[str, str]:
    """Return what an engine finds in its environment."""
    path = os.pathsep.join(filter(None, sys.path))
    return {**os.environ, "PYTHONPATH": path, TUNABLES: tunables(), **NO_TRACE}


def tunables() -> str:
    """Return what glibc is told of malloc, the operator's own words last, as the last one holds."""
    return ":".join(filter(None, (CACHED, os.environ.get(TUNABLES, ""))))


def private_folder() -> Path:
    """Return a new folder that only this user can enter, with a path short enough for a socket."""
    folder = tempfile.gettempdir()
    return Path(tempfile.mkdtemp(prefix="dio-", dir=folder if len(folder) < ADDRESS else "/tmp"))
