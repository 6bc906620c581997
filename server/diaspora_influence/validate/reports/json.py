"""Findings as one JSON object: the verdict, the counts, the findings with all that is known of each."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from json.encoder import encode_basestring
from typing import Any, Final

from diaspora_influence.validate.finding import FIELDS, Kind
from diaspora_influence.validate.reports.report import Entry, Report

READABLE: Final = 1000
"""So many findings are written for people too."""


def write(report: Report) -> str:
    """Return the object; a lone surrogate, which no text may hold, is replaced."""
    whole = {
        "conforms": not report.entries,
        "fails": report.fails,
        "counts": report.counts,
        "unread": report.unread,
        "files": list(report.files),
        "baseline": {"known": report.known, "stale": list(report.stale)},
        "notes": list(report.notes),
        "findings": [_finding(entry) for entry in report.entries if len(report.entries) <= READABLE],
    }
    text = dumped(whole, report)
    if len(report.entries) <= READABLE:
        return text
    return text.removesuffix("]}\n") + ", ".join(_many(report.entries)) + "]}\n"


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


def _many(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield what `dumped` makes of each entry; what is said of its rule, which is most, is written once."""
    text = cache(_text)
    rules: dict[Kind, str] = {}
    for entry in entries:
        finding = entry.finding
        if finding.kind not in rules:
            rules[finding.kind] = json.dumps(_rule(entry), ensure_ascii=False)[1:-1]
        place = "".join(f'"{name}": {_text(value)}, ' for name, value in _place(entry).items())
        yield valid(
            f'{{"severity": {text(finding.severity)}, "file": {text(finding.file)}, '
            f'"line": {finding.line}, "focus": {_text(finding.focus)}, "path": {text(finding.path)}, '
            f'"value": {_text(finding.value)}, "shape": {text(finding.shape)}, '
            f'"message": {text(finding.message)}, "constraint": {text(finding.constraint)}, '
            f'"component": {text(finding.component)}, {place}{rules[finding.kind]}, '
            f'"fingerprint": "{entry.print}:{entry.number}"}}'
        )


def _text(value: str | int | None) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    return "null" if value is None else str(value)
