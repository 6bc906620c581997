"""The fast engine as a judge: from files to findings with their places."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Final

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.errors import InputError
from diaspora_influence.terms import RDF
from diaspora_influence.validate.checks import Verdict
from diaspora_influence.validate.fast.described import sh
from diaspora_influence.validate.fast.index import TYPE, Index, Term
from diaspora_influence.validate.fast.plan import Plan, Shape, plan_of
from diaspora_influence.validate.fast.result import Result
from diaspora_influence.validate.fast.run import Run
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.inputs import own_shapes, plain_triples
from diaspora_influence.validate.places import Places, start_of

VALUE: Final = ox.NamedNode(RDF + "value")


def judge(
    files: Sequence[SourceFile],
    shapes: Sequence[SourceFile] | None,
    context: Iterable[ox.Triple],
    foreign: bool = False,
) -> Verdict:
    """Return what *shapes* (the packaged ones if None) find in *files*.

    Ours judge what the files describe. *foreign* ones judge whatever they target, as SHACL has it, but for
    what only *context* describes.
    Raises UnsupportedError, which names it, where shapes or data need pyshacl.
    """
    plan = packaged() if shapes is None else compiled(line.triple for file in shapes for line in file.lines)
    with without_collector():
        return verdict_of(run_of(plan, files, context, foreign), files)


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep Python from looking for cycles among millions of terms, which have none: half the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def verdict_of(run: Run, files: Sequence[SourceFile], shapes: Iterable[Shape] | None = None) -> Verdict:
    """Return what *shapes* (all with targets if None) find in *files*, which are what *run* judges."""
    own = (run.index.terms[node] for node in run.own)
    blanks = (node for node in own if isinstance(node, ox.BlankNode))
    names: dict[object, str] = {node: f"_:b{number}" for number, node in enumerate(blanks, 1)}

    def text(term: Term | ox.Triple) -> str:
        return term.value if isinstance(term, ox.NamedNode) else names.get(term, str(term))

    def message(shape: str) -> str | None:
        said = run.plan.graph.values(ox.NamedNode(shape), sh("message"))
        return said[0].value if said else None

    found = [*run.results(shapes)]
    places = places_of(files, found)
    return Verdict([finding_of(result, places, text) for result in found], text, message)


def focus_counts(files: Sequence[SourceFile], context: Iterable[ox.Triple] = ()) -> dict[str, int]:
    """Return how many nodes of *files* each packaged shape with a target looks at."""
    run = run_of(packaged(), files, context)
    return {shape.node.value: len(run.focus(shape)) for shape in run.plan.asked}


def run_of(
    plan: Plan, files: Sequence[SourceFile], context: Iterable[ox.Triple], foreign: bool = False
) -> Run:
    """Return the judging of *files* over *context*."""
    index, own = Index(), dict[int, None]()
    others = index.add(context)
    for file in files:
        own |= index.add(line.triple for line in file.lines)
    return Run(plan, index, own, others.keys() - own.keys() if foreign else None)


@cache
def packaged() -> Plan:
    """Return the packaged shapes."""
    paths = own_shapes()
    return compiled(triple for i, path in enumerate(paths) for triple in plain_triples(path, f"s{i}x"))


def compiled(triples: Iterable[ox.Triple]) -> Plan:
    """Return the shapes of a graph; InputError where there are none."""
    plan = plan_of(triples)
    if not plan.shapes:
        raise InputError("there is no shape to judge by")
    return plan


def places_of(files: Sequence[SourceFile], results: Sequence[Result]) -> Places:
    """Return where the focus nodes of *results* stand and what is said of them."""
    wanted, places = {result.focus for result in results}, Places(TYPE, VALUE, start_of(files))
    for file in files if wanted else ():
        for line in file.lines:
            s, p, o = line.triple
            if s in wanted or o in wanted:
                places.note(s, p, o, (file.name, line.number))
    return places


def finding_of(result: Result, places: Places, text: Callable[[Term], str]) -> Finding:
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
