"""Which nodes a query can have a row for at all, asked of all at once: it is then followed at those alone."""

from collections.abc import Callable, Mapping, Sequence, Set
from itertools import chain
from typing import Any, Final

from diaspora_influence.validate.fast.index import Index, common, values_of
from diaspora_influence.validate.fast.order import conditions, terms_for
from diaspora_influence.validate.fast.scope import THIS, folded
from diaspora_influence.validate.fast.texts import compiled
from diaspora_influence.validate.fast.tree import Filter, NotNativeError, Pattern, Tree, Union, Var

FEW: Final = 4
"""How many times as many subjects as nodes a predicate may have before it does not pay to turn its column."""


class Narrowing:
    """What a group asks of $this plainly: by patterns about it, and by filters on it and on what it has."""

    def __init__(self, index: Index, texts: Mapping[int, str]) -> None:
        self.index, self.texts = index, texts

    def having(self, group: Sequence[Any], nodes: Set[int]) -> Set[int]:
        """Return those of *nodes* for which, as $this, a group may match."""
        asked = (element for element in group if isinstance(element, Filter))
        filters = [*chain.from_iterable(map(conditions, asked))]
        for element in group:
            if isinstance(element, Union):
                nodes = set[int]().union(*(self.having(inner, nodes) for inner in element.groups))
            elif isinstance(element, Pattern) and element.subject == Var(THIS):
                nodes = self.beginning(element, nodes, filters)
        for condition in filters:
            kind, *parts = condition.expression
            if kind in TESTS:
                nodes = TESTS[kind](self, parts, nodes)
        return nodes

    def beginning(self, pattern: Pattern, nodes: Set[int], filters: Sequence[Filter]) -> Set[int]:
        """Return the nodes that the path of a pattern may begin at; all of them where that is open."""
        ways = firsts(pattern.path)
        if ways is None:
            return nodes
        columns = [self.index.column(self.index.id(way)) for way in ways]
        if len(columns) > 1 or pattern.path[0] != "p":
            return set[int]().union(*(common(column, nodes) for column in columns))
        if not isinstance(pattern.object, Var):
            return self.with_one(ways[0], {pattern.object}, nodes)
        for condition in filters:
            terms = terms_for(condition.expression, pattern.object.name)
            if terms is not None:
                return self.with_one(ways[0], terms, nodes)
        return common(columns[0], nodes)

    def with_one(self, name: Any, terms: Set[Any], nodes: Set[int]) -> Set[int]:
        """Return the nodes that have one of some terms by a predicate."""
        predicate, wanted = self.index.id(name), {self.index.id(term) for term in terms}
        column = self.index.column(predicate)
        if len(column) <= len(nodes) * FEW:
            having = {*chain.from_iterable(self.index.subjects(one, predicate) for one in wanted)}
            return having & nodes
        return {node for node in common(column, nodes) if not wanted.isdisjoint(values_of(column[node]))}

    def starting(self, parts: Sequence[Tree], nodes: Set[int]) -> Set[int]:
        """Return the nodes whose name begins as STRSTARTS asks, where it asks that of $this."""
        name, start = parts[0], folded(parts[1])
        if name != ("STR", ("var", THIS)) or start[0] != "text":
            return nodes
        return {node for node in nodes if self.texts[node].startswith(start[1])}

    def existing(self, parts: Sequence[Any], nodes: Set[int]) -> Set[int]:
        """Return the nodes for which a group of EXISTS may match."""
        return self.having(parts[0], nodes)

    def failing(self, parts: Sequence[Tree], nodes: Set[int]) -> Set[int]:
        """Return the nodes whose name a plain REGEX on $this is not sure to find something in."""
        kind, *asked = parts[0]
        if kind != "REGEX" or asked[0] != ("STR", ("var", THIS)) or asked[1][0] != "text":
            return nodes
        try:
            texts, search = self.texts, compiled(asked[1][1]).search
        except NotNativeError:
            return nodes
        return {node for node in nodes if "\n" in texts[node] or not search(texts[node])}


TESTS: Final[dict[str, Callable[[Narrowing, Sequence[Any], Set[int]], Set[int]]]] = {
    "STRSTARTS": Narrowing.starting,
    "exists": Narrowing.existing,
    "!": Narrowing.failing,
}
"""Condition to what keeps the nodes that may meet it."""


def firsts(path: Any) -> list[Any] | None:
    """Return the predicates of which a path begins with one; None where that is open."""
    if isinstance(path, Var):
        return None
    kind, *parts = path
    if kind == "p":
        return [*parts]
    if kind == "/":
        return firsts(parts[0])
    found = [firsts(part) for part in parts] if kind == "|" else [None]
    return None if None in found else [*chain.from_iterable(way or () for way in found)]
