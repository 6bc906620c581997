"""What the front knows of the data: a release, and a pool of workers that it asks in SPARQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.release.read import Release
from diaspora_influence.sparql.client import Pool
from diaspora_influence.sparql.prologue import prologue
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.terms import BASE

QUERIES: Final = Path(__file__).parent / "queries"
JSON: Final = "application/sparql-results+json"
N_TRIPLES: Final = "application/n-triples"
BATCH: Final = 200
"""How many IRIs one question for labels carries."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Row = dict[str, Term]
"""Variable to term; an unbound variable is absent."""


@cache
def file(name: str) -> str:
    """Return the query file *name*, read once."""
    return (QUERIES / f"{name}.rq").read_text("utf-8")


def query(name: str, **iris: str) -> str:
    """Return the query file *name* with `$key` replaced by each IRI, which the caller has checked."""
    text = file(name)
    for key, iri in iris.items():
        text = text.replace(f"${key}", f"<{iri}>")
    return prologue(text) + text


@dataclass(frozen=True)
class Dataset:
    """A release and the pool that answers for it; pages hold nothing else."""

    release: Release
    pool: Pool

    def answer(self, text: str, media_type: str) -> bytes:
        """Return the body of the answer to a question of the house's own."""
        return self.pool.ask(SparqlRequest(text, base=BASE + "/", media_type=media_type), own=True).body

    def rows(self, text: str) -> list[Row]:
        """Return the solutions of a SELECT query."""
        solutions = ox.parse_query_results(self.answer(text, JSON), format=ox.QueryResultsFormat.JSON)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        return [
            {name: term for name, term in zip(names, solution, strict=True) if isinstance(term, Term)}
            for solution in solutions
        ]

    def triples(self, text: str) -> list[ox.Triple]:
        """Return the triples of a CONSTRUCT query."""
        body = self.answer(text, N_TRIPLES)
        return [quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)]

    def holds(self, text: str) -> bool:
        """Return the answer of an ASK query."""
        return bool(ox.parse_query_results(self.answer(text, JSON), format=ox.QueryResultsFormat.JSON))

    def labels(self, iris: Iterable[str]) -> dict[str, Row]:
        """Return label, definition and rank of each of *iris* that has them."""
        wanted = sorted(set(iris))
        found: dict[str, Row] = {}
        for start in range(0, len(wanted), BATCH):
            values = " ".join(f"<{iri}>" for iri in wanted[start : start + BATCH])
            for row in self.rows(query("labels").replace("$values", values)):
                found.setdefault(row["thing"].value, row)
        return found
