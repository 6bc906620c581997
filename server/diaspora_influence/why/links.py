"""What a relation lacks that it does not hold: properties below it, its inverses, the links of its chains."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from diaspora_influence.release.proofs import Fact
from diaspora_influence.why.ask import Ask, query
from diaspora_influence.why.names import spelled


@dataclass(frozen=True, slots=True)
class Gap:
    """A premise that does not hold, in words, and what it lacks in turn."""

    words: str
    gaps: tuple["Gap", ...] = ()


def values(ask: Ask, subject: str, predicate: str) -> list[str]:
    """Return the named things to which *predicate* leads from *subject*."""
    return [str(row["value"]) for row in ask(query("values", s=subject, p=predicate))]


def listed(terms: list[str]) -> str:
    """Return terms in one line."""
    return ", ".join(map(spelled, terms))


def of_property(ask: Ask, fact: Fact) -> Iterator[Gap]:
    """Yield what is missing for a relation: properties below it, inverses, links of chains."""
    subject, predicate, value = fact
    ways: dict[str, list[Any]] = defaultdict(list)
    for row in ask(query("property", p=predicate)):
        ways[row["way"].value].append(row)
    if below := [str(row["property"]) for row in ways["below"]]:
        yield Gap(f"none of the properties below it holds: {listed(below)}")
    for row in ways["inverse"] if value.startswith("<") else ():
        back = " ".join(map(spelled, (value, str(row["property"]), subject)))
        yield Gap(f"the other way round, {back}, does not hold")
    for row in ways["chain"]:
        yield chain(ask, subject, (str(row["property"]), str(row["second"])), value)


def chain(ask: Ask, subject: str, links: tuple[str, str], value: str | None = None) -> Gap:
    """Return which of two links is not there, the second to *value* where one is named."""
    first, second = map(spelled, links)
    between = values(ask, subject, links[0])
    if not between:
        return Gap(f"chain {first}, {second}: {spelled(subject)} has no {first}")
    end = f" {spelled(value)}" if value else ""
    return Gap(
        f"chain {first}, {second}: {spelled(subject)} has {first} {listed(between)}, with no {second}{end}"
    )
