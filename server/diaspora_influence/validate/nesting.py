"""What is refused before a parser sees it, because it dies of it, never ends, or fills the memory.

pyoxigraph 0.5.13 recurses over JSON-LD and triple terms until its stack ends (some 5,000 and 20,000 deep),
takes a time that grows with the square of the depth of RDF/XML, and expands any entity.
"""

import re
from collections.abc import Callable
from typing import Final

import pyoxigraph as ox

from diaspora_influence.errors import PlacedError
from diaspora_influence.lines import TOKENS

DEEPEST: Final = 500
"""Levels of nesting that are read; what people and programs write has a dozen."""
EXPANSION: Final = 64 << 20
"""Bytes that the entities of a file may expand to."""

JSON: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{\]}]', re.DOTALL)
XML: Final = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"
    rb"|</?(?=[^\s!?/<>])(?:[^>\"']++|\"[^\"]*+\"?|'[^']*+'?)*+>?",
    re.DOTALL,
)
ENTITY: Final = re.compile(rb"<!ENTITY\s+(?:%\s+)?([^\s\"'<>]+)\s+(\"[^\"]*+\"?|'[^']*+'?|)")
REFERENCE: Final = re.compile(rb"[&%]([^#\s&;<>]++);")

Refuse = Callable[[int, str], PlacedError]
"""Makes the error for an offset in the content and a sentence."""


def guard(content: bytes, name: str, kind: ox.RdfFormat) -> None:
    """Raise PlacedError where a parser could not end well; *name* is what the error calls the file."""

    def refuse(offset: int, said: str) -> PlacedError:
        return PlacedError(name, content.count(b"\n", 0, offset) + 1, None, said)

    if kind == ox.RdfFormat.JSON_LD:
        _depth(content, JSON, b"[{", b"]}", refuse)
    elif kind == ox.RdfFormat.RDF_XML:
        _entities(content, refuse)
        _elements(content, refuse)
    elif content.count(b"<<") > DEEPEST:
        _triple_terms(content, refuse)


def _depth(content: bytes, tokens: re.Pattern[bytes], opens: bytes, closes: bytes, refuse: Refuse) -> None:
    if sum(content.count(mark) for mark in (opens[:1], opens[1:])) <= DEEPEST:
        return
    depth = 0
    for token in tokens.finditer(content):
        depth += (token[0] in (opens[:1], opens[1:])) - (token[0] in (closes[:1], closes[1:]))
        if depth > DEEPEST:
            raise refuse(token.start(), f"nested deeper than {DEEPEST} levels")


def _elements(content: bytes, refuse: Refuse) -> None:
    if content.count(b"<") <= DEEPEST:
        return
    depth = 0
    for token in XML.finditer(content):
        text = token[0]
        if text.startswith((b"<!", b"<?")) or text.endswith(b"/>"):
            continue
        depth += -1 if text.startswith(b"</") else 1
        if depth > DEEPEST:
            raise refuse(token.start(), f"nested deeper than {DEEPEST} levels")


def _triple_terms(content: bytes, refuse: Refuse) -> None:
    for token in TOKENS.finditer(content):
        if token[0] == b"<<":
            raise refuse(token.start(), "RDF 1.2 terms are not supported")


def _entities(content: bytes, refuse: Refuse) -> None:
    """Refuse what entities would expand to beyond EXPANSION; each may refer to those before it alone."""
    if b"<!ENTITY" not in content:
        return
    sizes: dict[bytes, int] = {}
    depths: dict[bytes, int] = {}
    declared = [*ENTITY.finditer(content)]
    later = {entity[1] for entity in declared}
    for entity in declared:
        used = REFERENCE.findall(entity[2])
        if any(name in later and name not in sizes for name in used):
            raise refuse(entity.start(), "an entity refers to itself or to one that is declared after it")
        size = len(entity[2]) + sum(sizes.get(name, 0) for name in used)
        sizes[entity[1]] = max(size, sizes.get(entity[1], 0))
        depths[entity[1]] = 1 + max((depths.get(name, 0) for name in used), default=0)
        if depths[entity[1]] > DEEPEST:
            raise refuse(entity.start(), f"entities nested deeper than {DEEPEST} levels")
    if sum(sizes.get(name, 0) for name in REFERENCE.findall(content)) > EXPANSION:
        raise refuse(declared[0].start(), f"the entities expand to more than {EXPANSION >> 20} MiB")
