"""A rule in SPARQL, read as head and body: what it concludes that is new, and from which premises.

Every triple pattern of the body is a premise, with two exceptions. The cells of a list are part of the axiom
that the list stands in. What ranges over a list within `FILTER NOT EXISTS` twice ("there is no member that it
is not in") is a premise for each member.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.terms import PREFIXES, RDF

TEXT: Final = re.compile(
    r"(?P<prologue>.*?)CONSTRUCT\s*\{(?P<head>.*?)\}\s*WHERE\s*\{(?P<body>.*)\}\s*", re.DOTALL
)
FIRST, REST, NIL = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil"))
MEMBERS: Final = "rdf:rest*/rdf:first"
"""The path from a list to each of its members."""

Words = tuple[str, str, str]
Row = Any
"""A solution: variable to term."""


@dataclass(frozen=True)
class Rule:
    """One rule: its id, the name of its file, and its CONSTRUCT."""

    name: str
    query: str

    @classmethod
    def read(cls, path: Path) -> "Rule":
        """Read the rule in a file."""
        return cls(path.stem, path.read_text("utf-8"))

    @cached_property
    def parts(self) -> tuple[str, str, str]:
        """Return prologue, head and body."""
        found = TEXT.fullmatch(self.query)
        assert found, self.name
        return found["prologue"], found["head"], found["body"]

    @cached_property
    def head(self) -> tuple[Words, ...]:
        """Return the triple patterns that the rule concludes."""
        return tuple(patterns(self.parts[1]))

    @cached_property
    def body(self) -> tuple[Words, ...]:
        """Return the triple patterns that are premises."""
        return tuple(words for words in patterns(self.parts[2]) if not words[1].startswith("rdf:"))

    @cached_property
    def lists(self) -> dict[str, str]:
        """Return variable to the list whose members it ranges over."""
        return {value: owner for owner, path, value in patterns(self.parts[2]) if path == MEMBERS}

    @cached_property
    def unseen(self) -> str:
        """Return the SELECT of what the rule concludes and the store does not hold, with the premises."""
        prologue, head, body = self.parts
        return f"{prologue}SELECT * WHERE {{ {body} FILTER NOT EXISTS {{ {head} }} }}"

    def conclusions(self, row: Row) -> Iterator[ox.Triple]:
        """Yield what the rule concludes for a solution; nothing can be said of a literal."""
        for words in self.head:
            terms = [term(word, row) for word in words]
            if not isinstance(terms[0], ox.Literal):
                yield triple(terms)

    def premises(self, row: Row, store: ox.Store) -> tuple[ox.Triple, ...]:
        """Return the triples of *store* that a solution of `unseen` rests on, in the order of the rule."""
        found = (one for words in self.body for one in self.instances(words, row, store))
        return tuple(dict.fromkeys(found))

    def instances(self, words: Words, row: Row, store: ox.Store) -> Iterator[ox.Triple]:
        """Yield the triple of one pattern, or one for each member where it ranges over a list."""
        free = next((word for word in words if word.startswith("?") and term(word, row) is None), None)
        members = list_members(store, term(self.lists[free], row)) if free else [None]
        for member in members:
            yield triple([member if word == free else term(word, row) for word in words])


def patterns(text: str) -> Iterator[Words]:
    """Yield the triple patterns of a group, those within its filters too; a path is one word."""
    for statement in re.split(r"\s\.\s|[{}]|FILTER NOT EXISTS", f" {text} "):
        subject, *rest = statement.split() or [""]
        for part in " ".join(rest).split(" ; ") if rest else []:
            predicate, value = part.split()
            yield subject, predicate, value


def term(word: str, row: Row) -> Any:
    """Return the term that *word* stands for, None for a variable that *row* leaves unbound."""
    if word.startswith("?"):
        return row[word[1:]]
    prefix, _, local = ("rdf:type" if word == "a" else word).partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def triple(terms: list[Any]) -> ox.Triple:
    """Return a triple of three terms."""
    subject, predicate, value = terms
    return ox.Triple(subject, predicate, value)


def list_members(store: ox.Store, cell: Any) -> Iterator[Any]:
    """Yield the members of the RDF list that begins with *cell*."""
    while cell != NIL:
        yield only(store, cell, FIRST)
        cell = only(store, cell, REST)


def only(store: ox.Store, subject: Any, predicate: ox.NamedNode) -> Any:
    """Return the one value that *subject* has."""
    (quad,) = store.quads_for_pattern(subject, predicate, None, ox.DefaultGraph())
    return quad.object
