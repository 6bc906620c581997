"""Which files are judged together: the core and the instances, what is derived from them, one alignment."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from diaspora_influence.data import ROOT, read_file, read_turtle, turtle_files
from diaspora_influence.derive import derive
from diaspora_influence.terms import GRAPH

Parts = Mapping[str, list[ox.Triple]]
"""The triples of each file, by its name; no two files share a blank node."""


def core_parts(root: Path = ROOT) -> dict[str, list[ox.Triple]]:
    """Return the triples of each file of core and instances, by its path below *root*."""
    return read_parts((path for path in turtle_files(root) if is_core(path.relative_to(root))), root)


def is_core(path: Path) -> bool:
    """Say whether a path below the root is a file at the top of ontology/ or one of instances/."""
    return path.parts[0] == "instances" or path.parent == Path("ontology")


def alignments(root: Path = ROOT) -> dict[str, Path]:
    """Return the file of each alignment, by name."""
    return {path.stem: path for path in sorted((root / "ontology" / "alignments").glob("*.ttl"))}


def read_parts(paths: Iterable[Path], root: Path = ROOT) -> dict[str, list[ox.Triple]]:
    """Return the triples of each file, by its path below *root*."""
    files = (read_file(path, root) for path in paths)
    return {file.name: [line.triple for line in file.lines] for file in files}


def further_parts(names: Iterable[str]) -> dict[str, list[ox.Triple]]:
    """Return the triples of each file wherever it lies, by its name as given."""
    return {name: apart([line.triple for line in read_turtle(Path(name))]) for name in names}


def apart(triples: list[ox.Triple]) -> list[ox.Triple]:
    """Return *triples* with blank nodes that are nobody else's."""
    written = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return [quad.triple for quad in ox.parse(written, format=ox.RdfFormat.N_TRIPLES, rename_blank_nodes=True)]


def derived_parts(parts: Parts) -> dict[str, list[ox.Triple]]:
    """Return what is derived from the claims in *parts*, by its graph's path."""
    store = ox.Store()
    for triples in parts.values():
        store.extend(ox.Quad(*triple) for triple in triples)
    return {name.value.removeprefix(GRAPH): triples for name, triples in derive(store).items()}
