"""Findings for a person at a terminal: each with its line quoted and a caret under the place."""

from typing import Final

from diaspora_influence.terminal import columns
from diaspora_influence.validate.reports.concise import line, summary
from diaspora_influence.validate.reports.report import Entry, Report
from diaspora_influence.validate.reports.shown import visible
from diaspora_influence.validate.rule import Rule, compact

INKS: Final = {"Violation": "31", "Warning": "33", "Info": "36"}
"""Severity to the number of its colour; what is not here is not coloured."""


def write(report: Report, colour: bool = False) -> str:
    """Return the findings; what a rule is for and where it can be read stands at its first finding."""
    blocks, told = [], set()
    for entry in report.entries:
        why = _why(entry.rule) if entry.rule.iri not in told else []
        told.add(entry.rule.iri)
        blocks.append("\n".join([*_head(entry, colour), *_quoted(entry, colour), *_terms(entry), *why]))
    return "\n\n".join([*blocks, "\n".join(summary(report))]) + "\n"


def in_colour(report: Report) -> str:
    """Return the same with the severities and carets in colour."""
    return write(report, colour=True)


def _head(entry: Entry, colour: bool) -> list[str]:
    said = line(entry)
    name = f": {entry.level}: "
    before, found, after = said.partition(name)
    return [f"{before}: {_inked(name[2:-1], entry, colour)} {after}" if found else said]


def _quoted(entry: Entry, colour: bool) -> list[str]:
    excerpt = entry.excerpt
    if excerpt is None or not excerpt.text.strip():
        return []
    text, number = excerpt.text.replace("\t", " "), str(entry.finding.line)
    lines = [f"  {number} | {visible(text)}"]
    if excerpt.start is not None:
        before, meant = (visible(part) for part in (text[: excerpt.start], text[excerpt.start : excerpt.end]))
        caret = _inked("^" * max(1, columns(meant)), entry, colour)
        lines.append(f"  {' ' * len(number)} | {' ' * columns(before)}{caret}")
    return lines


def _terms(entry: Entry) -> list[str]:
    terms = {"path": entry.finding.path, "value": entry.finding.value}
    words = [f"{name} {visible(compact(term))}" for name, term in terms.items() if term]
    said = [f"mend: {visible(entry.mend)}"] if entry.mend else []
    return [f"  {line}" for line in [*([", ".join(words)] if words else []), *said]]


def _why(rule: Rule) -> list[str]:
    said = [f"why: {visible(rule.description)}"] if rule.description else []
    return [f"  {line}" for line in [*said, *([f"see: {visible(rule.page)}"] if rule.page else [])]]


def _inked(text: str, entry: Entry, colour: bool) -> str:
    ink = INKS.get(entry.finding.severity)
    return f"\x1b[1;{ink}m{text}\x1b[0m" if colour and ink else text
