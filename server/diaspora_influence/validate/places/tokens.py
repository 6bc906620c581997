"""The words of one line of Turtle, and what each means."""

import re
import sys
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import RDF

COMMENT, IRI, LITERAL, WORD = "comment", "iri", "literal", "word"
FORMS: Final = {
    WORD: r"(?:[^\s<>\"'()\[\]{},;\\#]++|\\.)++",
    IRI: r"<[^<>\"{}|^`\s]*+>",
    COMMENT: r"#.*",
    LITERAL: r'(?:"""(?:[^"\\]++|\\.|"(?!""))*+(?:"""|$)'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|$)"
    r'|"(?:[^"\\]++|\\.)*+"'
    r"|'(?:[^'\\]++|\\.)*+'"
    r")(?:@[A-Za-z0-9-]+|\^\^(?:<[^<>\s]*+>|[^\s;,()\[\]]+))?",
}
"""Kind of a word to its form, the most frequent first; no two begin with the same character."""
TYPE: Final = RDF + "type"
ESCAPE: Final = r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})"
LOCAL: Final = r"\\(.)"

Token = tuple[str, str, int]
"""One word: its kind (IRI, LITERAL or WORD), its text, and the character that it starts with, from 0."""


@cache
def form_of(*kinds: str) -> re.Pattern[str]:
    """Return what matches one word of *kinds*."""
    return re.compile("|".join(f"(?P<{kind}>{FORMS[kind]})" for kind in kinds))


def tokens(line: str) -> list[Token]:
    """Return the words of *line* without comments, brackets and the marks between terms."""
    quotes = '"' in line or "'" in line
    form = form_of(*FORMS) if quotes else form_of(WORD, IRI, COMMENT)  # the literals take long to compile
    found = []
    for match in form.finditer(line):
        kind, text = match.lastgroup or COMMENT, match.group()
        if kind != IRI:
            text = text.rstrip(".")
        if text and kind != COMMENT:
            found.append((kind, text, match.start()))
    return found


def first(line: str) -> Token | None:
    """Return the word that *line* begins with, unless that is a literal."""
    match = form_of(WORD, IRI, COMMENT).match(line)
    if match is None or match.lastgroup == COMMENT:
        return None
    text = match.group() if match.lastgroup == IRI else match.group().rstrip(".")
    return (match.lastgroup or WORD, text, 0) if text else None


@lru_cache(maxsize=64)
def words(line: str) -> tuple[Token, ...]:
    """Return the words of *line*, on which several findings often stand."""
    return tuple(tokens(line))


def name(token: Token, prefixes: Mapping[str, str]) -> str | None:
    """Return the IRI that *token* stands for, as findings write it."""
    kind, text, _ = token
    if kind == IRI:
        return re.sub(ESCAPE, _character, text[1:-1])
    if kind != WORD:
        return None
    if text == "a":
        return TYPE
    prefix, colon, local = text.partition(":")
    space = prefixes.get(prefix) if colon else None
    return None if space is None else space + re.sub(LOCAL, r"\1", local)


def literal(token: Token, prefixes: Mapping[str, str]) -> str | None:
    """Return the literal that *token* stands for, as findings write it."""
    kind, text, _ = token
    if kind == IRI or (kind == WORD and (":" in text or text == "a")):
        return None
    prefix = text.rpartition("^^")[2].partition(":")[0] if "^^" in text else ""
    head = f"@prefix {prefix}: <{prefixes[prefix]}> . " if prefix in prefixes else ""
    return _read(head, text)


@lru_cache(maxsize=1024)
def _read(head: str, text: str) -> str | None:
    """Return the literal that is written so behind a declaration, None if it is none."""
    try:
        [quad] = ox.parse(f"{head}<urn:s> <urn:p> {text} .", format=ox.RdfFormat.TURTLE)
    except (SyntaxError, ValueError):
        return None
    return str(quad.object)


def _character(code: re.Match[str]) -> str:
    number = int(code[1] or code[2], 16)
    return chr(number) if number <= sys.maxunicode else code[0]
