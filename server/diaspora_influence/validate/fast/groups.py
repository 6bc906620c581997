"""The groups of a query as steps: in which order their elements are followed, and what may be asked when.

Patterns are followed in order, those first that begin at what is bound; a filter as soon as nothing that is
still to come can change it. What SPARQL evaluates from the inside out comes to the same here as long as a
group asks only of its own variables; where it does not, and where a pattern meets what may be unbound, the
query is left to another engine.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from diaspora_influence.validate.fast.order import (
    anchored,
    conditions,
    first_of_order,
    refuse_outside,
    terms_for,
)
from diaspora_influence.validate.fast.patterns import Patterns
from diaspora_influence.validate.fast.scope import THIS, Names
from diaspora_influence.validate.fast.steps import Maker, Row, Step, chained, optional, side_by_side
from diaspora_influence.validate.fast.tree import (
    Bind,
    Filter,
    Maybe,
    NotNativeError,
    Pattern,
    Tree,
    Union,
    Var,
    names_in,
)


class Groups(Patterns):
    """What makes the steps of a group. *after* is what may be bound after the last that was made."""

    after: Names = frozenset()

    def group(
        self, elements: list[Any], given: Names, maybe: Names, closed: bool = False
    ) -> tuple[list[Maker], Names]:
        """Return the steps of a group and what is bound after it; *closed* ones see nothing from outside."""
        asked = (element for element in elements if isinstance(element, Filter))
        filters = [*chain.from_iterable(map(conditions, asked))]
        others = [element for element in elements if not isinstance(element, Filter)]
        if closed:
            refuse_outside(elements, (given | maybe) - {THIS})
        makers: list[Maker] = []
        bound = given
        while others:
            makers += self._ready(filters, others, bound, maybe)
            element = others.pop(anchored(others, bound))
            tests = self._tests(element, filters, others, bound, maybe)
            maker, bound, maybe = self.element(element, bound, maybe, tests)
            makers.append(maker)
        makers += [self.filter(one.expression, bound, maybe) for one in filters]
        self.after = maybe
        return makers, bound

    def _ready(self, filters: list[Filter], others: list[Any], bound: Names, maybe: Names) -> list[Maker]:
        """Take the filters that nothing that is still to come can change."""
        coming = names_in(others) - bound
        ready = [one for one in filters if not names_in(one) & coming]
        filters[:] = [one for one in filters if one not in ready]
        return [self.filter(one.expression, bound, maybe) for one in ready]

    def _tests(
        self, element: Any, filters: list[Filter], others: list[Any], bound: Names, maybe: Names
    ) -> list[Step]:
        """Take what asks only of the predicate that a pattern binds, where it does: it is asked first."""
        name = element.path.name if isinstance(element, Pattern) and isinstance(element.path, Var) else THIS
        if name in bound:
            return []
        now = bound | {name}
        around = names_in([element, *others]) | bound | maybe
        alone = [one for one in filters if names_in(one) & around == {name}]
        filters[:] = [one for one in filters if one not in alone]
        tests = [self.read("b", one.expression, now, maybe) for one in alone]
        for terms in filter(None, (terms_for(one.expression, name) for one in filters)):
            tests.append(
                self.read("b", ("in", ("var", name), *(("term", term) for term in terms)), now, maybe)
            )
        for group in [one for one in others[: first_of_order(others)] if names_in(one) == {name}]:
            maker, *after = self.element(group, now, maybe)
            if after == [now, maybe]:
                others.remove(group)
                tests.append(maker(lambda _: True))
        return tests

    def element(
        self, element: Any, bound: Names, maybe: Names, tests: Sequence[Step] = ()
    ) -> tuple[Maker, Names, Names]:
        """Return the step of an element, and what is bound and may be bound after it."""
        if isinstance(element, Pattern):
            if names_in(element) & maybe:
                raise NotNativeError("a pattern over what may be unbound")
            return self.pattern(element, bound, tests), bound | names_in(element), maybe
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
        holds = self.remembered(self.read("b", tree, bound, maybe), names_in(tree) & (bound | maybe))
        return lambda then: lambda row: holds(row) and then(row)

    def bind(self, bind: Bind, bound: Names, maybe: Names) -> Maker:
        """Return the step that gives a variable a value."""
        value, slot = self.value(bind.expression, bound, maybe), self.slot(bind.name)

        def maker(then: Step) -> Step:
            def step(row: Row) -> bool:
                row[slot] = value(row)
                return then(row)

            return step

        return maker
