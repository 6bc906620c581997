"""The scratch engine, a program of its own as `sparql.engine` is: it ends when its lifeline closes."""

from pathlib import Path

from diaspora_influence.sparql import wire
from diaspora_influence.sparql.launch import apart, launch, listening, say_ready
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.page import Page
from diaspora_influence.sparql.scratch.keeper import ScratchKeeper


def main(folder: Path, _release: Path, limits: Limits) -> None:
    """Run the engine with its sockets and page in *folder*, which it removes at its end."""
    with apart(folder):
        room = limits.workers + limits.queue + 1
        queries, writes = listening(folder / wire.SOCKET, room), listening(folder / wire.WRITER, room)
        page = Page(folder / wire.PAGE, limits.workers)
        ScratchKeeper(queries, writes, page, limits).run(say_ready)


if __name__ == "__main__":
    launch(main)
