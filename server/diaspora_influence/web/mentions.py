"""Claims in lists: never without their certainty, holder, polarity and modality in words."""

from dataclasses import dataclass
from itertools import groupby
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import DIO
from diaspora_influence.web.claims import DEFAULTS
from diaspora_influence.web.dataset import Dataset, Row, query
from diaspora_influence.web.views import Labels, Value, iris, named, value


@dataclass(frozen=True, slots=True)
class Line:
    """One claim in a list."""

    claim: Value
    other: Value | None
    certainty: Value
    holders: tuple[Value, ...]
    polarity: str
    modality: str
    time: str | None
    adverse: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The claims about a thing by one relation, read in one direction."""

    heading: str
    relation: Value | None
    lines: tuple[Line, ...]


def groups(dataset: Dataset, iri: str) -> tuple[Group, ...]:
    """Return the claims about a thing, or on a passage, grouped by relation and direction."""
    rows = dataset.rows(query("claims", this=iri))
    labels = dataset.labels(iris(rows) | {DIO + name for name in DEFAULTS.values()})

    def key(row: Row) -> tuple[str, str]:
        return row["end"].value, row["predicate"].value if "predicate" in row else ""

    return tuple(group(list(found), labels) for _, found in groupby(rows, key))


@dataclass(frozen=True, slots=True)
class Role:
    """A role in which a thing stands to claims that are not about it, and the query that lists them."""

    words: str
    count: int
    query: str


ROLES: Final = {
    DIO + "heldBy": "Claims held",
    DIO + "reportedBy": "Claims of others passed on",
    DIO + "basedOn": "Claims based on it",
    DIO + "inCase": "Claims in this case",
    DIO + "reportedIn": "Claims in this source",
}


def roles(dataset: Dataset, iri: str) -> tuple[Role, ...]:
    """Return the roles that a thing has, each with how many claims it has it in."""
    rows = dataset.rows(query("roles", this=iri))
    found = ((row["role"].value, int(row["count"].value)) for row in rows)
    return tuple(
        Role(ROLES[role], count, query("role", role=role, this=iri)) for role, count in found if count
    )


def group(rows: list[Row], labels: Labels) -> Group:
    """Return one relation's claims; all *rows* share end and predicate."""
    end, relation = rows[0]["end"].value, named(rows[0], "predicate", labels)
    inverse = named(rows[0], "inverse", labels)
    by_claim = groupby(rows, lambda row: row["claim"].value)
    lines = tuple(line(list(found), labels) for _, found in by_claim)
    return Group(heading(end.removeprefix(DIO), relation, inverse), relation, lines)


def heading(end: str, relation: Value | None, inverse: Value | None) -> str:
    """Return what a relation is called from the side of the thing whose page it is."""
    said = relation.text if relation else "claim"
    if end == "evidence":
        return f"{said} (claims that rest on this passage)"
    if end == "claimSubject":
        return said
    return inverse.text if inverse else f"the other end of “{said}”"


def line(rows: list[Row], labels: Labels) -> Line:
    """Return one claim; *rows* differ in the holder alone."""
    row = rows[0]
    holders = [named(each, "holder", labels) or named(each, "holderNamedAs", labels) for each in rows]
    return Line(
        claim=value(row["claim"], labels),
        other=named(row, "other", labels),
        certainty=named(row, "certainty", labels) or Value("certainty missing"),
        holders=tuple(dict.fromkeys(holder for holder in holders if holder)),
        polarity=facet(row, "polarity", labels),
        modality=facet(row, "modality", labels),
        time=row["edtf"].value if "edtf" in row else None,
        adverse=row["adverse"].value == "true",
    )


def facet(row: Row, name: str, labels: Labels) -> str:
    """Return a facet in a word, the model's default where the data has none."""
    term = row.get(name) or ox.NamedNode(DIO + DEFAULTS[name])
    return term.value.removeprefix(DIO) if term.value not in labels else value(term, labels).text
