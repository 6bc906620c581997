"""Queries answered over the numbered graph itself, without a store.

Each element of a group is a step that binds variables in a row of slots and calls the next; a step that
returns True wants no more. What is not answered so is left to another engine, node by node or in whole.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from diaspora_influence.validate.fast.functions import Functions
from diaspora_influence.validate.fast.groups import Groups
from diaspora_influence.validate.fast.index import Index, values_of
from diaspora_influence.validate.fast.scope import THIS
from diaspora_influence.validate.fast.steps import Row, chained
from diaspora_influence.validate.fast.tree import NotNativeError, Pattern, Query, Union, Var

FEW: Final = 4
"""How many times as many subjects as nodes a predicate may have before it does not pay to turn its column."""
Answer = dict[str, Any]
"""What a query selects: name to value."""


class Solver(Groups):
    """One query over one graph; *functions* are those of the graph, which know what was read before."""

    def __init__(self, index: Index, query: Query, functions: Functions | None = None) -> None:
        super().__init__(index, functions)
        self.query = query
        self.makers, bound = self.group(query.group, frozenset({THIS}), frozenset())
        self.selected = {name: self.value(tree, bound, self.after) for name, tree in query.selected.items()}

    def rows(self, focus: Iterable[int]) -> tuple[list[Answer], list[int]]:
        """Return what is selected at the nodes of *focus*, each row once, and the nodes left to others."""
        found: dict[tuple[Any, ...], None] = {}
        fresh: list[tuple[Any, ...]] = []
        values = [*self.selected.values()]

        def keep(row: Row) -> bool:
            fresh.append(tuple([value(row) for value in values]))
            return False

        step, row, left = chained(self.makers, keep), self.row(), list[int]()
        for node in self.narrowed(focus):
            row[0] = node
            try:
                step(row)
                if fresh:
                    found.update(dict.fromkeys(fresh))
            except NotNativeError:
                left.append(node)
            if fresh:
                fresh.clear()
        return [dict(zip(self.selected, said, strict=True)) for said in found], left

    def matching(self, focus: Iterable[int]) -> tuple[list[int], list[int]]:
        """Return the nodes of *focus* for which there is a row, and the nodes left to others."""
        step, row, found, left = chained(self.makers, lambda _: True), self.row(), list[int](), list[int]()
        for node in self.narrowed(focus):
            row[0] = node
            try:
                if step(row):
                    found.append(node)
            except NotNativeError:
                left.append(node)
        return found, left

    def narrowed(self, focus: Iterable[int]) -> list[int]:
        """Return the nodes of *focus* that have what the patterns about them ask for."""
        return sorted(having(self.index, self.query.group, {*focus}))


def having(index: Index, group: Sequence[Any], nodes: set[int]) -> set[int]:
    """Return those of *nodes* that, as $this, have something by each predicate that a group asks them for."""
    for element in group:
        if isinstance(element, Union):
            nodes = set[int]().union(*(having(index, inner, nodes) for inner in element.groups))
        elif isinstance(element, Pattern) and element.subject == Var(THIS):
            nodes = beginning(index, element, nodes)
    return nodes


def beginning(index: Index, pattern: Pattern, nodes: set[int]) -> set[int]:
    """Return the nodes that the path of a pattern may begin at; all of them where that is open."""
    first = pattern.path
    if not isinstance(first, Var) and first[0] == "/":
        first = first[1]
    if isinstance(first, Var) or first[0] != "p":
        return nodes
    predicate = index.id(first[1])
    column = index.column(predicate)
    if isinstance(pattern.object, Var) or first is not pattern.path:
        return column.keys() & nodes
    wanted = index.id(pattern.object)
    if len(column) <= len(nodes) * FEW:
        return nodes.intersection(index.subjects(wanted, predicate))
    return {node for node in column.keys() & nodes if wanted in values_of(column[node])}
