"""Types and subclasses between named things, by HermiT and by our rules, in one form that can be compared."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from diaspora_influence.reason.closure import saturate
from diaspora_influence.reason.contradictions import short
from diaspora_influence.reason.hermit import Answer
from diaspora_influence.terms import OWL, RDF, RDFS, XSD

Pairs = set[tuple[str, str]]
Classification = Mapping[str, Pairs]
"""`is a` to pairs (individual, class), `is a kind of` to pairs (class, one above it); IRIs."""

TYPE: Final = RDF + "type"
SUBCLASS: Final = RDFS + "subClassOf"
EQUIVALENT: Final = OWL + "equivalentClass"
LANGUAGE: Final = (OWL, RDF, RDFS, XSD)
"""The namespaces of the language itself; a type or class in them tells nothing about our things."""


def by_hermit(answer: Answer) -> Classification:
    """Return HermiT's classification: its most specific answer, closed under the hierarchy."""
    above = reach(answer.subclasses)
    types = ((it, high) for it, low in answer.types for high in {low} | above.get(low, set()))
    return {"is a": told(types), "is a kind of": told(pairs_of(above))}


def by_rules(triples: set[ox.Triple]) -> Classification:
    """Return the classification that our rules give, the person policy aside."""
    found: dict[str, Pairs] = {TYPE: set(), SUBCLASS: set(), EQUIVALENT: set()}
    for subject, predicate, value in saturate(triples)[0]:
        named = isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode)
        if named and predicate.value in found:
            found[predicate.value].add((subject.value, value.value))
    back = {(high, low) for low, high in found[EQUIVALENT]}
    above = reach(found[SUBCLASS] | found[EQUIVALENT] | back)
    return {"is a": told(found[TYPE]), "is a kind of": told(pairs_of(above))}


def told(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """Return the *pairs* between different things, neither of which is the language's own."""
    return {pair for pair in pairs if pair[0] != pair[1] and not any(it.startswith(LANGUAGE) for it in pair)}


def pairs_of(above: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Yield each key of *above* with each of its values."""
    return ((low, high) for low, highs in above.items() for high in highs)


def reach(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return, for each first of *pairs*, everything that its pairs lead to."""
    step: dict[str, set[str]] = {}
    for low, high in pairs:
        step.setdefault(low, set()).add(high)
    return {low: _from(low, step) for low in step}


def _from(start: str, step: Mapping[str, set[str]]) -> set[str]:
    """Return what *step* leads to from *start*."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        new = step.get(waiting.pop(), set()) - seen
        seen |= new
        waiting.extend(new)
    return seen


def differences(theirs: Classification, ours: Classification) -> Iterator[str]:
    """Yield a sentence for each pair that only one of HermiT and our rules finds."""
    for verb in theirs:
        for who, pairs in (("HermiT", theirs[verb] - ours[verb]), ("our rules", ours[verb] - theirs[verb])):
            for low, high in sorted(pairs):
                yield f"only {who} says: {short(ox.NamedNode(low))} {verb} {short(ox.NamedNode(high))}"
