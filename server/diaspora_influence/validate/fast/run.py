"""The shapes of a plan, asked of a graph."""

from collections.abc import Callable, Iterable, Iterator, Set
from typing import Final

from diaspora_influence.validate.fast.asking import Asking
from diaspora_influence.validate.fast.core import Core
from diaspora_influence.validate.fast.index import Index, Term
from diaspora_influence.validate.fast.plan import Plan, Shape
from diaspora_influence.validate.fast.result import Result


class Run:
    """One judging: a plan, the graph, and which of its nodes may be a focus.

    Those are the *own* ones, in their order; or, with *spared*, all but these.
    """

    def __init__(
        self, plan: Plan, index: Index, own: dict[int, None], spared: Set[int] | None = None
    ) -> None:
        self.plan, self.index, self.own, self.spared = plan, index, own, spared
        self.core, self.asking = Core(plan, index), Asking(index, own if spared is None else None)

    def results(self, shapes: Iterable[Shape] | None = None) -> Iterator[Result]:
        """Yield what *shapes* (all with targets if None) find; a result may come more than once."""
        for shape in self.plan.asked if shapes is None else shapes:
            focus = self.focus(shape)
            if focus:
                yield from self.core.results(shape, focus)
            if focus and shape.selects:
                mark = self.asking.mark(focus)
                for select in shape.selects:
                    yield from self.asking.results(shape, select, mark)

    def focus(self, shape: Shape) -> list[int]:
        """Return the nodes that *shape* targets and that may be a focus."""
        found: set[int] = set()
        for kind, value in shape.targets:
            found.update(TARGETED[kind](self, value))
        if self.spared is not None:
            return sorted(found - self.spared)
        return [node for node in self.own if node in found]


TARGETED: Final[dict[str, Callable[[Run, Term], Iterable[int]]]] = {
    "targetNode": lambda run, node: (run.index.id(node),),
    "targetClass": lambda run, cls: run.index.instances(run.index.id(cls)),
    "targetSubjectsOf": lambda run, name: run.index.with_predicate(run.index.id(name)),
    "targetObjectsOf": lambda run, name: run.index.inverse(run.index.id(name)),
    "target": lambda run, target: run.asking.targets(run.plan.targets[target]),
}
"""Kind of target to what finds its nodes."""
