"""What a reader must never be told: each promise of the model, held against the built release."""

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from diaspora_influence.release.read import Release
from diaspora_influence.terms import DIO, GRAPH, ID, RDF, RDFS
from person_rules import PersonRules

PREFIXES = f"PREFIX dio: <{DIO}> PREFIX id: <{ID}> PREFIX rdfs: <{RDFS}> PREFIX rdf: <{RDF}>"
UNION_2007, UNION_2012 = "id:soyuz-tadzhikistantsev-rossii", "id:soyuz-tadzhikov-rossii"


def ask(store: ox.Store, pattern: str) -> bool:
    return bool(store.query(f"{PREFIXES} ASK {{ {pattern} }}"))


def column(store: ox.Store, query: str) -> set[str]:
    answer = store.query(f"{PREFIXES} {query}")
    assert isinstance(answer, ox.QuerySolutions)
    return {row[0].value for row in answer}


def test_an_alleged_creation_is_no_creation_by_a_state(release_store: ox.Store) -> None:
    union = "id:union-of-georgians-in-russia"
    assert ask(release_store, f"{union} dio:reportedlyCreatedBy id:kremlin")
    assert not ask(release_store, f"{union} dio:createdBy ?anybody")
    assert not ask(release_store, f"?anybody dio:created {union}")
    assert not ask(release_store, f"{union} dio:influencedBy id:kremlin")


@pytest.mark.parametrize(
    "relation", ["createdBy", "coopted", "fundedVia", "dissolvedBy", "patronOf", "fundingSource", "paidBy"]
)
def test_every_direct_triple_has_a_claim_that_states_it(release_store: ox.Store, relation: str) -> None:
    unfounded = column(
        release_store,
        f"""SELECT ?s WHERE {{ ?s dio:{relation} ?o FILTER NOT EXISTS {{
          ?c dio:claimSubject ?s ; dio:claimPredicate dio:{relation} ; dio:claimObject ?o ; dio:certainty dio:stated .
          FILTER NOT EXISTS {{ ?c dio:polarity dio:denied }} FILTER NOT EXISTS {{ ?c dio:modality ?m
          FILTER (?m != dio:actual) }} }} }}""",
    )
    assert ask(release_store, f"?s dio:{relation} ?o")
    assert unfounded == set()


def test_an_attempt_to_dissolve_is_no_dissolution(release_store: ox.Store) -> None:
    congress = "id:all-russia-azerbaijani-congress"
    ministry = "id:russian-ministry-of-justice"
    assert ask(release_store, f"{congress} dio:dissolutionSoughtBy {ministry}")
    assert not ask(release_store, f"{congress} dio:dissolvedBy {ministry}")
    assert not ask(release_store, f"{congress} dio:reportedlyDissolvedBy {ministry}")


def test_the_two_unions_of_tajiks_are_two(release_store: ox.Store) -> None:
    same = "<http://www.w3.org/2002/07/owl#sameAs>|<http://schema.org/sameAs>"
    assert not ask(release_store, f"{UNION_2007} {same} ?x")
    assert not ask(release_store, f"?x {same} {UNION_2007}")
    assert ask(release_store, f"{UNION_2007} <http://www.w3.org/2002/07/owl#differentFrom> {UNION_2012}")
    assert not ask(release_store, f"{UNION_2012} a dio:DissolvedOrganization")
    assert ask(release_store, f"{UNION_2007} dio:dissolvedBy id:supreme-court-of-russia")
    assert not ask(release_store, f"{UNION_2007} dio:fundedVia ?channel")


def test_support_at_the_founding_is_no_creation(release_store: ox.Store) -> None:
    assert ask(release_store, f"{UNION_2007} dio:foundingSupportedBy id:tajikistan")
    assert not ask(release_store, f"{UNION_2007} dio:createdBy ?state")
    assert ask(release_store, f"{UNION_2007} a dio:CreatedOrganization")


