"""Where in a line the term stands that a finding means."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.places.tokens import Token, literal, name, words

NAMED: Final = re.compile(r"<([^<>]*)>")


def at_column(line: str, column: int) -> tuple[int, int] | None:
    """Return the token at *column*, from 1, or that one character; a place beyond the line is its end."""
    at = min(column - 1, len(line))
    found = (token for token in words(line) if token.start <= at < token.end)
    token = next(found, None)
    return (at, token.end) if token else (at, at + 1)


@dataclass(frozen=True)
class Said:
    """The words of one line, and where in it each term stands; a literal is read only where one is meant."""

    line: Sequence[Token]
    prefixes: Mapping[str, str]

    @cached_property
    def names(self) -> dict[str, list[int]]:
        """Hold the numbers of the words that name an IRI, by IRI."""
        return places(name(token, self.prefixes) for token in self.line)

    @cached_property
    def literals(self) -> dict[str, list[int]]:
        """Hold the numbers of the words that are a literal, by literal."""
        return places(literal(token, self.prefixes) for token in self.line)

    def of(self, term: str | None) -> list[int]:
        """Return the numbers of the words that mean *term*, in order."""
        terms = self.literals if term and term.startswith('"') else self.names
        return terms.get(term or "", [])


def places(terms: Iterable[str | None]) -> dict[str, list[int]]:
    """Return the numbers from 0 of each of *terms*."""
    found: dict[str, list[int]] = {}
    for number, term in enumerate(terms):
        if term is not None:
            found.setdefault(term, []).append(number)
    return found


def where(finding: Finding, said: Said, alone: bool) -> tuple[int, int] | None:
    """Return where the value stands, else the path's predicate, the focus node, the only word if *alone*."""
    predicates = [number for predicate in named(finding.path) for number in said.of(predicate)[:1]]
    values = said.of(finding.value)
    behind = bisect_left(values, min(predicates, default=-1) + 1)
    # a value stands behind its predicate, if both are on the line
    for numbers in (values[behind:] or values, sorted(predicates), said.of(finding.focus)):
        if numbers:
            return said.line[numbers[0]].start, said.line[numbers[0]].end
    return (said.line[0].start, said.line[0].end) if len(said.line) == 1 and alone else None


def named(path: str | None) -> set[str]:
    """Return the predicates in a path as findings write it."""
    if path is None or not path.startswith(("[", "(")):
        return {path} if path else set()
    return set(NAMED.findall(path))
