"""Findings as one JSON object: the verdict, the counts, the findings with all that is known of each."""

import json
from collections.abc import Iterable
from json.encoder import encode_basestring
from typing import Any, Final

from diaspora_influence.validate.aside import spread
from diaspora_influence.validate.finding import FIELDS, Kind
from diaspora_influence.validate.reports.report import Entry, Report

READABLE: Final = 1000
"""So many findings are written for people too."""


def write(report: Report) -> str:
    """Return the object; a lone surrogate, which no text may hold, is replaced."""
    return written(report).decode()


def written(report: Report, processes: int = 1) -> bytes:
    """Return the same in UTF-8; many findings are written in as many *processes*, which are forked."""
    few = len(report.entries) <= READABLE
    whole = {
        "conforms": not report.entries,
        "fails": report.fails,
        "counts": report.counts,
        "unread": report.unread,
        "files": list(report.files),
        "baseline": {"known": report.known, "stale": list(report.stale)},
        "notes": list(report.notes),
        "findings": [_finding(entry) for entry in report.entries if few],
    }
    text = dumped(whole, report).encode()
    if few:
        return text
    parts = spread(_many, report.entries, processes)
    return b"".join([text.removesuffix(b"]}\n"), b", ".join(parts), b"]}\n"])


def dumped(value: Any, report: Report) -> str:
    """Return JSON in the script that it is in, valid UTF-8; indented where people may read so much.

    Without an indent the encoder is the one in C, which is three times as fast.
    """
    indent = 2 if len(report.entries) <= READABLE else None
    return valid(json.dumps(value, indent=indent, ensure_ascii=False) + "\n")


def valid(text: str) -> str:
    """Return *text* with lone surrogates replaced."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _finding(entry: Entry) -> dict[str, Any]:
    finding = entry.finding
    said = {name: getattr(finding, name) for name in FIELDS} | _place(entry)
    return said | _rule(entry) | {"fingerprint": f"{entry.print}:{entry.number}"}


def _place(entry: Entry) -> dict[str, Any]:
    excerpt = entry.excerpt
    return {
        "column": entry.column,
        "endColumn": excerpt.end_column if excerpt else None,
        "source": excerpt.text if excerpt else None,
    }


def _rule(entry: Entry) -> dict[str, Any]:
    rule = entry.rule
    return {
        "rule": rule.name,
        "title": rule.title,
        "description": rule.description,
        "page": rule.page,
        "mend": entry.mend,
        "fails": entry.fails,
    }


def _many(entries: Iterable[Entry]) -> list[bytes]:
    """Return what `dumped` makes of the entries; what many have alike, which is most, is written once."""
    known: dict[tuple[Kind, str, str], tuple[str, str, str, str]] = {}
    found = []
    for entry in entries:
        finding = entry.finding
        key = finding.kind, finding.file, finding.message
        alike = known.get(key)
        if alike is None:
            alike = known[key] = _alike(entry)
        begin, path, shape, rule = alike
        column, end, source = map(_text, _place(entry).values())
        text = (
            f'{begin}{finding.line}, "focus": {_text(finding.focus)}, {path}{_text(finding.value)}, {shape}'
            f'"column": {column}, "endColumn": {end}, "source": {source}, {rule}, '
            f'"fingerprint": "{entry.print}:{entry.number}"}}'
        )
        found.append(text.encode("utf-8", "replace"))
    return [b", ".join(found)]


def _alike(entry: Entry) -> tuple[str, str, str, str]:
    """Return what all findings of one kind and message say before the line, the value, the place, the end."""
    finding = entry.finding
    severity, file, path, shape = map(_text, (finding.severity, finding.file, finding.path, finding.shape))
    message, constraint, component = map(_text, (finding.message, finding.constraint, finding.component))
    return (
        f'{{"severity": {severity}, "file": {file}, "line": ',
        f'"path": {path}, "value": ',
        f'"shape": {shape}, "message": {message}, "constraint": {constraint}, "component": {component}, ',
        json.dumps(_rule(entry), ensure_ascii=False)[1:-1],
    )


def _text(value: str | int | None) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    return "null" if value is None else str(value)
