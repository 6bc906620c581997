"""Lines of a text that carry no claim, and why: a table in the page of the hard calls."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from diaspora_influence.errors import InputError
from diaspora_influence.passages.audit import Mismatch

HEADING: Final = "## Lines without a claim"
ROW: Final = "| 2–6 | reason |"
RULE: Final = re.compile(r"\|[\s:|-]*-[\s:|-]*")
RANGE: Final = re.compile(r"([0-9]{1,9})(?:\s*[-–]\s*([0-9]{1,9}))?")


@dataclass(frozen=True, slots=True)
class Explained:
    """The lines that a page explains, each with its line of the page; *heading* is 0 where there is none."""

    name: str
    heading: int
    lines: dict[int, int]
    mismatches: tuple[Mismatch, ...]


def read_explained(path: Path, name: str, count: int) -> Explained:
    """Read the table from the page of a text of *count* lines; *name* is what messages call the page.

    Raises InputError where it cannot be read.
    """
    try:
        page = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        why = f"cannot be read: {error.strerror}; it explains the lines that carry no claim"
        raise InputError(f"{path}: {why}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}") from error
    found: dict[int, int] = {}
    wrong: list[Mismatch] = []
    for at, row in table(page):
        cells = [cell.strip() for cell in row.strip().strip("|").split("|", 1)]
        try:
            if len(cells) < 2 or not cells[1]:
                raise InputError(f"a row without a reason; write {ROW}")
            found |= {line: at for line in sorted(lines_of(cells[0], count)) if line not in found}
        except InputError as error:
            wrong.append(Mismatch(name, at, "line without a claim", str(error)))
    heading = next((at for at, line in enumerate(page.split("\n"), 1) if line.strip() == HEADING), 0)
    return Explained(name, heading, found, tuple(wrong))


def table(page: str) -> Iterator[tuple[int, str]]:
    """Yield each row below the heading with its line, but neither head nor rule."""
    inside, waiting = False, None
    for at, line in enumerate(page.split("\n"), 1):
        if line.startswith(("# ", "## ")):
            inside = line.strip() == HEADING
        is_row = inside and line.lstrip().startswith("|")
        if is_row and RULE.fullmatch(line.strip()):
            waiting = None  # what stood above the rule was the head
            continue
        if waiting:
            yield waiting
        waiting = (at, line) if is_row else None
    if waiting:
        yield waiting


def lines_of(cell: str, count: int) -> set[int]:
    """Return the lines that *cell* lists; raises InputError for what is no line of a text of *count*."""
    found: set[int] = set()
    for part in cell.split(","):
        match = RANGE.fullmatch(part.strip())
        if not match:
            raise InputError(f"{part.strip()[:40]!r} is no line and no range of lines; write {ROW}")
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= count:
            raise InputError(f"there are no lines {first} to {last}; the text has {count}")
        found |= set(range(first, last + 1))
    return found
