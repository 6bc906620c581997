"""What is packaged: its files, and their triples as tables that are kept between runs."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import cache
from itertools import compress
from operator import not_, or_
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.data import ROOT, turtle_files
from diaspora_influence.errors import InputError
from diaspora_influence.lines import Line
from diaspora_influence.table import Table, Triples
from diaspora_influence.validate.inputs.kept import digest_of, kept, place_of

CONTEXT: Final = "context"
SHAPES: Final = "shapes"
Reader = Callable[[Path, str], Iterable[ox.Triple]]
"""What reads a packaged file, and numbers its blank nodes after a label."""


def own_files(ontology: bool = True) -> list[Path]:
    """Return the packaged instances, and the packaged *ontology* if it is wanted."""
    left_out = ("shapes",) if ontology else ("shapes", "ontology")
    return [path for path in turtle_files() if path.relative_to(ROOT).parts[0] not in left_out]


def own_shapes() -> list[Path]:
    """Return the packaged shape files, sorted."""
    return sorted((ROOT / "shapes").glob("*.ttl"))


def is_outer_file(path: Path) -> bool:
    """Say whether a packaged file is none of the ontology."""
    return not path.is_relative_to(ROOT / "ontology")


@cache
def packaged_table(name: str, paths: tuple[Path, ...]) -> Table:
    """Return packaged files as `table_of` does, from the user's cache where they are there under *name*."""
    try:
        digest = digest_of((f"{name} {path}", path.read_bytes()) for path in paths)
    except OSError as error:
        raise InputError(f"{error.filename}: cannot be read: {error.strerror}") from error
    return kept(lambda: place_of(name, ROOT), digest, lambda: table_of(paths, plain_triples, name))


def packaged_shapes() -> Triples:
    """Return the packaged shapes."""
    return Triples(packaged_table(SHAPES, tuple(own_shapes())))


def packaged_ontology() -> Triples:
    """Return the packaged ontology."""
    paths = tuple(own_files())
    outer = {number for number, path in enumerate(paths) if is_outer_file(path)}
    return Triples(without(packaged_table(CONTEXT, paths), frozenset(), outer))


def table_of(paths: Sequence[Path], read: Reader, name: str = CONTEXT) -> Table:
    """Return the triples of packaged files, with the number of its file in place of a triple's line.

    Of context that is none of the ontology, what `is_outer` denies is left out.
    """
    told = ((number, path, read(path, f"{name[0]}{number}x")) for number, path in enumerate(paths))
    return Table.of(
        Line(triple, number)
        for number, path, triples in told
        for triple in triples
        if name != CONTEXT or not is_outer_file(path) or is_outer(triple)
    )


def without(table: Table, subjects: Set[object], files: Set[int]) -> Table:
    """Return *table* without what it says of *subjects* and without what stands in *files*."""
    gone = {number for subject in subjects if (number := table.number(subject)) is not None}
    if not gone and not files:
        return table
    out = map(or_, map(gone.__contains__, table.subjects), map(files.__contains__, table.numbers))
    keep = [*map(not_, out)]
    return Table(table.terms, *(array("I", compress(column, keep)) for column in table.columns))


def is_outer(triple: ox.Triple) -> bool:
    """Say whether a triple is no part of a passage's selector or digest, to which no other data refer."""
    blank = ox.BlankNode
    return not isinstance(triple.object, blank) and not isinstance(triple.subject, blank)


def plain_triples(path: Path, label: str) -> Iterator[ox.Triple]:
    """Yield the triples of a packaged file without their lines; blank nodes are numbered after *label*."""
    nodes: dict[object, ox.BlankNode] = {}

    def own(term: object) -> ox.BlankNode:
        return nodes.setdefault(term, ox.BlankNode(f"{label}{len(nodes)}"))

    blank = ox.BlankNode
    try:
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            triple = quad.triple
            s, p, o = triple
            if isinstance(s, blank) or isinstance(o, blank):
                triple = ox.Triple(
                    own(s) if isinstance(s, blank) else s, p, own(o) if isinstance(o, blank) else o
                )
            yield triple
    except (SyntaxError, OSError) as error:
        raise InputError(f"{path}: {error}") from error
