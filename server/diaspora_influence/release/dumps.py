"""The files for download: one table of what goes into which, in which formats."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.release.canonical import in_order, n_quads, serialize
from diaspora_influence.release.read import QUADS, File
from diaspora_influence.terms import CONCLUSIONS, DERIVED, GRAPH, INFERRED

FOLDER: Final = "dumps"


@dataclass(frozen=True, slots=True)
class Dump:
    """One set of graphs, chosen by the beginnings of their names, and the formats it is written in."""

    name: str
    graphs: tuple[str, ...]
    formats: tuple[str, ...]
    without: tuple[str, ...] = ()

    def holds(self, quad: ox.Quad) -> bool:
        """Say whether the graph of *quad* is one of these."""
        name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        return name.startswith(self.graphs) and not (self.without and name.startswith(self.without))


ALIGNMENTS: Final = GRAPH + "ontology/alignments/"
DUMPS: Final = (
    Dump("ontology", (GRAPH + "ontology/",), ("ttl", "nt", "jsonld", "rdf"), without=(ALIGNMENTS,)),
    Dump("alignments", (ALIGNMENTS,), ("ttl",)),
    Dump(
        "dataset",
        (GRAPH + "instances/", DERIVED, INFERRED, CONCLUSIONS),
        ("ttl", "nt", "nq", "trig", "jsonld"),
    ),
    Dump("shapes", (GRAPH + "shapes/",), ("ttl",)),
)
FORMATS: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}
WITH_GRAPHS: Final = frozenset({"nq", "trig"})
"""The formats that keep the named graphs; the others are given their union."""


def write_dumps(folder: Path, quads: Sequence[ox.Quad]) -> list[File]:
    """Write every dump of the canonical *quads* into *folder* and describe each."""
    (folder / FOLDER).mkdir()
    files = [write_file(folder, QUADS, FORMATS["nq"].media_type, n_quads(quads))]
    for dump in DUMPS:
        chosen = [quad for quad in quads if dump.holds(quad)]
        union = [quad.triple for quad in in_order(map(in_default_graph, chosen))]
        for suffix in dump.formats:
            content = serialize(by_graph(chosen) if suffix in WITH_GRAPHS else union, FORMATS[suffix])
            path = f"{FOLDER}/{dump.name}.{suffix}"
            files.append(write_file(folder, path, FORMATS[suffix].media_type, content))
    return files


def write_file(folder: Path, path: str, media_type: str, content: bytes) -> File:
    """Write *content* to *path* below *folder* and describe it."""
    (folder / path).write_bytes(content)
    return File(path, media_type, hashlib.sha256(content).hexdigest(), len(content))


def in_default_graph(quad: ox.Quad) -> ox.Quad:
    """Return *quad* moved to the default graph."""
    return ox.Quad(quad.subject, quad.predicate, quad.object)


def by_graph(quads: Sequence[ox.Quad]) -> list[ox.Quad]:
    """Return *quads* graph after graph, so that TriG opens each but once."""
    return sorted(quads, key=lambda quad: str(quad.graph_name))
