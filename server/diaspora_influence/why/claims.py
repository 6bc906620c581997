"""The claims behind derived triples, each with who holds it, how firmly, and where it stands."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from diaspora_influence.derive import ORDER, RULES
from diaspora_influence.passages.places import place
from diaspora_influence.reason.rule import Rule
from diaspora_influence.release.proofs import Fact
from diaspora_influence.sparql.prologue import prologue
from diaspora_influence.terms import PREFIXES, RDF
from diaspora_influence.why.ask import Ask, Row, query

PLACES: Final = ("s", "p", "o")
REASONS: Final = "reasons"
"""The rule that says something of a claim itself, and so of no relation that the claim's certainty is of."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage and where it stands, in words."""

    iri: str
    place: str


@dataclass(frozen=True, slots=True)
class Certainty:
    """How firmly the author commits to a claim: a concept, and its rank from 1 (alleged) to 5 (stated)."""

    iri: str
    rank: int

    @property
    def word(self) -> str:
        """Return what the concept is called."""
        return f"{self.iri.rpartition('#')[2]} ({self.rank} of 5)"


@dataclass(frozen=True, slots=True)
class Claim:
    """What an answer says of a claim; *reasons* are those for which it has no direct triple."""

    iri: str
    label: str
    certainty: Certainty | None
    holders: tuple[str, ...]
    reasons: tuple[str, ...]
    adverse: bool
    passages: tuple[Passage, ...]


def behind(ask: Ask, facts: Iterable[Fact]) -> dict[Fact, tuple[str, tuple[str, ...]]]:
    """Return, for each derived fact, the rule in `rules/derive/` that gives it and the IRIs of the claims."""
    left = list(facts)
    found: dict[Fact, tuple[str, tuple[str, ...]]] = {}
    for rule in (Rule.read(RULES / f"{name}.rq") for name in reversed(ORDER)):
        claims: dict[Fact, list[str]] = defaultdict(list)
        for fact, claim in given_by(ask, rule, left):
            claims[fact].append(claim)
        found |= {fact: (rule.name, tuple(sorted(set(iris)))) for fact, iris in claims.items()}
    return found


def given_by(ask: Ask, rule: Rule, facts: list[Fact]) -> Iterator[tuple[Fact, str]]:
    """Yield each of *facts* with each claim from which *rule* derives it: the rule itself is asked."""
    (head,) = rule.head
    free = [place for place, word in enumerate(head) if word.startswith("?")]
    fixed = {place: expanded(word) for place, word in enumerate(head) if place not in free}
    fitting = [fact for fact in facts if all(fact[place] == term for place, term in fixed.items())]
    if not fitting:
        return
    names = " ".join(head[place] for place in free)
    values = " ".join(f"({' '.join(fact[place] for place in free)})" for fact in fitting)
    body = rule.parts[2].replace("$source", "?source")
    shown = names if "?claim" in head else f"?claim {names}"
    question = f"SELECT DISTINCT {shown} WHERE {{ VALUES ({names}) {{ {values} }} {body} }}"
    for row in ask(prologue(question) + question):
        terms = {place: str(row[head[place][1:]]) for place in free} | fixed
        yield (terms[0], terms[1], terms[2]), row["claim"].value


def expanded(word: str) -> str:
    """Return the term of a prefixed name, or of `a`, in N-Triples form."""
    prefix, _, local = word.partition(":")
    return f"<{RDF}type>" if word == "a" else f"<{PREFIXES[prefix]}{local}>"


def claims(ask: Ask, iris: Iterable[str]) -> dict[str, Claim]:
    """Return what is to be said of each claim, the firmest first, then by IRI."""
    values = [f"<{iri}>" for iri in sorted(set(iris))]
    if not values:
        return {}
    passages: dict[str, list[Passage]] = defaultdict(list)
    for row in ask(query("passages", values)):
        passages[row["claim"].value].append(Passage(row["passage"].value, ", ".join(place(row))))
    rows = groupby(ask(query("claims", values)), lambda row: row["claim"].value)
    found = [claim(iri, list(about), tuple(dict.fromkeys(passages[iri]))) for iri, about in rows]
    found.sort(key=lambda one: (-(one.certainty.rank if one.certainty else 0), one.iri))
    return {one.iri: one for one in found}


def claim(iri: str, rows: list[Row], passages: tuple[Passage, ...]) -> Claim:
    """Return one claim; *rows* differ in holder and reason alone."""
    row = rows[0]
    return Claim(
        iri=iri,
        label=row["label"].value if "label" in row else iri,
        certainty=Certainty(row["certainty"].value, int(row["rank"].value)) if "rank" in row else None,
        holders=distinct(rows, "holderLabel", "holder", "holderNamedAs"),
        reasons=distinct(rows, "words", "reason"),
        adverse=row["adverse"].value == "true",
        passages=passages,
    )


def distinct(rows: Iterable[Row], *names: str) -> tuple[str, ...]:
    """Return, once each, the first of the variables *names* that a row binds."""
    found = (next((row[name].value for name in names if name in row), None) for row in rows)
    return tuple(dict.fromkeys(value for value in found if value))
