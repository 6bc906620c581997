"""Where passages stand: section and sentence, lines and characters, and the digest; never the words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from diaspora_influence.web.dataset import Dataset, Row, query
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


PLACES: Final = (("section", "section “{}”"), ("paragraph", "paragraph {}"), ("sentence", "sentence {}"),
                 ("footnote", "footnote {}"))  # fmt: skip


def place(row: Row) -> Iterable[str]:
    """Yield the parts of a position in words: section to sentence, lines of the text, characters in them."""
    for name, words in PLACES:
        if name in row:
            yield words.format(row[name].value)
    if "lines" in row:
        yield lines(row["lines"].value)
    if "start" in row and "end" in row:
        yield f"characters {row['start'].value} to {row['end'].value}"


def lines(fragment: str) -> str:
    """Return an RFC 5147 line fragment as a reader counts: `line=35,36` is line 36."""
    first, _, last = fragment.removeprefix("line=").partition(",")
    if not (first.isdigit() and last.isdigit()):
        return fragment
    start, end = int(first) + 1, int(last)
    return f"line {start} of the text" if start == end else f"lines {start} to {end} of the text"
