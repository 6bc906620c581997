"""How a text that declares prefixes may write an IRI."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from diaspora_influence.later import pattern
from diaspora_influence.validate.places.tokens import TYPE, WORD, form_of

DECLARED: Final = pattern(rb"[ \t]*@?prefix[ \t]+([^\s:]*):\s*<([^<>\s]*)>", re.IGNORECASE)
"""The beginning of a line that declares a prefix."""


class Spelling:
    """The ways to write an IRI under some *prefixes*, without escapes."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = prefixes
        self._names: dict[str, list[str]] = {}
        for prefix, space in prefixes.items():
            self._names.setdefault(space, []).append(prefix)
        self._lengths = sorted(set(map(len, self._names)))
        self.of = lru_cache(maxsize=256)(self._of)

    def _of(self, iri: str) -> list[str]:
        """Return each word that stands for *iri*."""
        found = []
        for length in self._lengths:  # there may be many prefixes, and few lengths of their namespaces
            names = self._names.get(iri[:length])
            if names:
                found += [f"{prefix}:{iri[length:]}" for prefix in names]
        found = [text for text in found if text[-1] != "." and form_of(WORD).fullmatch(text)]
        return [f"<{iri}>", *found, *("a" if iri == TYPE else ())]


def declared(text: bytes) -> dict[str, str]:
    """Return what the prefixes of *text* stand for; of one that is declared twice, the first."""
    found: dict[str, str] = {}
    low, line = text.lower(), 0
    while (hit := low.find(b"prefix", line)) >= 0:
        match = DECLARED.match(text, max(line, low.rfind(b"\n", line, hit) + 1))
        if match:
            name, iri = (part.decode("utf-8", "replace") for part in match.groups())
            found.setdefault(name, iri)
        line = low.find(b"\n", match.end() if match else hit) + 1
        if not line:
            break
    return found
