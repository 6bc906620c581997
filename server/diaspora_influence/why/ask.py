"""How this room asks: a function from a SELECT to its rows, be it of a store or of a pool of workers."""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.release.proofs import Fact
from diaspora_influence.sparql.prologue import prologue

QUERIES: Final = Path(__file__).parent / "queries"

Row = dict[str, Any]
"""Variable to term; an unbound variable is absent."""
Ask = Callable[[str], list[Row]]


@cache
def text(name: str) -> str:
    """Return the query file *name*, read once."""
    return (QUERIES / f"{name}.rq").read_text("utf-8")


def query(name: str, values: Iterable[str] = (), **terms: str) -> str:
    """Return a query with `$values` and each `$key` filled in, all terms in N-Triples form."""
    filled = text(name).replace("$values", " ".join(values))
    for key, term in terms.items():
        filled = filled.replace(f"${key}", term)
    return prologue(filled) + filled


def tuples(facts: Iterable[Fact]) -> list[str]:
    """Return each fact as a row of VALUES."""
    return [f"({' '.join(fact)})" for fact in facts]


def fact_of(row: Row) -> Fact:
    """Return the fact that a row names by `s`, `p` and `o`."""
    return str(row["s"]), str(row["p"]), str(row["o"])


def of_store(store: ox.Store) -> Ask:
    """Return the function that asks *store*."""

    def rows(question: str) -> list[Row]:
        answer = store.query(question)
        assert isinstance(answer, ox.QuerySolutions)
        names = [variable.value for variable in answer.variables]
        return [
            {name: term for name, term in zip(names, row, strict=True) if term is not None} for row in answer
        ]

    return rows
