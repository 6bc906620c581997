"""The formats of reports, in one table; the module of a format has its name and is imported when needed."""

import os
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Final

from diaspora_influence.validate.choices import FORMATS
from diaspora_influence.validate.reports.outputs import STDOUT, Output
from diaspora_influence.validate.reports.report import Report

Writer = Callable[[Report], str]


def write(name: str, report: Report, how: str = "write") -> str:
    """Return *report* in the format called *name*."""
    return str(getattr(import_module(f"{__package__}.{name}"), how)(report))


WRITERS: Final[dict[str, Writer]] = {name: partial(write, name) for name in FORMATS}
"""Name of a format to what writes it."""


def written(report: Report, goal: Output, processes: int = 1) -> str | bytes:
    """Return the report in the format of *goal*; text in colour where a terminal shows it.

    JSON, the longest, may be written in as many *processes*, which are forked, and is in UTF-8 then.
    """
    if goal.format == "json":
        from diaspora_influence.validate.reports.json import written

        return written(report, processes)
    coloured = goal.format == "text" and goal.file == STDOUT and is_coloured()
    return write("text", report, "in_colour") if coloured else WRITERS[goal.format](report)


def is_coloured() -> bool:
    """Say whether standard output is a terminal and nobody asked for no colour (no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain
