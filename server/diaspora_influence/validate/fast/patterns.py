"""The triple patterns of a query as steps over a graph."""

from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox

from diaspora_influence.validate.fast.lookups import at, by_any, has, held, leads
from diaspora_influence.validate.fast.reaching import Reaching
from diaspora_influence.validate.fast.routes import is_endless, route, turned
from diaspora_influence.validate.fast.scope import Names, Scope
from diaspora_influence.validate.fast.steps import Maker, Row, Step, Value, each_of
from diaspora_influence.validate.fast.tree import NotNativeError, Pattern, Var


class Patterns(Scope):
    """What makes a step of a pattern. Its ends are slots; that of a variable that is not bound is None."""

    def pattern(self, pattern: Pattern, bound: Names, tests: Sequence[Step] = ()) -> Maker:
        """Return the step of a triple pattern; *tests* ask of the predicate that it binds, if it does."""
        if isinstance(pattern.path, Var) and pattern.path.name not in bound:
            return self._open(pattern, bound, tests)
        start, end = (self._end(part, bound) for part in (pattern.subject, pattern.object))
        if start is None and end is None:
            raise NotNativeError("a pattern that begins anywhere")
        if isinstance(pattern.path, Var):
            return self._by_bound(pattern, start, end)
        if start is not None and pattern.path[0] == "p":
            get = self.index.column(self.index.id(pattern.path[1])).get
            return has(get, start, end) if end is not None else held(get, start, self._free(pattern.object))
        if start is not None and end is not None and pattern.path[0] in ("*", "+"):
            return self._reaching(pattern, start, end)
        if start is not None:
            forward = at(route(self.index, pattern.path), start)
            if end is None:
                return each_of(forward, self._free(pattern.object))
            if is_endless(pattern.path) and isinstance(pattern.object, Var):
                return self._to_no_literal(forward, end)
            return leads(forward, end)
        back = at(route(self.index, turned(pattern.path)), end)
        return each_of(back, self._free(pattern.subject))

    def _end(self, part: Any, bound: Names) -> int | None:
        """Return the slot of what stands at one end of a pattern, None for a variable that is not bound."""
        if not isinstance(part, Var):
            return self.fixed_slot(part)
        return self.slot(part.name) if part.name in bound else None

    def _free(self, part: Any) -> int:
        return self.slot(part.name)

    def _reaching(self, pattern: Pattern, start: int, end: int) -> Maker:
        """Return the step of a test whether any number of steps leads from what is bound to what is bound."""
        (kind, path), terms = pattern.path, self.index.terms
        reaches, ends = Reaching(route(self.index, path), kind == "*"), [start]
        ends += [end] if isinstance(pattern.object, Var) else []

        def holds(row: Row) -> bool:
            if any(isinstance(terms[row[each]], ox.Literal) for each in ends):
                raise NotNativeError("a path from or to a literal")
            return reaches(row[start], row[end])

        return lambda then: lambda row: holds(row) and then(row)

    def _to_no_literal(self, ways: Value, end: int) -> Maker:
        """Return the step of a test that leaves a query to the reference where a literal is at the end."""
        terms = self.index.terms

        def tested(row: Row) -> Any:
            if isinstance(terms[row[end]], ox.Literal):
                raise NotNativeError("a path to a literal")
            return ways(row)

        return leads(tested, end)

    def _by_bound(self, pattern: Pattern, start: int | None, end: int | None) -> Maker:
        """Return the step of a pattern whose predicate is a variable that is bound."""
        slot, objects, subjects = self.slot(pattern.path.name), self.index.objects, self.index.subjects
        if start is None:
            return each_of(at(subjects, end, slot), self._free(pattern.subject))
        ways = at(objects, start, slot)
        return each_of(ways, self._free(pattern.object)) if end is None else leads(ways, end)

    def _open(self, pattern: Pattern, bound: Names, tests: Sequence[Step]) -> Maker:
        """Return the step of a pattern whose predicate is a variable that it binds."""
        start, end = (self._end(part, bound) for part in (pattern.subject, pattern.object))
        if start is None or (end is None and pattern.object == pattern.path):
            raise NotNativeError("a predicate that begins anywhere")
        named = self.slot(pattern.path.name)
        if end is not None:
            return by_any(self.index, start, named, has, end, tests)
        return by_any(self.index, start, named, held, self._free(pattern.object), tests)
