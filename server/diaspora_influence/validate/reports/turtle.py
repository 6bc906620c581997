"""Findings as the SHACL validation report."""

import json

from diaspora_influence.terms import PREFIXES, SH
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.reports.report import Report
from diaspora_influence.validate.reports.shown import place


def write(report: Report) -> str:
    """Return the report; a result's file and line stand in a comment before it."""
    head = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in ("dios", "sh", "xsd")]
    first = f"[] a sh:ValidationReport ;\n    sh:conforms {str(not report.entries).lower()}"
    body = [first, *(_result(entry.finding, entry.column) for entry in report.entries)]
    return "\n".join([*head, "", " ;\n".join(body) + " ."]) + "\n"


def _result(finding: Finding, column: int | None) -> str:
    lines = [f"        sh:{name} {written}" for name, written in facts(finding)]
    comment = f"    # {place(finding.file, finding.line, column)}"
    return f"{comment}\n    sh:result [ a sh:ValidationResult ;\n" + " ;\n".join(lines) + " ]"


def facts(finding: Finding) -> list[tuple[str, str]]:
    """Return what the report says of a result: local names of SHACL, each with a term in Turtle."""
    severity = finding.severity
    said = [
        ("focusNode", term(finding.focus)),
        ("resultPath", finding.path and term(finding.path)),
        ("value", finding.value and term(finding.value)),
        ("sourceShape", term(finding.shape)),
        ("sourceConstraint", finding.constraint and term(finding.constraint)),
        ("sourceConstraintComponent", finding.component and term(finding.component)),
        ("resultSeverity", term(severity if ":" in severity else SH + severity)),
        ("resultMessage", quoted(finding.message)),
    ]
    return [(name, written) for name, written in said if written]


def term(text: str) -> str:
    """Return an IRI between angle brackets, a bare label as a blank node; all else is Turtle already."""
    if text.startswith(("_:", '"', "[", "(")):
        return text
    return f"<{text}>" if ":" in text else f"_:{text}"


def quoted(text: str) -> str:
    """Return a literal; JSON escapes all that Turtle has to, but surrogates, which neither may hold."""
    return json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False).replace("\x7f", "\\u007F")
