"""What a run does with its baseline: leaves out what it holds, or writes it."""

import sys
from collections.abc import Sequence
from pathlib import Path

from diaspora_influence.record import replace
from diaspora_influence.terminal import count
from diaspora_influence.validate.baseline import Known, compared, read, write
from diaspora_influence.validate.faults import Fault
from diaspora_influence.validate.reports.report import Report, path_of
from diaspora_influence.validate.reports.shown import visible


def known_of(place: Path, to_write: bool) -> list[Known]:
    """Return what the baseline at *place* holds; nothing where it is *to_write* and not there yet."""
    return [] if to_write and not place.exists() else read(place)


def without_known(report: Report, known: Sequence[Known]) -> Report:
    """Return *report* without what is *known*."""
    said = compared(report.entries, known, {path_of(name) for name in report.files})
    return replace(report, entries=said.new, known=said.known, stale=said.stale)


def written(report: Report, place: Path, faults: Sequence[Fault]) -> list[Known] | None:
    """Write the baseline and return what it holds; with a fault none is written."""
    if faults:
        print(
            f"dio validate: {visible(str(place))}: not written while a file cannot be read", file=sys.stderr
        )
        return None
    held = write(place, report.entries)
    print(f"dio validate: {visible(str(place))}: {count(held, 'finding')} written", file=sys.stderr)
    return read(place)
