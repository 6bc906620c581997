"""The terms of a SHACL report as the report writes them, taken apart without a parser where that is plain."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import pyoxigraph as ox

from diaspora_influence.validate.reports.report import Report
from diaspora_influence.validate.reports.turtle import facts
from diaspora_influence.web.validator.graph import PATH, steps

PLAIN: Final = re.compile(
    r'("(?:[^"\\\x00-\x1f]|\\[tbnrf"\\]|\\u[0-9A-Fa-f]{4})*+")(?:@([A-Za-z0-9-]+)|\^\^<([^<>\\]+)>)?'
)
"""A literal whose escapes are those of JSON."""


class Literal(NamedTuple):
    """What a literal holds; the datatype is None where the language or xsd:string says it."""

    value: str
    language: str | None
    datatype: str | None


class Node(NamedTuple):
    """A node of a path, which has no name: what is said of it by which predicates."""

    said: tuple[tuple[str, "str | Node"], ...]


@lru_cache(maxsize=1024)
def literal(written: str) -> Literal:
    """Return a literal taken apart."""
    if match := PLAIN.fullmatch(written):
        return Literal(json.loads(match[1]), match[2], match[3])
    [quad] = ox.parse(f"<urn:s> <urn:p> {written} .", format=ox.RdfFormat.TURTLE)
    term = quad.object
    assert isinstance(term, ox.Literal)
    return Literal(term.value, term.language, None if term.language else term.datatype.value)


@lru_cache(maxsize=256)
def path(name: str, written: str) -> Node:
    """Return a path that Turtle writes so."""
    said: dict[int, list[tuple[str, str | int]]] = {}
    for s, p, o in steps(name, written):
        said.setdefault(s, []).append((p[1:-1], o))

    def node(number: int) -> Node:
        return Node(tuple((p, node(o) if isinstance(o, int) else o) for p, o in said.get(number, ())))

    found = node(0).said[0][1]
    assert isinstance(found, Node)
    return found


def results(report: Report) -> Iterator[list[tuple[str, str | Node]]]:
    """Yield what is said of each result: local names of SHACL, each with a term or a path."""
    for entry in report.entries:
        said = facts(entry.finding)
        yield [(name, path(name, text) if text.startswith(PATH) else text) for name, text in said]
