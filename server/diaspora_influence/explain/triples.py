"""A block of triples cut into single patterns; property lists in brackets get a variable of their own."""

from collections.abc import Iterator, Sequence
from typing import Final

from diaspora_influence.explain.nodes import Node, Triple
from diaspora_influence.explain.source import (
    Bracket,
    Item,
    Source,
    UnreadableError,
    end_of,
    is_label,
    is_mark,
    variable_for,
)
from diaspora_influence.sparql.lexer import Token
from diaspora_influence.terms import RDF

BEFORE: Final = frozenset({"^", "!"})
AFTER: Final = frozenset({"*", "+", "?"})
BETWEEN: Final = frozenset({"/", "|"})


def triples(source: Source, items: Sequence[Item]) -> list[Triple]:
    """Return the patterns of a block that has no full stop; UnreadableError where it is no such block."""
    cutter = Cutter(source, items)
    subject = cutter.node()
    cutter.properties(subject)
    return cutter.found


class Cutter:
    """Reads the items of one subject with its predicates and objects."""

    def __init__(self, source: Source, items: Sequence[Item]) -> None:
        """Begin before the first item."""
        self.source, self.items, self.at = source, items, 0
        self.found: list[Triple] = []

    @property
    def item(self) -> Item | None:
        """Return the item that is next."""
        return self.items[self.at] if self.at < len(self.items) else None

    def take(self) -> Item:
        """Return the next item and move behind it."""
        if (item := self.item) is None:
            raise UnreadableError
        self.at += 1
        return item

    def properties(self, subject: Node) -> None:
        """Read what is said of *subject*, up to the end."""
        while self.item is not None:
            if is_mark(self.item, ";"):
                self.at += 1
                continue
            at = self.item.at
            predicate = self.path()
            self.triple(subject, predicate, at)
            while is_mark(self.item, ","):
                self.at += 1
                self.triple(subject, predicate, at)
            if self.item is not None and not is_mark(self.item, ";"):
                raise UnreadableError

    def triple(self, subject: Node, predicate: Node, at: int) -> None:
        """Read an object; the triple stands before those within it."""
        before = len(self.found)
        self.found.insert(before, Triple(subject, predicate, self.node(), at))

    def path(self) -> Node:
        """Read a predicate: an IRI, a variable, or a path."""
        start = self.item.at if self.item else 0
        first = self.at
        self.step()
        while any(is_mark(self.item, mark) for mark in BETWEEN):
            self.at += 1
            self.step()
        items = self.items[first : self.at]
        text = self.source.text(start, end_of(items[-1]))
        if len(items) == 1 and isinstance(items[0], Token):
            return Node(text, *self.kind(items[0]))
        return Node(text, "path", tuple(self.iris(items)))

    def step(self) -> None:
        """Read one step of a path with its marks."""
        while any(is_mark(self.item, mark) for mark in BEFORE):
            self.at += 1
        item = self.take()
        named = isinstance(item, Token) and (item.kind in ("iri", "name", "variable") or item.text == "a")
        if not named and not (isinstance(item, Bracket) and item.opener == "("):
            raise UnreadableError
        while any(is_mark(self.item, mark) for mark in AFTER):
            self.at += 1

    def iris(self, items: Sequence[Item]) -> Iterator[str]:
        """Yield the IRIs in *items*, those in brackets too."""
        for item in items:
            if isinstance(item, Bracket):
                yield from self.iris(item.items)
            else:
                yield from self.kind(item)[1]

    def node(self) -> Node:
        """Read a subject or an object."""
        item = self.take()
        if isinstance(item, Bracket):
            return self.bracketed(item)
        if item.kind == "string":
            return self.literal(item)
        if is_label(item):
            name = variable_for(item.text)
            return Node(name, "variable", (), frozenset({name[1:]}))
        kind, iris, variables = self.kind(item)
        return Node(item.text, kind, iris, variables)

    def literal(self, item: Token) -> Node:
        """Read a string with its language or datatype."""
        end = end_of(item)
        if isinstance(self.item, Token) and self.item.kind == "tag":
            end = end_of(self.take())
        elif is_mark(self.item, "^^"):
            self.at += 1
            end = end_of(self.take())
        return Node(self.source.text(item.at, end), "literal")

    def bracketed(self, bracket: Bracket) -> Node:
        """Read a property list, whose triples follow, or anything else in brackets, which stays whole."""
        if bracket.opener == "[":
            name = f"node_{bracket.at}"
            node = Node(f"?{name}", "variable", (), frozenset({name}))
            inner = Cutter(self.source, bracket.items)
            inner.properties(node)
            self.found += inner.found
            return node
        text = self.source.text(bracket.at, bracket.end)
        return Node(text, "other", (), self.source.variables(bracket.at, bracket.end))

    def kind(self, token: Token) -> tuple[str, tuple[str, ...], frozenset[str]]:
        """Return kind, IRIs and variables of a single token."""
        if token.kind == "variable":
            return "variable", (), frozenset({token.text[1:]})
        if token.kind == "word" and token.text == "a":
            return "iri", (RDF + "type",), frozenset()
        if iri := self.source.iri(token):
            return "iri", (iri,), frozenset()
        if token.kind in ("number", "datum") or token.text in ("true", "false"):
            return "literal", (), frozenset()
        if token.kind == "mark":
            return "other", (), frozenset()
        raise UnreadableError
