"""The judgement of files that are loaded together: HermiT's word, and where our own rules differ from it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

import pyoxigraph as ox

from diaspora_influence.reason import hermit
from diaspora_influence.reason.classification import by_hermit, by_rules, differences
from diaspora_influence.reason.contradictions import contradictions, short
from diaspora_influence.reason.parts import Parts


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one load: *findings* a sentence each, none where all is well."""

    triples: int
    types: int
    subclasses: int
    findings: tuple[str, ...]


def judge(parts: Parts, time_limit: float = hermit.TIME_LIMIT) -> Verdict:
    """Let HermiT judge the files together, and compare its classification with our closure's.

    *time_limit* is in seconds and holds for each run of HermiT; errors as `hermit.ask`.
    """
    triples = union(parts)
    answer = hermit.ask(triples, time_limit)
    if not answer.consistent:
        return Verdict(len(triples), 0, 0, tuple(explain(parts, time_limit)))
    theirs = by_hermit(answer)
    empty = (f"{short(ox.NamedNode(name))} can have no member" for name in sorted(answer.unsatisfiable))
    findings = (*empty, *differences(theirs, by_rules(triples)))
    return Verdict(len(triples), len(theirs["is a"]), len(theirs["is a kind of"]), findings)


def explain(parts: Parts, time_limit: float) -> Iterator[str]:
    """Yield why the files contradict each other: what our rules find, and the smallest set of files."""
    reasons = contradictions(union(parts)) or ["our rules do not find out why"]
    yield from (f"inconsistent: {reason}" for reason in reasons)
    names = culprits(parts, lambda triples: hermit.ask(triples, time_limit).consistent)
    yield f"inconsistent without any other file: {', '.join(names)}"


def culprits(parts: Parts, is_consistent: Callable[[set[ox.Triple]], bool]) -> list[str]:
    """Return names of files that are inconsistent together and consistent without any one of them.

    Files are left out one by one, for good where the rest stays inconsistent: one judgement for each.
    """
    needed = dict(parts)
    for name in parts:
        rest = {other: triples for other, triples in needed.items() if other != name}
        if not is_consistent(union(rest)):
            needed = rest
    return list(needed)


def union(parts: Parts) -> set[ox.Triple]:
    """Return the triples of all files."""
    return set(chain.from_iterable(parts.values()))
