"""Why data contradict the axioms, in a sentence each: the W3C rules that conclude `false`."""

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from diaspora_influence.reason.closure import RULES, add, saturate
from diaspora_influence.terms import PREFIXES

SENTENCES: Final = {
    "cax-adc": "{x} is in {one} and in {other}, which are disjoint",
    "cax-dw": "{x} is in {one} and in {other}, which are disjoint",
    "prp-asyp": "{x} {property} {y} holds both ways, but the property is asymmetric",
    "prp-irp": "{x} {property} {x} holds, but the property is irreflexive",
}
"""Rule id, the name of its file in `rules/owl_rl/false/`, to what its answer means."""


def contradictions(triples: Iterable[ox.Triple]) -> list[str]:
    """Return a sentence for each contradiction that the rules find in *triples* and their closure, sorted.

    None found is no proof of consistency: that is HermiT's to say.
    """
    store = ox.Store()
    add(store, saturate(set(triples))[0])
    return sorted({sentence for rule in SENTENCES for sentence in _found(store, rule)})


def _found(store: ox.Store, rule: str) -> list[str]:
    """Return the sentences that one rule gives over the default graph of *store*."""
    answer = store.query((RULES / "false" / f"{rule}.rq").read_text("utf-8"))
    assert isinstance(answer, ox.QuerySolutions)
    names = [variable.value for variable in answer.variables]
    return [
        SENTENCES[rule].format(**{name: short(row[name]) for name in names}) + f" ({rule})" for row in answer
    ]


def short(term: object) -> str:
    """Return *term* with its prefix where we have one, else in N-Triples form."""
    if isinstance(term, ox.NamedNode):
        for prefix, namespace in PREFIXES.items():
            if term.value.startswith(namespace):
                return f"{prefix}:{term.value.removeprefix(namespace)}"
    return str(term)
