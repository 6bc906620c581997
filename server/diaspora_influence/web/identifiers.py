"""Identifiers that a thing has elsewhere, each with where it was read."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from diaspora_influence.web.dataset import Dataset, Row, query
from diaspora_influence.web.times import words
from diaspora_influence.web.views import Labels, Value, iris, named, value


@dataclass(frozen=True, slots=True)
class Verification:
    """One place where an identifier was read: the record of it, the dataset, the place there, the day."""

    link: Value
    source: Value | None
    place: str
    day: str


@dataclass(frozen=True, slots=True)
class Identifier:
    """What a thing is called elsewhere, by its last part there, who calls it so, and where that was read."""

    thing: Value
    identifier: Value
    host: str
    verified: tuple[Verification, ...]


def identifiers(dataset: Dataset, iri: str) -> tuple[Identifier, ...]:
    """Return the identifiers of a thing, or those that were read in the dataset *iri*."""
    rows = dataset.rows(query("identifiers", this=iri))
    labels = dataset.labels(iris(rows))
    pairs = groupby(rows, lambda row: (row["thing"].value, row["identifier"].value))
    return tuple(identifier(list(found), labels) for _, found in pairs)


def identifier(rows: list[Row], labels: Labels) -> Identifier:
    """Return one identifier; *rows* differ in where it was read."""
    iri = rows[0]["identifier"].value
    short = Value(iri.rstrip("/").rpartition("/")[2], iri)
    return Identifier(value(rows[0]["thing"], labels), short, host(iri), tuple(verifications(rows, labels)))


def verifications(rows: Iterable[Row], labels: Labels) -> Iterable[Verification]:
    """Yield where an identifier was read."""
    for row in rows:
        if link := named(row, "link", labels):
            place = row["description"].value if "description" in row else ""
            day = words(row["created"].value) if "created" in row else ""
            yield Verification(link, named(row, "source", labels), place, day)


def host(iri: str) -> str:
    """Return the host that gives an identifier out, as a reader names it."""
    try:
        return (urlsplit(iri).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
