"""What a shape says of itself: its name, what it asks for and why, how to mend what breaks it, its page."""

import re
from collections.abc import Mapping
from typing import Final

from diaspora_influence.later import pattern
from diaspora_influence.record import field, record
from diaspora_influence.terms import PREFIXES, SH, SHAPES
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.lint.words import WORDS

SYNTAX: Final = SHAPES + "syntax"
UNREADABLE: Final = SHAPES + "unreadable"
PAGE: Final = pattern(r"https?://[^\s<>\"\x00-\x20\x7f-\x9f]+\Z", re.IGNORECASE)


@record
class Rule:
    """A shape, or a constraint in one.

    *name* is what findings are grouped by; *page* the address where the shape can be read, if it has one;
    *asked* the parameters of its core constraints, and its path if that is plain, as people read them.
    """

    iri: str
    name: str
    title: str | None = None
    description: str | None = None
    message: str | None = None
    severity: str = "Violation"
    page: str | None = None
    asked: Mapping[str, str] = field(default_factory=dict)


PREFIX: Final = {space: prefix for prefix, space in PREFIXES.items()}
SPACES: Final = tuple(sorted(PREFIX, key=len, reverse=True))
"""The namespaces of the house, the longest first."""
IN_PATH: Final = pattern(r"<([^<>]*)>")

OF_READING: Final = {
    SYNTAX: Rule(SYNTAX, "syntax", "syntax", "A file is RDF in the format that its name says."),
    UNREADABLE: Rule(UNREADABLE, "unreadable", "readable", "A file can be opened and read."),
}
"""The two rules of reading, which no shape holds."""
OF_LINT: Final = {
    SHAPES + name: Rule(SHAPES + name, name, title, why, asks, severity)
    for name, title, severity, asks, why in WORDS
}
"""The rules that need files, release and spelling, which shapes do not see."""
OF_PROGRAM: Final = OF_READING | OF_LINT


def compact(term: str) -> str:
    """Return an IRI, or each in a path, with the house's longest prefix that fits; all else as it is."""
    if term.startswith(("[", "(")):
        return IN_PATH.sub(lambda iri: compact(iri[1]), term)
    if term.startswith(SPACES):
        for space in SPACES:
            if term.startswith(space):
                return f"{PREFIX[space]}:{term[len(space) :]}"
    return term


def rule_of(finding: Finding, known: Mapping[str, Rule]) -> Rule:
    """Return the rule that *finding* breaks; of a shape without a name its component is the rule."""
    iri = finding.rule
    if iri in OF_PROGRAM:
        return OF_PROGRAM[iri]
    said = known.get(iri)
    if is_iri(iri):
        return said or Rule(iri, compact(iri), severity=finding.severity, page=page_of(iri))
    component = finding.component or SH + "Shape"
    return Rule(component, compact(component), severity=finding.severity, page=page_of(component))


def is_iri(term: str) -> bool:
    """Say whether *term*, as findings write it, is an IRI and no blank node."""
    return ":" in term and not term.startswith("_:")


def page_of(iri: str) -> str | None:
    """Return the address at which *iri* can be read; nothing but http and https is a link."""
    return iri if PAGE.match(iri) else None
