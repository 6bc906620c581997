"""What goes wrong beside what shapes find: files that cannot be read, reports that would harm, refusals."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from diaspora_influence.errors import InputError, PlacedError
from diaspora_influence.terms import SHAPES
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.inputs.addresses import address, called
from diaspora_influence.validate.reports.outputs import STDOUT, Output
from diaspora_influence.validate.rule import SYNTAX, UNREADABLE

Fault = tuple[Path, InputError]
"""A file that cannot be read, and why."""


def fault_of(path: Path, error: InputError) -> Finding:
    """Return the finding that a file cannot be read or is not RDF."""
    name = called(path)
    place = partial(Finding, "Violation", name, component=SHAPES + "Program")
    if isinstance(error, PlacedError):
        said = (address(path), None, None, SYNTAX, error.said)
        return place(error.line, *said, column=error.column)
    said = (address(path), None, None, UNREADABLE, str(error).removeprefix(f"{name}: "))
    return place(1, *said)


def judged_by_pyshacl(refusal: str) -> str:
    """Return what is told where the fast engine refused and the reference judged in its place."""
    return f"pyshacl judges, which takes longer: {refusal.partition('; --engine')[0]}"


def refuse_goals(goals: Iterable[Output], paths: Iterable[Path], baseline: str | None) -> None:
    """Raise InputError, before all else, where a report would go over what is read or has no folder."""
    read = {path.resolve() for path in [*paths, *([Path(baseline)] if baseline else [])]}
    for goal in goals:
        place = Path(goal.file)
        if goal.file != STDOUT and place.resolve() in read:
            raise InputError(f"{place}: a report is not written over what is judged")
        if goal.file != STDOUT and (place.is_dir() or not place.parent.is_dir()):
            raise InputError(f"{place}: cannot be written: no such folder, or it is one")
