"""What `dio validate` reads: the files that are named, and what is packaged, as context for them."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from diaspora_influence.data import ROOT, SourceFile, read_file, read_turtle, turtle_files, with_own_nodes
from diaspora_influence.errors import InputError
from diaspora_influence.terms import DIO, ONTOLOGY, RDFS

DEFINED_BY = (ox.NamedNode(RDFS + "isDefinedBy"), ox.NamedNode(ONTOLOGY))


def own_files() -> list[Path]:
    """Return the packaged ontology and instances."""
    return [path for path in turtle_files() if not path.is_relative_to(ROOT / "shapes")]


def expanded(names: Sequence[str]) -> list[Path]:
    """Return the files that *names* stand for, a folder for all Turtle below it, each once, in their order.

    Raises InputError for what is not there and for a folder without Turtle.
    """
    found: dict[Path, Path] = {}
    for path in (path for name in names for path in _below(Path(name))):
        found.setdefault(path.resolve(), path)
    return list(found.values())


def _below(path: Path) -> list[Path]:
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.rglob("*.ttl") if file.is_file())
    if not files:
        raise InputError(f"{path}: no Turtle (*.ttl) in this folder")
    return files


def read_all(paths: Sequence[Path]) -> list[SourceFile]:
    """Read the files, each under the name that it was given by; no two share a blank node.

    Raises one InputError that names every file that cannot be read, with the line.
    """
    files, faults = [], []
    for number, path in enumerate(paths):
        try:
            files.append(_read(path, f"f{number}x"))
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise InputError("\n".join(faults))
    return files


def _read(path: Path, label: str) -> SourceFile:
    """Read one file that may lie anywhere; its blank nodes are numbered after *label*."""
    lines = with_own_nodes(read_turtle(path), label)
    return SourceFile(path, str(path), ox.NamedNode(path.resolve().as_uri()), lines)


def context_for(files: Sequence[SourceFile]) -> Iterator[ox.Triple]:
    """Yield the packaged triples that *files* do not replace.

    What a file describes itself it describes wholly: an edited copy of a claim is not mixed with the packaged
    one. Terms of the ontology stay, unless the file is one that defines them.
    """
    given = {file.path.resolve() for file in files}
    replaced = set(_replaced(files))
    for path in own_files():
        if path.resolve() not in given:
            lines = read_file(path, ROOT).lines
            yield from (line.triple for line in lines if line.triple.subject not in replaced)


def _replaced(files: Sequence[SourceFile]) -> Iterator[object]:
    for file in files:
        may_define = defines_terms(file)
        for subject in {line.triple.subject for line in file.lines}:
            is_term = isinstance(subject, ox.NamedNode) and subject.value.startswith(DIO)
            if may_define or not is_term:
                yield subject


def defines_terms(file: SourceFile) -> bool:
    """Say whether *file* is of an ontology: packaged as one, or a file that says what defines its terms."""
    if file.path.resolve().is_relative_to(ROOT / "ontology"):
        return True
    return any((line.triple.predicate, line.triple.object) == DEFINED_BY for line in file.lines)


def defining(files: Iterable[SourceFile]) -> list[Path]:
    """Return the paths of the files that may define terms."""
    return [file.path for file in files if defines_terms(file)]
