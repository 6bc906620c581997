"""The person policy, read from the data by the tests' own means, to hold the program's against."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import pyoxigraph as ox

from diaspora_influence.terms import DIO, OWL, RDFS

PREFIXES = f"PREFIX dio: <{DIO}> PREFIX owl: <{OWL}> PREFIX rdfs: <{RDFS}>"
BELOW = "rdfs:subPropertyOf* dio:reportedlyRelatedTo"


@dataclass(frozen=True)
class PersonRules:
    """Who is protected, which properties join entities, and which of them may name a person."""

    persons: set[str]
    network: set[str]
    allowed: set[str]

    @classmethod
    def read(cls, store: ox.Store) -> Self:
        """Read types, marks and annotations from the default graph."""
        rules = cls(
            column(store, "{ ?x a/rdfs:subClassOf* dio:Person } UNION { ?x dio:smallGroup true }"),
            column(store, f"{{ ?x {BELOW} }} UNION {{ ?x (owl:inverseOf|^owl:inverseOf)/{BELOW} }}"),
            column(store, "?x dio:personTripleAllowed true"),
        )
        assert min(len(rules.persons), len(rules.allowed)) >= 12
        assert len(rules.network) > 50
        return rules

    def breaches(self, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        """Return the relations among *triples* that have a person at an end and may not."""
        restricted = self.network - self.allowed
        return [
            triple
            for triple in triples
            if triple.predicate.value in restricted
            and self.persons & {getattr(triple.subject, "value", ""), getattr(triple.object, "value", "")}
        ]


def column(store: ox.Store, pattern: str) -> set[str]:
    """Return the values of `?x` in a pattern."""
    answer = store.query(f"{PREFIXES} SELECT DISTINCT ?x {{ {pattern} }}")
    assert isinstance(answer, ox.QuerySolutions)
    return {row["x"].value for row in answer}
