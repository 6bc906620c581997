"""A triple pattern and its three nodes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """A subject, predicate or object: its SPARQL, what kind it is, and the IRIs in it.

    *kind* is iri, variable, literal, path or other.
    """

    text: str
    kind: str
    iris: tuple[str, ...] = ()
    variables: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Triple:
    """One triple pattern, and where its subject or predicate stands."""

    subject: Node
    predicate: Node
    object: Node
    at: int

    @property
    def text(self) -> str:
        """Return the pattern in SPARQL."""
        return f"{self.subject.text} {self.predicate.text} {self.object.text} ."

    @property
    def variables(self) -> frozenset[str]:
        """Return the variables in it."""
        return self.subject.variables | self.predicate.variables | self.object.variables

    @property
    def iris(self) -> tuple[str, ...]:
        """Return the IRIs in it, in their order."""
        return (*self.subject.iris, *self.predicate.iris, *self.object.iris)
