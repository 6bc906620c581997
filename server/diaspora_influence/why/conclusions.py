"""What the rules of `rules/patterns/` give: the claims behind it, and why it does not hold."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from diaspora_influence.release.proofs import Fact
from diaspora_influence.why.ask import Ask, fact_of, query, tuples
from diaspora_influence.why.claims import Certainty
from diaspora_influence.why.links import Gap
from diaspora_influence.why.names import spelled


def behind(ask: Ask, facts: Iterable[Fact]) -> dict[Fact, tuple[str, tuple[str, ...]]]:
    """Return, for each concluded fact, the rule that gives it and the IRIs of the claims that it rests on.

    Where several conclusions give one class, these are the claims of each.
    """
    rules: dict[Fact, str] = {}
    claims: dict[Fact, list[str]] = defaultdict(list)
    if values := tuples(facts):
        for row in ask(query("concluded", values)):
            rules.setdefault(fact_of(row), row["rule"].value)
            claims[fact_of(row)].append(row["claim"].value)
    return {fact: (rule, tuple(sorted(set(claims[fact])))) for fact, rule in rules.items()}


def gaps(ask: Ask, thing: str, kind: str) -> Iterator[Gap]:
    """Yield why no pattern makes *thing* a member of the class *kind*: no conclusion, or a hedged one."""
    for row in ask(query("conclusions", s=thing, o=kind)) if kind.startswith("<") else ():
        rule = row["rule"].value
        if "conclusion" not in row:
            yield Gap(f"no claims come together by the rule {rule}")
            continue
        firmness = Certainty(row["certainty"].value, int(row["rank"].value))
        name = spelled(str(row["conclusion"]))
        yield Gap(f"{name}, by the rule {rule}, is only {firmness.word}: a class takes a stated conclusion")
