"""What stands in a group of a query: triple patterns, filters, optional parts, groups; and where."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from diaspora_influence.explain.nodes import Triple
from diaspora_influence.explain.source import Bracket, Item, Source, UnreadableError, end_of, is_mark, word
from diaspora_influence.explain.triples import triples
from diaspora_influence.sparql.lexer import Token

REMOVING: Final = frozenset({"filter", "minus"})
"""Kinds that take solutions away; a group without them has at least as many."""


@dataclass(frozen=True, slots=True)
class Element:
    """One part of a group.

    *kind* is triple, block (triples that are not cut), filter, optional, minus, graph, group, union,
    select, bind, values or other; *text* is SPARQL that can stand in any group; *groups* are those in it,
    *graph* is the name or variable of a GRAPH.
    """

    kind: str
    text: str
    place: tuple[int, int]
    variables: frozenset[str]
    iris: tuple[str, ...] = ()
    groups: "tuple[Group, ...]" = ()
    triple: Triple | None = None
    graph: Token | None = None


Group = tuple[Element, ...]


class Reader:
    """Cuts one group into its elements."""

    def __init__(self, source: Source, bracket: Bracket) -> None:
        """Begin before the first item."""
        self.source, self.items, self.at = source, bracket.items, 0
        self.readers: dict[str, Callable[[], Element]] = {
            "FILTER": self.filter,
            "OPTIONAL": lambda: self.group("optional"),
            "MINUS": lambda: self.group("minus"),
            "GRAPH": self.named,
            "LATERAL": lambda: self.upto("other", "{"),
            "BIND": lambda: self.upto("bind", "("),
            "VALUES": lambda: self.upto("values", "{"),
        }

    def read(self) -> Group:
        """Return the elements in their order."""
        found: list[Element] = []
        while item := self.item:
            if is_mark(item, "."):
                self.at += 1
            elif reader := self.readers.get(word(item)):
                found.append(reader())
            elif isinstance(item, Bracket) and item.opener == "{":
                found.append(self.union())
            else:
                found += self.block()
        return tuple(found)

    @property
    def item(self) -> Item | None:
        """Return the item that is next."""
        return self.items[self.at] if self.at < len(self.items) else None

    def element(self, kind: str, first: int, groups: tuple[Group, ...] = ()) -> Element:
        """Return the items from *first* to the next one as an element."""
        start, end = self.items[first].at, end_of(self.items[self.at - 1])
        text, variables = self.source.text(start, end), self.source.variables(start, end)
        return Element(kind, text, self.source.place(start), variables, self.source.iris(start, end), groups)

    def upto(self, kind: str, opener: str) -> Element:
        """Take everything up to the first bracket *opener*, with it."""
        first = self.at
        self.bracket(opener)
        return self.element(kind, first)

    def bracket(self, openers: str) -> Bracket:
        """Move behind the next bracket that *openers* holds the beginning of, and return it."""
        while item := self.item:
            self.at += 1
            if isinstance(item, Bracket) and item.opener in openers:
                return item
        raise UnreadableError

    def filter(self) -> Element:
        """Take a filter: a bracket, a function with its arguments, or [NOT] EXISTS with a group."""
        return self.upto("filter", "({")

    def group(self, kind: str) -> Element:
        """Take a keyword and the group behind it."""
        first = self.at
        bracket = self.bracket("{")
        return self.element(kind, first, (Reader(self.source, bracket).read(),))

    def named(self) -> Element:
        """Take GRAPH, its name and its group."""
        name = self.items[self.at + 1] if self.at + 1 < len(self.items) else None
        if not isinstance(name, Token):
            raise UnreadableError
        found = self.group("graph")
        return replace(found, graph=name)

    def union(self) -> Element:
        """Take a group, a subquery, or several groups with UNION between them."""
        first, brackets = self.at, [self.bracket("{")]
        while word(self.item) == "UNION":
            brackets.append(self.bracket("{"))
        if len(brackets) == 1 and brackets[0].items and word(brackets[0].items[0]) == "SELECT":
            return self.element("select", first, (Reader(self.source, where(brackets[0].items)).read(),))
        groups = tuple(Reader(self.source, bracket).read() for bracket in brackets)
        return self.element("union" if len(groups) > 1 else "group", first, groups)

    def block(self) -> list[Element]:
        """Take triples up to what is none; they stay together where they cannot be cut."""
        first = self.at
        while (item := self.item) and not (
            word(item) in self.readers or is_mark(item, ".") or is_group(item)
        ):
            self.at += 1
        try:
            cut = triples(self.source, self.items[first : self.at])
        except UnreadableError:
            whole = self.element("block", first)
            return [replace(whole, text=f"{whole.text} .")]
        return [
            Element("triple", one.text, self.source.place(one.at), one.variables, one.iris, triple=one)
            for one in cut
        ]


def is_group(item: Item) -> bool:
    """Say whether *item* is a group of its own."""
    return isinstance(item, Bracket) and item.opener == "{"


def where(items: Iterable[Item]) -> Bracket:
    """Return the group of a query or subquery: its first brace."""
    for item in items:
        if isinstance(item, Bracket) and item.opener == "{":
            return item
    raise UnreadableError
