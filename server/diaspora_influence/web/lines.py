"""Claims in lists: never without their certainty, holder, polarity and modality in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import DIO
from diaspora_influence.web.claims import DEFAULTS
from diaspora_influence.web.dataset import BATCH, Dataset, Row, query
from diaspora_influence.web.times import words
from diaspora_influence.web.views import Labels, Value, iris, named, value

NO_CERTAINTY: Final = Value("certainty missing")


@dataclass(frozen=True, slots=True)
class Line:
    """One claim in a list."""

    claim: Value
    certainty: Value
    holders: tuple[Value, ...]
    polarity: str
    modality: str
    time: str | None
    cases: tuple[Value, ...]
    adverse: bool
    disputed: bool
    other: Value | None = None


def lines(dataset: Dataset, claims: Iterable[str]) -> dict[str, Line]:
    """Return claim to line, the firmest first, then by label."""
    wanted = sorted(set(claims))
    found = [
        line for start in range(0, len(wanted), BATCH) for line in batch(dataset, wanted[start:][:BATCH])
    ]
    found.sort(key=lambda line: (-(line.certainty.rank or 0), line.claim.text.casefold(), line.claim.iri))
    return {line.claim.iri or "": line for line in found}


def batch(dataset: Dataset, claims: list[str]) -> Iterator[Line]:
    """Yield the lines of so many *claims* as one question carries."""
    rows = dataset.rows(query("lines").replace("$values", " ".join(f"<{iri}>" for iri in claims)))
    labels = dataset.labels(iris(rows) | {DIO + name for name in DEFAULTS.values()})
    for _, about in groupby(rows, lambda row: row["claim"].value):
        yield line(list(about), labels)


def line(rows: list[Row], labels: Labels) -> Line:
    """Return one claim; *rows* differ in the holder and the case alone."""
    row = rows[0]
    holders = (named(each, "holder", labels) or named(each, "holderNamedAs", labels) for each in rows)
    cases = (named(each, "case", labels) for each in rows)
    return Line(
        claim=value(row["claim"], labels),
        certainty=named(row, "certainty", labels) or NO_CERTAINTY,
        holders=tuple(dict.fromkeys(holder for holder in holders if holder)),
        polarity=facet(row, "polarity", labels),
        modality=facet(row, "modality", labels),
        time=words(row["edtf"].value) if "edtf" in row else None,
        cases=tuple(dict.fromkeys(case for case in cases if case)),
        adverse=row["adverse"].value == "true",
        disputed=row["disputed"].value == "true",
    )


def facet(row: Row, name: str, labels: Labels) -> str:
    """Return a facet in a word, the model's default where the data has none."""
    term = row.get(name) or ox.NamedNode(DIO + DEFAULTS[name])
    return term.value.removeprefix(DIO) if term.value not in labels else value(term, labels).text
