"""A query's text as tokens in their brackets; any stretch of it can be had back as it was written.

rdflib's parser is not used here: it takes a second to load, recurses, gives no places, and loses the
inverse steps of a negated property set. The engine has parsed the query before; it only has to be cut.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final
from urllib.parse import urljoin

from diaspora_influence.sparql.examiner import place, unescaped
from diaspora_influence.sparql.lexer import Token, tokens
from diaspora_influence.sparql.words import SERVICE

BLANK: Final = "_:"
LONGEST: Final = 5000
"""Tokens of a query that is cut: what is nested is written once for each bracket around it."""
ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
ESCAPED: Final = re.compile(r"\\(.)")


class UnreadableError(Exception):
    """The query is written in a way that cannot be cut into patterns here."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """A bracket with what stands in it; *at* and *end* are code points of the source."""

    opener: str
    items: "tuple[Token | Bracket, ...]"
    at: int
    end: int


Item = Token | Bracket


def end_of(item: Item) -> int:
    """Return the code point behind *item*."""
    return item.end if isinstance(item, Bracket) else item.at + len(item.text)


def word(item: Item | None) -> str:
    """Return a keyword in upper case, nothing for any other item."""
    return item.text.upper() if isinstance(item, Token) and item.kind == "word" else ""


def is_mark(item: Item | None, text: str) -> bool:
    """Say whether *item* is the mark *text*."""
    return isinstance(item, Token) and item.kind == "mark" and item.text == text


@dataclass(slots=True)
class Source:
    """A query as sent, its tokens, and the prefixes that it declares."""

    query: str
    base: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the tokens; UnreadableError for too many, and for SERVICE.

        Each question about a part would call the other server again.
        """
        self.tokens = list(islice(tokens(self.query), LONGEST + 1))
        if len(self.tokens) > LONGEST or any(map(calls_out, self.tokens)):
            raise UnreadableError

    def items(self) -> tuple[Item, ...]:
        """Return the tokens in their brackets."""
        return tuple(self.nested(iter(self.tokens)))

    def nested(self, rest: Iterator[Token]) -> Iterator[Item]:
        """Yield the items of one bracket; the guard bounds how deep this goes."""
        for token in rest:
            if token.kind in ("close", "end"):
                self.closed = token
                return
            if token.kind == "open":
                inside = tuple(self.nested(rest))
                yield Bracket(token.text, inside, token.at, end_of(self.closed))
            else:
                yield token

    closed: Token = field(default=Token("end", "", 0))
    """The bracket that was closed last."""

    def text(self, start: int, end: int) -> str:
        """Return what is written from *start* to *end*: no comments, and variables for blank nodes."""
        written: list[str] = []
        last = start
        for token in self.between(start, end):
            written += [" "] if written and token.at > last else []
            written.append(variable_for(token.text) if is_label(token) else token.text)
            last = end_of(token)
        return "".join(written)

    def variables(self, start: int, end: int) -> frozenset[str]:
        """Return the variables written from *start* to *end*, without their marks."""
        return frozenset(token.text[1:] for token in self.between(start, end) if token.kind == "variable")

    def iris(self, start: int, end: int) -> tuple[str, ...]:
        """Return the IRIs written from *start* to *end*, in their order."""
        return tuple(filter(None, map(self.iri, self.between(start, end))))

    def between(self, start: int, end: int) -> list[Token]:
        """Return the tokens that begin from *start* to *end*."""
        first = bisect_left(self.tokens, start, key=lambda token: token.at)
        return self.tokens[first : bisect_left(self.tokens, end, first, key=lambda token: token.at)]

    def place(self, at: int) -> tuple[int, int]:
        """Return line and column of a code point, from 1."""
        return place(self.query, at)

    def iri(self, token: Token) -> str | None:
        """Return the IRI that a token of kind `iri` or `name` is; None for any other."""
        return resolved(token, self.prefixes, self.base)


def calls_out(token: Token) -> bool:
    """Say whether *token* may be the word SERVICE in the engine's eyes."""
    return token.kind in ("word", "name") and SERVICE in unescaped(token.text.partition(":")[0]).upper()


def is_label(token: Token) -> bool:
    """Say whether *token* is the label of a blank node."""
    return token.kind == "name" and token.text.startswith(BLANK)


def variable_for(label: str) -> str:
    """Return the variable that a blank node is where its block is cut into patterns."""
    return "?blank_" + re.sub(r"\W", "_", label.removeprefix(BLANK))


def resolved(token: Token, prefixes: Mapping[str, str], base: str) -> str | None:
    """Return the IRI that *token* stands for; None where it is none, or its prefix is not declared."""
    if token.kind == "iri":
        iri = token.text[1:-1]
        return urljoin(base, iri) if base and not ABSOLUTE.match(iri) else iri  # urljoin drops an empty #
    prefix, colon, local = token.text.partition(":")
    if token.kind != "name" or not colon or prefix not in prefixes:
        return None
    return prefixes[prefix] + ESCAPED.sub(r"\1", local)
