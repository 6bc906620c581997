"""Queries made at random, cut and put together again: the same solutions, and causes that are true."""

import random

import pyoxigraph as ox
import pytest

from diaspora_influence.explain import explain
from diaspora_influence.explain.query import read
from diaspora_influence.explain.source import UnreadableError
from diaspora_influence.sparql.answer import evaluate
from diaspora_influence.sparql.client import Answer
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.request import SparqlRequest

HEAD = "PREFIX : <http://example.org/>\n"
COMMENTS = ("", " ", "\n", " # } . ; FILTER {\n", "\t")
CASES = 150


def store() -> ox.Store:
    """Return a small world in which much matches and much does not."""
    found = ox.Store()
    names = [ox.NamedNode(f"http://example.org/{letter}") for letter in "abc"]
    for number in range(12):
        subject, value = names[number % 3], names[number % 2]
        predicate = ox.NamedNode(f"http://example.org/p{number % 4}")
        for graph in (ox.DefaultGraph(), ox.NamedNode(f"http://example.org/g{number % 2}")):
            found.add(ox.Quad(subject, predicate, value if number % 5 else ox.Literal(number), graph))
    return found


class Maker:
    """Makes groups of SPARQL by chance, as people write them and as they do not."""

    def __init__(self, seed: int) -> None:
        """Begin with *seed*."""
        self.chance = random.Random(seed)

    def node(self, depth: int = 0) -> str:
        """Return a subject or object."""
        simple = ["?x", "?y", "$z", ":a", ":b", ":nothing", "_:n", "<http://example.org/c>"]
        if depth < 2 and self.chance.random() < 0.15:
            return f"[ {self.properties(depth + 1)} ]"
        return self.chance.choice(simple)

    def thing(self, depth: int) -> str:
        """Return an object."""
        literals = [
            "5",
            "0",
            '"}"',
            "'''{ ' '''",
            '"x"@en',
            '"5"^^<http://www.w3.org/2001/XMLSchema#integer>',
            "true",
        ]
        return self.chance.choice(literals) if self.chance.random() < 0.15 else self.node(depth)

    def path(self) -> str:
        """Return a predicate."""
        return self.chance.choice(
            [
                ":p0",
                ":p1",
                ":p2",
                ":p3",
                "?p",
                "a",
                "^:p1",
                ":p0/:p1",
                "(:p2|^:p3)*",
                "!(:p0|^:p1)",
                ":p1+",
                ":p9",
                ":p2?",
            ]
        )

    def properties(self, depth: int) -> str:
        """Return predicates with their objects."""
        some = range(self.chance.randint(1, 2))
        return " ; ".join(f"{self.path()} {' , '.join(self.thing(depth) for _ in some)}" for _ in some)

    def element(self, depth: int) -> str:
        """Return one element of a group."""
        kinds = ["triples"] * 5 + [
            "filter",
            "exists",
            "optional",
            "minus",
            "union",
            "graph",
            "values",
            "bind",
            "select",
        ]
        kind = self.chance.choice(kinds if depth < 2 else kinds[:6])
        number = self.chance.randint(0, 10**6)
        return {
            "triples": lambda: f"{self.node()} {self.properties(0)} .",
            "filter": lambda: self.chance.choice(["FILTER(?x != :a)", "FILTER(?y<?x||?x>?y)", "FILTER regex(STR(?x), '[}{]|a')", "FILTER(?w = 1)", "FILTER(isIRI(?x) && !(?x IN (:b)))"]),
            "exists": lambda: f"FILTER {self.chance.choice(['NOT ', ''])}EXISTS {self.group(depth + 1)}",
            "optional": lambda: f"OPTIONAL {self.group(depth + 1)}",
            "minus": lambda: f"MINUS {self.group(depth + 1)}",
            "union": lambda: f"{self.group(depth + 1)} UNION {self.group(depth + 1)}",
            "graph": lambda: f"GRAPH {self.chance.choice(['?g', ':g0', ':g7'])} {self.group(depth + 1)}",
            "values": lambda: self.chance.choice(["VALUES ?x { :a :b }", "VALUES (?x ?y) { (:a UNDEF) (:b :a) }"]),
            "bind": lambda: f"BIND(STR(?x) AS ?v{number})",
            "select": lambda: f"{{ SELECT ?x WHERE {self.group(depth + 1)} LIMIT {self.chance.randint(0, 9)} }}",
        }[kind]()  # fmt: skip

    def group(self, depth: int) -> str:
        """Return a group with its braces."""
        parts = [self.element(depth) for _ in range(self.chance.randint(1, 3))]
        return "{" + "".join(self.chance.choice(COMMENTS) + part for part in parts) + "\n}"


def asked(seed: int) -> str:
    """Return a query that the engine takes; blank nodes shared across groups, which it does not, are dropped."""
    text = Maker(seed).group(0)
    try:
        ox.Store().query(f"{HEAD}ASK {text}")
    except SyntaxError:
        text = text.replace("_:n", "?n")
        try:
            ox.Store().query(f"{HEAD}ASK {text}")
        except SyntaxError:
            return ""
    return text


WORLD = store()
GROUPS = [(seed, text) for seed in range(CASES) if (text := asked(seed))]


def test_most_of_what_is_made_is_sparql() -> None:
    """Else the tests below would try nothing."""
    assert len(GROUPS) > CASES * 3 // 4


def size(body: str) -> int:
    """Return how many solutions a group has."""
    return sum(1 for _ in WORLD.query(f"{HEAD}SELECT * {{ {body} }}"))  # type: ignore[arg-type]


@pytest.mark.parametrize(("seed", "text"), GROUPS, ids=[seed for seed, _ in GROUPS])
def test_what_is_cut_means_the_same(seed: int, text: str) -> None:
    """As many solutions as before; a group of a LIMIT without ORDER BY may only be empty alike."""
    body = "\n".join(element.text for element in read(f"{HEAD}ASK {text}", "").where)
    found, expected = size(body), size(text[1:-1])
    assert (found == expected) if "LIMIT" not in text else (bool(found) == bool(expected)), seed


@pytest.mark.parametrize(("seed", "text"), GROUPS, ids=[seed for seed, _ in GROUPS])
def test_what_is_blamed_matches_nothing(seed: int, text: str) -> None:
    """An empty query has a cause, one that is not has none, and a smallest combination is the smallest."""
    request = SparqlRequest(f"{HEAD}ASK {text}", base="http://example.org/sparql")
    found = explain(answered, request, not size(text[1:-1]), 60)
    assert bool(found.causes) is found.empty or not found.complete, (seed, found.sentence)
    for cause in found.causes:
        if cause.kind == "combination" and not any(word in text for word in ("GRAPH", "LIMIT")):
            texts = [one.text for one in cause.patterns]
            assert size("\n".join(texts)) == 0
            assert all(size("\n".join(texts[:at] + texts[at + 1 :])) for at in range(len(texts)))


def answered(request: SparqlRequest) -> Answer:
    """Evaluate a question in this process, which is ours, and so are the queries."""
    whole = evaluate(WORLD, request, Limits())
    return Answer(whole.media_type, whole.body, whole.rows)


def test_what_is_no_query_is_not_read() -> None:
    """Whatever is cut off."""
    for end in range(len(HEAD), len(HEAD) + 5):
        with pytest.raises(UnreadableError):
            read(f"{HEAD}ASK {{ ?x :p ?y }}"[:end], "")
