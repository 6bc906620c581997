"""The shapes of a plan, asked of a graph."""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from itertools import chain
from typing import Final

from diaspora_influence.validate.fast.asking import Asking
from diaspora_influence.validate.fast.core import Core
from diaspora_influence.validate.fast.index import TYPE, Index, Term, common
from diaspora_influence.validate.fast.plan import Plan, Shape
from diaspora_influence.validate.fast.query import Select
from diaspora_influence.validate.fast.reached import values_in
from diaspora_influence.validate.fast.result import Result

Task = tuple[Shape, Sequence[Select | None]]
"""What is asked apart from all else: queries of a shape, and its core constraints as None."""
TOGETHER: Final = 4
"""So many queries of a shape are asked together, for each process looks for its focus nodes anew."""


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

    def tasks(self, shapes: Iterable[Shape] | None = None) -> list[Task]:
        """Return what *shapes* (all with targets if None) ask."""
        found: list[Task] = []
        for shape in self.plan.asked if shapes is None else shapes:
            queries = None, *shape.selects
            found += [(shape, queries[at : at + TOGETHER]) for at in range(0, len(queries), TOGETHER)]
        return found

    def results(self, tasks: Iterable[Task] | None = None) -> Iterator[Result]:
        """Yield what is found by *tasks* (all if None); a result may come more than once."""
        for shape, queries in self.tasks() if tasks is None else tasks:
            focus = self.focus(shape)
            for query in queries if focus else ():
                if query is None:
                    yield from self.core.results(shape, focus)
                else:
                    yield from self.asking.results(shape, query, focus)

    def focus(self, shape: Shape) -> Set[int]:
        """Return the nodes that *shape* targets and that may be a focus."""
        targeted = ((self.tests.get(kind) or TARGETED[kind])(self, value) for kind, value in shape.targets)
        found = next(targeted) if len(shape.targets) == 1 else {*chain.from_iterable(targeted)}
        found = found if isinstance(found, Set) else {*found}
        return common(self.own, found) if self.spared is None else found - self.spared


TARGETED: Final[dict[str, Callable[[Run, Term], Iterable[int]]]] = {
    "targetNode": lambda run, node: (run.index.id(node),),
    "targetClass": lambda run, cls: run.index.members(run.index.id(cls)),
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
