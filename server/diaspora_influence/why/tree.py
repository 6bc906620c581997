"""The proof of a triple as a tree: asserted, derived or concluded from claims, or inferred from premises."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from diaspora_influence.release.proofs import Fact, Proofs
from diaspora_influence.terms import CONCLUSIONS, DERIVED, GRAPH
from diaspora_influence.why import conclusions
from diaspora_influence.why.ask import Ask, fact_of, query, tuples
from diaspora_influence.why.claims import REASONS, Certainty, Claim, behind, claims

ASSERTED: Final = "asserted"
DERIVED_KIND: Final = "derived"
CONCLUDED_KIND: Final = "concluded"
INFERRED_KIND: Final = "inferred"


@dataclass(frozen=True, slots=True)
class Step:
    """One triple of a proof and what it rests on.

    *graphs* hold an asserted one, *claims* give a derived or concluded one, *premises* an inferred one by
    *rule*. A triple that was met before keeps its *number*, and is not expanded *again*. *certainty* is the
    firmest of its claims where any of them would do (derived), the weakest where all are needed (concluded),
    and that of the weakest premise (inferred).
    """

    number: int
    fact: Fact
    kind: str
    graphs: tuple[str, ...] = ()
    rule: str | None = None
    premises: tuple["Step", ...] = ()
    claims: tuple[Claim, ...] = ()
    certainty: Certainty | None = None
    again: bool = False


@dataclass(frozen=True)
class Grounds:
    """All that a proof is made of, read at once: graphs of what is given, claims behind what is derived."""

    proofs: Proofs
    graphs: Mapping[Fact, tuple[str, ...]]
    rules: Mapping[Fact, tuple[str, tuple[str, ...]]]
    claims: Mapping[str, Claim]
    steps: dict[Fact, Step] = field(default_factory=dict)

    def step(self, fact: Fact) -> Step:
        """Return the step of *fact*, in full where it is met for the first time."""
        if known := self.steps.get(fact):
            return Step(
                known.number, fact, known.kind, rule=known.rule, certainty=known.certainty, again=True
            )
        number = len(self.steps) + 1
        self.steps[fact] = Step(number, fact, INFERRED_KIND)  # holds the number while the premises are made
        self.steps[fact] = (
            self.inferred(number, fact) if fact in self.proofs.follows else self.given(number, fact)
        )
        return self.steps[fact]

    def inferred(self, number: int, fact: Fact) -> Step:
        """Return the step of a conclusion."""
        rule, facts = self.proofs.follows[fact]
        premises = tuple(map(self.step, facts))
        firmness = [one.certainty for one in premises if one.certainty]
        weakest = min(firmness, key=lambda certainty: certainty.rank, default=None)
        return Step(number, fact, INFERRED_KIND, rule=rule, premises=premises, certainty=weakest)

    def given(self, number: int, fact: Fact) -> Step:
        """Return the step of what a file asserts or claims give."""
        if fact not in self.rules:
            return Step(number, fact, ASSERTED, graphs=self.graphs.get(fact, ()))
        rule, iris = self.rules[fact]
        found = tuple(one for iri, one in self.claims.items() if iri in iris)
        concluded = is_concluded(self.graphs[fact])
        firmness = found[-1 if concluded else 0].certainty if found and rule != REASONS else None
        kind = CONCLUDED_KIND if concluded else DERIVED_KIND
        return Step(number, fact, kind, rule=rule, claims=found, certainty=firmness)


def tree(ask: Ask, proofs: Proofs, fact: Fact) -> Step | None:
    """Return the proof of *fact*, None where the release does not hold it."""
    graphs = graphs_of(ask, [fact])
    if not graphs and fact not in proofs.follows:
        return None
    given = {one: graphs.get(one) or proofs.given.get(one, ()) for one in leaves(proofs, fact)}
    derived = [one for one, names in given.items() if names and all(map(is_derived, names))]
    concluded = [one for one, names in given.items() if is_concluded(names)]
    rules = behind(ask, derived) | conclusions.behind(ask, concluded)
    named = (iri for _, iris in rules.values() for iri in iris)
    return Grounds(proofs, given, rules, claims(ask, named)).step(fact)


def is_derived(graph: str) -> bool:
    """Say whether a graph, named without its prefix, holds what claims give."""
    return (GRAPH + graph).startswith(DERIVED)


def is_concluded(graphs: tuple[str, ...]) -> bool:
    """Say whether only the graph of conclusions, named without its prefix, holds a triple."""
    return graphs == (CONCLUSIONS.removeprefix(GRAPH),)


def graphs_of(ask: Ask, facts: Iterable[Fact]) -> dict[Fact, tuple[str, ...]]:
    """Return fact to the graphs that hold it, without their prefix."""
    found: dict[Fact, tuple[str, ...]] = {}
    for row in ask(query("graphs", tuples(facts))):
        fact = fact_of(row)
        found[fact] = (*found.get(fact, ()), row["graph"].value.removeprefix(GRAPH))
    return found


def leaves(proofs: Proofs, fact: Fact) -> list[Fact]:
    """Return what the proof of *fact* ends in, in the order in which it is met."""
    seen: dict[Fact, None] = {}
    waiting = [fact]
    while waiting:
        if (one := waiting.pop()) not in seen:
            seen[one] = None
            waiting += reversed(proofs.follows[one][1]) if one in proofs.follows else ()
    return [one for one in seen if one not in proofs.follows]
