"""Findings as one JSON object: the verdict, the counts, the findings with all that is known of each."""

import json
from dataclasses import fields
from typing import Any, Final

from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.reports.report import Entry, Report

FIELDS: Final = tuple(field.name for field in fields(Finding))
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
        "findings": [_finding(entry) for entry in report.entries],
    }
    return dumped(whole, report)


def dumped(value: Any, report: Report) -> str:
    """Return JSON in the script that it is in, valid UTF-8; indented where people may read so much.

    Without an indent the encoder is the one in C, which is three times as fast.
    """
    indent = 2 if len(report.entries) <= READABLE else None
    text = json.dumps(value, indent=indent, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "replace").decode("utf-8")


def _finding(entry: Entry) -> dict[str, Any]:
    excerpt, rule = entry.excerpt, entry.rule
    return {name: getattr(entry.finding, name) for name in FIELDS} | {
        "column": entry.column,
        "endColumn": excerpt.end_column if excerpt else None,
        "source": excerpt.text if excerpt else None,
        "rule": rule.name,
        "title": rule.title,
        "description": rule.description,
        "page": rule.page,
        "mend": entry.mend,
        "fails": entry.fails,
        "fingerprint": f"{entry.print}:{entry.number}",
    }
