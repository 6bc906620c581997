"""A report in each format that /validate answers in: one table."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from diaspora_influence.sparql.errors import NotAcceptable
from diaspora_influence.validate.places.excerpt import Excerpt
from diaspora_influence.validate.reports.report import Entry, Report
from diaspora_influence.validate.reports.shown import visible
from diaspora_influence.validate.reports.writers import WRITERS
from diaspora_influence.validate.rule import compact
from diaspora_influence.web.validator.graph import n_triples
from diaspora_influence.web.validator.json_ld import json_ld
from diaspora_influence.web.validator.rdf_xml import rdf_xml

SHOWN: Final = {"page": 500}
"""Findings on the page; it says how many more there are, and every other format has all."""
PLACELESS: Final = frozenset({"nt", "jsonld", "rdf"})
"""Reports that tell no place."""
WIDTH: Final = 500
"""Characters of a term or message on the page."""
NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that RDF can hold and no XML can."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A report as far as it is written, how many findings there are in all, and how many of each severity."""

    report: Report
    findings: int
    counts: dict[str, int]


def by_command(name: str, judged: Judged) -> bytes:
    """Return a report as `dio validate --format NAME` writes it."""
    return WRITERS[name](judged.report).encode()


def as_rdf_xml(judged: Judged) -> bytes:
    """Return the SHACL report as RDF/XML; NotAcceptable where a term holds what no XML can."""
    written = rdf_xml(judged.report)
    if NOT_XML.search(written):
        raise NotAcceptable(
            "The report holds a character that no XML can hold.", hint="ask for Turtle or JSON"
        )
    return written.encode()


def as_page(judged: Judged) -> bytes:
    """Return what the page shows, as JSON: the counts and the first findings."""
    entries = judged.report.entries[: SHOWN["page"]]
    said = {"counts": judged.counts, "findings": [_shown(entry) for entry in entries]}
    return json.dumps(said).encode()


def _shown(entry: Entry) -> dict[str, Any]:
    """Return one finding as people read it: nothing in it is hidden, and its line is cut in three."""
    finding, rule, excerpt = entry.finding, entry.rule, entry.excerpt
    terms = {"focus": finding.focus, "path": finding.path, "value": finding.value}
    return {name: _short(compact(term)) if term else None for name, term in terms.items()} | {
        "level": entry.level,
        "line": finding.line,
        "column": entry.column,
        "message": _short(finding.message),
        "mend": entry.mend and _short(entry.mend),
        "unread": entry.unread,
        "quoted": _quoted(excerpt) if excerpt else None,
        "rule": visible(rule.name),
        "page": rule.page,
        "why": rule.description and visible(rule.description),
    }


def _short(text: str) -> str:
    """Return the beginning of a text."""
    return visible(text if len(text) <= WIDTH else text[:WIDTH] + "…")


def _quoted(excerpt: Excerpt) -> list[str]:
    """Return the line before the place, the place, and the line after it."""
    text, start, end = excerpt.text.replace("\t", " "), excerpt.start or 0, excerpt.end or 0
    return [visible(part) for part in (text[:start], text[start:end], text[end:])]


REPORTS: Final[dict[str, Callable[[Judged], bytes]]] = {
    "page": as_page,
    "ttl": partial(by_command, "turtle"),
    "nt": lambda judged: n_triples(judged.report),
    "jsonld": lambda judged: json_ld(judged.report),
    "rdf": as_rdf_xml,
    **{name: partial(by_command, name) for name in ("sarif", "json", "junit", "text")},
}
"""Name of a report to what writes it."""
