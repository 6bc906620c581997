"""What a shape says of itself: its name, what it asks for and why, how to mend what breaks it, its page."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.terms import PREFIXES, RDFS, SH, SHAPES
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.inputs.packaged import own_shapes, plain_triples
from diaspora_influence.validate.lint.words import WORDS
from diaspora_influence.validate.mending import PARAMETERS

SYNTAX: Final = SHAPES + "syntax"
UNREADABLE: Final = SHAPES + "unreadable"
PAGE: Final = re.compile(r"https?://[^\s<>\"\x00-\x20\x7f-\x9f]+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
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
IN_PATH: Final = re.compile(r"<([^<>]*)>")

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
SAYS: Final[Mapping[str, Sequence[str]]] = {
    "title": (SH + "name", RDFS + "label"),
    "description": (SH + "description", RDFS + "comment"),
    "message": (SH + "message",),
    "severity": (SH + "severity",),
}
"""What a rule holds to the predicates that say it, the first that is there."""
ASKED: Final[Mapping[str, str]] = {SH + "path": "path", **PARAMETERS}
"""Predicate to the name under which a rule holds its value."""


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


def known_rules(shapes: Sequence[SourceFile] | None = None) -> dict[str, Rule]:
    """Return what the shapes of the files (the packaged ones if None) say of themselves, by IRI."""
    if shapes is not None:
        return rules_of(line.triple for file in shapes for line in file.lines)
    paths = enumerate(own_shapes())
    return rules_of(triple for number, path in paths for triple in plain_triples(path, f"r{number}x"))


def rules_of(triples: Iterable[ox.Triple]) -> dict[str, Rule]:
    """Return a rule for each IRI of which anything is said that a rule holds."""
    said: dict[str, dict[str, list[Any]]] = {}
    wanted = {predicate for predicates in SAYS.values() for predicate in predicates} | ASKED.keys()
    for subject, predicate, value in triples:
        if isinstance(subject, ox.NamedNode) and predicate.value in wanted:
            said.setdefault(subject.value, {}).setdefault(predicate.value, []).append(value)
    return {iri: _rule(iri, facts) for iri, facts in said.items()}


def _rule(iri: str, facts: Mapping[str, list[Any]]) -> Rule:
    held = {name: _best(facts, predicates) for name, predicates in SAYS.items()}
    severity = (held.pop("severity") or SH + "Violation").removeprefix(SH)
    asked = {name: shown(facts[predicate][0]) for predicate, name in ASKED.items() if predicate in facts}
    if not asked.get("path"):
        asked.pop("path", None)  # one of several steps
    return Rule(iri, compact(iri), severity=severity, page=page_of(iri), asked=asked, **held)


def shown(term: Any) -> str:
    """Return a name with its prefix, a text as it is, nothing of a blank node."""
    if isinstance(term, ox.BlankNode):
        return ""
    return compact(term.value) if isinstance(term, ox.NamedNode) else str(term.value)


def _best(facts: Mapping[str, list[Any]], predicates: Sequence[str]) -> str | None:
    """Return the value of the first predicate that has one, in English where there are several."""
    values = next((facts[predicate] for predicate in predicates if predicate in facts), [])
    english = [value for value in values if getattr(value, "language", None) == "en"]
    return min((value.value for value in english or values), default=None)
