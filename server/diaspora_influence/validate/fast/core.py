"""The core constraints of a plan, asked node by node."""

from collections.abc import Callable, Iterable, Iterator

from diaspora_influence.validate.fast.constraints import CHECKS, OF_NOTHING, component
from diaspora_influence.validate.fast.described import sh
from diaspora_influence.validate.fast.index import Index, Term, Values
from diaspora_influence.validate.fast.plan import Plan, Shape
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.fast.result import Result
from diaspora_influence.validate.fast.values import Check, Setting


class Core:
    """The constraints of a plan, made for one graph.

    *once* says that a node is asked once of a shape in another, however often that other meets it.
    """

    def __init__(self, plan: Plan, index: Index, once: bool = True) -> None:
        self.plan, self.index, self.once = plan, index, once
        self.known: dict[object, dict[int, bool]] = {}

    def results(self, shape: Shape, focus: Iterable[int]) -> Iterator[Result]:
        """Yield what *shape* and the shapes in it find at the nodes of *focus*."""
        if shape.deactivated:
            return
        walk, checks = self._walk(shape), self._checks(shape)
        for_nothing = [row for row in checks if row[0] in OF_NOTHING]
        for node in focus:
            values = walk(node)
            for name, check in checks if values else for_nothing:
                for predicate, value in check(node, values):
                    yield self._result(shape, name, node, predicate, value)
        for nested in shape.properties:
            inner = [value for node in focus for value in walk(node)] if shape.path else focus
            yield from self.results(self.plan.shapes[nested], dict.fromkeys(inner) if self.once else inner)

    def conforms(self, node: Term) -> Callable[[int], bool]:
        """Return what says whether a node breaks nothing of the shape at *node*."""
        shape = self.plan.shapes[node]
        if shape.selects:
            raise UnsupportedError.of(node, "sh:sparql in a shape that another refers to")
        if shape.deactivated:
            return lambda _: True
        walk, checks = self._walk(shape), [check for _, check in self._checks(shape)]
        nested = [self.plan.shapes[each] for each in shape.properties]

        def whole(value: int) -> bool:
            """Say whether nothing breaks; the checks are made once, for many values are asked of."""
            values = walk(value)
            if any(next(iter(check(value, values)), None) is not None for check in checks):
                return False
            inner = values if shape.path else (value,)
            return all(next(self.results(each, inner), None) is None for each in nested)

        return whole

    def _walk(self, shape: Shape) -> Callable[[int], Values]:
        return shape.path.walk(self.index) if shape.path else lambda node: (node,)

    def _checks(self, shape: Shape) -> list[tuple[str, Check]]:
        allowed = self._allowed(shape)
        setting = Setting(shape.node, self.plan.graph, self.index, allowed, self.conforms, self.known)
        return [(name, CHECKS[name][1](setting, value)) for name, value in shape.parameters]

    def _allowed(self, shape: Shape) -> frozenset[Term]:
        """Return the predicates that a closed shape lets through."""
        graph = self.plan.graph
        heads = graph.values(shape.node, sh("ignoredProperties"))
        paths = (self.plan.shapes[nested].path for nested in shape.properties)
        named = (path.predicate for path in paths if path and path.predicate)
        return frozenset([*(name for head in heads for name in graph.items(head)), *named])

    def _result(
        self, shape: Shape, name: str, focus: int, predicate: Term | None, value: int | None
    ) -> Result:
        path, terms = shape.path, self.index.terms
        text, named = (path.text, path.predicates) if path else (None, ())
        return Result(
            focus=terms[focus],
            path=predicate.value if predicate else text,
            predicates=(predicate,) if predicate else named,
            value=None if value is None else terms[value],
            shape=shape,
            message=" ".join(sorted(shape.messages)),
            component=component(name),
        )
