"""The CSV files of a coding: read strictly, each row with its line, each fault with how to mend it."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from diaspora_influence.errors import InputError
from diaspora_influence.lines import BOM

Row = dict[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong in a file, and how to mend it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """Return the finding as one line of a report."""
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Table:
    """One file: its name, its rows with the line on which each begins, and what is wrong with its bytes."""

    name: str
    rows: tuple[tuple[int, Row], ...]
    findings: tuple[Finding, ...]


def read_table(path: Path, columns: Sequence[str]) -> Table:
    """Read a CSV file whose header is *columns*; raises InputError for what is no such file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        text = content.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise InputError(f"{path}:{line}: a NUL character; a CSV file has none, so this may be another file")
    return Table(path.name, tuple(records(path, text, columns)), tuple(habits(path.name, content)))


def habits(name: str, content: bytes) -> Iterator[Finding]:
    """Yield what some editors add to a file, which reads all the same."""
    if content.startswith(BOM):
        yield Finding(name, 1, "a byte order mark stands before the header; save as UTF-8 without one")
    if b"\r" in content:
        line = content[: content.index(b"\r")].count(b"\n") + 1
        yield Finding(name, line, "a carriage return; save with line ends of LF alone")


def records(path: Path, text: str, columns: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """Yield each row after the header with the line on which it begins; raises InputError."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header, line = None, 1
    try:
        for fields in reader:
            begun, line = line, reader.line_num + 1
            if header is None:
                header = checked_header(path, fields, columns)
            elif len(fields) != len(columns):
                raise InputError(f"{path}:{begun}: {len(fields)} fields where the header has {len(columns)}; "
                                 "put a field that has a comma in it into double quotes")  # fmt: skip
            else:
                yield begun, {name: field.strip() for name, field in zip(columns, fields, strict=True)}
    except csv.Error as error:
        raise InputError(f"{path}:{line}: not CSV: {error}") from error
    if header is None:
        raise InputError(f"{path}: empty; its first line is {','.join(columns)}")


def checked_header(path: Path, fields: list[str], columns: Sequence[str]) -> list[str]:
    """Return the header where it is right; raises InputError that names the difference."""
    if fields == list(columns):
        return fields
    missing, extra = [name for name in columns if name not in fields], [f for f in fields if f not in columns]
    faults = [
        f"{word} {', '.join(map(repr, some))}" for word, some in (("lacks", missing), ("has", extra)) if some
    ]
    why = " and ".join(faults) or "has them in another order or twice"
    raise InputError(f"{path}:1: wrong header: it {why[:200]}; write {','.join(columns)}")
