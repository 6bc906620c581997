"""How a release is opened: a small one into memory before the fork, a large one from disk after it."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.errors import InputError

Opener = Callable[[], ox.Store]

LARGE: Final = 100_000
"""Quads from which on a store is read from disk: querying dirties copied-on-write memory."""
STORE: Final = "store"


def opener(release: Path) -> Opener:
    """Return the function by which a worker comes to the store of the *release* folder.

    Its N-Quads hold every named graph, and the default graph is their union. InputError where the
    folder holds none; SyntaxError where they are damaged.
    """
    dumps = sorted(release.glob("*.nq"))
    if not dumps:
        raise InputError(f"{release}: holds no release")
    if (release / STORE).is_dir() and sum(map(lines, dumps)) >= LARGE:
        # RocksDB has threads, which no fork survives: each worker opens the files for itself.
        return lambda: ox.Store.read_only(str(release / STORE))
    store = ox.Store()
    for dump in dumps:
        fill(store, dump)
    return lambda: store


def lines(path: Path) -> int:
    """Return how many lines, and so how many quads, a dump has; none is counted beyond LARGE."""
    with path.open("rb") as file:
        return sum(1 for _ in islice(file, LARGE))


def fill(store: ox.Store, dump: Path) -> None:
    """Add the quads of *dump* to *store*, each under its name and to the default graph."""
    # A release's labels are canonical and in one of its files alone: kept, they give the same answer,
    # and the same ETag, after every restart.
    quads = list(ox.parse(path=str(dump), format=ox.RdfFormat.N_QUADS))
    store.extend(quads)
    store.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
