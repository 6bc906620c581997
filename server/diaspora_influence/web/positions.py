"""Where passages stand: section and sentence, lines and characters, and the digest; never the words."""

from dataclasses import dataclass

from diaspora_influence.passages.places import place
from diaspora_influence.web.dataset import Dataset, query
from diaspora_influence.web.views import Value, iris, named, value


@dataclass(frozen=True, slots=True)
class Position:
    """Where a passage stands in its text, and the digest by which it is checked."""

    passage: Value
    text: Value | None
    place: tuple[str, ...]
    digest: str | None


def positions(dataset: Dataset, iri: str) -> tuple[Position, ...]:
    """Return where the passages of a claim stand, or where the passage *iri* itself does."""
    rows = dataset.rows(query("evidence", this=iri))
    labels = dataset.labels(iris(rows))
    return tuple(
        Position(
            passage=value(row["passage"], labels),
            text=named(row, "text", labels),
            place=tuple(place(row)),
            digest=row["digest"].value if "digest" in row else None,
        )
        for row in rows
    )
