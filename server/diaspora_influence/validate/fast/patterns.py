"""The triple patterns of a query as steps over a graph."""

from typing import Any

import pyoxigraph as ox

from diaspora_influence.validate.fast.routes import is_endless, route, turned
from diaspora_influence.validate.fast.scope import Names, Scope
from diaspora_influence.validate.fast.steps import Maker, Row, Step, Value, each_of
from diaspora_influence.validate.fast.tree import NotNativeError, Pattern, Var


class Patterns(Scope):
    """What makes a step of a pattern."""

    def pattern(self, pattern: Pattern, bound: Names) -> Maker:
        """Return the step of a triple pattern."""
        if isinstance(pattern.path, Var) and pattern.path.name not in bound:
            return self._open(pattern, bound)
        start, end = (self._end(part, bound) for part in (pattern.subject, pattern.object))
        if start is None and end is None:
            raise NotNativeError("a pattern that begins anywhere")
        if isinstance(pattern.path, Var):
            return self._by_bound(pattern, start, end)
        forward = route(self.index, pattern.path) if start else None
        if start and forward and end:
            if is_endless(pattern.path) and isinstance(pattern.object, Var):
                end = self._no_literal(end)
            return lambda then: lambda row: end(row) in forward(start(row)) and then(row)
        if start and forward:
            return each_of(lambda row: forward(start(row)), self.slot(pattern.object.name))
        back = route(self.index, turned(pattern.path))
        return each_of(lambda row: back(end(row)), self.slot(pattern.subject.name))  # type: ignore[misc]

    def _end(self, part: Any, bound: Names) -> Value | None:
        """Return what gives the node at one end of a pattern, None for a variable that is not bound."""
        if not isinstance(part, Var):
            number = self.index.id(part)
            return lambda _: number
        slot = self.slot(part.name)
        return (lambda row: row[slot]) if part.name in bound else None

    def _no_literal(self, value: Value) -> Value:
        """Return *value*, which leaves a query to the reference where it is a literal."""
        terms = self.index.terms

        def node(row: Row) -> Any:
            found = value(row)
            if isinstance(terms[found], ox.Literal):
                raise NotNativeError("a path to a literal")
            return found

        return node

    def _by_bound(self, pattern: Pattern, start: Value | None, end: Value | None) -> Maker:
        """Return the step of a pattern whose predicate is a variable that is bound."""
        slot, objects, subjects = self.slot(pattern.path.name), self.index.objects, self.index.subjects
        if start and end:
            return lambda then: lambda row: end(row) in objects(start(row), row[slot]) and then(row)
        if start:
            return each_of(lambda row: objects(start(row), row[slot]), self.slot(pattern.object.name))
        return each_of(lambda row: subjects(end(row), row[slot]), self.slot(pattern.subject.name))  # type: ignore[misc]

    def _open(self, pattern: Pattern, bound: Names) -> Maker:
        """Return the step of a pattern whose predicate is a variable that it binds."""
        start, end = (self._end(part, bound) for part in (pattern.subject, pattern.object))
        if start is None or (end is None and pattern.object == pattern.path):
            raise NotNativeError("a predicate that begins anywhere")
        named, nodes, objects = self.slot(pattern.path.name), self.index.nodes, self.index.objects
        ended = None if end else self.slot(pattern.object.name)

        def maker(then: Step) -> Step:
            def step(row: Row) -> bool:
                node = start(row)
                for predicate in nodes.get(node, ()):
                    row[named] = predicate
                    for value in objects(node, predicate):
                        if ended is not None:
                            row[ended] = value
                        elif end(row) != value:  # type: ignore[misc]
                            continue
                        if then(row):
                            return True
                return False

            return step

        return maker
