"""Conclusions in lists: each with how firm it is, by the weakest claim that it rests on."""

from dataclasses import dataclass

from diaspora_influence.web.dataset import Dataset, query
from diaspora_influence.web.views import Value, iris, value


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One conclusion in a list."""

    conclusion: Value
    certainty: Value


def conclusions(dataset: Dataset, iri: str) -> tuple[Conclusion, ...]:
    """Return the conclusions about an organisation or a state, or from a claim; the firmest first."""
    rows = dataset.rows(query("conclusions", this=iri))
    labels = dataset.labels(iris(rows))
    return tuple(
        Conclusion(value(row["conclusion"], labels), value(row["certainty"], labels)) for row in rows
    )
