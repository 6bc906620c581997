"""What a run finds in its files: by shapes, as one graph or in each alone, and by lint in all of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.validate.aside import aside
from diaspora_influence.validate.faults import judged_by_pyshacl
from diaspora_influence.validate.finding import Finding, values
from diaspora_influence.validate.inputs.files import defining
from diaspora_influence.validate.inputs.material import Material, ShapeSet
from diaspora_influence.validate.judge import findings
from diaspora_influence.validate.options import Options

MANY: Final = 100_000
"""Triples from which on lint has a process of its own; for fewer a fork does not pay."""
Suspects = Callable[[], list[Finding]]


def found_in(
    files: Sequence[SourceFile],
    sets: Sequence[ShapeSet],
    read_in: Material,
    options: Options,
    separately: bool,
    processes: int,
) -> tuple[list[Finding], tuple[str, ...]]:
    """Return what is found in the files, and what the engines tell of it.

    Where there are many triples, lint is done aside while the judges judge.
    """
    notes: list[str] = []
    judge = partial(findings, engine=options.engine, tell=notes.append, processes=processes)
    context = read_in.context(files)
    with linted(files, context, options, processes) as suspects:
        found: list[Finding] = []
        for some in [[file] for file in files] if separately else [files]:
            beside = read_in.context(some) if separately else context
            data = read_in.data(some)
            for shapes in sets:
                found += judge(data, shapes, defining(some), beside)
        return [*found, *untold(suspects(), found)], tuple(map(judged_by_pyshacl, dict.fromkeys(notes)))


def untold(suspects: list[Finding], found: Sequence[Finding]) -> list[Finding]:
    """Return what lint suspects and no judge has *found*."""
    if not suspects:
        return []
    from diaspora_influence.validate.lint.run import untold

    return untold(suspects, found)


@contextmanager
def linted(
    files: Sequence[SourceFile], context: Sequence[ox.Triple], options: Options, processes: int
) -> Iterator[Suspects]:
    """Yield what returns what lint suspects: at once where that is begun aside, else when it is called."""
    if not options.lint:
        yield list
        return

    def suspects() -> list[Finding]:
        from diaspora_influence.validate.lint.run import suspects

        whole = options.context or not options.files
        return suspects(files, context, whole, vocabulary=not options.ontology)

    if processes == 1 or sum(len(file.table) for file in files) < MANY:
        yield suspects
        return
    with aside(lambda: [values(hit) for hit in suspects()]) as answer:
        yield lambda: [Finding(*said) for said in answer()]
