"""What `dio validate` reads: the files that are named, and what is packaged, as context for them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from diaspora_influence.data import ROOT, SourceFile, turtle_files, with_own_nodes
from diaspora_influence.errors import InputError
from diaspora_influence.terms import DIO, ONTOLOGY, RDFS
from diaspora_influence.validate.named import address, below, content_of
from diaspora_influence.validate.reading import kind_of, read_lines

DEFINED_BY = (ox.NamedNode(RDFS + "isDefinedBy"), ox.NamedNode(ONTOLOGY))
Reader = Callable[[Path, str], Iterable[ox.Triple]]
"""What reads a packaged file, and numbers its blank nodes after a label."""


def own_files() -> list[Path]:
    """Return the packaged ontology and instances."""
    return [path for path in turtle_files() if not path.is_relative_to(ROOT / "shapes")]


def own_shapes() -> list[Path]:
    """Return the packaged shape files, sorted."""
    return sorted((ROOT / "shapes").glob("*.ttl"))


def expanded(names: Sequence[str], kind: str | None = None) -> list[Path]:
    """Return the files that *names* stand for, as `below` has it, each once, in their order."""
    found: dict[Path, Path] = {}
    for path in (path for name in names for path in below(name, kind)):
        found.setdefault(path.resolve(), path)
    return list(found.values())


def read_all(paths: Sequence[Path], label: str = "f") -> list[SourceFile]:
    """Read the files, each under the name that it was given by; no two share a blank node.

    Blank nodes are numbered after *label* and the place of their file.

    Raises one InputError that names every file that cannot be read, with the line.
    """
    files, faults = read_each(paths, label)
    if faults:
        raise InputError("\n".join(str(error) for _, error in faults))
    return files


def read_each(
    paths: Sequence[Path], label: str = "f", kind: str | None = None
) -> tuple[list[SourceFile], list[tuple[Path, InputError]]]:
    """Return the files that can be read, as `read_all` does, and the others with what is wrong with each.

    *kind* names the format of all; without it the suffix of each does.
    """
    files, faults = [], []
    for number, path in enumerate(paths):
        try:
            files.append(_read(path, f"{label}{number}x", kind))
        except InputError as error:
            faults.append((path, error))
    return files, faults


def _read(path: Path, label: str, kind: str | None) -> SourceFile:
    """Read one file that may lie anywhere; its blank nodes are numbered after *label*."""
    name, base = str(path), address(path)
    lines = read_lines(content_of(path), name, kind_of(name, kind), base)
    return SourceFile(path, name, ox.NamedNode(base), with_own_nodes(lines, label))


def context_for(files: Sequence[SourceFile], read: Reader | None = None) -> Iterator[ox.Triple]:
    """Yield the packaged triples that *files* do not replace; *read* takes the place of `plain_triples`.

    What a file describes itself it describes wholly: an edited copy of a claim is not mixed with the packaged
    one. Terms of the ontology stay, unless the file is one that defines them.
    """
    given = {file.path.resolve() for file in files}
    replaced = set(_replaced(files))
    for number, path in enumerate(own_files()):
        if path.resolve() not in given:
            told = (read or plain_triples)(path, f"c{number}x")
            seen = (triple for triple in told if triple.subject not in replaced)
            yield from seen if path.is_relative_to(ROOT / "ontology") else (t for t in seen if is_outer(t))


def added_context(paths: Sequence[Path], files: Sequence[SourceFile]) -> Iterator[ox.Triple]:
    """Yield the triples of other files that are context too, but for what *files* describe themselves."""
    given = {file.path.resolve() for file in files}
    replaced = set(_replaced(files)) if paths else set()
    for file in read_all([path for path in paths if path.resolve() not in given], "a"):
        yield from (line.triple for line in file.lines if line.triple.subject not in replaced)


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
