"""What is written the wrong way round, or as the wrong kind of thing, is a contradiction: invented and real."""

from collections.abc import Iterable, Iterator
from functools import cache

import pyoxigraph as ox
import pytest

from diaspora_influence.reason import hermit
from diaspora_influence.reason.contradictions import contradictions
from diaspora_influence.terms import DIO, ID, RDF
from reasoning import example, needs_hermit, ontology, real, turtle, union

MUTATIONS = {
    "created by the wrong way round, a state": (
        "ex:arcadia dio:createdBy ex:reading-club .",
        "<https://example.org/arcadia> is in",
    ),
    "created by the wrong way round, a person": (
        "ex:ada dio:createdBy ex:reading-club .",
        "<https://example.org/ada> is in",
    ),
    "dissolved by the wrong way round, a state": (
        "ex:ruritania dio:dissolvedBy ex:reading-club .",
        "<https://example.org/ruritania> is in",
    ),
    "dissolved by the wrong way round, a person": (
        "ex:ada dio:dissolvedBy ex:reading-club .",
        "<https://example.org/ada> is in",
    ),
    "co-opted the wrong way round, a state": (
        "ex:old-league dio:coopted ex:arcadia .",
        "<https://example.org/arcadia> is in",
    ),
    "co-opted the wrong way round, a person": (
        "ex:old-league dio:coopted ex:ada .",
        "<https://example.org/ada> is in",
    ),
    "claimed creation the wrong way round": (
        "ex:arcadia dio:reportedlyCreatedBy ex:choir .",
        "<https://example.org/arcadia> is in",
    ),
    "funded via the wrong way round": (
        "ex:subsidy dio:fundedVia ex:reading-club .",
        "<https://example.org/reading-club> is in",
    ),
    "patron and client of each other": ("ex:plough-party dio:patronOf ex:arcadian-palace .", "asymmetric"),
    "patron of itself": ("ex:plough-party dio:patronOf ex:plough-party .", "irreflexive"),
    "a state that is a person": ("ex:arcadia a dio:Person .", "dio:Person and in dio:State"),
    "a person as channel": ("ex:choir dio:fundedVia ex:ada .", "<https://example.org/ada> is in"),
    "a collective as channel": (
        "ex:choir dio:fundedVia ex:ruritanian-clubs .",
        "<https://example.org/ruritanian-clubs> is in",
    ),
}
"""What must turn the example inconsistent, and what the reason says."""


def test_every_mutation_that_the_model_names_is_there() -> None:
    assert len(MUTATIONS) == 13


@needs_hermit
@pytest.mark.parametrize("name", MUTATIONS)
def test_hermit_finds_the_example_inconsistent_after(name: str) -> None:
    assert not hermit.ask(union(example()) | set(turtle(MUTATIONS[name][0]))).consistent


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_reason_is_found_without_hermit(name: str) -> None:
    text, reason = MUTATIONS[name]
    found = contradictions(union(example()) | set(turtle(text)))
    assert any(reason in sentence for sentence in found), found


def test_the_example_has_no_contradiction() -> None:
    assert contradictions(union(example())) == []


# --- Wrong, and consistent: the shapes' to warn of (dios:ClaimDoubt-createdStateOrgan) ---

ORGANS = """
    ex:arcadian-treasury dio:createdBy ex:choir ; dio:fundedVia ex:collection ; dio:dissolvedBy ex:choir .
    ex:choir dio:coopted ex:arcadian-treasury .
"""


@needs_hermit
def test_hermit_is_content_with_a_state_organ_that_is_created_coopted_funded_or_dissolved() -> None:
    assert hermit.ask(union(example()) | set(turtle(ORGANS))).consistent


# --- The real data ---

AGENT = {
    "createdBy": "object",
    "dissolvedBy": "object",
    "coopted": "subject",
    "patronOf": "subject",
    "fundedVia": "object",
}
"""Each core relation to the end that acts, or that is the channel."""
WRONG = {
    ("createdBy", "Person"), ("createdBy", "State"), ("dissolvedBy", "State"), ("coopted", "State"),
    ("fundedVia", "FundingChannel"),
    ("patronOf", "State"), ("patronOf", "StateOrgan"), ("patronOf", "DiasporaOrganization"),
}  # fmt: skip
"""The relations and classes of that end, as the paper's claims give them, whose reversal is a contradiction."""
CONSISTENT = {("createdBy", "StateOrgan"), ("createdBy", "Collective"), ("dissolvedBy", "StateOrgan")}
"""Those whose reversal could be true: state organs and collectives are created and dissolved too."""


