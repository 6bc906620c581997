"""What a thing lacks that it is not in a class: which conjunct of which definition does not hold."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.reason.expression import Descriptions, descriptions, in_words, members
from diaspora_influence.terms import OWL, RDF
from diaspora_influence.why.ask import Ask, query
from diaspora_influence.why.links import Gap, chain, listed, values
from diaspora_influence.why.names import spelled
from diaspora_influence.why.tree import graphs_of

TYPE: Final = f"<{RDF}type>"
EQUIVALENT: Final = OWL + "equivalentClass"
DEEPEST: Final = 6
"""How many definitions within definitions are looked into."""


@dataclass(frozen=True)
class Classes:
    """The class expressions of a release, and whom to ask what is in them."""

    ask: Ask
    same: Mapping[Any, list[Any]]
    known: Descriptions

    @classmethod
    def read(cls, ask: Ask) -> "Classes":
        """Read the definitions of a release."""
        triples = [ox.Triple(row["s"], row["p"], row["o"]) for row in ask(query("classes"))]
        same: dict[Any, list[Any]] = defaultdict(list)
        for subject, predicate, value in triples:
            if predicate.value == EQUIVALENT:
                same[subject].append(value)
        return cls(ask, same, descriptions(triples))

    def gaps(self, thing: str, kind: str) -> Iterator[Gap]:
        """Yield why *thing* is not in the class *kind*: its definitions, and the classes below it."""
        if not kind.startswith("<"):
            return
        yield from self.defined(thing, ox.NamedNode(kind[1:-1]), 1)
        if below := [str(row["class"]) for row in self.ask(query("below", o=kind))]:
            yield Gap(f"it is in no class below: {listed(below)}")

    def defined(self, thing: str, kind: Any, depth: int) -> Iterator[Gap]:
        """Yield what *thing* lacks of each definition of a class."""
        found = (self.gap(thing, node, depth) for node in self.same.get(kind, ()))
        yield from (one for one in found if one)

    def gap(self, thing: str, node: Any, depth: int) -> Gap | None:
        """Return what *thing* lacks of a class or class expression, None where it is in it."""
        if not isinstance(node, ox.BlankNode):
            return self.named(thing, node, depth)
        about = self.known.get(node, {})
        if OWL + "intersectionOf" in about:
            return self.every(thing, node, self.of_members(thing, about[OWL + "intersectionOf"], depth))
        if OWL + "unionOf" in about:
            return self.none(thing, node, self.of_members(thing, about[OWL + "unionOf"], depth))
        return self.some(thing, node, about, depth)

    def named(self, thing: str, kind: Any, depth: int) -> Gap | None:
        """Return what *thing* lacks of a named class."""
        if graphs_of(self.ask, [(thing, TYPE, str(kind))]):
            return None
        deeper = self.defined(thing, kind, depth + 1) if depth < DEEPEST else ()
        return Gap(f"{spelled(thing)} is no {spelled(str(kind))}", tuple(deeper))

    def of_members(self, thing: str, cell: Any, depth: int) -> list[Gap | None]:
        """Return what *thing* lacks of each member of a list of classes, None for one that it is in."""
        return [self.gap(thing, member, depth) for member in members(cell, self.known)]

    def every(self, thing: str, node: Any, lacking: list[Gap | None]) -> Gap | None:
        """Return what *thing* lacks of an intersection: each part that it is not in."""
        words = f"{spelled(thing)} is not in every part of {in_words(node, self.known)}"
        return Gap(words, tuple(filter(None, lacking))) if any(lacking) else None

    def none(self, thing: str, node: Any, lacking: list[Gap | None]) -> Gap | None:
        """Return what *thing* lacks of a union: all of its parts."""
        words = f"{spelled(thing)} is in no part of {in_words(node, self.known)}"
        return Gap(words, tuple(filter(None, lacking))) if all(lacking) else None

    def some(self, thing: str, node: Any, about: Mapping[str, Any], depth: int) -> Gap | None:
        """Return what *thing* lacks of a restriction that asks for one value of a class."""
        property_, kind = about.get(OWL + "onProperty"), about.get(OWL + "someValuesFrom")
        if property_ is None or kind is None:
            return Gap(f"{in_words(node, self.known)} is not looked into")
        found = values(self.ask, thing, str(property_))
        called = spelled(str(property_))
        if not found:
            return Gap(f"{spelled(thing)} has no {called}", self.unlinked(thing, str(property_)))
        lacking = [self.gap(value, kind, depth) for value in found]
        if not all(lacking):
            return None
        words = f"what {spelled(thing)} has as {called} ({listed(found)}) is no {in_words(kind, self.known)}"
        return Gap(words, tuple(filter(None, lacking)))

    def unlinked(self, thing: str, property_: str) -> tuple[Gap, ...]:
        """Return where each chain ends that would give *thing* a value of a property."""
        rows = [row for row in self.ask(query("property", p=property_)) if row["way"].value == "chain"]
        links = [(str(row["property"]), str(row["second"])) for row in rows]
        return tuple(chain(self.ask, thing, pair) for pair in links if not self.linked(thing, pair))

    def linked(self, thing: str, links: tuple[str, str]) -> bool:
        """Say whether a chain of two leads anywhere; the person policy may withhold what it gives."""
        return any(values(self.ask, between, links[1]) for between in values(self.ask, thing, links[0]))
