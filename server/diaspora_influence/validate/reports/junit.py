"""Findings as JUnit's XML, which Jenkins, GitLab and most others show as tests.

A suite is a file, a case in it a rule that is broken there: platforms know a case again by its names, and a
name with a line in it would be a new case whenever lines shift. What does not fail the run is output of a
case that passes; a file that cannot be read is an error; one without findings has one case that passes.
"""

from collections.abc import Sequence
from html import escape
from itertools import groupby

from diaspora_influence.terminal import count
from diaspora_influence.validate.reports.report import Entry, Report
from diaspora_influence.validate.reports.shown import place, visible


def write(report: Report) -> str:
    """Return the document."""
    found: dict[str, list[Entry]] = {name: [] for name in report.files}
    for entry in report.entries:
        found.setdefault(entry.finding.file, []).append(entry)
    suites = [_suite(name, found[name]) for name in sorted(found)]
    totals = _totals([cases for _, cases in suites])
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites{_attributes(name='dio validate')}{totals}>",
    ]
    return "\n".join([*lines, *(text for text, _ in suites), "</testsuites>"]) + "\n"


def _suite(name: str, entries: Sequence[Entry]) -> tuple[str, list[str]]:
    """Return the suite of one file and how each of its cases ended."""
    by_rule = sorted(entries, key=lambda entry: entry.rule.name)
    groups = [list(group) for _, group in groupby(by_rule, key=lambda entry: entry.rule.name)]
    cases = [_case(name, group) for group in groups] or [_passed(name)]
    ends = [end for _, end in cases]
    body = "\n".join(text for text, _ in cases)
    return f"  <testsuite{_attributes(name=name)}{_totals([ends])}>\n{body}\n  </testsuite>", ends


def _passed(name: str) -> tuple[str, str]:
    return f"    <testcase{_attributes(name='all shapes', classname=name, file=name)}/>", "passed"


def _case(name: str, entries: Sequence[Entry]) -> tuple[str, str]:
    first = entries[0]
    named = _attributes(name=first.rule.name, classname=name, file=first.path, line=first.finding.line)
    case = f"    <testcase{named}>"
    body = "\n".join(escape(line) for entry in entries for line in _lines(entry))
    heaviest = next((entry for entry in entries if entry.fails), None)
    if heaviest is None:
        return f"{case}\n      <system-out>{body}</system-out>\n    </testcase>", "passed"
    end = "error" if heaviest.unread else "failure"
    message = (
        heaviest.finding.message
        if len(entries) == 1
        else f"{count(len(entries), 'finding')}, the first: {first.finding.message}"
    )
    attributes = _attributes(message=message, type=heaviest.level)
    return f"{case}\n      <{end}{attributes}>{body}</{end}>\n    </testcase>", end


def _lines(entry: Entry) -> list[str]:
    finding, rule = entry.finding, entry.rule
    where = place(finding.file, finding.line, entry.column)
    said = [f"{where}: {entry.level}: {visible(finding.message)}"]
    said += [f"  {visible(entry.excerpt.text)}"] if entry.excerpt else []
    terms = {
        "focus": finding.focus,
        "path": finding.path,
        "value": finding.value,
        "mend": entry.mend,
        "why": rule.description,
        "see": rule.page,
    }
    return [*said, *(f"  {name}: {visible(term)}" for name, term in terms.items() if term)]


def _totals(suites: Sequence[Sequence[str]]) -> str:
    ends = [end for suite in suites for end in suite]
    return _attributes(tests=len(ends), failures=ends.count("failure"), errors=ends.count("error"), skipped=0)


def _attributes(**values: str | int) -> str:
    return "".join(f' {name}="{escape(visible(str(value)))}"' for name, value in values.items())
