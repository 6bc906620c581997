"""Queries answered over the numbered graph itself, without a store.

Each element of a group is a step that binds variables in a row of slots and calls the next; a step that
returns True wants no more. What is not answered so is left to another engine, node by node or in whole.
"""

from collections.abc import Iterable, Set
from functools import cached_property
from typing import Any

from diaspora_influence.validate.fast.functions import Functions
from diaspora_influence.validate.fast.groups import Groups
from diaspora_influence.validate.fast.index import Index
from diaspora_influence.validate.fast.narrowing import Narrowing
from diaspora_influence.validate.fast.scope import THIS
from diaspora_influence.validate.fast.steps import Maker, Row, Value, chained
from diaspora_influence.validate.fast.tree import NotNativeError, Query

Answer = dict[str, Any]
"""What a query selects: name to value."""


class Solver(Groups):
    """One query over one graph; *functions* are those of the graph, which know what was read before."""

    def __init__(self, index: Index, query: Query, functions: Functions | None = None) -> None:
        super().__init__(index, functions)
        self.query = query

    @cached_property
    def made(self) -> tuple[list[Maker], dict[str, Value]]:
        """Hold the steps of the pattern, and what gives each value that is selected."""
        makers, bound = self.group(self.query.group, frozenset({THIS}), frozenset())
        selected = self.query.selected.items()
        return makers, {name: self.value(tree, bound, self.after) for name, tree in selected}

    def rows(self, focus: Iterable[int]) -> tuple[list[Answer], list[int]]:
        """Return what is selected at the nodes of *focus*, each row once, and the nodes left to others."""
        nodes, found = self.narrowed(focus), dict[tuple[Any, ...], None]()
        if not nodes:  # of few nodes most queries ask nothing
            return [], []
        makers, selected = self.made
        fresh: list[tuple[Any, ...]] = []
        values = [*selected.values()]

        def keep(row: Row) -> bool:
            fresh.append(tuple([value(row) for value in values]))
            return False

        step, row, left = chained(makers, keep), self.row(), list[int]()
        for node in nodes:
            row[0] = node
            try:
                step(row)
                if fresh:
                    found.update(dict.fromkeys(fresh))
            except NotNativeError:
                left.append(node)
            if fresh:
                fresh.clear()
        return [dict(zip(selected, said, strict=True)) for said in found], left

    def matching(self, focus: Iterable[int]) -> tuple[list[int], list[int]]:
        """Return the nodes of *focus* for which there is a row, and the nodes left to others."""
        nodes, found, left = self.narrowed(focus), list[int](), list[int]()
        if not nodes:
            return [], []
        step, row = chained(self.made[0], lambda _: True), self.row()
        for node in nodes:
            row[0] = node
            try:
                if step(row):
                    found.append(node)
            except NotNativeError:
                left.append(node)
        return found, left

    def narrowed(self, focus: Iterable[int]) -> Set[int]:
        """Return the nodes of *focus* that have what the query asks of them plainly."""
        nodes = focus if isinstance(focus, Set) else {*focus}
        return Narrowing(self.index, self.functions.texts).having(self.query.group, nodes)
