"""Queries answered over the numbered graph itself, without a store.

Each element of a group is a step that binds variables in a row of slots and calls the next; a step that
returns True wants no more. Patterns are followed in order, those first that begin at what is bound. What
SPARQL evaluates from the inside out comes to the same here as long as a group asks only of its own variables;
where it does not, and where a pattern meets what may be unbound, the query is left to another engine.
"""

from collections.abc import Iterable, Set
from typing import Any

from diaspora_influence.validate.fast.index import Index
from diaspora_influence.validate.fast.patterns import Patterns
from diaspora_influence.validate.fast.scope import THIS, Names
from diaspora_influence.validate.fast.steps import Maker, Row, Step, chained, optional, side_by_side
from diaspora_influence.validate.fast.tree import (
    Bind,
    Filter,
    Maybe,
    NotNativeError,
    Pattern,
    Query,
    Tree,
    Union,
    names_in,
)


class Solver(Patterns):
    """One query over one graph."""

    def __init__(self, index: Index, query: Query) -> None:
        super().__init__(index)
        makers, bound = self.group(query.group, frozenset({THIS}), frozenset())
        self.makers = makers
        self.selected = {name: self.value(tree, bound, self.after) for name, tree in query.selected.items()}

    def rows(self, focus: Iterable[int]) -> tuple[list[dict[str, Any]], list[int]]:
        """Return what is selected at the nodes of *focus*, each row once, and the nodes left to others."""
        found: dict[tuple[Any, ...], None] = {}
        fresh: list[tuple[Any, ...]] = []
        values = [*self.selected.values()]

        def keep(row: Row) -> bool:
            fresh.append(tuple(value(row) for value in values))
            return False

        step, row, left = chained(self.makers, keep), self.row(), list[int]()
        for node in focus:
            row[0] = node
            try:
                step(row)
                found.update(dict.fromkeys(fresh))
            except NotNativeError:
                left.append(node)
                row = self.row()
            fresh.clear()
        names = [*self.selected]
        return [dict(zip(names, said, strict=True)) for said in found], left

    def matching(self, focus: Iterable[int]) -> tuple[list[int], list[int]]:
        """Return the nodes of *focus* for which there is a row, and the nodes left to others."""
        step, row, found, left = chained(self.makers, lambda _: True), self.row(), list[int](), list[int]()
        for node in focus:
            row[0] = node
            try:
                if step(row):
                    found.append(node)
            except NotNativeError:
                left.append(node)
                row = self.row()
        return found, left

    def row(self) -> Row:
        """Return a row in which nothing is bound."""
        return [None] * len(self.slots)

    def group(
        self, elements: list[Any], given: Names, maybe: Names, closed: bool = False
    ) -> tuple[list[Maker], Names]:
        """Return the steps of a group and what is bound after it; *closed* ones see nothing from outside."""
        filters = [element for element in elements if isinstance(element, Filter)]
        others = [element for element in elements if not isinstance(element, Filter)]
        if closed:
            inside = frozenset({THIS}).union(
                *(names_in(e) for e in others if isinstance(e, (Pattern, Union)))
            )
            asked = names_in([e for e in elements if not isinstance(e, (Pattern, Union))])
            if asked & (given | maybe) - inside:
                raise NotNativeError("a group that asks of what stands outside")
        makers: list[Maker] = []
        bound, maybe = given, frozenset(maybe)
        while others:
            makers += self._ready(filters, others, bound, maybe)
            element = others.pop(anchored(others, bound))
            maker, bound, maybe = self.element(element, bound, maybe)
            makers.append(maker)
        makers += [self.filter(one.expression, bound, maybe) for one in filters]
        self.after = maybe
        return makers, bound

    def _ready(self, filters: list[Filter], others: list[Any], bound: Names, maybe: Names) -> Iterable[Maker]:
        """Take the filters that nothing that is still to come can change."""
        coming = names_in(others) - bound
        ready = [one for one in filters if not names_in(one) & coming]
        filters[:] = [one for one in filters if one not in ready]
        return [self.filter(one.expression, bound, maybe) for one in ready]

    def element(self, element: Any, bound: Names, maybe: Names) -> tuple[Maker, Names, Names]:
        """Return the step of an element, and what is bound and may be bound after it."""
        if isinstance(element, Pattern):
            if names_in(element) & maybe:
                raise NotNativeError("a pattern over what may be unbound")
            return self.pattern(element, bound), bound | names_in(element), maybe
        if isinstance(element, Bind):
            if element.name in bound | maybe:
                raise NotNativeError("BIND of what is bound")
            return self.bind(element, bound, maybe), bound, maybe | {element.name}
        if isinstance(element, Maybe):
            makers, after = self.group(element.group, bound, maybe)
            fresh = self.after | after - bound
            flag = self.slot(f"-{len(self.slots)}")
            return optional(makers, flag, [self.slot(name) for name in fresh - maybe]), bound, maybe | fresh
        if names_in(element) & maybe:
            raise NotNativeError("a group over what may be unbound")
        return self.union(element, bound, maybe)

    def union(self, union: Union, bound: Names, maybe: Names) -> tuple[Maker, Names, Names]:
        """Return the step of groups side by side."""
        ways, always, ever = [], list[Names](), maybe
        for group in union.groups:
            makers, after = self.group(group, bound, maybe, closed=True)
            ways.append(makers)
            always.append(after)
            ever |= self.after | after
        sure = frozenset.intersection(*always)
        if len(ways) == 1 and (sure, ever) == (bound, maybe):  # it binds nothing
            holds = self.remembered(chained(ways[0], lambda _: True), names_in(union) & (bound | maybe))
            return lambda then: lambda row: holds(row) and then(row), bound, maybe
        return side_by_side(ways, [self.slot(name) for name in ever - sure - maybe]), sure, ever - sure

    def filter(self, tree: Tree, bound: Names, maybe: Names) -> Maker:
        """Return the step of a condition."""
        value, truth = self.value(tree, bound, maybe), self.functions.truth
        holds = self.remembered(lambda row: truth(value(row)) is True, names_in(tree) & (bound | maybe))
        return lambda then: lambda row: holds(row) and then(row)

    def remembered(self, holds: Step, names: Set[str]) -> Step:
        """Return *holds*, which depends on *names*, asked once of each value of the one name if it is one."""
        if len(names) != 1 or THIS in names:
            return holds
        slot, known = self.slot(*names), dict[Any, bool]()

        def asked(row: Row) -> bool:
            key = row[slot]
            found = known.get(key)
            if found is None:
                found = known[key] = holds(row)
            return found

        return asked

    def bind(self, bind: Bind, bound: Names, maybe: Names) -> Maker:
        """Return the step that gives a variable a value."""
        value, slot = self.value(bind.expression, bound, maybe), self.slot(bind.name)

        def maker(then: Step) -> Step:
            def step(row: Row) -> bool:
                row[slot] = value(row)
                found = then(row)
                row[slot] = None
                return found

            return step

        return maker


def anchored(elements: list[Any], bound: frozenset[str]) -> int:
    """Return which element is next: of those before OPTIONAL and BIND the first that meets what is bound."""
    for i, element in enumerate(elements):
        if not isinstance(element, (Pattern, Union)):
            break
        ends = (element.subject, element.object) if isinstance(element, Pattern) else element
        if names_in(ends) & bound:
            return i
    return 0
