"""The validator's process, a program of its own as `sparql.engine` is: it ends when its lifeline closes."""

from pathlib import Path

from diaspora_influence.sparql import confine, wire
from diaspora_influence.sparql.launch import apart, launch, listening, say_ready
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.web.validator.judging import warm
from diaspora_influence.web.validator.keeper import Keeper


def main(folder: Path, _release: Path, limits: Limits) -> None:
    """Run the validator with its socket in *folder*, which it removes at its end."""
    with apart(folder):
        warm()
        listener = listening(folder / wire.SOCKET, limits.workers + 1)
        confine.settle()
        Keeper(listener, limits).run(say_ready)


if __name__ == "__main__":
    launch(main)
