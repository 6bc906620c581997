"""What is packaged: its files, and their triples as tables that are kept between runs."""

from array import array
from collections.abc import Iterator, Sequence, Set
from functools import cache
from itertools import chain, compress, count, repeat
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.data import ROOT, turtle_files
from diaspora_influence.errors import InputError
from diaspora_influence.parsed import parse_table
from diaspora_influence.table import Table, Term, Triples, rows_with
from diaspora_influence.validate.inputs.kept import digest_of, kept, place_of

CONTEXT: Final = "context"
SHAPES: Final = "shapes"
VOCABULARY: Final = "vocabulary"
FEW: Final = 4
"""Numbers that are looked for one by one in a column."""


def own_files(ontology: bool = True) -> list[Path]:
    """Return the packaged instances, and the packaged *ontology* if it is wanted."""
    return turtle_files(ROOT, ("ontology", "instances") if ontology else ("instances",))


def own_shapes() -> list[Path]:
    """Return the packaged shape files, sorted."""
    return sorted((ROOT / "shapes").glob("*.ttl"))


def is_outer_file(path: Path) -> bool:
    """Say whether a packaged file is none of the ontology."""
    return not path.is_relative_to(ROOT / "ontology")


@cache
def packaged_table(name: str, paths: tuple[Path, ...]) -> Table:
    """Return packaged files as `merged` does, from the user's cache where they are there under *name*."""
    try:
        contents = [path.read_bytes() for path in paths]
    except OSError as error:
        raise InputError(f"{error.filename}: cannot be read: {error.strerror}") from error
    digest = digest_of((f"{name} {path}", content) for path, content in zip(paths, contents, strict=True))
    return kept(lambda: place_of(name, ROOT), digest, lambda: merged(name, paths, contents))


def packaged_shapes() -> Triples:
    """Return the packaged shapes."""
    return Triples(packaged_table(SHAPES, tuple(own_shapes())))


def packaged_ontology() -> Triples:
    """Return the packaged ontology, which is a tenth of the context."""
    return Triples(packaged_table(VOCABULARY, tuple(turtle_files(ROOT, ("ontology",)))))


def merged(name: str, paths: Sequence[Path], contents: Sequence[bytes]) -> Table:
    """Return the triples of packaged files, with the number of its file in place of a triple's line.

    Of context that is none of the ontology the `details` are left out.
    """
    table, ids = Table(), dict[Term, int]()
    for number, (path, content) in enumerate(zip(paths, contents, strict=True)):
        one = parse_table(content, str(path), ox.RdfFormat.TURTLE, None, f"{name[0]}{number}x")
        if name == CONTEXT and is_outer_file(path):
            one = one.without(details(one))
        used = dict.fromkeys(chain.from_iterable(one.rows))
        new = {old: ids.setdefault(one.terms[old], len(ids)) for old in used}
        for column, own in zip(table.columns[:3], one.columns[:3], strict=True):
            column.extend(map(new.__getitem__, own))
        table.numbers.extend(repeat(number, len(one)))
    table.terms = [*ids]
    return table


def details(table: Table) -> Iterator[int]:
    """Return the rows about a passage's selector or digest, to which no other data refer."""
    blank = {number for number, term in enumerate(table.terms) if isinstance(term, ox.BlankNode)}
    return (row for row, (s, _, o) in enumerate(table.rows) if s in blank or o in blank)


def without(table: Table, subjects: Set[object], files: Set[int]) -> Table:
    """Return *table* without what it says of *subjects* and without what stands in *files*."""
    gone = {number for subject in subjects if (number := table.number(subject)) is not None}
    if not gone and not files:
        return table
    rows = {*rows_of(table.subjects, gone), *rows_of(table.numbers, files)}
    return table.without(rows) if rows else table


def rows_of(column: "array[int]", numbers: Set[int]) -> Iterator[int]:
    """Yield the rows of a column in which one of *numbers* stands; of few numbers these are soon found."""
    if len(numbers) > FEW:
        yield from compress(count(), map(numbers.__contains__, column))
    else:
        yield from chain.from_iterable(rows_with(column, number) for number in numbers)
