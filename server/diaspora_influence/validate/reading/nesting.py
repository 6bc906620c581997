"""What is refused before a parser sees it, because it dies of it, never ends, or fills the memory.

pyoxigraph 0.5.13 recurses over JSON-LD and triple terms until its stack ends (some 5,000 and 20,000 deep),
and over terms of a JSON-LD context that rest on each other (some 4,500). It takes a time that grows with the
square of the depth of RDF/XML, of the attributes of an element and of bases that lengthen each other, and
expands any entity.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.errors import PlacedError
from diaspora_influence.lines import TOKENS

DEEPEST: Final = 500
"""Levels of nesting that are read; what people and programs write has a dozen."""
EXPANSION: Final = 64 << 20
"""Bytes that the entities of a file may expand to."""

MOST: Final = 1000
"""Attributes of an element, and bases of a file, that are read."""

# What follows is compiled where it is used: few files are JSON-LD or RDF/XML.
JSON: Final = rb'"(?:[^"\\]++|\\.)*+"?|[\[{\]}]'
XML: Final = (
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"
    rb"|</?(?=[^\s!?/<>])(?:[^>\"']++|\"[^\"]*+\"?|'[^']*+'?)*+>?"
)
ATTRIBUTE: Final = rb"\s[^\s=\"'<>/]++\s*=\s*[\"']"
BASE: Final = rb"(?<![\w:])@?base\s*<"
ENTITY: Final = rb"<!ENTITY\s+(?:%\s+)?([^\s\"'<>]+)\s+(\"[^\"]*+\"?|'[^']*+'?|)"
REFERENCE: Final = rb"[&%]([^#\s&;<>]++);"

Refuse = Callable[[int, str], PlacedError]
"""Makes the error for an offset in the content and a sentence."""


def guard(content: bytes, name: str, kind: ox.RdfFormat) -> None:
    """Raise PlacedError where a parser could not end well; *name* is what the error calls the file."""

    def refuse(offset: int, said: str) -> PlacedError:
        return PlacedError(name, content.count(b"\n", 0, offset) + 1, None, said)

    if kind == ox.RdfFormat.JSON_LD:
        _depth(content, refuse)
        _terms(content, refuse)
    elif kind == ox.RdfFormat.RDF_XML:
        _entities(content, refuse)
        _elements(content, refuse)
    else:
        _triple_terms(content, refuse)
        _bases(content, refuse)


def _depth(content: bytes, refuse: Refuse) -> None:
    if content.count(b"[") + content.count(b"{") <= DEEPEST:
        return
    depth = 0
    for token in re.finditer(JSON, content, re.DOTALL):
        depth += (token[0] in (b"[", b"{")) - (token[0] in (b"]", b"}"))
        if depth > DEEPEST:
            raise refuse(token.start(), f"nested deeper than {DEEPEST} levels")


def _terms(content: bytes, refuse: Refuse) -> None:
    """Refuse an object in which more than DEEPEST names rest on one that itself rests on another."""
    if content.count(b":") <= DEEPEST:
        return

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        whole = dict(pairs)
        if len(pairs) > DEEPEST:
            resting = {
                name: {part for part in _rests_on(name, value) if part in whole} for name, value in pairs
            }
            resting = {name: found for name, found in resting.items() if found}
            if sum(any(part in resting for part in found) for found in resting.values()) > DEEPEST:
                raise refuse(0, f"more than {DEEPEST} names that rest on each other")
        return whole

    import json  # few files are JSON-LD

    with suppress(ValueError):  # what is no JSON the parser names with its place
        text = content.decode("utf-8", "replace").removeprefix("\ufeff")
        json.loads(text, strict=False, object_pairs_hook=look, parse_int=str, parse_float=str)


def _rests_on(name: str, value: Any) -> set[str]:
    """Return what the definition of a name may be looked up by, beside itself."""
    said = value.values() if isinstance(value, dict) else [value]
    texts = [text for text in said if isinstance(text, str)]
    return {part for text in [name, *texts] for part in (text, text.partition(":")[0])} - {name}


def _elements(content: bytes, refuse: Refuse) -> None:
    if content.count(b"<") <= DEEPEST and content.count(b"=") <= MOST:
        return
    depth = 0
    for token in re.finditer(XML, content, re.DOTALL):
        text = token[0]
        if text.count(b"=") > MOST and len(re.findall(ATTRIBUTE, text)) > MOST:
            raise refuse(token.start(), f"an element of more than {MOST} attributes")
        if text.startswith((b"<!", b"<?")) or text.endswith(b"/>"):
            continue
        depth += -1 if text.startswith(b"</") else 1
        if depth > DEEPEST:
            raise refuse(token.start(), f"nested deeper than {DEEPEST} levels")


def _triple_terms(content: bytes, refuse: Refuse) -> None:
    if content.count(b"<<") <= DEEPEST:
        return
    for token in re.finditer(TOKENS, content, re.DOTALL):
        if token[0] == b"<<":
            raise refuse(token.start(), "RDF 1.2 terms are not supported")


def _bases(content: bytes, refuse: Refuse) -> None:
    if content.lower().count(b"base") > MOST and len(re.findall(BASE, content, re.IGNORECASE)) > MOST:
        raise refuse(0, f"more than {MOST} bases")


def _entities(content: bytes, refuse: Refuse) -> None:
    """Refuse what entities would expand to beyond EXPANSION; each may refer to those before it alone."""
    if b"<!ENTITY" not in content:
        return
    sizes: dict[bytes, int] = {}
    depths: dict[bytes, int] = {}
    declared = [*re.finditer(ENTITY, content)]
    later = {entity[1] for entity in declared}
    for entity in declared:
        used = re.findall(REFERENCE, entity[2])
        if any(name in later and name not in sizes for name in used):
            raise refuse(entity.start(), "an entity refers to itself or to one that is declared after it")
        size = len(entity[2]) + sum(sizes.get(name, 0) for name in used)
        sizes[entity[1]] = max(size, sizes.get(entity[1], 0))
        depths[entity[1]] = 1 + max((depths.get(name, 0) for name in used), default=0)
        if depths[entity[1]] > DEEPEST:
            raise refuse(entity.start(), f"entities nested deeper than {DEEPEST} levels")
    if sum(sizes.get(name, 0) for name in re.findall(REFERENCE, content)) > EXPANSION:
        raise refuse(declared[0].start(), f"the entities expand to more than {EXPANSION >> 20} MiB")
