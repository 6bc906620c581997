"""The person policy, as a table read from the data: which relations may stand with a person at an end."""

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import DIO, OWL, RDFS

PROLOGUE: Final = f"PREFIX dio: <{DIO}> PREFIX owl: <{OWL}> PREFIX rdfs: <{RDFS}> "
# Below the top of the relations, in either spelling of each inverse.
RELATIONS: Final = """
    SELECT DISTINCT ?it { ?it (rdfs:subPropertyOf|owl:inverseOf|^owl:inverseOf)* dio:reportedlyRelatedTo }"""
ALLOWED: Final = "SELECT DISTINCT ?it { ?it dio:personTripleAllowed true }"
PROTECTED: Final = """
    SELECT DISTINCT ?it { { ?it a/rdfs:subClassOf* dio:Person } UNION { ?it dio:smallGroup true } }"""


@dataclass(frozen=True, slots=True)
class PersonPolicy:
    """The relations that need leave, and the persons and small groups whom they need it for."""

    restricted: frozenset[ox.NamedNode]
    protected: frozenset[ox.NamedNode]

    @classmethod
    def read(cls, store: ox.Store) -> "PersonPolicy":
        """Read the policy from the default graph of *store*: annotations, types and dio:smallGroup."""
        return cls(_ask(store, RELATIONS) - _ask(store, ALLOWED), _ask(store, PROTECTED))

    def forbids(self, triple: ox.Triple) -> bool:
        """Say whether *triple* is a relation with a person or small group at an end, and not on the list."""
        return triple.predicate in self.restricted and (
            triple.subject in self.protected or triple.object in self.protected
        )


NOBODY: Final = PersonPolicy(frozenset(), frozenset())
"""The policy that forbids nothing: for the judges, who must see what is wrong with persons too."""


def _ask(store: ox.Store, pattern: str) -> frozenset[ox.NamedNode]:
    """Return the IRIs that a SELECT of one variable `?it` gives."""
    answer = store.query(PROLOGUE + pattern)
    assert isinstance(answer, ox.QuerySolutions)
    return frozenset(row["it"] for row in answer if isinstance(row["it"], ox.NamedNode))
