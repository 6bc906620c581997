"""The fast engine as a judge: from files to findings with their places."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.errors import InputError
from diaspora_influence.table import Triples
from diaspora_influence.validate.checks import Verdict
from diaspora_influence.validate.collector import without_collector
from diaspora_influence.validate.fast.described import sh
from diaspora_influence.validate.fast.index import TYPE, Index, Term
from diaspora_influence.validate.fast.parted import MOST, parted, parts_for
from diaspora_influence.validate.fast.plan import Plan, Shape
from diaspora_influence.validate.fast.planning import plan_of
from diaspora_influence.validate.fast.result import Result
from diaspora_influence.validate.fast.run import Run, Task
from diaspora_influence.validate.fast.standing import Standing
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.inputs.packaged import packaged_shapes


def judge(
    files: Sequence[SourceFile],
    shapes: Sequence[SourceFile] | None,
    context: Iterable[ox.Triple],
    foreign: bool = False,
    processes: int = 1,
) -> Verdict:
    """Return what *shapes* (the packaged ones if None) find in *files*, in as many *processes* where it pays.

    Ours judge what the files describe. *foreign* ones judge whatever they target, as SHACL has it, but for
    what only *context* describes.
    Raises UnsupportedError, which names it, where shapes or data need pyshacl.
    """
    plan = packaged() if shapes is None else compiled(line.triple for file in shapes for line in file.lines)
    with without_collector():
        return verdict_of(run_of(plan, files, context, foreign), files, processes=processes)


def verdict_of(
    run: Run, files: Sequence[SourceFile], shapes: Sequence[Shape] | None = None, processes: int = 1
) -> Verdict:
    """Return what *shapes* (all with targets if None) find in *files*, which are what *run* judges."""

    @cache
    def names() -> dict[object, str]:
        own = (run.index.terms[node] for node in run.own)
        blanks = (node for node in own if isinstance(node, ox.BlankNode))
        return {node: f"_:b{number}" for number, node in enumerate(blanks, 1)}

    def text(term: Term | ox.Triple) -> str:
        if isinstance(term, ox.NamedNode):
            return term.value
        return names().get(term, str(term)) if isinstance(term, ox.BlankNode) else str(term)

    def message(shape: str) -> str | None:
        said = run.plan.graph.values(ox.NamedNode(shape), sh("message"))
        return said[0].value if said else None

    run.index.inverse(run.index.id(TYPE))  # once for all parts
    parts = parts_for(len(run.own), processes) if run.spared is None else 1
    tasks = run.tasks(shapes) if parts == 1 else sorted(run.tasks(shapes), key=weight, reverse=True)

    def work(numbers: Iterable[int]) -> list[Finding]:
        found = [*run.results(task for number in numbers for task in tasks[number::MOST])]
        places = Standing(files, {result.focus for result in found})
        return [finding_of(result, places, text) for result in found]

    many = min(len(tasks), MOST)
    found = work(range(many)) if parts == 1 else parted(work, many, parts)
    return Verdict(found, text, message, once=run.spared is None)


def weight(task: Task) -> int:
    """Return about how long a task takes beside others, so that no long one is left for the end."""
    shape, queries = task
    return len(queries) + (len(shape.properties) if None in queries else 0)


def run_of(
    plan: Plan, files: Sequence[SourceFile], context: Iterable[ox.Triple], foreign: bool = False
) -> Run:
    """Return the judging of *files* over *context*."""
    index, own = Index(), dict[int, None]()
    others = index.add_table(context.table) if isinstance(context, Triples) else index.add(context)
    for file in files:
        own |= index.add_table(file.table)
    return Run(plan, index, own, others.keys() - own.keys() if foreign else None)


@cache
def packaged() -> Plan:
    """Return the packaged shapes."""
    return compiled(packaged_shapes(), known=True)


def compiled(triples: Iterable[ox.Triple], known: bool = False) -> Plan:
    """Return the shapes of a graph; InputError where there are none."""
    plan = plan_of(triples, known)
    if not plan.shapes:
        raise InputError("there is no shape to judge by")
    return plan


def finding_of(result: Result, places: Standing, text: Callable[[Term], str]) -> Finding:
    """Return one result as a finding, with its place."""
    file, line = places.of(result.focus, result.predicates, result.value)
    return Finding(
        severity=result.shape.severity,
        file=file,
        line=line,
        focus=text(result.focus),
        path=result.path,
        value=None if result.value is None else text(result.value),
        shape=text(result.shape.node),
        message=result.message,
        constraint=result.constraint.value if isinstance(result.constraint, ox.NamedNode) else None,
        component=result.component,
    )
