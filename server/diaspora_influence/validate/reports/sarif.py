"""Findings as SARIF 2.1.0, as GitHub's code scanning takes it."""

from typing import Any, Final
from urllib.parse import quote

from diaspora_influence import __version__
from diaspora_influence.terms import BASE, SARIF_SCHEMA
from diaspora_influence.validate.inputs.addresses import iri_of, is_address
from diaspora_influence.validate.reports.json import dumped
from diaspora_influence.validate.reports.report import Entry, Report
from diaspora_influence.validate.reports.shown import visible
from diaspora_influence.validate.rule import Rule

LEVELS: Final = {"Violation": "error", "Warning": "warning"}
"""Severity to level; all others are a note."""


def write(report: Report) -> str:
    """Return one run: the rules that were broken, then a result for each finding."""
    rules = {entry.rule.iri: entry.rule for entry in report.entries}
    order = sorted(rules.values(), key=lambda rule: (rule.name, rule.iri))
    places = {rule.iri: number for number, rule in enumerate(order)}
    driver = {
        "name": "dio validate",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": BASE,
        "rules": [_rule(rule) for rule in order],
    }
    told = [{"level": "note", "message": {"text": _sentence(note)}} for note in report.notes]
    invocation = {"executionSuccessful": True, "toolExecutionNotifications": told}
    run = {
        "tool": {"driver": driver},
        **({"invocations": [invocation]} if told else {}),
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            "%SRCROOT%": {"description": {"text": "The folder that dio validate was called in."}}
        },
        "results": [_result(entry, places[entry.rule.iri]) for entry in report.entries],
    }
    return dumped({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, report)


def _rule(rule: Rule) -> dict[str, Any]:
    asked = rule.message or rule.description or rule.title or rule.name
    why = rule.description or asked
    words = [asked, rule.description, rule.page and f"See {rule.page}"]
    plain = "\n\n".join(dict.fromkeys(visible(word) for word in words if word))
    said = {
        "id": rule.name,
        "shortDescription": {"text": _sentence(asked)},
        "fullDescription": {"text": _sentence(why)},
        "help": {"text": plain},
        "defaultConfiguration": {"level": LEVELS.get(rule.severity, "note")},
    }
    name = _pascal(rule.name)
    said |= {"name": name} if name.lower() != rule.name.lower() else {}  # SARIF1001: no name that is the id
    return said | ({"helpUri": rule.page} if rule.page else {})


def _result(entry: Entry, index: int) -> dict[str, Any]:
    finding = entry.finding
    at_root = not entry.path.startswith("/") and not is_address(entry.path)
    artifact = {"uri": uri(entry.path)} | ({"uriBaseId": "%SRCROOT%"} if at_root else {})
    physical = {"artifactLocation": artifact, "region": _region(entry)}
    logical = {"fullyQualifiedName": finding.focus, "kind": "resource"}
    terms = {"focus": finding.focus, "path": finding.path, "value": finding.value, "shape": finding.shape}
    terms["mend"] = entry.mend
    return {
        "ruleId": entry.rule.name,
        "ruleIndex": index,
        "level": LEVELS.get(finding.severity, "note"),
        "message": {"text": _sentence(finding.message)},
        "locations": [{"physicalLocation": physical, "logicalLocations": [logical]}],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{entry.print}:{entry.number}",
            "dioFinding/v1": f"{entry.print}:{entry.number}",
        },
        "properties": {name: term for name, term in terms.items() if term is not None},
    }


def _region(entry: Entry) -> dict[str, Any]:
    excerpt, region = entry.excerpt, {"startLine": entry.finding.line}
    if entry.column:
        end = excerpt.end_column if excerpt and excerpt.end_column else entry.column + 1
        region |= {"startColumn": entry.column, "endColumn": end}
    return region


def uri(path: str) -> str:
    """Return the path as a URI reference: relative, of a file where the path is absolute, or the address."""
    if is_address(path):
        return iri_of(path)
    try:
        said = quote(path.encode("utf-8", "surrogateescape"), safe="/")
    except UnicodeEncodeError:  # no name of a file
        said = quote(path, safe="/", errors="replace")
    return f"file://{said}" if path.startswith("/") else said


def _sentence(text: str) -> str:
    """Return a text for a viewer, which ends as a sentence does."""
    said = visible(text).strip() or "No message."
    return said if said.endswith((".", "!", "?")) else f"{said}."


def _pascal(name: str) -> str:
    """Return the name of a rule in the form that SARIF asks for: words joined, each with a capital."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in name).split()
    return "".join(word[:1].upper() + word[1:] for word in words) or "Rule"