def test_nobody_is_influenced_through_an_allegation(release_store: ox.Store) -> None:
    # Each influence must go back to a direct triple of one of the relations below it.
    unfounded = column(
        release_store,
        """SELECT ?a WHERE { ?a dio:influencedBy ?b FILTER NOT EXISTS {
          { ?a dio:createdBy ?b } UNION { ?a dio:dissolutionSoughtBy ?b } UNION { ?a dio:dissolvedBy ?b } UNION
          { ?b dio:coopted ?a } UNION { ?b dio:patronOf ?a } UNION
          { ?a dio:fundedVia/(dio:fundingSource|dio:paidBy) ?b } } }""",
    )
    assert ask(release_store, "?a dio:influencedBy ?b")
    assert unfounded == set()


def test_a_body_that_hands_money_on_is_not_its_source(release_store: ox.Store) -> None:
    church = "id:russian-orthodox-church"
    assert ask(release_store, f"{UNION_2012} dio:fundedBy {church}")
    assert not ask(release_store, f"{UNION_2012} dio:moneyComesFrom {church}")
    assert ask(release_store, f"{UNION_2012} dio:moneyComesFrom id:kremlin")


def test_no_collective_is_an_organisation(release_store: ox.Store) -> None:
    assert not ask(release_store, "?x a dio:Collective, dio:Organization")


def relation_triples(store: ox.Store) -> Iterator[ox.Quad]:
    """Yield every triple of every graph whose property joins two entities."""
    network = PersonRules.read(store).network
    return (quad for quad in store if quad.predicate.value in network)


def test_the_person_policy_holds_in_every_graph(release_store: ox.Store) -> None:
    assert len(list(relation_triples(release_store))) > 500
    assert PersonRules.read(release_store).breaches(quad.triple for quad in release_store) == []


def test_an_adverse_claim_leaves_no_triple_of_any_strength(release_store: ox.Store) -> None:
    pairs = """?claim a dio:AdverseClaim ; dio:claimSubject ?s ; dio:claimObject ?o . ?s ?p ?o"""
    assert ask(release_store, "?claim a dio:AdverseClaim")
    assert not ask(release_store, pairs)


def test_no_relation_is_in_a_graph_that_people_write(release_store: ox.Store) -> None:
    made = (f"{GRAPH}derived/", f"{GRAPH}inferred")
    background = {DIO + "organOf", DIO + "within"}
    written = {
        quad
        for quad in relation_triples(release_store)
        if isinstance(quad.graph_name, ox.NamedNode)
        and not quad.graph_name.value.startswith(made)
        and quad.predicate.value not in background
    }
    assert written == set()


def test_every_claim_without_its_triple_says_why(release_store: ox.Store) -> None:
    silent = """?claim a dio:Claim ; dio:claimPredicate ?p FILTER NOT EXISTS { ?claim dio:notDerivedBecause ?why }
      FILTER NOT EXISTS { ?claim dio:claimSubject ?s ; dio:claimObject ?o . ?s ?p ?o }"""
    assert not ask(release_store, silent)


def test_the_default_graph_is_the_union_of_the_named_ones(release_store: ox.Store) -> None:
    default = {quad.triple for quad in release_store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    named = {quad.triple for quad in release_store if quad.graph_name != ox.DefaultGraph()}
    assert default == named


def test_the_dump_holds_what_the_store_holds(release: Release, release_store: ox.Store) -> None:
    dumped = set(ox.parse(path=str(release.dump), format=ox.RdfFormat.N_QUADS))
    stored = {quad for quad in release_store if quad.graph_name != ox.DefaultGraph()}
    metadata = {quad for quad in stored if str(quad.graph_name).endswith("graph/metadata>")}
    assert {quad for quad in dumped if not isinstance(quad.subject, ox.BlankNode)} <= stored
    assert len(dumped - metadata) == len(stored - metadata)
