"""One line for each finding, for people in a hurry and programs that match lines, and one with the counts."""

from diaspora_influence.terminal import count
from diaspora_influence.validate.reports.report import Entry, Report
from diaspora_influence.validate.reports.shown import level, place, visible
from diaspora_influence.validate.rule import compact


def write(report: Report) -> str:
    """Return the lines."""
    return "\n".join([*map(line, report.entries), *summary(report)]) + "\n"


def line(entry: Entry) -> str:
    """Return the place, the severity, the message, the focus node and the rule of one finding."""
    finding = entry.finding
    said = f"{entry.level}: {visible(finding.message)}"
    where = place(finding.file, finding.line, entry.column)
    names = [*([] if entry.unread else [finding.focus]), entry.rule.name]
    return f"{where}: {said} ({', '.join(visible(compact(name)) for name in names)})"


def summary(report: Report) -> list[str]:
    """Return what is said of all: what the baseline holds, what it holds in vain, the counts."""
    lines = []
    if report.known:
        lines.append(f"baseline: {count(report.known, 'known finding')} left out")
    lines += [f"baseline: no longer found: {visible(name)}" for name in report.stale]
    counts = [count(number, level(name)) for name, number in report.counts.items() if number]
    unread = [f"{count(report.unread, 'file')} cannot be read"] if report.unread else []
    return [*lines, ", ".join([*unread, *counts]) or "conforms: no findings"]
