"""Turtle held against shapes by one of two engines: each result gets a file and a line.

Only what the files themselves describe is judged. The fast engine is ours and judges our own shapes; pyshacl
is the reference and judges all others. A test holds that the two find the same.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.data import ROOT, SourceFile
from diaspora_influence.record import replace
from diaspora_influence.validate.checks import Verdict, by_program
from diaspora_influence.validate.collector import hold
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.finding import Finding, in_order
from diaspora_influence.validate.inputs.files import read_all
from diaspora_influence.validate.inputs.packaged import own_shapes
from diaspora_influence.validate.scripts import refuse_scripts

Shapes = Sequence[SourceFile] | None
"""The files of the shapes; None for the packaged ones."""
Engine = Callable[[Sequence[SourceFile], Shapes, Iterable[ox.Triple], int], Verdict]
"""From files, shapes, context and how many processes there may be to what is found."""


def findings(
    files: Sequence[SourceFile],
    shapes: Sequence[Path | SourceFile] | None = None,
    ontology: Sequence[Path] | None = None,
    context: Iterable[ox.Triple] = (),
    engine: str = "auto",
    both: Collection[Path] = (),
    tell: Callable[[str], object] | None = None,
    processes: int = 1,
) -> list[Finding]:
    """Return what *shapes* (the packaged ones if None) find in *files*, sorted.

    Every node that the files describe is judged; *context* is there to be looked things up in. Files that
    are shapes are no data, but for those of *both*. *ontology* names the files that may define terms, the
    packaged ones if None. *engine* is one of ENGINES; where another takes its place *tell* hears why.
    It may run in as many *processes*, which it forks.
    Raises InputError for bad shapes, UnsupportedError where the fast engine was asked for and cannot judge
    them, InternalError where an engine fails.
    """
    judged = [file for file in files if file.path in both or file.path not in (shapes or ())]
    defining = [file.path for file in judged if is_packaged_ontology(file)] if ontology is None else ontology
    held = context if isinstance(context, Sequence) else [*context]
    verdict = ENGINES[engine](judged, _shape_files(shapes, files), held, processes)
    hold(verdict)
    if tell and verdict.refused:
        tell(verdict.refused)
    return in_order([*verdict.findings, *by_program(verdict, judged, defining)], verdict.once)


def is_packaged_ontology(file: SourceFile) -> bool:
    """Say whether *file* is one of those that define the terms."""
    return file.path.resolve().is_relative_to(ROOT / "ontology")


def _shape_files(shapes: Sequence[Path | SourceFile] | None, read: Sequence[SourceFile]) -> Shapes:
    """Return the files of the shapes; what is among *read*, or was read before, is not read again.

    Raises PlacedError where one asks by a script.
    """
    if shapes is None:
        return None
    known = {file.path: file for file in read}
    unread = [shape for shape in shapes if isinstance(shape, Path) and shape not in known]
    known |= {file.path: file for file in read_all(unread, "s")}
    found = [known[shape] if isinstance(shape, Path) else shape for shape in shapes]
    refuse_scripts(found)
    return found


def fast(
    files: Sequence[SourceFile], shapes: Shapes, context: Iterable[ox.Triple], processes: int
) -> Verdict:
    """Judge by the engine of our own."""
    from diaspora_influence.validate.fast.judge import judge

    foreign = shapes is not None and not are_ours(shapes)
    return judge(files, shapes, context, foreign, processes)


def pyshacl(files: Sequence[SourceFile], shapes: Shapes, context: Iterable[ox.Triple], _: int) -> Verdict:
    """Judge by the reference, which takes long to import."""
    from diaspora_influence.validate.reference.judge import judge

    return judge(files, shapes, context, foreign=shapes is not None and not are_ours(shapes))


def auto(
    files: Sequence[SourceFile], shapes: Shapes, context: Iterable[ox.Triple], processes: int
) -> Verdict:
    """Judge by the fast engine where the shapes are ours, by pyshacl elsewhere and where it refuses."""
    if shapes is None or are_ours(shapes):
        try:
            return fast(files, shapes, context, processes)
        except UnsupportedError as error:
            return replace(pyshacl(files, shapes, context, 1), refused=str(error))
    return pyshacl(files, shapes, context, 1)


def are_ours(shapes: Sequence[SourceFile]) -> bool:
    """Say whether *shapes* are the packaged ones, wherever they lie."""
    own, given = own_shapes(), [file.path for file in shapes]
    if sorted(path.name for path in own) != sorted(path.name for path in given):
        return False
    return sorted(map(Path.read_bytes, own)) == sorted(map(Path.read_bytes, given))


ENGINES: Final[dict[str, Engine]] = {"auto": auto, "fast": fast, "pyshacl": pyshacl}
"""Name of an engine to what judges by it."""
