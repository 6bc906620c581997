"""SPARQL constraints as one query over all focus nodes: `$this` is bound by a graph of marks.

SHACL binds `$this` before a query runs, everywhere in it. Here each group that names `$this` begins with a
pattern over the marks instead, which comes to the same as long as the query has none of FORBIDDEN: those are
refused by name. Groups of EXISTS and OPTIONAL need no pattern, for they see what stands around them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import FOCUS
from diaspora_influence.validate.fast.grammar import QueryReader
from diaspora_influence.validate.fast.index import Term
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.fast.tree import Query
from diaspora_influence.validate.fast.words import Token, tokens

FORBIDDEN: Final = frozenset(
    [
        "ASK",
        "AVG",
        "BASE",
        "BNODE",
        "CONSTRUCT",
        "COUNT",
        "DESCRIBE",
        "FROM",
        "GRAPH",
        "GROUP",
        "GROUP_CONCAT",
        "HAVING",
        "LIMIT",
        "MAX",
        "MIN",
        "MINUS",
        "NOW",
        "OFFSET",
        "ORDER",
        "PREFIX",
        "RAND",
        "SAMPLE",
        "SERVICE",
        "STRUUID",
        "SUM",
        "UUID",
        "VALUES",
        "$PATH",
        "$currentShape",
        "$shapesGraph",
        "$failure",
    ]
)
LEXICAL: Final = frozenset(
    [
        "CONCAT",
        "CONTAINS",
        "DATATYPE",
        "ENCODE_FOR_URI",
        "IRI",
        "LANG",
        "LCASE",
        "MD5",
        "REGEX",
        "REPLACE",
        "SAMETERM",
        "SHA1",
        "SHA256",
        "SHA384",
        "SHA512",
        "STR",
        "STRAFTER",
        "STRBEFORE",
        "STRDT",
        "STRENDS",
        "STRLANG",
        "STRLEN",
        "STRSTARTS",
        "SUBSTR",
        "UCASE",
        "URI",
    ]
)
"""Functions that see how a literal is written."""


@dataclass(frozen=True)
class Select:
    """A query of a SPARQL constraint or target, read as far as the engine has to know it."""

    node: Term
    prefixes: tuple[tuple[str, str], ...]
    text: str
    messages: tuple[str, ...]

    @cached_property
    def words(self) -> tuple[Token, ...]:
        """Hold its words; few queries of many are asked."""
        return tuple(tokens(self.text))

    def refuse(self) -> None:
        """Raise UnsupportedError where it has what the engine cannot bind."""
        node, words = self.node, self.words
        said = {token.word for token in words if token.kind in ("word", "var")}
        if said & FORBIDDEN:
            raise UnsupportedError.of(node, f"{', '.join(sorted(said & FORBIDDEN))} in a query")
        for i, token in enumerate(words):
            opening = next((j for j in range(i, len(words)) if words[j].text == "{"), len(words))
            if token.word == "SELECT" and "$this" not in [word.word for word in words[i:opening]]:
                raise UnsupportedError.of(node, "a query that does not select $this")
        if not words or words[0].word != "SELECT":
            raise UnsupportedError.of(node, "a query that is no SELECT")

    @property
    def tree(self) -> Query:
        """Return the query as a tree; NotNativeError where it is of another part of SPARQL."""
        return QueryReader(self.words, dict(self.prefixes)).query()

    @property
    def whole(self) -> str:
        """Return the query as it stands, with its prefixes."""
        return self._head + self.text

    @property
    def _head(self) -> str:
        return "".join(f"PREFIX {name}: <{space}>\n" for name, space in self.prefixes)

    @property
    def mentioned(self) -> set[str]:
        """Return the IRIs that it names."""
        known = dict(self.prefixes)
        names = (token.text.partition(":") for token in self.words if token.kind == "name")
        full = (known.get(prefix, "") + local for prefix, _, local in names)
        return {*full, *(token.text[1:-1] for token in self.words if token.kind == "iri")}

    def over(self, focus: ox.NamedNode) -> str:
        """Return the query over the nodes that are marked as *focus*."""
        mark = f" GRAPH <{FOCUS}> {{ $this <{FOCUS}> {focus} }} . "
        parts, last = [self._head], 0
        for place in self._bindings():
            parts += [self.text[last:place], mark]
            last = place
        return "".join([*parts, self.text[last:]])

    def _bindings(self) -> Iterator[int]:
        """Yield where each group that has to bind `$this` begins."""
        exists: list[bool] = []
        for i, token in enumerate(self.words):
            if token.text == "{":
                before = self.words[i - 1].word
                exists.append(before == "EXISTS" or any(exists))
                needless = exists[-1] or before == "OPTIONAL" or not self._names_this(i)
                if self.words[i + 1].word != "SELECT" and (len(exists) == 1 or not needless):
                    yield token.end
            elif token.text == "}":
                exists.pop()

    def _names_this(self, opening: int) -> bool:
        depth = 0
        for token in self.words[opening:]:
            depth += (token.text == "{") - (token.text == "}")
            if token.word == "$this":
                return True
            if not depth:
                break
        return False

    @property
    def open(self) -> bool:
        """Say whether a variable stands for a predicate."""
        pairs = zip(self.words, self.words[1:], strict=False)
        inner = [(a, b) for a, b in pairs if a.end > self._start]
        return any(
            (a.kind == "var" and b.kind == "var") or (a.text == ";" and b.kind == "var") for a, b in inner
        )

    @property
    def _start(self) -> int:
        return next(token.end for token in self.words if token.text == "{")

    @property
    def never_literal(self) -> set[str]:
        """Return the variables that stand for a subject or a predicate somewhere."""
        found = {"$this"}
        for before, token, after in zip(self.words, self.words[1:], self.words[2:], strict=False):
            if token.kind == "var" and before.end >= self._start:
                subject = before.text in "{}." and after.kind in ("var", "name", "iri")
                predicate = before.kind == "var" and after.kind in ("var", "name", "iri", "string")
                found |= {token.word} if subject or predicate else set()
        return found

    @property
    def constants(self) -> set[str]:
        """Return the numbers, truth values and texts that stand as objects of its patterns."""
        pairs = zip(self.words, self.words[1:], strict=False)
        told = (
            b for a, b in pairs if a.kind in ("name", "iri", "var") and b.kind in ("number", "word", "string")
        )
        return {token.text.strip("\"'") for token in told}

    @property
    def compares(self) -> bool:
        """Say whether a variable that may be a literal is used twice, to join or to compare."""
        used = Counter(token.word for token in self.words if token.kind == "var" and token.end > self._start)
        return any(many > 1 for name, many in used.items() if name not in self.never_literal)

    @property
    def lexical(self) -> bool:
        """Say whether the query may see how a literal is written."""
        safe, depth, held = self.never_literal, 0, list[int]()
        for i, token in enumerate(self.words[:-1]):
            cast = self.words[i - 2].text.startswith("xsd:")  # a number read from any spelling is the same
            if token.word in LEXICAL and self.words[i + 1].text == "(" and not cast:
                held.append(depth)
            depth += (token.text == "(") - (token.text == ")")
            if token.text == ")" and held and depth <= held[-1]:
                held.pop()
            if held and token.kind == "var" and token.word not in safe:
                return True
        return False
