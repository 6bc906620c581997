"""Findings as one page that needs nothing else: no script, no fetched style, all content escaped."""

from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import Final

from diaspora_influence.terminal import count
from diaspora_influence.validate.reports.concise import summary
from diaspora_influence.validate.reports.report import Entry, Report
from diaspora_influence.validate.reports.shown import visible
from diaspora_influence.validate.rule import compact

STYLE: Final = """\
:root { color-scheme: light dark;
  --ink: #1d2126; --paper: #fdfdfb; --line: #8b929a; --flag: #8a2b0b; --link: #0b4f8a; --mark: #ffe08a; }
@media (prefers-color-scheme: dark) { :root {
  --ink: #e6e6e2; --paper: #16191d; --line: #767e87; --flag: #ffb08a; --link: #8ec4f5; --mark: #6b4a00; } }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
article { border-top: 1px solid var(--line); padding: .5rem 0; }
h1 { font-size: 1.6rem; line-height: 1.2; } h2 { font-size: 1.2rem; margin: 2rem 0 .75rem; }
h3 { font-size: 1rem; margin: .5rem 0; }
.severity { color: var(--flag); }
pre { overflow-x: auto; margin: .5rem 0; padding: .5rem; border: 1px solid var(--line); }
mark { background: var(--mark); color: inherit; text-decoration: underline; }
dl { margin: .5rem 0; } dt { font-weight: 600; } dd { margin: 0 0 .25rem 1.5rem; min-width: 0; }
@media (min-width: 40rem) { dl { display: grid; grid-template-columns: 8rem 1fr; row-gap: .2rem; }
  dd { margin: 0; } }
@media print { article { break-inside: avoid; } }
"""
PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{summary}
{body}
</main>
</body>
</html>
"""


def write(report: Report) -> str:
    """Return the page: the counts, a list of the files, then each file with its findings."""
    by_file = groupby(report.entries, key=lambda entry: entry.finding.file)
    files = [(name, list(entries)) for name, entries in by_file]
    sections, at = [], 1
    for number, (name, entries) in enumerate(files, 1):
        sections.append(_section(number, name, entries, at))
        at += len(entries)
    title = "Conforms" if not report.entries else f"{count(len(report.entries), 'finding')}"
    said = "\n".join(f"<p>{escape(line)}</p>" for line in [*summary(report), *map(visible, report.notes)])
    return PAGE.format(
        title=f"dio validate: {title}",
        style=STYLE,
        summary=said,
        body="\n".join([*_contents(files), *sections]),
    )


def _contents(files: Sequence[tuple[str, Sequence[Entry]]]) -> list[str]:
    if len(files) < 2:
        return []
    rows = [
        f'<li><a href="#file-{number}">{_shown(name)}</a>: {count(len(entries), "finding")}</li>'
        for number, (name, entries) in enumerate(files, 1)
    ]
    return ['<nav aria-label="Files"><ul>', *rows, "</ul></nav>"]


def _section(number: int, name: str, entries: Sequence[Entry], at: int) -> str:
    head = f'<section aria-labelledby="file-{number}">\n<h2 id="file-{number}">{_shown(name)}</h2>'
    return "\n".join([head, *(_article(n, entry) for n, entry in enumerate(entries, at)), "</section>"])


def _article(number: int, entry: Entry) -> str:
    finding, rule = entry.finding, entry.rule
    column = f", column {entry.column}" if entry.column else ""
    heading = (
        f'<h3 id="finding-{number}"><span class="severity">{escape(entry.level)}</span> '
        f"on line {finding.line}{column}: {_shown(finding.message)}</h3>"
    )
    shape = _shown(rule.name)
    linked = f'<a href="{escape(rule.page)}">{shape}</a>' if rule.page else shape
    facts = [
        ("Focus node", _term(finding.focus)),
        ("Path", finding.path and _term(finding.path)),
        ("Value", finding.value and _term(finding.value)),
        ("To mend it", entry.mend and _shown(entry.mend)),
        ("Shape", linked),
        ("Why", rule.description and _shown(rule.description)),
    ]
    rows = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in facts if text)
    opened = f'<article aria-labelledby="finding-{number}">'
    return f"{opened}\n{heading}\n{_quoted(entry)}<dl>{rows}</dl>\n</article>"


def _quoted(entry: Entry) -> str:
    excerpt = entry.excerpt
    if excerpt is None:
        return ""
    start, end = excerpt.start or 0, excerpt.end or 0
    parts = [
        _shown(part.replace("\t", " "))
        for part in (excerpt.text[:start], excerpt.text[start:end], excerpt.text[end:])
    ]
    marked = f"<mark>{parts[1]}</mark>" if parts[1] else ""
    opened = f'<pre tabindex="0" role="group" aria-label="Line {entry.finding.line}">'
    return f"{opened}<code>{parts[0]}{marked}{parts[2]}</code></pre>\n"


def _term(text: str) -> str:
    return f"<code>{_shown(compact(text))}</code>"


def _shown(text: str) -> str:
    return escape(visible(text))
