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


def meaning(token: Token, prefixes: Mapping[str, str], wanted: str | None) -> str | None:
    """Return the term that *token* stands for, as findings write it.

    A literal is read only where *wanted*, the term that is looked for, is one.
    """
    if token.kind == "iri":
        return ESCAPE.sub(_character, token.text[1:-1])
    if token.kind == "word":
        if token.text == "a":
            return RDF + "type"
        prefix, colon, local = token.text.partition(":")
        if colon:
            space = prefixes.get(prefix)
            return None if space is None else space + LOCAL.sub(r"\1", local)
    return _literal(token.text, prefixes) if wanted and wanted.startswith('"') else None


def _character(code: re.Match[str]) -> str:
    number = int(code[1] or code[2], 16)
    return chr(number) if number <= sys.maxunicode else code[0]


def _literal(text: str, prefixes: Mapping[str, str]) -> str | None:
    head = "".join(f"@prefix {prefix}: <{space}> . " for prefix, space in prefixes.items())
    try:
        [quad] = ox.parse(f"{head} <urn:s> <urn:p> {text} .", format=ox.RdfFormat.TURTLE)
    except (SyntaxError, ValueError):
        return None
    return str(quad.object)
