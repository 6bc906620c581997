"""The words of one line of Turtle, and what each means."""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import RDF

TOKEN: Final = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<iri><[^<>\"{}|^`\s]*+>)"
    r"|(?P<literal>(?:"
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"""|$)'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|$)"
    r'|"(?:[^"\\]++|\\.)*+"'
    r"|'(?:[^'\\]++|\\.)*+'"
    r")(?:@[A-Za-z0-9-]+|\^\^(?:<[^<>\s]*+>|[^\s;,()\[\]]+))?)"
    r"|(?P<word>(?:[^\s<>\"'()\[\]{},;\\#]++|\\.)++)"
)
ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
LOCAL: Final = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Token:
    """One word: its kind (iri, literal, word), its text, and its characters from *start* to *end*."""

    kind: str
    text: str
    start: int
    end: int


@lru_cache(maxsize=64)
def words(line: str) -> tuple[Token, ...]:
    """Return the words of *line*, on which several findings often stand."""
    return tuple(tokens(line))


def tokens(line: str) -> Iterator[Token]:
    """Yield the words of *line* without comments, brackets and the marks between terms."""
    for match in TOKEN.finditer(line):
        text = match.group()
        if match.lastgroup != "iri":
            text = text.rstrip(".")
        if text and match.lastgroup != "comment":
            yield Token(str(match.lastgroup), text, match.start(), match.start() + len(text))


def name(token: Token, prefixes: Mapping[str, str]) -> str | None:
    """Return the IRI that *token* stands for, as findings write it."""
    if token.kind == "iri":
        return ESCAPE.sub(_character, token.text[1:-1])
    if token.kind != "word":
        return None
    if token.text == "a":
        return RDF + "type"
    prefix, _, local = token.text.partition(":")
    space = prefixes.get(prefix) if ":" in token.text else None
    return None if space is None else space + LOCAL.sub(r"\1", local)


def literal(token: Token, prefixes: Mapping[str, str]) -> str | None:
    """Return the literal that *token* stands for, as findings write it."""
    if token.kind == "iri" or (token.kind == "word" and (":" in token.text or token.text == "a")):
        return None
    prefix = token.text.rpartition("^^")[2].partition(":")[0] if "^^" in token.text else ""
    head = f"@prefix {prefix}: <{prefixes[prefix]}> . " if prefix in prefixes else ""
    try:
        [quad] = ox.parse(f"{head}<urn:s> <urn:p> {token.text} .", format=ox.RdfFormat.TURTLE)
    except (SyntaxError, ValueError):
        return None
    return str(quad.object)


def _character(code: re.Match[str]) -> str:
    number = int(code[1] or code[2], 16)
    return chr(number) if number <= sys.maxunicode else code[0]
