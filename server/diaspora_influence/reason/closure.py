"""The OWL 2 RL closure of core, instances and derived triples: the rules in `rules/owl_rl/`, to a fixpoint.

What counts as inferred: triples between named things that no loaded graph holds, be they about individuals
or the hierarchy of our own terms. Left out: what is true of everything (a class below itself, owl:Thing),
nodes without a name (class expressions among them), and the hierarchy of other vocabularies.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.reason.policy import NOBODY, PersonPolicy
from diaspora_influence.reason.rule import NEW, Rule
from diaspora_influence.terms import DIO, GRAPH, OWL, RDFS

RULES: Final = Path(__file__).parents[1] / "rules" / "owl_rl"

INSTANCES: Final = (GRAPH + "instances/", GRAPH + "derived/")
ONTOLOGY: Final = GRAPH + "ontology/"

THING: Final = ox.NamedNode(OWL + "Thing")
HIERARCHY: Final = frozenset({ox.NamedNode(RDFS + "subClassOf"), ox.NamedNode(RDFS + "subPropertyOf")})


@dataclass(frozen=True, slots=True)
class Proof:
    """From what a conclusion follows: a rule's id, and its premises, all of them known before."""

    rule: str
    premises: tuple[ox.Triple, ...]


Proofs = dict[ox.Triple, Proof]
"""Conclusion, of nodes without names too, to the first proof of it, in the order in which they were found."""
Searches = Iterable[tuple[Rule, tuple[str, ...]]]
"""Each rule with the queries that find what it concludes."""


@dataclass(frozen=True, slots=True)
class Closure:
    """What follows; and what the person policy withholds, given or following, so that nothing rests on it.

    Both are sorted; *proofs* has one for all that follows, told or not.
    """

    inferred: list[ox.Triple]
    withheld: list[ox.Triple]
    proofs: Proofs


def close(store: ox.Store) -> Closure:
    """Return what the axioms make of the named graphs of *store*: core, instances and derived triples.

    The store is left as it was.
    """
    return close_over(premises(store))


def close_over(triples: Iterable[ox.Triple]) -> Closure:
    """Return what the axioms among *triples* make of them."""
    stated = set(triples)
    working = ox.Store()
    add(working, stated)
    known, withheld, proofs = saturate(stated, PersonPolicy.read(working))
    return Closure(in_order(t for t in known - stated if is_telling(t)), in_order(withheld), proofs)


def saturate(
    stated: set[ox.Triple], policy: PersonPolicy = NOBODY
) -> tuple[set[ox.Triple], set[ox.Triple], Proofs]:
    """Run the rules until nothing is new; return all that holds then, what *policy* withholds, the proofs.

    The first round matches the rules in all that is stated, each later one with a premise that the round
    before it found (semi-naive). So a conclusion is found in the first round that it can be found in, and no
    other proof of it is less deep.
    """
    withheld = {triple for triple in stated if policy.forbids(triple)}
    working = ox.Store()
    add(working, stated - withheld)
    searches: Searches = [(rule, (rule.unseen,)) for rule in rules()]
    proofs: Proofs = {}
    while found := one_round(working, searches):
        forbidden = {triple for triple in found if policy.forbids(triple)}
        known = (stated, proofs, forbidden)
        new = {triple: found[triple] for triple in in_order(found) if not any(triple in it for it in known)}
        withheld |= forbidden
        proofs |= new
        working.clear_graph(NEW)
        add(working, new, ox.DefaultGraph(), NEW)
        searches = [(rule, rule.unseen_by_new) for rule, _ in searches]
    return stated | proofs.keys(), withheld, proofs


def one_round(working: ox.Store, searches: Searches) -> Proofs:
    """Return what the rules conclude from *working*, each by the first rule in order that does."""
    found: Proofs = {}
    for rule, queries in searches:
        for triple, proof in conclusions(working, rule, queries).items():
            found.setdefault(triple, proof)
    return found


def rules() -> list[Rule]:
    """Return the rules in the order of their ids; the order changes proofs, not what follows."""
    return [Rule.read(path) for path in sorted(RULES.glob("*.rq"))]


def conclusions(store: ox.Store, rule: Rule, queries: Iterable[str]) -> Proofs:
    """Return what *rule* adds to the default graph of *store*, each by the first in order of its proofs."""
    found: dict[ox.Triple, list[tuple[ox.Triple, ...]]] = defaultdict(list)
    for query in queries:
        answer = store.query(query)
        assert isinstance(answer, ox.QuerySolutions)
        names = [variable.value for variable in answer.variables]
        for solution in answer:
            row = dict(zip(names, solution, strict=True))  # a solution is slow to ask, name by name
            for triple in rule.conclusions(row):
                found[triple].append(rule.premises(row, store))
    return {
        triple: Proof(rule.name, min(ways, key=written) if len(ways) > 1 else ways[0])
        for triple, ways in found.items()
    }


def written(premises: Iterable[ox.Triple]) -> list[str]:
    """Return *premises* as text to order proofs by: what has a name stands before what has none."""
    return [str(triple) for triple in premises]


def add(store: ox.Store, triples: Iterable[ox.Triple], *graphs: ox.NamedNode | ox.DefaultGraph) -> None:
    """Put *triples* into *graphs* of *store*, the default graph where none is named."""
    for graph in graphs or (ox.DefaultGraph(),):
        store.extend(ox.Quad(s, p, o, graph) for s, p, o in triples)


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
