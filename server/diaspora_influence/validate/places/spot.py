"""Where in a line the term stands that a finding means."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Final

from diaspora_influence.later import pattern
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.places.looked import Looked, Span
from diaspora_influence.validate.places.spelling import Spelling
from diaspora_influence.validate.places.tokens import LITERAL, Token, first, literal, name, tokens, words

NAMED: Final = pattern(r"<([^<>]*)>")
SHORT: Final = 400
"""Characters of the longest line in which a word is looked for; a longer one is read once, for all words."""
Places = dict[str, list[Span]]
"""Where each term, or each text of a word, stands."""
Meaning = Callable[[Token, Mapping[str, str]], str | None]
"""From a word and what prefixes stand for to the term that it means."""


def at_column(line: str, column: int) -> Span:
    """Return the token at *column*, from 1, or that one character; a place beyond the line is its end."""
    at = min(column - 1, len(line))
    ends = (start + len(text) for _, text, start in words(line) if start <= at < start + len(text))
    end = next(ends, None)
    return (at, at + 1) if end is None else (at, end)


class Said:
    """What one line says, and where in it each term stands; its words are read where one may be meant."""

    def __init__(self, text: str, spelling: Spelling) -> None:
        self.text, self.spelling, self.has_escapes = text, spelling, "\\" in text
        self.looked = None if self.has_escapes or len(text) > SHORT else Looked(text)
        word = first(text)
        self.head = word and (name(word, spelling.prefixes), span(word))

    @cached_property
    def words(self) -> list[Token]:
        """Hold the words."""
        return tokens(self.text)

    @cached_property
    def texts(self) -> Places:
        """Hold where words stand that may name an IRI, by how they are written."""
        found: Places = {}
        for kind, text, start in self.words:
            if kind != LITERAL:
                found.setdefault(text, []).append((start, start + len(text)))
        return found

    @cached_property
    def escaped(self) -> Places:
        """Hold where words with an escape stand that name an IRI, by IRI."""
        return self._places(name, [word for word in self.words if "\\" in word[1]])

    @cached_property
    def literals(self) -> Places:
        """Hold where words stand that are a literal, by literal."""
        return self._places(literal, self.words)

    def _places(self, meaning: Meaning, words: Iterable[Token]) -> Places:
        found: Places = {}
        for word in words:
            term = meaning(word, self.spelling.prefixes)
            if term is not None:
                found.setdefault(term, []).append(span(word))
        return found

    def of(self, term: str | None) -> Sequence[Span]:
        """Return where words stand that mean *term*, in order."""
        if not term:
            return ()
        if term.startswith('"'):
            bare = self.looked.number(term) if self.looked else None
            return self.literals.get(term, ()) if bare is None else bare
        return self._of(term)

    def _of(self, term: str, most: int | None = None) -> Sequence[Span]:
        found: list[Span] = []
        for text in self.spelling.of(term):
            places = self.looked.word(text, most) if self.looked else None
            found += self.texts.get(text, ()) if places is None else places
        if self.has_escapes:
            found += self.escaped.get(term, ())
        return sorted(found)[:most] if len(found) > 1 else found

    def first(self, term: str) -> Sequence[Span]:
        """Return where the first word stands that means *term*, if any does."""
        if self.head and self.head[0] == term:
            return (self.head[1],)
        return self._of(term, most=1)


def span(word: Token) -> Span:
    """Return the first character of a word and the one behind it."""
    return word[2], word[2] + len(word[1])


def where(finding: Finding, said: Said, alone: bool) -> Span | None:
    """Return where the value stands, else the path's predicate, the focus node, the only word if *alone*."""
    predicates = [place for predicate in named(finding.path) for place in said.first(predicate)]
    values = said.of(finding.value)
    behind = bisect_right(values, min(predicates)) if values and predicates else 0
    # a value stands behind its predicate, if both are on the line
    found = values[behind:] or values or sorted(predicates) or said.first(finding.focus)
    if found:
        return found[0]
    return span(said.words[0]) if alone and len(said.words) == 1 else None


@lru_cache(maxsize=256)
def named(path: str | None) -> frozenset[str]:
    """Return the predicates in a path as findings write it."""
    if path is None or not path.startswith(("[", "(")):
        return frozenset({path} if path else ())
    return frozenset(NAMED.findall(path))
