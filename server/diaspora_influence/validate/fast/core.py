"""The core constraints of a plan, asked of many nodes at once."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import repeat

from diaspora_influence.validate.fast.constraints import CHECKS, component
from diaspora_influence.validate.fast.described import sh
from diaspora_influence.validate.fast.index import Index, Term
from diaspora_influence.validate.fast.paths import itself
from diaspora_influence.validate.fast.plan import Plan, Shape
from diaspora_influence.validate.fast.reached import Reached
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.fast.result import Result
from diaspora_influence.validate.fast.setting import Check, Known, Setting
from diaspora_influence.validate.fast.values import OfValues


class Core:
    """The constraints of a plan, made for one graph.

    *once* says that a node is asked once of a shape in another, however often that other meets it.
    """

    def __init__(self, plan: Plan, index: Index, once: bool = True) -> None:
        self.plan, self.index, self.once = plan, index, once
        self.known: dict[object, Known] = {}

    def results(self, shape: Shape, focus: Iterable[int]) -> Iterator[Result]:
        """Yield what *shape* and the shapes in it find at the nodes of *focus*."""
        return self._results(shape, dict.fromkeys(focus, 1))

    def _results(self, shape: Shape, focus: Mapping[int, int]) -> Iterator[Result]:
        """Yield each result at a node as often as *focus* says that the node is met."""
        if shape.deactivated:
            return
        reached = self._reached(shape, focus)
        for name, check in self._checks(shape):
            say = self._saying(shape, name)
            for node, predicate, value in check(reached):
                yield from repeat(say(node, predicate, value), focus[node])
        for nested in shape.properties:
            inner = self._met(reached, focus) if shape.path else focus
            yield from self._results(self.plan.shapes[nested], inner)

    def _met(self, reached: Reached, focus: Mapping[int, int]) -> Mapping[int, int]:
        """Return how often each value node is met."""
        if self.once:
            return dict.fromkeys(reached.values, 1)
        return Counter(value for node, value in reached.pairs for _ in range(focus[node]))

    def failing(self, node: Term) -> Callable[[Set[int]], set[int]]:
        """Return what tells which of some nodes break something of the shape at *node*."""
        shape = self.plan.shapes[node]
        if shape.selects:
            raise UnsupportedError.of(node, "sh:sparql in a shape that another refers to")
        if shape.deactivated:
            return lambda _: set()
        checks = [check for _, check in self._checks(shape)]
        nested = [self.failing(each) for each in shape.properties]

        plain = [check for check in checks if isinstance(check, OfValues)]

        def broken(nodes: Set[int]) -> set[int]:
            if not shape.path and not nested and len(plain) == len(checks):
                return set[int]().union(*(check.broken(nodes) for check in plain))
            reached = self._reached(shape, nodes)
            found = {focus for check in checks for focus, *_ in check(reached)}
            for each in nested:
                inner = each(reached.values)
                found.update(focus for focus, value in reached.pairs if value in inner)
            return found

        return broken

    def _reached(self, shape: Shape, focus: Mapping[int, int] | Set[int]) -> Reached:
        path, index = shape.path, self.index
        if path is None:
            return Reached(focus, itself(focus))
        bare = path.predicate is not None and index.id(path.predicate) not in index.several
        return Reached(focus, path.walk(index)(focus), bare)

    def _checks(self, shape: Shape) -> list[tuple[str, Check]]:
        allowed = self._allowed(shape)
        setting = Setting(shape.node, self.plan.graph, self.index, allowed, self.failing, self.known)
        return [(name, CHECKS[name][1](setting, value)) for name, value in shape.parameters]

    def _allowed(self, shape: Shape) -> frozenset[Term]:
        """Return the predicates that a closed shape lets through."""
        graph = self.plan.graph
        heads = graph.values(shape.node, sh("ignoredProperties"))
        paths = (self.plan.shapes[nested].path for nested in shape.properties)
        named = (path.predicate for path in paths if path and path.predicate)
        return frozenset([*(name for head in heads for name in graph.items(head)), *named])

    def _saying(self, shape: Shape, name: str) -> Callable[[int, Term | None, int | None], Result]:
        """Return what makes the results of one constraint."""
        path, terms, message = shape.path, self.index.terms, " ".join(sorted(shape.messages))
        text, named = (path.text, path.predicates) if path else (None, ())
        broken = component(name)

        def result(focus: int, predicate: Term | None, value: int | None) -> Result:
            return Result(
                terms[focus],
                predicate.value if predicate else text,
                (predicate,) if predicate else named,
                None if value is None else terms[value],
                shape,
                message,
                broken,
            )

        return result
