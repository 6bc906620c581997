"""The engine that is ready at once: whatever the size of its release, its workers read it from disk."""

from functools import partial

from diaspora_influence.sparql.engine import main
from diaspora_influence.sparql.launch import launch
from diaspora_influence.sparql.store import reader

if __name__ == "__main__":
    launch(partial(main, opener_of=reader))
