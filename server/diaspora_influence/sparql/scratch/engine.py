"""The scratch engine, a program of its own as `sparql.engine` is: it ends when its lifeline closes."""

import json
import shutil
import socket
import sys
from pathlib import Path
from typing import Final

from diaspora_influence.errors import DioError
from diaspora_influence.sparql import confine, wire
from diaspora_influence.sparql.engine import say, say_ready
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.page import Page
from diaspora_influence.sparql.scratch.keeper import ScratchKeeper

WRITER: Final = "writer"
"""What the socket for writes is called in the private folder."""


def listening(path: Path, limits: Limits) -> socket.socket:
    """Return a socket at *path* with room for those that wait."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(limits.workers + limits.queue + 1)
    return listener


def main(folder: Path, limits: Limits) -> None:
    """Run the engine with its sockets and page in *folder*, which it removes at its end."""
    confine.leave_network()
    confine.deepen_stack()
    try:
        queries, writes = listening(folder / wire.SOCKET, limits), listening(folder / WRITER, limits)
        page = Page(folder / wire.PAGE, limits.workers)
        ScratchKeeper(queries, writes, page, limits).run(say_ready)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Limits(**json.loads(sys.argv[3])))
    except (DioError, OSError, SyntaxError, ValueError) as error:
        say({"error": str(error)})
        sys.exit(1)
