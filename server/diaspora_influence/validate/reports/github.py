"""Findings as GitHub's workflow commands, which become annotations in a pull request."""

from typing import Final

from diaspora_influence.validate.reports.concise import summary
from diaspora_influence.validate.reports.report import Entry, Report
from diaspora_influence.validate.reports.shown import visible

COMMANDS: Final = {"Violation": "error", "Warning": "warning"}
"""Severity to the command; all others are a notice."""
IN_MESSAGE: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
IN_PROPERTY: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def write(report: Report) -> str:
    """Return a command for each finding, then the counts."""
    return "\n".join([*map(_command, report.entries), *summary(report)]) + "\n"


def _command(entry: Entry) -> str:
    finding, excerpt, rule = entry.finding, entry.excerpt, entry.rule
    command = COMMANDS.get(finding.severity, "notice")
    end = excerpt.end_column - 1 if excerpt and excerpt.end_column else None
    said = {
        "file": entry.path,
        "line": str(finding.line),
        "col": entry.column and str(entry.column),
        "endColumn": end and str(end),
        "title": rule.name,
    }
    properties = ",".join(f"{name}={_escaped(value)}" for name, value in said.items() if value)
    mend = entry.mend
    parts = [finding.message, mend and f"To mend it: {mend}", rule.description]
    parts += [rule.page and f"See {rule.page}"]
    message = "\n".join(visible(part) for part in parts if part)
    return f"::{command} {properties}::{message.translate(IN_MESSAGE)}"


def _escaped(value: str) -> str:
    return visible(value).translate(IN_PROPERTY)
