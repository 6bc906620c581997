"""Findings as people and machines read them: one table of writers, each from findings to text."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Final

from diaspora_influence.terms import PREFIXES, SH
from diaspora_influence.validate.finding import Finding, counted

Writer = Callable[[Sequence[Finding]], str]


def compact(term: str) -> str:
    """Return an IRI with the house's longest prefix that fits, anything else as it is."""
    fits = [(space, prefix) for prefix, space in PREFIXES.items() if term.startswith(space)]
    space, prefix = max(fits, key=lambda pair: len(pair[0]), default=("", ""))
    return f"{prefix}:{term.removeprefix(space)}" if space else term


def text(findings: Sequence[Finding]) -> str:
    """Return a line for each finding and one with the counts."""
    lines = [
        f"{finding.file}:{finding.line}: {finding.severity.lower()}: {finding.message}"
        f" ({compact(finding.focus)}, {compact(finding.rule)})"
        for finding in findings
    ]
    counts = counted(findings)
    parts = (f"{count} {name.lower()}{'' if count == 1 else 's'}" for name, count in counts.items() if count)
    return "\n".join([*lines, ", ".join(parts) or "conforms: no findings"]) + "\n"


def as_json(findings: Sequence[Finding]) -> str:
    """Return an object with the verdict, the counts and the findings."""
    report = {
        "conforms": not findings,
        "counts": counted(findings),
        "findings": [asdict(finding) for finding in findings],
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def turtle(findings: Sequence[Finding]) -> str:
    """Return the SHACL validation report; a result's file and line stand in a comment before it."""
    head = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in ("dios", "sh", "xsd")]
    report = f"[] a sh:ValidationReport ;\n    sh:conforms {str(not findings).lower()}"
    body = [report, *(_result(finding) for finding in findings)]
    return "\n".join([*head, "", " ;\n".join(body) + " ."]) + "\n"


def _result(finding: Finding) -> str:
    said = [
        ("focusNode", _term(finding.focus)),
        ("resultPath", finding.path and _term(finding.path)),
        ("value", finding.value and _term(finding.value)),
        ("sourceShape", _term(finding.shape)),
        ("sourceConstraint", finding.constraint and _term(finding.constraint)),
        ("sourceConstraintComponent", finding.component and _term(finding.component)),
        ("resultSeverity", _term(SH + finding.severity)),
        ("resultMessage", json.dumps(finding.message, ensure_ascii=False)),
    ]
    lines = [f"        sh:{name} {term}" for name, term in said if term]
    place = f"    # {finding.file}:{finding.line}".replace("\n", " ")
    return f"{place}\n    sh:result [ a sh:ValidationResult ;\n" + " ;\n".join(lines) + " ]"


def _term(text: str) -> str:
    """Return an IRI between angle brackets; all else that findings hold is Turtle already."""
    return text if text.startswith(("_:", '"', "[", "(")) else f"<{text}>"


WRITERS: Final[dict[str, Writer]] = {"text": text, "json": as_json, "turtle": turtle}
"""Name of a format to what writes it."""
