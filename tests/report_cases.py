"""Findings for the tests of reports: plain ones, and ones with names and contents that mean harm."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from diaspora_influence.terms import DIO, SH, SHAPES
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.places.excerpt import Excerpt, Sources
from diaspora_influence.validate.reports.report import Report, Reporter
from diaspora_influence.validate.rule import Rule

PLAIN = Finding(
    "Violation",
    "data/club.ttl",
    2,
    "urn:club",
    DIO + "certainty",
    DIO + "stated",
    SHAPES + "Claim-certainty",
    "A claim has exactly one certainty.",
    component=SHAPES + "Program",
)
WARNING = replace(
    PLAIN, severity="Warning", line=3, value=None, shape=SHAPES + "Case-used", message="It is used."
)
SYNTAX_ERROR = Finding(
    "Violation",
    "data/broken.ttl",
    7,
    "file:///data/broken.ttl",
    None,
    None,
    SHAPES + "syntax",
    "not Turtle: no",
    column=4,
)

HARM = [
    "plain\n::error file=x::injected",
    "\r\n##[error]injected",
    "##vso[task.setvariable variable=x]injected",
    "100%0A::warning::injected, with: marks",
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "\"' onmouseover='alert(1)' x=\"",
    "]]><injected/><![CDATA[",
    "<?php injected ?><!-- -- -->",
    "&injected;&#0;&#x1b;",
    "\x1b[2J\x1b]0;title\x07 \x00\x08\x7f\x9b31m",
    "\u202eesrever\u2066\u200b\u2028\u2029\ufeff",
    "lone \udc80 and \ud83d surrogates",
    "emoji \U0001f480 and ﷽ and 漢字",
    "[link](javascript:alert(1)) `code` *bold*",
    '\\u0022 \\" \\\\ """',
    "}}{{ {title} %s %(x)s $x",
    "",
    " ",
    "\n",
]


def hostile() -> list[Finding]:
    """Return a finding for each string that means harm, which stands everywhere in it that text may stand.

    What Turtle cannot hold is left out of the terms: a parser would have refused it.
    """
    return [
        Finding(
            "Violation",
            f"{harm} {number}",
            number,
            "urn:focus",
            None,
            literal(harm),
            SHAPES + "Thing-label",
            harm,
            component=SH + "PatternConstraintComponent",
        )
        for number, harm in enumerate(HARM, 1)
    ]


def literal(text: str) -> str:
    """Return *text* as findings write a literal."""
    import pyoxigraph as ox

    return str(ox.Literal(text.encode("utf-8", "replace").decode()))


def hostile_report() -> Report:
    """Return a report in which rules and excerpts mean harm too."""
    rule = Rule(
        SHAPES + "Thing-label",
        "dios:Thing-label",
        "\n".join(HARM),
        "\n".join(HARM),
        "\n".join(HARM),
        page="https://example.org/#x",
        asked={"path": "\n".join(HARM), "pattern": "\n".join(HARM)},
    )

    def excerpt(finding: Finding) -> Excerpt:
        return Excerpt(finding.message + "x", 0, 1, 1, 2)

    return replace(Reporter({rule.iri: rule}, excerpt).report(hostile()), notes=tuple(HARM))


def report(found: Iterable[Finding], **more: str) -> Report:
    """Return a report without rules and sources."""
    return Reporter(**more).report(found)  # type: ignore[arg-type]


def over(path: Path, finding: Finding) -> Excerpt | None:
    """Return the excerpt of *finding* in the file at *path*."""
    return Sources({finding.file: path}).excerpt(finding)
