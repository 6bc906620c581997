"""The limits of a server: what each bounds, how it is set, and the problem that it leads to."""

from dataclasses import dataclass
from typing import Final

from diaspora_influence.settings import SETTINGS, Setting, Settings
from diaspora_influence.sparql.errors import (
    AnswerTooLarge,
    Busy,
    DeadlineExceeded,
    MemoryExceeded,
    QueryTooComplex,
    QueryTooLarge,
)


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit as the pages show it; *slug* is that of the problem that it leads to."""

    label: str
    amount: str
    slug: str
    setting: Setting


NAMED: Final = {setting.name: setting for setting in SETTINGS}
ROWS: Final = (
    ("time_limit", "Time", "{:g} s", DeadlineExceeded),
    ("memory_limit", "Memory of a worker", "{:,} MiB", MemoryExceeded),
    ("row_limit", "Rows or triples of an answer", "{:,}", AnswerTooLarge),
    ("byte_limit", "Bytes of an answer", "{:,}", AnswerTooLarge),
    ("query_limit", "Bytes of a query", "{:,}", QueryTooLarge),
    ("nesting_limit", "Brackets open at one time", "{:,}", QueryTooComplex),
    ("chain_limit", "Operators in one chain", "{:,}", QueryTooComplex),
    ("workers", "Queries at the same time", "{:,}", Busy),
    ("queue", "Queries that wait", "{:,}", Busy),
)
"""Setting, what it is called on a page, how its figure is written, and what it ends in."""


def limits(settings: Settings) -> tuple[Limit, ...]:
    """Return the limits of one query under *settings*."""
    return tuple(
        Limit(label, form.format(getattr(settings.limits, NAMED[name].limit)), kind.slug, NAMED[name])
        for name, label, form, kind in ROWS
    )


def named(names: str) -> list[dict[str, str]]:
    """Return flag and variable of each of the settings in *names*, which stand apart by a blank."""
    found = (NAMED[name] for name in names.split() if name in NAMED)
    return [{"flag": setting.flag, "variable": setting.variable} for setting in found]
