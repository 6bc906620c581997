"""Where the Turtle lies, and how it is read: file by file, each triple with the line on which it ends."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pyoxigraph as ox

from diaspora_influence.errors import InputError
from diaspora_influence.lines import Line, parse_lines
from diaspora_influence.parsed import parse_table
from diaspora_influence.record import record
from diaspora_influence.table import Table
from diaspora_influence.terms import GRAPH

__all__ = [
    "ROOT",
    "Line",
    "SourceFile",
    "graph_name",
    "parse_lines",
    "read_files",
    "read_turtle",
    "turtle_files",
    "with_own_nodes",
]

PACKAGE: Final = Path(__file__).parent
# A wheel carries the data inside the package; a checkout has it two folders up.
ROOT: Final = PACKAGE if (PACKAGE / "ontology").is_dir() else PACKAGE.parents[1]
FOLDERS: Final = ("ontology", "instances", "shapes")


def turtle_files(root: Path = ROOT, folders: Iterable[str] = FOLDERS) -> list[Path]:
    """Return every Turtle file below *folders* of *root* that is not hidden, sorted by path."""
    walks = (os.walk(root / folder) for folder in folders)
    found = (Path(place, name) for walk in walks for place, _, names in walk for name in names)
    return sorted(path for path in found if path.suffix == ".ttl" and not path.name.startswith("."))


def graph_name(path: Path, root: Path = ROOT) -> ox.NamedNode:
    """Return the named graph of a file: its path below *root*, without the suffix."""
    below = path.relative_to(root).with_suffix("").as_posix()
    return ox.NamedNode(GRAPH + quote(os.fsencode(below)))


def read_turtle(path: Path, name: str | None = None) -> list[Line]:
    """Read one Turtle file; *name* is what errors call it, its path if not given.

    Raises InputError with file, line, column and message where it cannot be opened or parsed.
    """
    name = name or str(path)
    return list(parse_lines(read_content(path, name), name))


def read_content(path: Path, name: str) -> bytes:
    """Return the bytes of a file; InputError under *name* where it cannot be opened."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror}") from error


@record
class SourceFile:
    """One Turtle file as read: its path, its path below the root, its named graph and its triples."""

    path: Path
    name: str
    graph: ox.NamedNode
    lines: Sequence[Line]

    @property
    def table(self) -> Table:
        """Return its triples in columns."""
        return Table.of(self.lines)

    @property
    def folder(self) -> str:
        """Return which of `ontology`, `instances` and `shapes` it lies in."""
        return self.name.partition("/")[0]


def read_files(root: Path = ROOT) -> list[SourceFile]:
    """Read every Turtle file below *root*; no two files share a blank node.

    Raises InputError as `read_turtle`, and where there is no Turtle at all.
    """
    paths = turtle_files(root)
    if not paths:
        raise InputError(f"{root}: no Turtle below {', '.join(FOLDERS)}")
    return [read_file(path, root) for path in paths]


def read_file(path: Path, root: Path) -> SourceFile:
    """Read one Turtle file below *root*; its blank nodes are numbered after its graph's name."""
    import hashlib  # takes a fiftieth of the time of a small run

    name = path.relative_to(root).as_posix()
    graph = graph_name(path, root)
    label = "b" + hashlib.sha256(graph.value.encode()).hexdigest()[:16] + "x"
    lines = parse_table(read_content(path, name), name, ox.RdfFormat.TURTLE, None, label)
    return SourceFile(path, name, graph, lines)


def with_own_nodes(lines: Iterable[Line], label: str) -> tuple[Line, ...]:
    """Return *lines* with their blank nodes numbered in order after *label*."""
    nodes: dict[ox.BlankNode, ox.BlankNode] = {}

    def own(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return nodes.setdefault(term, ox.BlankNode(f"{label}{len(nodes)}"))
        return term

    named = ((*line.triple, line.number) for line in lines)
    return tuple(Line(ox.Triple(own(s), p, own(o)), number) for s, p, o, number in named)
