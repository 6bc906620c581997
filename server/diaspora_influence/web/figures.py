"""The figures that claims give of a thing, or for a quantity."""

from dataclasses import dataclass

from diaspora_influence.web.amounts import PARTS, said
from diaspora_influence.web.dataset import Dataset, query
from diaspora_influence.web.lines import Line, lines
from diaspora_influence.web.views import Value, iris, named


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that a claim gives: of what thing, for what quantity, and in words."""

    of: Value | None
    quantity: Value | None
    said: str
    line: Line


def figures(dataset: Dataset, iri: str) -> tuple[Figure, ...]:
    """Return the figures that claims give of a thing, or for a quantity, in the order of time."""
    rows = dataset.rows(query("figures", this=iri))
    labels = dataset.labels(iris(rows))
    known = lines(dataset, (row["claim"].value for row in rows))
    return tuple(
        Figure(
            of=named(row, "of", labels),
            quantity=named(row, "quantity", labels),
            said=said({name: row[name].value for name in PARTS if name in row}, named(row, "unit", labels)),
            line=known[row["claim"].value],
        )
        for row in rows
    )
