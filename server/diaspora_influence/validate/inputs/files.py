"""What `dio validate` reads: the files that are named, and what is packaged, as context for them."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from diaspora_influence.data import ROOT, SourceFile
from diaspora_influence.errors import InputError
from diaspora_influence.table import Triples
from diaspora_influence.terms import DIO, ONTOLOGY, RDFS
from diaspora_influence.validate.inputs.addresses import address, called, identity, is_remote
from diaspora_influence.validate.inputs.named import below, content_of, in_utf8
from diaspora_influence.validate.inputs.packaged import (
    CONTEXT,
    is_outer_file,
    own_files,
    packaged_table,
    without,
)
from diaspora_influence.validate.reading.formats import kind_of, read_table

if TYPE_CHECKING:
    from diaspora_influence.validate.inputs.fetched import Web

DEFINED_BY = (ox.NamedNode(RDFS + "isDefinedBy"), ox.NamedNode(ONTOLOGY))


def expanded(names: Sequence[str], kind: str | None = None, network: bool = False) -> list[Path]:
    """Return the files that *names* stand for, as `below` has it, each once, in their order."""
    found: dict[Path, Path] = {}
    for path in (path for name in names for path in below(name, kind, network)):
        found.setdefault(path.resolve(), path)
    return list(found.values())


def read_all(paths: Sequence[Path], label: str = "f", web: "Web | None" = None) -> list[SourceFile]:
    """Read the files, each under the name that it was given by; no two share a blank node.

    Blank nodes are numbered after *label* and the place of their file. Addresses are fetched by *web*.

    Raises one InputError that names every file that cannot be read, with the line.
    """
    files, faults = read_each(paths, label, web=web)
    if faults:
        raise InputError("\n".join(str(error) for _, error in faults))
    return files


def read_each(
    paths: Sequence[Path],
    label: str = "f",
    kind: str | None = None,
    web: "Web | None" = None,
    processes: int = 1,
) -> tuple[list[SourceFile], list[tuple[Path, InputError]]]:
    """Return the files that can be read, as `read_all` does, and the others with what is wrong with each.

    *kind* names the format of all; without it the suffix of each does. A large file may be read in as many
    *processes*, which are forked.
    """
    files, faults = [], []
    for number, path in enumerate(paths):
        try:
            files.append(_read(path, f"{label}{number}x", kind, web, processes))
        except InputError as error:
            faults.append((path, error))
    return files, faults


def _read(path: Path, label: str, kind: str | None, web: "Web | None", processes: int) -> SourceFile:
    """Read one file that may lie anywhere; its blank nodes are numbered after *label*."""
    name = called(path)
    if is_remote(path):
        if web is None:
            raise InputError(f"{name}: nothing is fetched without --allow-network")
        page = web.page(name)
        content, base, form = page.content, page.base, page.kind(name, kind)
    else:
        content, base, form = content_of(path), address(path), kind_of(name, kind)
    table = read_table(in_utf8(content, name), name, form, base, label, processes)
    return SourceFile(path, name, ox.NamedNode(base), table)


def context_for(files: Sequence[SourceFile], ontology: bool = True) -> Triples:
    """Return the packaged triples that *files* do not replace; without *ontology* those of instances alone.

    What a file describes itself it describes wholly: an edited copy of a claim is not mixed with the packaged
    one. Terms of the ontology stay, unless the file is one that defines them.
    """
    given = {identity(file.path) for file in files}
    replaced = set(_replaced(files))
    paths = tuple(own_files())
    left_out = {
        number
        for number, path in enumerate(paths)
        if identity(path) in given or not (ontology or is_outer_file(path))
    }
    return Triples(without(packaged_table(CONTEXT, paths), replaced, left_out))


def added_context(
    paths: Sequence[Path], files: Sequence[SourceFile], web: "Web | None" = None, whole: bool = False
) -> Iterator[ox.Triple]:
    """Yield the triples of other files that are context too.

    What *files* describe themselves is left out, unless the others stay *whole*, as an ontology does.
    """
    given = {file.path.resolve() for file in files}
    replaced = set(_replaced(files)) if paths and not whole else set()
    label = "o" if whole else "a"
    for file in read_all([path for path in paths if path.resolve() not in given], label, web):
        yield from (line.triple for line in file.lines if line.triple.subject not in replaced)


def _replaced(files: Sequence[SourceFile]) -> Iterator[object]:
    for file in files:
        may_define, table = defines_terms(file), file.table
        for subject in (table.terms[number] for number in set(table.subjects)):
            is_term = isinstance(subject, ox.NamedNode) and subject.value.startswith(DIO)
            if may_define or not is_term:
                yield subject


def defines_terms(file: SourceFile) -> bool:
    """Say whether *file* is of an ontology: packaged as one, or a file that says what defines its terms."""
    if file.path.resolve().is_relative_to(ROOT / "ontology"):
        return True
    table = file.table
    by, ontology = DEFINED_BY
    number = table.number(ontology)
    return number is not None and any(table.objects[row] == number for row in table.rows_by(by))


def defining(files: Iterable[SourceFile]) -> list[Path]:
    """Return the paths of the files that may define terms."""
    return [file.path for file in files if defines_terms(file)]
