"""A report in each format that /validate answers in: one table."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.sparql.errors import NotAcceptable
from diaspora_influence.validate.places.excerpt import Excerpt
from diaspora_influence.validate.reports.json import READABLE
from diaspora_influence.validate.reports.report import Entry, Report
from diaspora_influence.validate.reports.shown import visible
from diaspora_influence.validate.reports.writers import WRITERS
from diaspora_influence.validate.rule import compact
from diaspora_influence.web.documents import context_of, write
from diaspora_influence.web.validator.graph import n_triples

SHOWN: Final = 500
"""Findings on the page; it says how many more there are, and every other format has all."""
WIDTH: Final = 500
"""Characters of a term or message on the page."""
NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that RDF can hold and no XML can."""
PERHAPS: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|\\[bfuU]")
"""How N-Triples may write one of them."""


def by_command(name: str, report: Report) -> bytes:
    """Return a report as `dio validate --format NAME` writes it."""
    return WRITERS[name](report).encode()


def as_rdf(suffix: str, report: Report) -> bytes:
    """Return the SHACL report in the serialization of *suffix*; of JSON-LD for people only what they read."""
    written = n_triples(report)
    triples = (quad.triple for quad in ox.parse(written, format=ox.RdfFormat.N_TRIPLES))
    if suffix == "jsonld" and len(report.entries) > READABLE:
        context = context_of(written.decode())
        return ox.serialize(triples, format=ox.RdfFormat.JSON_LD, prefixes=context) or b""
    if suffix == "rdf":
        refuse_what_is_not_xml(written)
    return write(list(triples), suffix)


def refuse_what_is_not_xml(written: bytes) -> None:
    """Raise NotAcceptable where a literal in N-Triples holds what no XML can; most need no second look."""
    if PERHAPS.search(written):
        values = (quad.object.value for quad in ox.parse(written, format=ox.RdfFormat.N_TRIPLES))
        if any(map(NOT_XML.search, values)):
            raise NotAcceptable(
                "The report holds a character that no XML can hold.", hint="ask for Turtle or JSON"
            )


def as_page(report: Report) -> bytes:
    """Return what the page shows, as JSON: the counts and the first findings."""
    first = replace(report, entries=report.entries[:SHOWN])
    said = {"counts": report.counts, "findings": [_shown(entry) for entry in first.entries]}
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


REPORTS: Final[dict[str, Callable[[Report], bytes]]] = {
    "page": as_page,
    "ttl": partial(by_command, "turtle"),
    "nt": n_triples,
    **{suffix: partial(as_rdf, suffix) for suffix in ("jsonld", "rdf")},
    **{name: partial(by_command, name) for name in ("sarif", "json", "junit", "text")},
}
"""Name of a report to what writes it."""
