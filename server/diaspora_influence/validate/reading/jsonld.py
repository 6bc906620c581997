"""Where JSON-LD says what: the line of each triple, found in the text beside a parser that tells none.

Prefixes, terms, other names of keywords and nesting are followed, as people write them. Where a document
says a triple in another way (`@reverse`, a map of languages, a text that a type makes an IRI), the triple
stands where its property does; failing that, its node; failing that, what was said before it.
"""

from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from functools import lru_cache
from typing import Final, TypeVar

import pyoxigraph as ox

from diaspora_influence.terms import RDF
from diaspora_influence.validate.reading.jsonld_text import Document, Node

LARGEST: Final = 64 << 20
"""Bytes of the largest document whose lines are looked for; in a larger one all stands on the first.

52 MiB took 9 seconds of a processor and 620 MiB, of which half for its triples.
"""
MOST: Final = 4 << 20
"""The same of objects and values, by their marks; small ones take more room than bytes."""
T = TypeVar("T")
TYPE: Final = "@type"
FIRST: Final = RDF + "first"
REST: Final = RDF + "rest"
Saying = tuple[Hashable, str]
"""A node, by its name or, where it has none, by its object, and the IRI of a property."""


def lines_of(triples: Iterable[ox.Triple], content: bytes, base: str) -> Iterator[int]:
    """Yield the line of each triple of a JSON-LD document; they come in the order of its parser."""
    written: Written | None = None
    too_large = len(content) > LARGEST or content.count(b"{") + content.count(b",") > MOST
    for triple in triples:
        if too_large:
            yield 1
            continue
        written = written or Written(Document(content, base))
        yield written.line(triple)


class Written:
    """What a document says, by the terms of its triples.

    A node without a name is known by its object. The parser's blank nodes, whatever they are called, are met
    in the order in which the text names or begins them: each as a value of the node around it, or by the
    first thing that it says.
    """

    def __init__(self, document: Document) -> None:
        nodes, names = document.nodes, document.names
        self.term, self.node = lru_cache(1 << 16)(names.term), lru_cache(1 << 16)(names.node)
        self.last = 1
        self.subjects: dict[Hashable, int] = {}
        self.said: dict[tuple[Hashable, ...], int] = {}
        self.inner: dict[Saying, deque[Node]] = {}
        self.nameless: dict[tuple[str, str], deque[Hashable]] = {}
        self.blank: dict[ox.BlankNode, Hashable] = {}
        self.met: set[Hashable] = set()
        self.origin: dict[ox.BlankNode, Saying] = {}
        for node in nodes:
            self._index(self._key(node), node)

    def _key(self, node: Node) -> Hashable:
        """Return what a node is known by: its IRI, its label, or itself."""
        if not node.name:
            return node
        return node.name if node.name.startswith("_:") else self.node(node.name)

    def _index(self, subject: Hashable, node: Node) -> None:
        self.subjects.setdefault(subject, node.line)
        says, node.says = node.says, []  # of a large document each counts
        for key, value, line in says:
            if key.startswith("@") and key != TYPE:
                continue
            predicate = RDF + "type" if key == TYPE else self.term(key)
            self.said.setdefault((subject, predicate), line)
            if isinstance(value, Node):
                self.inner.setdefault((subject, predicate), deque()).append(value)
                value = self.node(value.name) if value.name else ""
            for text in {value, self.term(value)} if key == TYPE or ":" in value else (value,):
                self.said.setdefault((subject, predicate, text), line)
                if not node.name or node.name.startswith("_:"):
                    self.nameless.setdefault((predicate, text), deque()).append(subject)

    def line(self, triple: ox.Triple) -> int:
        """Return where *triple* stands; triples are asked for in the order of the parser."""
        value = triple.object
        subject, predicate = self._saying(triple)
        if isinstance(value, ox.BlankNode):
            found = self._met(value, (subject, predicate), triple.predicate.value == REST)
        else:
            found = self.said.get((subject, predicate, getattr(value, "value", "")))
        self.last = found or self.said.get((subject, predicate)) or self.subjects.get(subject) or self.last
        return self.last

    def _saying(self, triple: ox.Triple) -> Saying:
        """Return node and property that say *triple*: of a cell of a list, those that the list is said by."""
        s, predicate = triple.subject, triple.predicate.value
        if not isinstance(s, ox.BlankNode):
            return getattr(s, "value", ""), predicate
        if predicate in (FIRST, REST) and s in self.origin:
            if s in self.blank:  # taken for a node of the list
                self._unmeet(s)
            return self.origin[s]
        if s not in self.blank:
            waiting = self.nameless.get((predicate, getattr(triple.object, "value", "")), deque())
            self._meet(s, next((key for key in popped(waiting) if key not in self.met), s))
        return self.blank[s], predicate

    def _meet(self, node: ox.BlankNode, key: Hashable) -> None:
        self.blank[node] = key
        self.met.add(key)

    def _unmeet(self, node: ox.BlankNode) -> None:
        key = self.blank.pop(node)
        self.met.discard(key)
        if isinstance(key, Node):
            self.inner[self.origin[node]].appendleft(key)

    def _met(self, node: ox.BlankNode, saying: Saying, is_rest: bool) -> int | None:
        """Return where *node* is named or begins; met for the first time it is the next within *saying*."""
        known = self.blank.get(node)
        if known is not None:
            return self.said.get((*saying, known)) if isinstance(known, str) else None
        self.origin.setdefault(node, saying)
        for found in popped(self.inner.get(saying, deque())) if not is_rest else ():
            key = self._key(found)
            if isinstance(key, Node) or (str(key).startswith("_:") and key not in self.met):
                self._meet(node, key)
                return found.line
        return None


def popped(waiting: deque[T]) -> Iterator[T]:
    """Yield what waits, taking each out."""
    while waiting:
        yield waiting.popleft()
