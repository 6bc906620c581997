"""The Turtle skeleton of a claim, in the house's shape and with what the ontology knows filled in."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from diaspora_influence.data import read_turtle
from diaspora_influence.edtf import bounds
from diaspora_influence.errors import InputError
from diaspora_influence.passages.evidence import literal
from diaspora_influence.passages.nodes import plain
from diaspora_influence.terms import DIO, OWL, RDF, RDFS

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
DECIMAL: Final = re.compile(r"[+-]?[0-9]+(?:[.][0-9]+)?")
HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
Pairs = list[tuple[str, str]]
"""Predicates and objects, as Turtle writes them, in the order in which they stand."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a claim may be made of: relations to claim classes, inverses to relations, facets to values."""

    relations: dict[str, str]
    inverses: dict[str, str]
    facets: dict[str, frozenset[str]]

    @classmethod
    def read(cls, folder: Path) -> "Vocabulary":
        """Read every Turtle file that lies in *folder* itself; raises InputError."""
        said: dict[str, dict[str, str]] = defaultdict(dict)
        members: dict[str, set[str]] = defaultdict(set)
        for line in (line for path in sorted(folder.glob("*.ttl")) for line in read_turtle(path)):
            subject, value = (
                plain(term).removeprefix(DIO) for term in (line.triple.subject, line.triple.object)
            )
            said[line.triple.predicate.value][subject] = value
            if line.triple.predicate.value == RDF + "type":
                members[value].add(subject)
        relations = said[DIO + "claimClass"]
        pairs = said[OWL + "inverseOf"].items()
        return cls(
            relations,
            {b: a for pair in pairs for a, b in (pair, pair[::-1]) if a in relations and b not in relations},
            {
                facet: frozenset(members[kind])
                for facet, kind in said[RDFS + "range"].items()
                if kind in members
            },
        )

    def relation(self, name: str) -> str:
        """Return the relation of that name; raises InputError with the nearest names, or for an inverse."""
        proper = self.inverses.get(name.removeprefix("dio:"))
        if proper:
            raise InputError(
                f"dio:{name} is the inverse of dio:{proper}: exchange the ends and write {proper}"
            )
        return pick("relation", name, self.relations)

    def value(self, facet: str, name: str) -> str:
        """Return the value of a facet, of whatever case it was written in; raises InputError."""
        return pick(f"value of dio:{facet}", name, self.facets.get(facet, frozenset()))


def pick(kind: str, name: str, known: Iterable[str]) -> str:
    """Return *name* where it is known, `dio:` and kebab case allowed; raises InputError with near ones."""
    names = {kebab(one): one for one in known}
    wanted = kebab(name.removeprefix("dio:"))
    if wanted in names:
        return names[wanted]
    near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.5)
    hint = (
        f"nearest: {', '.join(names[one] for one in near)}"
        if near
        else f"known: {', '.join(sorted(names.values()))}"
    )
    raise InputError(f"no {kind} is called {name!r}; {hint}")


def kebab(name: str) -> str:
    """Return camel case as kebab case."""
    return HUMP.sub("-", name).lower()


def node(prefix: str, slug: str) -> str:
    """Return `prefix:slug`, also where the prefix was given; raises InputError for what is no slug."""
    bare = slug.removeprefix(f"{prefix}:")
    if not SLUG.fullmatch(bare):
        raise InputError(
            f"{slug!r} is no slug: lower-case letters and digits, with single hyphens between them"
        )
    return f"{prefix}:{bare}"


def said(text: str) -> str:
    """Return an English literal."""
    return f"{literal(text)}@en"


def decimal(number: str) -> str:
    """Return an xsd:decimal; raises InputError for what is none, an exponent or a comma among them."""
    if not DECIMAL.fullmatch(number):
        raise InputError(f"{number!r} is no decimal number; write it as 12 or 12.5, without commas")
    return f"{literal(number)}^^xsd:decimal"


def edtf_literal(edtf: str) -> str:
    """Return a time as the source says it; raises InputError for what has no bounds."""
    bounds(edtf)
    return f"{literal(edtf)}^^edtf:EDTF"


def time_pairs(edtf: str) -> Pairs:
    """Return the time as the source says it and its first and last day."""
    days = zip(("dio:notBefore", "dio:notAfter"), bounds(edtf), strict=True)
    return [
        ("dio:edtf", edtf_literal(edtf)),
        *((name, f'"{day.isoformat()}"^^xsd:date') for name, day in days if day),
    ]


def claim_slug(subject: str | None, relation: str, target: str | None) -> str:
    """Return subject-predicate-object in kebab case; an end that is not said is `unstated`."""
    ends = [node("id", end).removeprefix("id:") if end else "unstated" for end in (subject, target)]
    return f"{ends[0]}-{kebab(relation)}-{ends[1]}"


def claim_turtle(slug: str, classes: Sequence[str], pairs: Sequence[tuple[str, str]]) -> str:
    """Return the block of a claim of these classes and, as every claim, dio:Claim."""
    width = max(len(name) for name, _ in pairs if name.startswith("dio:claim"))
    lines = [f"    {name:{width if name.startswith('dio:claim') else 0}} {value}" for name, value in pairs]
    types = ", ".join(f"dio:{name}" for name in (*classes, "Claim"))
    return f"{node('claim', slug)} a {types} ;\n" + " ;\n".join(lines) + " .\n"
