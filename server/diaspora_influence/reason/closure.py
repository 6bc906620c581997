"""The OWL 2 RL closure of core, instances and derived triples: the rules in `rules/owl_rl/`, to a fixpoint.

What counts as inferred: triples between named things that no loaded graph holds, be they about individuals
or the hierarchy of our own terms. Left out: what is true of everything (a class below itself, owl:Thing),
nodes without a name (class expressions among them), and the hierarchy of other vocabularies.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.reason.policy import NOBODY, PersonPolicy
from diaspora_influence.terms import DIO, GRAPH, OWL, RDFS

RULES: Final = Path(__file__).parents[1] / "rules" / "owl_rl"

INSTANCES: Final = (GRAPH + "instances/", GRAPH + "derived/")
ONTOLOGY: Final = GRAPH + "ontology/"

THING: Final = ox.NamedNode(OWL + "Thing")
HIERARCHY: Final = frozenset({ox.NamedNode(RDFS + "subClassOf"), ox.NamedNode(RDFS + "subPropertyOf")})


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its W3C id and its CONSTRUCT."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Closure:
    """What follows; and what the person policy withholds, given or following, so that nothing rests on it.

    Both are sorted.
    """

    inferred: list[ox.Triple]
    withheld: list[ox.Triple]


def infer(store: ox.Store) -> list[ox.Triple]:
    """Return what the axioms add to the named graphs of *store*, sorted; the store is left as it was."""
    return close(store).inferred


def close(store: ox.Store) -> Closure:
    """Return what the axioms make of the named graphs of *store*: core, instances and derived triples."""
    return close_over(premises(store))


def close_over(triples: Iterable[ox.Triple]) -> Closure:
    """Return what the axioms among *triples* make of them."""
    stated = set(triples)
    working = ox.Store()
    add(working, stated)
    known, withheld = saturate(stated, PersonPolicy.read(working))
    return Closure(in_order(t for t in known - stated if is_telling(t)), in_order(withheld))


def saturate(stated: set[ox.Triple], policy: PersonPolicy = NOBODY) -> tuple[set[ox.Triple], set[ox.Triple]]:
    """Run the rules until nothing is new; return all that holds then, and what *policy* withholds."""
    withheld = {triple for triple in stated if policy.forbids(triple)}
    working = ox.Store()
    add(working, stated - withheld)
    known = set(stated)
    while new := one_round(working, policy, known, withheld):
        known |= new
    return known, withheld


def one_round(
    working: ox.Store, policy: PersonPolicy, known: set[ox.Triple], withheld: set[ox.Triple]
) -> set[ox.Triple]:
    """Apply each rule once, the next to what the last has added; return what is new in *working*."""
    new: set[ox.Triple] = set()
    for rule in rules():
        found = conclusions(working, rule) - known - new
        forbidden = {triple for triple in found if policy.forbids(triple)}
        withheld |= forbidden
        add(working, found - forbidden)
        new |= found - forbidden
    return new


def rules() -> list[Rule]:
    """Return the rules in the order of their ids; the order changes the number of rounds, not the result."""
    return [Rule(path.stem, path.read_text("utf-8")) for path in sorted(RULES.glob("*.rq"))]


def conclusions(store: ox.Store, rule: Rule) -> set[ox.Triple]:
    """Return what *rule* gives over the default graph of *store*."""
    answer = store.query(rule.query)
    assert isinstance(answer, ox.QueryTriples)
    return set(answer)


def add(store: ox.Store, triples: Iterable[ox.Triple]) -> None:
    """Put *triples* into the default graph of *store*."""
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)


def premises(store: ox.Store) -> Iterator[ox.Triple]:
    """Yield the triples of the named graphs that are reasoned over: no alignments, no shapes."""
    for graph in store.named_graphs():
        if isinstance(graph, ox.NamedNode) and is_premise(graph.value):
            yield from (quad.triple for quad in store.quads_for_pattern(None, None, None, graph))


def is_premise(graph: str) -> bool:
    """Say whether a graph holds core (a file at the top of ontology/), instances or derived triples."""
    return graph.startswith(INSTANCES) or (
        graph.startswith(ONTOLOGY) and "/" not in graph.removeprefix(ONTOLOGY)
    )


def is_telling(triple: ox.Triple) -> bool:
    """Say whether an inferred triple tells a reader anything; see the module's docstring."""
    subject, predicate, value = triple
    if isinstance(subject, ox.BlankNode) or isinstance(value, ox.BlankNode) or value == THING:
        return False
    return predicate not in HIERARCHY or (subject != value and str(subject).startswith("<" + DIO))


def in_order(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return *triples* sorted by their N-Triples form."""
    return sorted(triples, key=str)
