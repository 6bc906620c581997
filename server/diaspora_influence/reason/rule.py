"""A rule in SPARQL, read as head and body: what it concludes that is new, and from which premises.

Every triple pattern of the body is a premise, with two exceptions. The cells of a list are part of the axiom
that the list stands in. What ranges over a list within `FILTER NOT EXISTS` twice ("there is no member that it
is not in") is a premise for each member.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.terms import GRAPH, PREFIXES, RDF

TEXT: Final = re.compile(
    r"(?P<prologue>.*?)CONSTRUCT\s*\{(?P<head>.*?)\}\s*WHERE\s*\{(?P<body>.*)\}\s*", re.DOTALL
)
FIRST, REST, NIL = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil"))
MEMBERS: Final = "rdf:rest*/rdf:first"
"""The path from a list to each of its members."""
NEW: Final = ox.NamedNode(GRAPH + "new")
"""The graph of what the last round has found; the default graph holds it too."""

Words = tuple[str, str, str]
"""A triple pattern as it is written; a path is one word."""
Slots = tuple[Any, ...]
"""A triple pattern as terms; a variable is its name as text."""
Row = Mapping[str, Any]
"""A solution: the name of each variable to its term."""


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
    def single(self) -> tuple[Slots, ...]:
        """Return the premises of which a solution has one triple each."""
        return slots(words for words in patterns(self._body[0]) if not words[1].startswith("rdf:"))

    @cached_property
    def ranging(self) -> tuple[tuple[Words, str, str], ...]:
        """Return the premises that range over a list, each with its variable and that of the list."""
        inside = list(patterns(self._body[1]))
        lists = {value: owner for owner, path, value in inside if path == MEMBERS}
        return tuple((it, it[2], lists[it[2]]) for it in inside if it[1] != MEMBERS)

    @cached_property
    def unseen(self) -> str:
        """Return the SELECT of what the rule concludes and the store does not hold, with the premises."""
        return self._select(self._body[0])

    @cached_property
    def unseen_by_new(self) -> tuple[str, ...]:
        """Return the same for each premise, where that premise is in NEW: together, all that NEW adds."""
        body = list(patterns(self._body[0]))
        premises = [words for words in body if not words[1].startswith("rdf:")]
        bodies = [group([it for it in body if it != new], new) for new in premises]
        for words, value, owner in self.ranging:
            new = (words[0], words[1], f"{value}_new")
            bodies.append(group([*body, (owner, MEMBERS, f"{value}_new")], new))
        return tuple(map(self._select, bodies))

    def conclusions(self, row: Row) -> Iterator[ox.Triple]:
        """Yield what the rule concludes for a solution; nothing can be said of a literal."""
        for pattern in self._head:
            subject, predicate, value = terms(pattern, row)
            if not isinstance(subject, ox.Literal):
                yield ox.Triple(subject, predicate, value)

    def premises(self, row: Row, store: ox.Store) -> tuple[ox.Triple, ...]:
        """Return the triples of *store* that a solution of `unseen` rests on, in the order of the rule."""
        found = [ox.Triple(*terms(pattern, row)) for pattern in self.single]
        for (subject, predicate, _), _, owner in self.ranging:
            members = list_members(store, row[owner[1:]])
            found += (ox.Triple(row[subject[1:]], slot(predicate), member) for member in members)
        return tuple(dict.fromkeys(found))

    @cached_property
    def _head(self) -> tuple[Slots, ...]:
        return slots(self.head)

    @cached_property
    def _body(self) -> tuple[str, str]:
        """Return the triple patterns of the body, and the filter that ends it."""
        asserted, word, rest = self.parts[2].partition("FILTER")
        return asserted, word + rest

    def _select(self, asserted: str) -> str:
        prologue, head, _ = self.parts
        return f"{prologue}SELECT * WHERE {{ {asserted} {self._body[1]} FILTER NOT EXISTS {{ {head} }} }}"


def patterns(text: str) -> Iterator[Words]:
    """Yield the triple patterns of a group, those within its filters too; a path is one word."""
    for statement in re.split(r"\s\.\s|[{}]|FILTER NOT EXISTS", f" {text} "):
        subject, *rest = statement.split() or [""]
        for part in " ".join(rest).split(" ; ") if rest else []:
            predicate, value = part.split()
            yield subject, predicate, value


def group(known: Iterable[Words], new: Words) -> str:
    """Return the text of the patterns *known*, and of one that is to match in the graph NEW."""
    return f"GRAPH {NEW} {{ {' '.join(new)} }} " + "".join(f"{' '.join(words)} . " for words in known)


def slots(written: Iterable[Words]) -> tuple[Slots, ...]:
    """Return patterns ready to be filled in."""
    return tuple(tuple(map(slot, words)) for words in written)


def slot(word: str) -> Any:
    """Return the name of a variable, or the term that *word* stands for."""
    if word.startswith("?"):
        return word[1:]
    prefix, _, local = ("rdf:type" if word == "a" else word).partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def terms(pattern: Slots, row: Row) -> Sequence[Any]:
    """Return the three terms of a pattern for a solution."""
    return [row[it] if isinstance(it, str) else it for it in pattern]


def list_members(store: ox.Store, cell: Any) -> Iterator[Any]:
    """Yield the members of the RDF list that begins with *cell*."""
    while cell != NIL:
        yield only(store, cell, FIRST)
        cell = only(store, cell, REST)


def only(store: ox.Store, subject: Any, predicate: ox.NamedNode) -> Any:
    """Return the one value that *subject* has."""
    (quad,) = store.quads_for_pattern(subject, predicate, None, ox.DefaultGraph())
    return quad.object
