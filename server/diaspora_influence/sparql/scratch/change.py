"""What a write changed: the quads and graph names that came and went, as one file from worker to engine."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, Final

import pyoxigraph as ox

from diaspora_influence.sparql.errors import DatasetTooLarge, UpdateFailed
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.spool import STRING

DEPTH: Final = 16
"""Triple terms within triple terms; whoever reads or writes them recurses."""
OPENS: Final = b"<<("


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A dataset at one moment: its lines of N-Quads, and the names of its graphs, empty ones too."""

    lines: frozenset[bytes]
    graphs: frozenset[str]
    size: int


def snapshot(store: ox.Store) -> Snapshot:
    """Return what *store* holds; UpdateFailed where a graph has a blank node for its name."""
    dump = store.dump(format=ox.RdfFormat.N_QUADS) or b""
    graphs = list(store.named_graphs())
    if any(isinstance(graph, ox.BlankNode) for graph in graphs):
        raise UpdateFailed("A graph is named by an IRI, not by a blank node; nothing was changed.")
    lines = frozenset(dump.splitlines(keepends=True))
    return Snapshot(lines, frozenset(graph.value for graph in graphs), len(dump))


@dataclass(frozen=True, slots=True)
class Change:
    """What has to be done to a dataset; nothing else was."""

    gone: bytes
    come: bytes
    graphs_gone: tuple[str, ...]
    graphs_come: tuple[str, ...]

    def apply(self, store: ox.Store) -> int:
        """Do it to *store*, and return how many quads went.

        The quads are read first, so that damaged ones change nothing.
        """
        gone, come = list(read(self.gone)), list(read(self.come))
        for quad in gone:
            store.remove(quad)
        for name in self.graphs_gone:
            store.remove_graph(ox.NamedNode(name))
        for name in self.graphs_come:
            store.add_graph(ox.NamedNode(name))
        store.extend(come)
        return len(gone)


def read(lines: bytes) -> Iterable[ox.Quad]:
    """Yield the quads of N-Quads, under the labels that the worker's store has for blank nodes."""
    return ox.parse(lines, format=ox.RdfFormat.N_QUADS)


def rebuilt(store: ox.Store) -> ox.Store:
    """Return a store that holds what *store* does, and no more."""
    new = ox.Store()
    new.extend(store)
    for graph in store.named_graphs():
        new.add_graph(graph)
    return new


def between(old: Snapshot, new: Snapshot, limits: Limits) -> Change:
    """Return what leads from *old* to *new*; DatasetTooLarge or UpdateFailed where *new* may not be."""
    if new.size > limits.bytes:
        detail = f"The dataset would have more than {limits.bytes} bytes as N-Quads; nothing was changed."
        limit = f"{limits.bytes} bytes a scratch dataset"
        raise DatasetTooLarge(detail, limit=limit, settings="byte_limit")
    come = new.lines - old.lines
    if any(depth(line) > DEPTH for line in come):
        raise UpdateFailed(f"Triple terms may be nested {DEPTH} deep; nothing was changed.")
    return Change(
        b"".join(old.lines - new.lines),
        b"".join(come),
        tuple(sorted(old.graphs - new.graphs)),
        tuple(sorted(new.graphs - old.graphs)),
    )


def depth(line: bytes) -> int:
    """Return at most how deep triple terms are nested in a line of N-Quads."""
    count = line.count(OPENS)
    return STRING.sub(b"", line).count(OPENS) if count > DEPTH else count


def write_result(file: BinaryIO, head: dict[str, object], change: Change | None = None) -> None:
    """Write what the client is told, and what changed, in one go."""
    change = change or Change(b"", b"", (), ())
    row = {
        "head": head,
        "sizes": (len(change.gone), len(change.come)),
        "graphs": (change.graphs_gone, change.graphs_come),
    }
    file.write(json.dumps(row).encode() + b"\n" + change.gone + change.come)
    file.flush()


def read_result(file: BinaryIO) -> tuple[dict[str, object], Change]:
    """Return what `write_result` wrote; ValueError where it is not whole."""
    file.seek(0)
    row, body = json.loads(file.readline()), file.read()
    if len(body) != sum(row["sizes"]):
        raise ValueError("the result is cut short")
    gone, come = row["graphs"]
    size = row["sizes"][0]
    return row["head"], Change(body[:size], body[size:], tuple(gone), tuple(come))
