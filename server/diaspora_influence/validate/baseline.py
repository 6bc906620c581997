"""Findings that are known already: what a baseline file holds, and what is new beside it."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from diaspora_influence.errors import InputError
from diaspora_influence.validate.inputs.addresses import is_address
from diaspora_influence.validate.reports.outputs import write_whole
from diaspora_influence.validate.reports.report import Entry
from diaspora_influence.validate.rule import compact

KIND: Final = "dio validate baseline"
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Known:
    """A finding that a baseline holds: fingerprint, how many share it, file, and name for people."""

    print: str
    count: int
    file: str
    name: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What a baseline says of a run: what is new, how many findings it knew, what nobody finds any more."""

    new: tuple[Entry, ...]
    known: int
    stale: tuple[str, ...]


def compared(entries: Iterable[Entry], baseline: Sequence[Known], judged: Collection[str]) -> Compared:
    """Hold *entries* against *baseline*; only what it says of the files *judged*, or of none, can be stale.

    Of findings with one fingerprint the first are the known ones. A file that cannot be read is always new.
    """
    left, new, known = Counter({row.print: row.count for row in baseline}), [], 0
    for entry in entries:
        if left[entry.print] > 0 and not entry.unread:
            left[entry.print] -= 1
            known += 1
        else:
            new.append(entry)
    gone = (row for row in baseline if left[row.print] > 0)
    stale = tuple(row.name for row in gone if row.file in judged or is_gone(row.file))
    return Compared(tuple(new), known, stale)


def is_gone(name: str) -> bool:
    """Say whether a file is not there any more; what lies on a network is not looked for."""
    return not is_address(name) and not Path(name).exists()


def read(path: Path) -> list[Known]:
    """Return what the baseline at *path* holds; InputError where it is not there or no baseline."""
    try:
        whole = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: the baseline cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not a baseline: {error}") from error
    if not isinstance(whole, dict) or whole.get("kind") != KIND:
        raise InputError(f'{path}: not a baseline: it has no "kind": "{KIND}"')
    if whole.get("version") != VERSION:
        raise InputError(f"{path}: a baseline of version {whole.get('version')!r}; this is read: {VERSION}")
    rows = whole.get("findings")
    if not isinstance(rows, list):
        raise InputError(f'{path}: not a baseline: "findings" is no list')
    return [_known(path, number, row) for number, row in enumerate(rows, 1)]


def _known(path: Path, number: int, row: Any) -> Known:
    kinds = {"fingerprint": str, "count": int, "file": str, "finding": str}
    fits = isinstance(row, dict) and all(type(row.get(name)) is kind for name, kind in kinds.items())
    if not fits or row["count"] < 1:
        raise InputError(f"{path}: not a baseline: finding {number} lacks what one has")
    return Known(row["fingerprint"], row["count"], row["file"], row["finding"])


def write(path: Path, entries: Iterable[Entry]) -> int:
    """Write a baseline of *entries* and return how many it holds; one that is no baseline is not replaced."""
    if path.exists():
        read(path)
    held = [entry for entry in entries if not entry.unread]
    counts = Counter(entry.print for entry in held)
    first = {entry.print: entry for entry in reversed(held)}
    rows = [
        {"fingerprint": mark, "count": counts[mark], "file": entry.path, "finding": _name(entry)}
        for mark, entry in first.items()
    ]
    rows.sort(key=lambda row: (row["file"], row["finding"], row["fingerprint"]))
    whole = {"kind": KIND, "version": VERSION, "findings": rows}
    write_whole(path, (json.dumps(whole, indent=2, ensure_ascii=True) + "\n").encode())
    return len(held)


def _name(entry: Entry) -> str:
    """Return what a reviewer knows a finding by; no line and no blank node, whose numbers shift."""
    finding = entry.finding
    terms = [term for term in (finding.focus, finding.path, finding.value) if term]
    shown = ("[]" if term.startswith("_:") else compact(term) for term in terms)
    return " ".join([f"{entry.path}: {entry.rule.name}:", *shown])
