"""A shapes graph as it is read: what is said of each node, lists unrolled."""

from collections.abc import Iterable
from functools import cache
from typing import Final

import pyoxigraph as ox

from diaspora_influence.table import Table, Triples
from diaspora_influence.terms import RDF, SH
from diaspora_influence.validate.fast.index import Term
from diaspora_influence.validate.fast.refusal import UnsupportedError

FIRST: Final = ox.NamedNode(RDF + "first")
REST: Final = ox.NamedNode(RDF + "rest")
NIL: Final = ox.NamedNode(RDF + "nil")


@cache
def sh(name: str) -> ox.NamedNode:
    """Return a name of SHACL's vocabulary."""
    return ox.NamedNode(SH + name)


class Described:
    """Triples by subject and predicate, each value once, in the order in which they are read."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.nodes: dict[Term, dict[Term, dict[Term, None]]] = {}
        if isinstance(triples, Triples):
            self._add(triples.table)
            return
        for s, p, o in triples:
            self.nodes.setdefault(s, {}).setdefault(p, {})[o] = None

    def _add(self, table: Table) -> None:
        """Add the triples of *table*; a subject is looked up once for all that stand together."""
        terms, last, node = table.terms, -1, dict[Term, dict[Term, None]]()
        for s, p, o in table.rows:
            if s != last:
                last, node = s, self.nodes.setdefault(terms[s], {})
            node.setdefault(terms[p], {})[terms[o]] = None

    def values(self, node: Term, predicate: ox.NamedNode) -> list[Term]:
        """Return the values of a predicate of *node*."""
        return [*self.nodes.get(node, {}).get(predicate, ())]

    def value(self, node: Term, predicate: ox.NamedNode) -> Term | None:
        """Return the one value of a predicate, None without one; several are refused."""
        found = self.values(node, predicate)
        if len(found) > 1:
            raise UnsupportedError.of(node, f"several values of {predicate.value}")
        return found[0] if found else None

    def items(self, head: Term) -> list[Term]:
        """Return the members of an RDF list; what is none is refused."""
        found: list[Term] = []
        seen: set[Term] = set()
        while head != NIL:
            first, rest = self.value(head, FIRST), self.value(head, REST)
            if first is None or rest is None or head in seen:
                raise UnsupportedError.of(head, "a list that is not well-formed")
            seen.add(head)
            found.append(first)
            head = rest
        return found
