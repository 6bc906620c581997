"""What every process of ours that forks has in common: a private folder, no network, one word to its parent.

Each is started as a program of its own, by `process.EngineProcess` or the like, so that nothing ever forks
from a process with threads. Standard input is its lifeline, closed when the front goes; on standard output
it says once that it is ready, or why it never will be.
"""

import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from diaspora_influence.errors import DioError
from diaspora_influence.sparql import confine
from diaspora_influence.sparql.limits import Limits


@contextmanager
def apart(folder: Path) -> Iterator[None]:
    """Leave the network, and remove the private *folder* at the end."""
    confine.leave_network()
    confine.deepen_stack()
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def listening(path: Path, room: int) -> socket.socket:
    """Return a socket at *path* with room for so many that wait."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(room)
    return listener


def launch(run: Callable[[Path, Path, Limits], None]) -> None:
    """Run a program on its arguments: private folder, release folder, limits as JSON; say why it cannot.

    Where its parent ended before it was ready there is nobody to say anything to.
    """
    try:
        run(Path(sys.argv[1]), Path(sys.argv[2]), Limits(**json.loads(sys.argv[3])))
    except BrokenPipeError:
        sys.exit(1)
    except (DioError, OSError, SyntaxError, ValueError) as error:
        say({"error": str(error)})
        sys.exit(1)


def say_ready() -> None:
    """Tell the front that workers accept."""
    say({"ready": True})


def say(word: dict[str, object]) -> None:
    """Write the one line of standard output, and close it."""
    print(json.dumps(word), flush=True)
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 1)
