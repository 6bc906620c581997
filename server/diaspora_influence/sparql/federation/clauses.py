"""The SERVICE clauses of a query: where each stands, whom it asks, and what."""

import contextlib
import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Final
from urllib.parse import urlsplit

from diaspora_influence.origin import PORTS, origin
from diaspora_influence.sparql import words
from diaspora_influence.sparql.errors import MalformedQuery, ServiceRefused
from diaspora_influence.sparql.examiner import refusal, unescaped
from diaspora_influence.sparql.lexer import Token, tokens

MOST: Final = 8
"""SERVICE clauses that one query may have: each is a request to another server."""
SILENT: Final = "SILENT"
BACKSLASH: Final = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Clause:
    """`SERVICE [SILENT] <endpoint> { body }`: its span in the text, in code points from 0, and its parts."""

    start: int
    end: int
    endpoint: str
    silent: bool
    body: str
    """The group graph pattern with its braces."""


@dataclass(frozen=True, slots=True)
class Federated:
    """A query with SERVICE clauses: its prologue, which each endpoint gets too, and the clauses in order."""

    text: str
    prologue: str
    clauses: tuple[Clause, ...]


def read(text: str) -> Federated:
    """Return the SERVICE clauses of *text*, none of them within another.

    Raises ServiceRefused for an endpoint that is a variable or no URL, a clause within a clause, and more
    than MOST; MalformedQuery where the clause breaks off. Each names the place.
    """
    read_tokens = list(tokens(text))
    head = list(takewhile(lambda token: keyword(token) not in words.FORMS, read_tokens))
    prefixes = declared(head)
    end = read_tokens[len(head)].at if len(head) < len(read_tokens) else len(text)
    found: list[Clause] = []
    for index, token in enumerate(read_tokens):
        if keyword(token) == words.SERVICE and not (found and token.at < found[-1].end):
            found.append(clause(text, read_tokens[index:], prefixes))
    if len(found) > MOST:
        raise refusal(ServiceRefused, text, found[MOST].start, f"A query may have {MOST} SERVICE clauses.")
    return Federated(text, text[:end], tuple(found))


def keyword(token: Token) -> str:
    """Return a word in upper case, as the engine would read it; empty for any other token."""
    return unescaped(token.text).upper() if token.kind == "word" else ""


def declared(head: list[Token]) -> dict[str, str]:
    """Return prefix to namespace of a prologue."""
    triples = zip(head, head[1:], head[2:], strict=False)
    return {
        name.text.removesuffix(":"): unescaped(iri.text[1:-1])
        for word, name, iri in triples
        if keyword(word) == "PREFIX" and name.kind == "name" and iri.kind == "iri"
    }


def clause(text: str, rest: list[Token], prefixes: dict[str, str]) -> Clause:
    """Return the clause with whose SERVICE the tokens *rest* begin."""
    service, *rest = rest
    silent = keyword(rest[0]) == SILENT
    target, opening, *inside = rest[silent:] + [Token("end", "", len(text))] * 2
    if target.kind not in ("iri", "name"):
        raise refusal(ServiceRefused, text, target.at, "The endpoint of a SERVICE clause is an IRI here.")
    if opening.text != "{":
        raise refusal(MalformedQuery, text, opening.at, "After SERVICE and its endpoint comes a `{`.")
    end = closing(text, inside)
    return Clause(service.at, end, endpoint(text, target, prefixes), silent, text[opening.at : end])


def closing(text: str, inside: list[Token]) -> int:
    """Return where the group ends that the token before *inside* opened."""
    depth = 1
    for token in inside:
        if keyword(token) == words.SERVICE:
            raise refusal(ServiceRefused, text, token.at, "A SERVICE clause within another is not passed on.")
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if not depth:
            return token.at + len(token.text)
    raise refusal(MalformedQuery, text, len(text), "A SERVICE clause does not end.")


def endpoint(text: str, target: Token, prefixes: dict[str, str]) -> str:
    """Return the URL that *target* names."""
    if target.kind == "iri":
        url = unescaped(target.text[1:-1])
    else:
        prefix, _, name = target.text.partition(":")
        url = prefixes.get(prefix, "") + BACKSLASH.sub(r"\1", name)
    with contextlib.suppress(ValueError):  # a port that is no number, a host that no encoding takes
        parts = urlsplit(url)
        if parts.scheme in PORTS and parts.hostname and "@" not in parts.netloc and origin(url):
            return url
    raise refusal(
        ServiceRefused, text, target.at, "The endpoint of a SERVICE clause is a URL with http or https."
    )