@cache
def things() -> frozenset[ox.Triple]:
    """Return the ontology and what the real data say of things, claims aside.

    What is inconsistent with less is inconsistent with more.
    """
    return frozenset(union(ontology()) | {triple for triple in union(real()) if is_thing(triple.subject)})


def is_thing(term: object) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(ID)


@cache
def types() -> dict[object, set[str]]:
    """Return each thing to the local names of the classes that are written on it by hand."""
    found: dict[object, set[str]] = {}
    written = [
        triple for name, triples in real().items() if name.startswith("instances/") for triple in triples
    ]
    for triple in written:
        if triple.predicate.value == RDF + "type" and isinstance(triple.object, ox.NamedNode):
            found.setdefault(triple.subject, set()).add(triple.object.value.removeprefix(DIO))
    return found


def direct() -> list[ox.Triple]:
    """Return the direct triples of the core relations, in order."""
    return sorted((t for t in things() if t.predicate.value.removeprefix(DIO) in AGENT), key=str)


def kinds(triple: ox.Triple) -> set[tuple[str, str]]:
    """Return the relation with each class of the end that acts."""
    relation = triple.predicate.value.removeprefix(DIO)
    return {(relation, name) for name in types()[getattr(triple, AGENT[relation])]}


def reversed_(triple: ox.Triple) -> ox.Triple:
    assert isinstance(triple.object, ox.NamedNode)
    return ox.Triple(triple.object, triple.predicate, triple.subject)


def of_kind(*wanted: tuple[str, str]) -> list[ox.Triple]:
    return [triple for triple in direct() if kinds(triple) & set(wanted)]


def test_every_kind_of_direct_relation_in_the_real_data_is_known() -> None:
    assert {kind for triple in direct() for kind in kinds(triple)} == WRONG | CONSISTENT


def test_every_real_relation_turned_round_is_found_without_hermit() -> None:
    # One run for all: each relation stands between two things of its own, of the kinds of the real ones.
    wrong = of_kind(*WRONG)
    found = contradictions({*union(ontology()), *copies(wrong)})
    assert len(wrong) >= 30
    assert [it for place, it in enumerate(wrong) if not any(f"/{place}/" in said for said in found)] == []


def copies(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield each triple and its reverse, with the types of its ends, between names of its own."""
    for place, triple in enumerate(triples):
        ends = [ox.NamedNode(f"https://example.org/{place}/{end}") for end in ("subject", "object")]
        yield from (ox.Triple(*pair) for pair in typed(ends[0], triple.subject))
        yield from (ox.Triple(*pair) for pair in typed(ends[1], triple.object))
        yield ox.Triple(ends[0], triple.predicate, ends[1])
        yield ox.Triple(ends[1], triple.predicate, ends[0])


def typed(name: ox.NamedNode, thing: object) -> Iterator[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]]:
    yield from ((name, ox.NamedNode(RDF + "type"), ox.NamedNode(DIO + it)) for it in sorted(types()[thing]))


@needs_hermit
@pytest.mark.parametrize("kind", sorted(WRONG), ids=" ".join)
def test_hermit_finds_a_real_relation_turned_round(kind: tuple[str, str]) -> None:
    assert not hermit.ask({*things(), reversed_(of_kind(kind)[0])}).consistent


def first(name: str) -> ox.NamedNode:
    """Return the first real thing with a class written on it."""
    return min((it for it, names in types().items() if name in names and is_thing(it)), key=str)


@needs_hermit
@pytest.mark.parametrize(("thing", "relation", "name"), [
    ("State", RDF + "type", ox.NamedNode(DIO + "Person")),
    ("DiasporaOrganization", DIO + "fundedVia", "Person"),
    ("DiasporaOrganization", DIO + "fundedVia", "Collective"),
], ids=["a state that is a person", "a person as channel", "a collective as channel"])  # fmt: skip
def test_hermit_finds_a_real_thing_of_the_wrong_kind(
    thing: str, relation: str, name: str | ox.NamedNode
) -> None:
    value = first(name) if isinstance(name, str) else name
    wrong = ox.Triple(first(thing), ox.NamedNode(relation), value)
    assert not hermit.ask({*things(), wrong}).consistent


@needs_hermit
def test_hermit_is_content_with_the_real_things_and_with_reversals_that_could_be_true() -> None:
    more = [reversed_(triple) for triple in of_kind(*CONSISTENT) if not kinds(triple) & WRONG]
    assert more
    assert hermit.ask({*things(), *more}).consistent
