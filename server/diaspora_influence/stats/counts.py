"""How many claims, passages, things and sources a release holds, and how the claims fall into groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from diaspora_influence.sparql.table import curie
from diaspora_influence.terms import DCTERMS, DIO, GRAPH, ID, OA, SOURCE

CAUTION: Final = "Counts of claims measure the paper's attention, not the world."
NONE: Final = "(none)"
PREFIXES: Final = f"PREFIX dio: <{DIO}> PREFIX dcterms: <{DCTERMS}> PREFIX oa: <{OA}>\n"

# What is inferred would put a thing into every class above its own: only what people wrote counts.
WRITTEN: Final = (
    "{{ GRAPH ?file {{ ?one a ?value }}"
    f' FILTER(STRSTARTS(STR(?file), "{GRAPH}instances/"))'
    ' FILTER(STRSTARTS(STR(?one), "{space}"))'
    f' FILTER(STRSTARTS(STR(?value), "{DIO}")) }}}}'
)
CLAIM: Final = "?one a dio:Claim . "


def facet(name: str, default: str) -> str:
    """Return the pattern of a facet that has a default where it is absent."""
    return f"{CLAIM}OPTIONAL {{ ?one dio:{name} ?said }} BIND(COALESCE(?said, dio:{default}) AS ?value)"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to sort claims, things or sources: what is counted, the pattern that gives ?one and ?value."""

    counted: str
    pattern: str
    several: bool = False


DIMENSIONS: Final[dict[str, Dimension]] = {
    "class": Dimension("claims", CLAIM + "OPTIONAL { ?one dio:claimPredicate/dio:claimClass ?value }"),
    "relation": Dimension("claims", CLAIM + "OPTIONAL { ?one dio:claimPredicate ?value }"),
    "case": Dimension("claims", CLAIM + "OPTIONAL { ?one dio:inCase ?value }", several=True),
    "certainty": Dimension("claims", CLAIM + "OPTIONAL { ?one dio:certainty ?value }"),
    "basis": Dimension("claims", CLAIM + "OPTIONAL { ?one dio:evidentialBasis ?value }"),
    "holder": Dimension(
        "claims",
        CLAIM + "OPTIONAL { ?one dio:heldBy ?holder }"
        " BIND(EXISTS { ?one dio:heldBy/^dcterms:creator/^dio:reportedIn ?one } AS ?own)"
        ' BIND(IF(!BOUND(?holder), "unstated", IF(?own, "author", "others")) AS ?value)',
    ),
    "polarity": Dimension("claims", facet("polarity", "affirmed")),
    "modality": Dimension("claims", facet("modality", "actual")),
    "wording": Dimension("claims", facet("wording", "asserted")),
    "kind": Dimension("things", WRITTEN.format(space=ID), several=True),
    "source-kind": Dimension("sources", WRITTEN.format(space=SOURCE), several=True),
}
"""What `--by` takes; the order is that of the report."""

TOTALS: Final[dict[str, str]] = {
    "claims": CLAIM,
    "passages": "?one a oa:SpecificResource",
    "things": DIMENSIONS["kind"].pattern,
    "sources": DIMENSIONS["source-kind"].pattern,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One group: its name, shortened where it is an IRI, and how many are in it."""

    value: str
    count: int


def totals(store: ox.Store) -> dict[str, int]:
    """Return how many there are of each that is counted at all."""
    return {name: ask(store, f"SELECT (COUNT(DISTINCT ?one) AS ?n) {{ {pattern} }}")[0].count
            for name, pattern in TOTALS.items()}  # fmt: skip


def groups(store: ox.Store, name: str) -> list[Row]:
    """Return the groups of a dimension, the largest first, then by name."""
    pattern = DIMENSIONS[name].pattern
    rows = ask(store, f"SELECT ?value (COUNT(DISTINCT ?one) AS ?n) {{ {pattern} }} GROUP BY ?value")
    return sorted(rows, key=lambda row: (-row.count, row.value))


def ask(store: ox.Store, query: str) -> Sequence[Row]:
    """Return the rows of a question whose last column counts."""
    solutions = store.query(PREFIXES + query)
    assert isinstance(solutions, ox.QuerySolutions)
    return [Row(shown(row[0]) if len(row) > 1 else "", int(row[-1].value)) for row in map(list, solutions)]


def shown(term: object) -> str:
    """Return a value as it is read: an IRI with its prefix, a word as it is."""
    if isinstance(term, ox.NamedNode):
        return curie(term.value)
    return term.value if isinstance(term, ox.Literal) else NONE
