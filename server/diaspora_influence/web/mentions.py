"""The claims about a thing: grouped by relation and direction, and by case where they are of several."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from diaspora_influence.terms import DIO
from diaspora_influence.web.dataset import Dataset, Row, query
from diaspora_influence.web.lines import Line, lines
from diaspora_influence.web.views import Labels, Value, iris, named


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of a group that are of the same cases."""

    cases: tuple[Value, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Claims under one heading: a relation read in one direction, or a way of standing to a thing."""

    heading: str
    parts: tuple[Part, ...]


def groups(dataset: Dataset, iri: str) -> tuple[Group, ...]:
    """Return the claims about a thing, or on a passage, grouped by relation and direction."""
    rows = dataset.rows(query("claims", this=iri))
    labels = dataset.labels(iris(rows))
    known = lines(dataset, (row["claim"].value for row in rows))

    def key(row: Row) -> tuple[str, str]:
        return row["end"].value, row["predicate"].value if "predicate" in row else ""

    return tuple(group(list(found), labels, known) for _, found in groupby(rows, key))


def group(rows: list[Row], labels: Labels, known: dict[str, Line]) -> Group:
    """Return one relation's claims; all *rows* share end and predicate."""
    end, relation = rows[0]["end"].value, named(rows[0], "predicate", labels)
    inverse = named(rows[0], "inverse", labels)
    others = {row["claim"].value: named(row, "other", labels) for row in rows}
    found = [replace(known[claim], other=other) for claim, other in others.items()]
    return Group(heading(end.removeprefix(DIO), relation, inverse), parts(found))


def parts(found: list[Line]) -> tuple[Part, ...]:
    """Return *found* by their cases, the cases by name; lines keep their order."""

    def key(line: Line) -> list[str]:
        return [case.text for case in line.cases]

    return tuple(Part(of[0].cases, of) for of in (tuple(g) for _, g in groupby(sorted(found, key=key), key)))


def heading(end: str, relation: Value | None, inverse: Value | None) -> str:
    """Return what a relation is called from the side of the thing whose page it is."""
    said = relation.text if relation else "claim"
    if end == "evidence":
        return f"{said} (claims that rest on this passage)"
    if end == "claimSubject":
        return said
    return inverse.text if inverse else f"the other end of “{said}”"


@dataclass(frozen=True, slots=True)
class Role:
    """A role in which a thing stands to claims that are not about it, and the query that lists them."""

    words: str
    count: int
    query: str


ROLES: Final = {
    DIO + "heldBy": "Claims held",
    DIO + "reportedBy": "Claims of others passed on",
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
