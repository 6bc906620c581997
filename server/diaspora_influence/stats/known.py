"""What the Turtle knows that a coding speaks of: things, claims with their passages, relations, values."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.data import Line, read_files
from diaspora_influence.drafting import Vocabulary
from diaspora_influence.errors import InputError
from diaspora_influence.terms import CLAIM, DIO, ID, OWL, RDF, SOURCE

FACETS: Final[dict[str, str]] = {
    "certainty": "certainty",
    "polarity": "polarity",
    "modality": "modality",
    "wording": "wording",
    "basis": "evidentialBasis",
}
"""Column of a coding to the property whose values it takes."""

SLICE: Final = re.compile(r".*-l([0-9]{1,9})(?:-([0-9]{1,9}))?-([0-9]{1,9})-([0-9]{1,9})")
"""The local name of an evidence node; `dio verify` proves that it says what its selector says."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A slice of a run of lines; *start* and *end* are code points from the first line's beginning."""

    first: int
    last: int
    start: int
    end: int

    def overlap(self, other: "Span") -> int:
        """Return how many code points two spans share, 0 for none.

        Spans that begin in different lines are told apart by line only, as their offsets have no common
        zero without the text: where their lines meet they count as sharing one code point.
        """
        if self.first == other.first:
            return max(0, min(self.end, other.end) - max(self.start, other.start))
        return int(self.first <= other.last and other.first <= self.last)


@dataclass(frozen=True, slots=True)
class Known:
    """Slugs of things, of money channels among them; claims with their spans; relations; values of facets."""

    things: frozenset[str]
    channels: frozenset[str]
    claims: dict[str, tuple[Span, ...]]
    relations: frozenset[str]
    symmetric: frozenset[str]
    core: frozenset[str]
    values: dict[str, frozenset[str]]

    @classmethod
    def read(cls, root: Path) -> "Known":
        """Read the Turtle below *root*; raises InputError.

        The core relations are those with a reportedly twin of their own: the five, their attempts, and whose
        money it is and who hands it on.
        """
        vocabulary = Vocabulary.read(root / "ontology")
        said = pairs(line for file in read_files(root) if file.folder != "shapes" for line in file.lines)
        twins = {dio(name): dio(twin) for name, twin in said[DIO + "reportedAs"]}
        kinds = said[RDF + "type"]
        claims: dict[str, list[Span]] = {slug: [] for slug in of_kind(kinds, "Claim", CLAIM)}
        for claim, passage in said[DIO + "evidence"]:
            claims.setdefault(claim.removeprefix(CLAIM), []).extend(spans_of(passage))
        return cls(
            frozenset(one.removeprefix(ID) for one, _ in kinds if one.startswith(ID)),
            of_kind(kinds, "FundingChannel", ID),
            {slug: tuple(spans) for slug, spans in claims.items()},
            frozenset(vocabulary.relations),
            frozenset(dio(one) for one, kind in kinds if kind == OWL + "SymmetricProperty"),
            frozenset(name for name, twin in twins.items() if list(twins.values()).count(twin) == 1),
            {facet: values(vocabulary, name) for facet, name in FACETS.items()},
        )


def pairs(lines: Iterable[Line]) -> dict[str, list[tuple[str, str]]]:
    """Return subject and object of each triple between IRIs, by predicate."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for subject, predicate, end in (line.triple for line in lines):
        if isinstance(subject, ox.NamedNode) and isinstance(end, ox.NamedNode):
            found[predicate.value].append((subject.value, end.value))
    return found


def of_kind(kinds: Iterable[tuple[str, str]], name: str, space: str) -> frozenset[str]:
    """Return the slugs below *space* that are typed with a class of ours."""
    return frozenset(
        one.removeprefix(space) for one, kind in kinds if kind == DIO + name and one.startswith(space)
    )


def dio(iri: str) -> str:
    """Return the local name of an IRI of the ontology."""
    return iri.removeprefix(DIO)


def values(vocabulary: Vocabulary, name: str) -> frozenset[str]:
    """Return what a facet may be; raises InputError where the ontology does not say."""
    if name not in vocabulary.facets:
        raise InputError(f"the ontology has no values for dio:{name}; its range is a class with members")
    return vocabulary.facets[name]


def spans_of(passage: str) -> Iterator[Span]:
    """Yield the span that the IRI of an evidence node names, if it does."""
    if passage.startswith(SOURCE) and (match := SLICE.fullmatch(passage)):
        first, last, start, end = match.groups()
        yield Span(int(first), int(last or first), int(start), int(end))
