"""The shapes of a plan, asked of a graph."""

from collections.abc import Callable, Iterable, Iterator, Set
from typing import Final

from diaspora_influence.validate.fast.asking import Asking
from diaspora_influence.validate.fast.core import Core
from diaspora_influence.validate.fast.index import TYPE, Index, Term
from diaspora_influence.validate.fast.plan import Plan, Shape
from diaspora_influence.validate.fast.reached import values_in
from diaspora_influence.validate.fast.result import Result


class Run:
    """One judging: a plan, the graph, and which of its nodes may be a focus.

    Those are the *own* ones, in their order; or, with *spared*, all but these.
    """

    def __init__(
        self, plan: Plan, index: Index, own: dict[int, None], spared: Set[int] | None = None
    ) -> None:
        self.plan, self.index, self.own, self.spared = plan, index, own, spared
        few = spared is None and len(own) * 2 < len(index.nodes)
        self.tests = OF_FEW if few else {}
        self.core = Core(plan, index, once=spared is None)
        self.asking = Asking(index, own if spared is None else None)

    def results(self, shapes: Iterable[Shape] | None = None) -> Iterator[Result]:
        """Yield what *shapes* (all with targets if None) find; a result may come more than once."""
        for shape in self.plan.asked if shapes is None else shapes:
            focus = self.focus(shape)
            if focus:
                yield from self.core.results(shape, focus)
                for select in shape.selects:
                    yield from self.asking.results(shape, select, focus)

    def focus(self, shape: Shape) -> list[int]:
        """Return the nodes that *shape* targets and that may be a focus."""
        found: set[int] = set()
        for kind, value in shape.targets:
            found.update((self.tests.get(kind) or TARGETED[kind])(self, value))
        return sorted(found & self.own.keys() if self.spared is None else found - self.spared)


TARGETED: Final[dict[str, Callable[[Run, Term], Iterable[int]]]] = {
    "targetNode": lambda run, node: (run.index.id(node),),
    "targetClass": lambda run, cls: run.index.instances(run.index.id(cls)),
    "targetSubjectsOf": lambda run, name: run.index.column(run.index.id(name)),
    "targetObjectsOf": lambda run, name: values_in(run.index.column(run.index.id(name))),
    "target": lambda run, target: run.asking.targets(run.plan.targets[target]),
}
"""Kind of target to what finds its nodes."""


def _own_instances(run: Run, cls: Term) -> Iterable[int]:
    classes, kind, objects = run.index.below(run.index.id(cls)), run.index.id(TYPE), run.index.objects
    return [node for node in run.own if not classes.isdisjoint(objects(node, kind))]


def _own_subjects(run: Run, name: Term) -> Iterable[int]:
    having = run.index.column(run.index.id(name))
    return [node for node in run.own if node in having]


OF_FEW: Final[dict[str, Callable[[Run, Term], Iterable[int]]]] = {
    "targetClass": _own_instances,
    "targetSubjectsOf": _own_subjects,
}
"""The same, asked of each own node, where these are few."""
