"""A query as far as its matches go: prologue, dataset, the group of WHERE, and what bounds the answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from diaspora_influence.explain.patterns import Element, Group, Reader
from diaspora_influence.explain.source import Bracket, Item, Source, UnreadableError, end_of, word
from diaspora_influence.sparql.lexer import Token
from diaspora_influence.sparql.words import FORMS


@dataclass(frozen=True, slots=True)
class Query:
    """A query cut into parts; *tail* are the words and numbers behind WHERE, in upper case."""

    source: Source
    form: str
    prologue: str
    dataset: str
    graphs: tuple[str, ...]
    named: tuple[str, ...]
    where: Group
    tail: tuple[str, ...]

    def after(self, keyword: str) -> str:
        """Return the word or number behind *keyword* in the tail, nothing where there is none."""
        found = dict(zip(self.tail, self.tail[1:], strict=False))
        return found.get(keyword, "")


def read(text: str, base: str) -> Query:
    """Return *text* cut into parts; UnreadableError where it cannot be, or has no WHERE."""
    source = Source(text, base)
    items = source.items()
    first = next((at for at, item in enumerate(items) if word(item) in FORMS), None)
    if first is None:
        raise UnreadableError
    declare(source, items[:first])
    form = word(items[first])
    at = where_of(form, items, first)
    bracket = items[at]
    assert isinstance(bracket, Bracket)
    prologue = source.text(0, items[first].at)
    dataset, graphs, named = dataset_of(source, items[first:at])
    tail = items[at + 1 :]
    group = (*Reader(source, bracket).read(), *values(source, tail))
    words = tuple(item.text.upper() for item in tail if isinstance(item, Token))
    return Query(source, form, prologue, dataset, graphs, named, group, words)


def declare(source: Source, items: Sequence[Item]) -> None:
    """Note the prefixes and the base that the prologue declares."""
    for at, item in enumerate(items[:-1]):
        following = items[at + 1]
        if word(item) == "BASE" and isinstance(following, Token):
            source.base = source.iri(following) or source.base
        if word(item) == "PREFIX" and isinstance(following, Token) and at + 2 < len(items):
            target = items[at + 2]
            iri = source.iri(target) if isinstance(target, Token) else None
            source.prefixes[following.text.partition(":")[0]] = iri or ""


def where_of(form: str, items: Sequence[Item], first: int) -> int:
    """Return the index of the group that is matched: not the template of a CONSTRUCT."""
    braces = [
        at
        for at in range(first, len(items))
        if isinstance(item := items[at], Bracket) and item.opener == "{" and word(items[at - 1]) != "VALUES"
    ]
    template = form == "CONSTRUCT" and len(braces) > 1 and braces[0] == first + 1
    if len(braces) <= template:
        raise UnreadableError
    return braces[template]


def dataset_of(source: Source, items: Sequence[Item]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return the FROM clauses as written, and the graphs that they name by default and by name."""
    clauses: list[str] = []
    found: dict[bool, list[str]] = {False: [], True: []}
    for at, item in enumerate(items):
        if word(item) == "FROM":
            named = word(items[at + 1]) == "NAMED"
            target = items[at + 1 + named]
            clauses.append(source.text(item.at, end_of(target)))
            found[named].append((source.iri(target) if isinstance(target, Token) else None) or "")
    return " ".join(clauses), tuple(found[False]), tuple(found[True])


def values(source: Source, tail: Sequence[Item]) -> list[Element]:
    """Return the VALUES behind WHERE, which are joined like any others."""
    start = next((at for at, item in enumerate(tail) if word(item) == "VALUES"), None)
    if start is None:
        return []
    at, end = tail[start].at, end_of(tail[-1])
    return [
        Element(
            "values", source.text(at, end), source.place(at), source.variables(at, end), source.iris(at, end)
        )
    ]
