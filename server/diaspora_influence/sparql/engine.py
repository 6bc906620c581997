"""The engine process: opens the release once and keeps its workers; it evaluates no query itself."""

from collections.abc import Callable
from pathlib import Path

from diaspora_influence.sparql import confine, wire
from diaspora_influence.sparql.keeper import Keeper
from diaspora_influence.sparql.launch import apart, launch, listening, say_ready
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.page import Page
from diaspora_influence.sparql.store import Opener, opener


def main(folder: Path, release: Path, limits: Limits, opener_of: Callable[[Path], Opener] = opener) -> None:
    """Run the engine for *release* with its socket and page in *folder*, which it removes at its end."""
    with apart(folder):
        open_store = opener_of(release)
        listener = listening(folder / wire.SOCKET, limits.workers + limits.queue)
        confine.settle()
        Keeper(open_store, listener, Page(folder / wire.PAGE, limits.workers), limits).run(say_ready)


if __name__ == "__main__":
    launch(main)
