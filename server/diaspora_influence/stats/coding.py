"""A double coding: the units of two coders, the names settled since, and what became of each unit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from diaspora_influence.errors import InputError
from diaspora_influence.stats.known import Span
from diaspora_influence.stats.tables import Finding, Row, Table, read_table

UNIT: Final = (
    *("unit", "passages", "subject", "predicate", "object", "certainty", "holder"),
    *("polarity", "modality", "wording", "basis", "time", "note"),
)
NAMES: Final = ("name", "is", "why")
SETTLEMENT: Final = ("first", "second", "claim", "decision")
SECTIONS: Final = ("section", "first", "last")
CODERS: Final = ("first", "second")
PASSAGE: Final = re.compile(r"([0-9]{1,9})-([0-9]{1,9}):([0-9]{1,9})-([0-9]{1,9})")
FORM: Final = "FIRST-LAST:START-END, several joined by ;"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a coder: its row of the file, and its passages as far as they can be read."""

    line: int
    row: Row
    spans: tuple[Span, ...]

    @property
    def name(self) -> str:
        """Return what the unit is called."""
        return self.row["unit"]


@dataclass(frozen=True, slots=True)
class Coding:
    """All files of a folder; *sections* are names with first and last line, none where no file names them."""

    units: dict[str, tuple[Unit, ...]]
    names: dict[str, str]
    sections: dict[str, tuple[int, int]]
    tables: dict[str, Table]
    findings: tuple[Finding, ...]


def read_coding(folder: Path) -> Coding:
    """Read the files of *folder*; raises InputError for one that is missing or no CSV of its kind."""
    if not folder.is_dir():
        raise InputError(f"{folder}: no folder with a coding; --coding DIR names another")
    wanted = {**dict.fromkeys(CODERS, UNIT), "names": NAMES, "settlement": SETTLEMENT}
    # Which lines are whose section is the paper's, and not every coding is told apart by section.
    wanted |= {"sections": SECTIONS} if (folder / "sections.csv").exists() else {}
    tables = {name: read_table(folder / f"{name}.csv", columns) for name, columns in wanted.items()}
    for coder in CODERS:
        if not tables[coder].rows:
            raise InputError(f"{folder / coder}.csv: no unit below the header; there is nothing to compare")
    found = [finding for table in tables.values() for finding in table.findings]
    units = {coder: tuple(read_units(tables[coder], found)) for coder in CODERS}
    sections = dict(read_sections(tables["sections"], found)) if "sections" in tables else {}
    names = {row["name"]: row["is"] for _, row in tables["names"].rows}
    return Coding(units, names, sections, tables, tuple(found))


def read_units(table: Table, found: list[Finding]) -> Iterator[Unit]:
    """Yield the units of a table; what is wrong with their passages is added to *found*."""
    for line, row in table.rows:
        spans = []
        for part in row["passages"].split(";"):
            span = span_of(part.strip())
            if isinstance(span, Span):
                spans.append(span)
            else:
                found.append(Finding(table.name, line, f"{called(row)}: {span}"))
        yield Unit(line, row, tuple(spans))


def called(row: Row) -> str:
    """Return a unit's name for a message, whatever stands there."""
    return f"unit {row['unit'][:40] or '(no name)'}"


def span_of(text: str) -> Span | str:
    """Return the span that *text* names, or what is wrong with it."""
    match = PASSAGE.fullmatch(text)
    if not match:
        return f"{text[:60]!r} is no passage; write {FORM}"
    span = Span(*map(int, match.groups()))
    if not 1 <= span.first <= span.last:
        return f"passage {text}: lines count from 1 and run forwards"
    if span.start >= span.end:
        return f"passage {text}: it ends at or before its start; write START-END with START the smaller"
    return span


def read_sections(table: Table, found: list[Finding]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield each section with its first and last line; a row that has none is added to *found*."""
    for line, row in table.rows:
        ends = [row["first"], row["last"]]
        if all(re.fullmatch("[0-9]{1,9}", end) for end in ends) and int(ends[0]) <= int(ends[1]):
            yield row["section"], (int(ends[0]), int(ends[1]))
        else:
            found.append(Finding(table.name, line, "first and last are line numbers that run forwards"))
