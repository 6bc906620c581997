"""Findings as GitLab's Code Quality report."""

from hashlib import sha256
from typing import Any, Final

from diaspora_influence.validate.reports.json import dumped
from diaspora_influence.validate.reports.report import Entry, Report
from diaspora_influence.validate.reports.shown import visible

SEVERITIES: Final = {"Violation": "major", "Warning": "minor"}
"""Severity to GitLab's; all others are info, and a file that cannot be read is a blocker."""


def write(report: Report) -> str:
    """Return the array of issues; GitLab knows one again by its fingerprint, so no two share one."""
    return dumped([_issue(entry) for entry in report.entries], report)


def _issue(entry: Entry) -> dict[str, Any]:
    finding = entry.finding
    return {
        "description": visible(f"{finding.message} ({entry.rule.name})"),
        "check_name": entry.rule.name,
        "fingerprint": sha256(f"{entry.print}:{entry.number}".encode()).hexdigest()[:32],
        "severity": "blocker" if entry.unread else SEVERITIES.get(finding.severity, "info"),
        "location": {"path": entry.path, "lines": {"begin": finding.line}},
    }
