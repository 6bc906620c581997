"""The engine process: opens the release once and keeps its workers; it evaluates no query itself.

It is started as a program of its own, by `process.EngineProcess`, so that nothing ever forks from
a process with threads. Standard input is its lifeline, closed when the front goes; on standard
output it says once that it is ready, or why it never will be.
"""

import gc
import json
import os
import shutil
import socket
import sys
from pathlib import Path

from diaspora_influence.errors import DioError
from diaspora_influence.sparql import confine, wire
from diaspora_influence.sparql.keeper import Keeper
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.page import Page
from diaspora_influence.sparql.store import opener


def main(folder: Path, release: Path, limits: Limits) -> None:
    """Run the engine for *release* with its socket and page in *folder*, which it removes at its end."""
    confine.leave_network()
    confine.deepen_stack()
    try:
        open_store = opener(release)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(folder / wire.SOCKET))
        listener.listen(limits.workers + limits.queue)
        gc.collect()
        gc.freeze()
        Keeper(open_store, listener, Page(folder / wire.PAGE, limits.workers), limits).run(say_ready)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def say_ready() -> None:
    """Tell the front that workers accept."""
    say({"ready": True})


def say(word: dict[str, object]) -> None:
    """Write the one line of standard output, and close it."""
    print(json.dumps(word), flush=True)
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 1)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]), Limits(**json.loads(sys.argv[3])))
    except (DioError, OSError, SyntaxError, ValueError) as error:
        say({"error": str(error)})
        sys.exit(1)
