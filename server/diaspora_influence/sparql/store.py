"""How a release is opened: a small one into memory before the fork, a large one from disk after it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.errors import InputError
from diaspora_influence.sparql.request import SparqlRequest

LARGE: Final = 100_000
"""Quads from which on a store is read from disk: querying dirties copied-on-write memory."""
BLOCK: Final = 1 << 20
"""Bytes in which lines are counted at one time."""
STORE: Final = "store"
ELSEWHERE: Final = ("GRAPH", "FROM", "\\")
"""What stands in every query that looks beyond the default graph; the last may spell either of the others."""


@dataclass(frozen=True, slots=True)
class Stores:
    """A release as queries see it: the *whole* of it, and its *default* graph alone.

    The engine keeps one list of quads for each term in each position, whatever their graph. Most queries
    look at the default graph, and without the named ones these lists are half as long.
    """

    whole: ox.Store
    default: ox.Store

    def of(self, request: SparqlRequest) -> ox.Store:
        """Return the smaller store in which the answer to *request* is the same as in the whole."""
        if request.default_graphs or request.named_graphs:
            return self.whole
        query = request.query.upper()
        return self.whole if any(word in query for word in ELSEWHERE) else self.default


Opener = Callable[[], Stores]


def opener(release: Path) -> Opener:
    """Return the function by which a worker comes to the stores of the *release* folder.

    Its N-Quads hold every named graph, and the default graph is their union. InputError where the
    folder holds none; SyntaxError where they are damaged.
    """
    dumps = dumps_of(release)
    if is_large(release, dumps):
        # RocksDB has threads, which no fork survives: each worker opens the files for itself.
        return lambda: alike(from_disk(release))
    stores = Stores(ox.Store(), ox.Store())
    for dump in dumps:
        default = fill(stores.whole, dump)
        stores.default.extend(default)
    return lambda: stores


def reader(release: Path) -> Opener:
    """Return the function by which a worker reads the *release* folder from disk, of whatever size it is.

    It is there at once, and answers the same, slower and with other rows first where no order is asked for.
    Without a store on disk it is that of `opener`, with its errors.
    """
    if not (release / STORE).is_dir():
        return opener(release)
    dumps_of(release)
    return lambda: alike(from_disk(release))


def is_in_memory(release: Path) -> bool:
    """Say whether `opener` reads the *release* folder into memory."""
    return not is_large(release, dumps_of(release))


def opened(release: Path) -> ox.Store:
    """Return the whole store of the *release* folder, for a process that forks none; errors as `opener`'s."""
    dumps = dumps_of(release)
    if is_large(release, dumps):
        return from_disk(release)
    store = ox.Store()
    for dump in dumps:
        fill(store, dump)
    return store


def alike(store: ox.Store) -> Stores:
    """Return *store* as both: one on disk finds a graph's quads by their graph."""
    return Stores(store, store)


def from_disk(release: Path) -> ox.Store:
    """Open the store of the *release* folder for reading."""
    return ox.Store.read_only(str(release / STORE))


def dumps_of(release: Path) -> list[Path]:
    """Return the N-Quads of the *release* folder; InputError where there are none."""
    if dumps := sorted(release.glob("*.nq")):
        return dumps
    raise InputError(f"{release}: holds no release")


def is_large(release: Path, dumps: list[Path]) -> bool:
    """Say whether a release of these *dumps* is read from disk."""
    return (release / STORE).is_dir() and sum(map(lines, dumps)) >= LARGE


def lines(path: Path) -> int:
    """Return how many lines, and so how many quads, a dump has; few are counted beyond LARGE."""
    found = 0
    with path.open("rb") as file:
        while found < LARGE and (block := file.read(BLOCK)):
            found += block.count(b"\n")
    return found


def fill(store: ox.Store, dump: Path) -> list[ox.Quad]:
    """Add the quads of *dump* to *store*, each under its name and to the default graph; return the latter."""
    # A release's labels are canonical and in one of its files alone: kept, they give the same answer,
    # and the same ETag, after every restart.
    quads = list(ox.parse(path=str(dump), format=ox.RdfFormat.N_QUADS))
    default = [ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads]
    store.extend(quads)
    store.extend(default)
    return default
