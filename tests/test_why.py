"""Why a triple of the real release holds, down to claims and passages; and what is missing where none does."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence.cli import main
from diaspora_influence.errors import InputError
from diaspora_influence.reason.closure import RULES, close_over
from diaspora_influence.reason.policy import PersonPolicy
from diaspora_influence.release.proofs import Fact, Proofs, loaded, read_proofs, written
from diaspora_influence.release.read import PROOFS, Release
from diaspora_influence.terms import CONCLUSIONS, DERIVED, DIO, GRAPH, INFERRED, PROV, RDF
from diaspora_influence.why import Answer, UnknownTermError, of_store, read_fact, why
from diaspora_influence.why.prov import as_triples
from diaspora_influence.why.record import as_json
from diaspora_influence.why.text import as_text
from diaspora_influence.why.tree import Step
from reasoning import real, union

Asked = Callable[..., Answer]


@pytest.fixture(scope="module")
def proofs(release: Release) -> Proofs:
    return read_proofs(release)


@pytest.fixture(scope="module")
def ask(release_store: ox.Store, proofs: Proofs) -> Asked:
    return lambda *words: why(of_store(release_store), proofs, read_fact(words))


def steps(step: Step | None) -> Iterator[Step]:
    """Yield every step of a proof."""
    if step:
        yield step
        for premise in step.premises:
            yield from steps(premise)


def words(answer: Answer) -> str:
    return as_text(answer)


def facts(store: ox.Store, graph: str) -> set[Fact]:
    """Return the triples between named things of a graph."""
    found = store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
    return {(str(q.subject), str(q.predicate), str(q.object)) for q in found}


# --- The proofs of a release ---


def test_every_inferred_triple_has_a_proof_that_ends_in_what_files_and_claims_give(
    release_store: ox.Store, proofs: Proofs
) -> None:
    inferred = facts(release_store, INFERRED)
    assert len(inferred) > 7000
    assert inferred <= proofs.follows.keys()
    names = {graph for graphs in proofs.given.values() for graph in graphs}
    given = {graph: facts(release_store, GRAPH + graph) for graph in names}
    for fact, graphs in proofs.given.items():
        assert graphs
        assert any(term.startswith("[") for term in fact) or all(fact in given[graph] for graph in graphs)
        assert INFERRED not in {GRAPH + graph for graph in graphs}


def test_premises_precede_their_conclusion(proofs: Proofs) -> None:
    known = set(proofs.given)
    rules = {path.stem for path in RULES.glob("*.rq")}
    for fact, (rule, premises) in proofs.follows.items():
        assert rule in rules
        assert premises
        assert known.issuperset(premises)
        assert fact not in known
        known.add(fact)


def test_no_proof_is_kept_of_what_nothing_that_is_told_rests_on(
    release_store: ox.Store, proofs: Proofs
) -> None:
    needed = facts(release_store, INFERRED)
    for fact, (_, premises) in reversed(list(proofs.follows.items())):
        if fact in needed:
            needed |= set(premises)
    assert needed == proofs.follows.keys() | proofs.given.keys()


def test_the_file_is_written_as_it_was_read(release: Release, proofs: Proofs) -> None:
    content = (release.directory / PROOFS).read_bytes()
    assert written(proofs) == content
    assert PROOFS in {file.path for file in release.files}
    assert PROOFS in (release.directory / "checksums.txt").read_text("utf-8")


def test_the_order_of_the_data_changes_no_proof() -> None:
    stated = sorted(union(real()), key=str)
    forth, back = (list(close_over(triples).proofs.items()) for triples in (stated, reversed(stated)))
    assert forth == back


def test_no_proof_rests_on_what_the_person_policy_withholds(release_store: ox.Store, proofs: Proofs) -> None:
    policy = PersonPolicy.read(release_store)
    assert policy.restricted
    for fact in [*proofs.given, *proofs.follows]:
        if all(term.startswith("<") for term in fact):
            assert not policy.forbids(ox.Triple(*(ox.NamedNode(term[1:-1]) for term in fact)))


def test_a_file_that_argues_in_a_circle_is_refused(release: Release, tmp_path: Path) -> None:
    document = json.loads((release.directory / PROOFS).read_bytes())
    document["proofs"][0][1] = [len(document["given"])]
    damaged = tmp_path / PROOFS
    damaged.write_text(json.dumps(document), "utf-8")
    with pytest.raises(ValueError, match="stands after its conclusion"):
        loaded(damaged)
    with pytest.raises(InputError, match="dio build"):
        read_proofs(replace(release, directory=tmp_path))
    damaged.unlink()
    with pytest.raises(InputError, match="dio build"):
        read_proofs(replace(release, directory=tmp_path))


# --- What holds ---


def test_a_defined_class_goes_down_to_claims_with_holder_certainty_and_passages(ask: Asked) -> None:
    answer = ask("id:soyuz-tadzhikov-rossii", "a", "dio:InstrumentOfStateInfluence")
    found = list(steps(answer.proof))
    claims = {claim.iri.rpartition("/")[2]: claim for step in found for claim in step.claims}
    assert {
        "soyuz-tadzhikov-rossii-created-by-kremlin",
        "soyuz-tadzhikov-rossii-funded-via-utr-church-money",
        "utr-church-money-funding-source-kremlin",
    } <= claims.keys()
    assert all(claim.passages and claim.holders and claim.certainty for claim in claims.values())
    assert answer.proof
    assert answer.proof.certainty
    assert answer.proof.certainty.rank == 5
    assert {step.kind for step in found} == {"asserted", "derived", "inferred"}
    assert all(step.graphs for step in found if step.kind == "asserted")
    assert all(step.claims for step in found if step.kind == "derived" and not step.again)
    assert all(step.premises for step in found if step.kind == "inferred" and not step.again)


def test_a_shared_premise_is_expanded_once(ask: Asked) -> None:
    found = list(steps(ask("id:soyuz-tadzhikov-rossii", "a", "dio:InstrumentOfStateInfluence").proof))
    whole = [step.fact for step in found if not step.again]
    assert len(whole) == len(set(whole))
    assert any(step.again for step in found)
    assert {step.fact for step in found if step.again} <= set(whole)


RULED = {
    "prp-spo2": ("id:soyuz-tadzhikov-rossii", "dio:moneyComesFrom", "id:kremlin"),
    "prp-symp": ("id:tajikistan", "dio:hasStrainedRelationsWith", "id:iran"),
    "prp-inv1": ("id:kremlin", "dio:created", "id:soyuz-tadzhikov-rossii"),
    "prp-spo1": ("id:soyuz-tadzhikov-rossii", "dio:influencedBy", "id:kremlin"),
}


@pytest.mark.parametrize("rule", RULED)
def test_an_inferred_triple_names_its_rule_and_premises(ask: Asked, rule: str) -> None:
    proof = ask(*RULED[rule]).proof
    assert proof
    assert (proof.kind, proof.rule) == ("inferred", rule)
    assert any(step.claims for step in steps(proof))


def test_a_weaker_twin_is_as_certain_as_its_firmest_claim(ask: Asked) -> None:
    proof = ask("id:soyuz-tadzhikov-rossii", "dio:reportedlyCreatedBy", "id:kremlin").proof
    assert proof
    assert (proof.kind, proof.rule) == ("derived", "reported")
    assert proof.certainty == max((c.certainty for c in proof.claims if c.certainty), key=lambda c: c.rank)


def test_a_conclusion_is_as_certain_as_its_weakest_premise(ask: Asked, proofs: Proofs) -> None:
    twins = [fact for fact in proofs.follows if "reportedlyRelatedTo" in fact[1]][:40]
    ranks = set()
    for fact in twins:
        for step in steps(ask(*fact).proof):
            below = [one.certainty.rank for one in step.premises if one.certainty]
            if below:
                assert step.certainty
                assert step.certainty.rank == min(below)
                ranks.add(min(below))
    assert len(ranks) > 1


def test_a_class_with_its_object_unstated_is_derived_from_its_claim(ask: Asked) -> None:
    proof = ask("id:soyuz-tadzhikov-rossii", "a", "dio:CreatedOrganization").proof
    assert proof
    assert (proof.kind, proof.rule) == ("derived", "unstated_object")
    assert proof.claims


def test_what_a_file_says_is_asserted(ask: Asked) -> None:
    proof = ask("id:kremlin", "a", "dio:StateOrgan").proof
    assert proof
    assert (proof.kind, proof.graphs) == ("asserted", ("instances/miles-2017/agents",))


def test_every_derived_triple_has_its_claims(release_store: ox.Store, ask: Asked) -> None:
    names = [
        g for g in release_store.named_graphs() if isinstance(g, ox.NamedNode) and g.value.startswith(DERIVED)
    ]
    derived = sorted(fact for name in names for fact in facts(release_store, name.value))
    assert len(derived) > 500
    for fact in derived[::7]:
        proof = ask(*fact).proof
        assert proof
        assert proof.claims or proof.kind == "asserted"


ARAC = "all-russia-azerbaijani-congress"
HEDGED = f"conclusion:same-state-raised-and-dissolved-{ARAC}-russia"


def test_a_conclusion_is_explained_by_its_rule_and_claims_and_is_as_firm_as_the_weakest(ask: Asked) -> None:
    proof = ask(HEDGED, "dio:concludedOf", f"id:{ARAC}").proof
    assert proof
    assert (proof.kind, proof.rule) == ("concluded", "same-state-raised-and-dissolved")
    assert [claim.certainty.rank for claim in proof.claims if claim.certainty] == [5, 4]
    assert proof.certainty
    assert proof.certainty.rank == 4


def test_what_follows_from_a_conclusion_is_no_firmer(ask: Asked) -> None:
    proof = ask(f"id:{ARAC}", "dio:hasConclusion", HEDGED).proof
    assert proof
    assert (proof.kind, proof.rule) == ("inferred", "prp-inv1")
    assert proof.certainty
    assert proof.certainty.rank == 4


def test_a_class_that_a_stated_conclusion_gives_is_explained_by_its_claims(ask: Asked) -> None:
    proof = ask("id:union-of-georgians-in-russia", "a", "dio:CreatedThenDissolvedOrganization").proof
    assert proof
    assert (proof.kind, proof.rule) == ("concluded", "created-then-dissolved")
    assert {claim.iri.rpartition("-by-")[0].rpartition("-")[2] for claim in proof.claims} == {
        "created",
        "dissolved",
    }


def test_a_class_that_a_conclusion_is_too_weak_for_says_so(ask: Asked) -> None:
    text = words(ask(f"id:{ARAC}", "a", "dio:SameStateDissolvedOrganization"))
    assert f"{HEDGED}, by the rule same-state-raised-and-dissolved, is only probable (4 of 5)" in text
    text = words(ask("id:gruppa-24", "a", "dio:SameStateDissolvedOrganization"))
    assert "no claims come together by the rule same-state-raised-and-dissolved" in text


def test_every_concluded_triple_has_its_claims_in_every_form(release_store: ox.Store, ask: Asked) -> None:
    concluded = sorted(facts(release_store, CONCLUSIONS))
    assert len(concluded) > 40
    for fact in concluded:
        answer = ask(*fact)
        assert answer.proof
        assert answer.proof.kind == "concluded"
        assert len(answer.proof.claims) > 1
        assert answer.proof.certainty
        firmness = f"certainty {answer.proof.certainty.word}"
        assert firmness in words(answer)
        assert json.loads(as_json(answer))["proof"]["certainty"]["rank"] == answer.proof.certainty.rank
        assert firmness in {t.object.value for t in as_triples(answer) if isinstance(t.object, ox.Literal)}


# --- What does not hold ---


def test_a_class_says_which_conjunct_does_not_hold(ask: Asked) -> None:
    text = words(ask("id:gruppa-24", "a", "dio:InstrumentOfStateInfluence"))
    assert "id:gruppa-24 is no dio:StateRaisedOrganization" in text
    assert "id:gruppa-24 is no dio:StateFundedOrganization" in text
    assert "chain dio:fundedVia, dio:fundingSource" in text


def test_a_relation_says_which_ways_to_it_are_closed(ask: Asked) -> None:
    text = words(ask("id:kremlin", "dio:patronOf", "id:gruppa-24"))
    assert "id:gruppa-24 dio:clientOf id:kremlin, does not hold" in text
    text = words(ask("id:gruppa-24", "dio:moneyComesFrom", "id:kremlin"))
    assert "chain dio:fundedVia, dio:fundingSource: id:gruppa-24 has" in text


def test_a_hedged_claim_is_named_with_the_reason_why_it_gave_nothing(ask: Asked) -> None:
    answer = ask("id:diaspora-organisations-with-political-agendas", "dio:instrumentOf", "id:russia")
    assert not answer.holds
    assert any(claim.certainty and claim.certainty.rank < 5 and claim.reasons for claim in answer.claims)


def test_a_withheld_triple_says_so_and_not_what_would_follow(ask: Asked) -> None:
    answer = ask("id:utr-leadership", "dio:linkedTo", "id:zaid-saidov")
    assert answer.withheld
    assert not answer.holds
    assert answer.gaps == ()
    assert "withheld" in words(answer)
    never = ask("id:zaid-saidov", "dio:linkedTo", "id:iran")
    assert (never.withheld, never.gaps, never.claims) == (True, (), ())


def test_an_adverse_claim_is_never_repeated_as_a_triple(ask: Asked, release_store: ox.Store) -> None:
    rows = release_store.query(
        f"SELECT ?s ?p ?o {{ ?c a <{DIO}AdverseClaim> ; <{DIO}claimSubject> ?s ; <{DIO}claimPredicate> ?p ;"
        f" <{DIO}claimObject> ?o }}"
    )
    assert isinstance(rows, ox.QuerySolutions)
    asked = {(str(row["s"]), str(row["p"]), str(row["o"])) for row in rows}
    assert len(asked) == 3
    for fact in asked:
        answer = ask(*fact)
        assert any(claim.adverse for claim in answer.claims)
        assert not answer.holds
        assert not [t for t in as_triples(answer) if t.predicate.value in (RDF + "subject", RDF + "object")]
        assert ox.Triple(*(ox.NamedNode(term[1:-1]) for term in fact)) not in as_triples(answer)


def test_an_unknown_term_is_answered_with_the_nearest(ask: Asked) -> None:
    with pytest.raises(UnknownTermError, match=r"no subject .*'id:gruppa-25'; nearest: id:gruppa-24"):
        ask("id:gruppa-25", "dio:createdBy", "id:kremlin")
    with pytest.raises(UnknownTermError, match="nearest: dio:createdBy"):
        ask("id:gruppa-24", "dio:createBy", "id:kremlin")


HOSTILE = [
    ("id:" + "x" * 5000, "a", "dio:State"),
    ("id:a\0b", "a", "dio:State"),
    ("id:a\ud800", "a", "dio:State"),
    ("_:b", "a", "dio:State"),
    ("kremlin", "a", "dio:State"),
    ('"text"', "a", "dio:State"),
    ("id:kremlin", '"a"', "dio:State"),
    ("id:kremlin", "rdfs:label", '"Kremlin" . ?s ?p "x"'),
    ("id:kremlin", "rdfs:label", '"Kremlin"@'),
    ("id:kremlin", "rdfs:label", r'"\q"'),
    ("id:kremlin", "rdfs:label", '"1"^^<a> ?x'),
    ("<http://a> ?p ?o }", "a", "dio:State"),
    ("http://a/> } #", "a", "dio:State"),
    ("", "", ""),
]


@pytest.mark.parametrize("triple", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_term_is_refused_before_anything_is_asked(triple: tuple[str, str, str]) -> None:
    with pytest.raises(InputError, match="is no term"):
        read_fact(triple)


def test_literals_are_read_as_turtle_writes_them(ask: Asked) -> None:
    assert read_fact(("id:a", "dio:b", r'"a\"b\u00e9"'))[2] == '"a\\"bé"'
    assert read_fact(("id:a", "dio:b", '"1"^^xsd:integer'))[2].endswith("#integer>")
    assert not ask("id:kremlin", "rdfs:label", '"日本 } # ?x"@ja').holds


# --- How it is written ---


def test_prov_describes_each_triple_and_asserts_none(ask: Asked) -> None:
    answer = ask("id:soyuz-tadzhikov-rossii", "dio:moneyComesFrom", "id:kremlin")
    triples = as_triples(answer)
    fact = ox.Triple(*(ox.NamedNode(term[1:-1]) for term in answer.fact))
    assert fact not in triples
    derived = {str(t.object) for t in triples if t.predicate.value == PROV + "wasDerivedFrom"}
    assert any("/claim/" in name for name in derived)
    described = {t.object for t in triples if t.predicate.value == RDF + "predicate"}
    assert {ox.NamedNode(DIO + "moneyComesFrom"), ox.NamedNode(DIO + "fundedVia")} <= described


def test_json_says_what_the_text_says(ask: Asked) -> None:
    record = json.loads(as_json(ask("id:kremlin", "dio:created", "id:soyuz-tadzhikov-rossii")))
    assert record["holds"]
    assert record["proof"]["rule"] == "prp-inv1"
    assert record["proof"]["certainty"]["rank"] == 5
    record = json.loads(as_json(ask("id:kremlin", "dio:patronOf", "id:gruppa-24")))
    assert not record["holds"]
    assert record["missing"][0]["missing"]


COMMANDS = {
    "holds": (["id:kremlin", "a", "dio:StateActor"], 0, "inferred by cax-eqc2"),
    "holds not": (["id:gruppa-24", "dio:patronOf", "id:kremlin"], 1, "this release does not hold it"),
    "json": (["--format", "json", "id:kremlin", "a", "dio:StateActor"], 0, '"holds": true'),
    "turtle": (["--format", "turtle", "id:kremlin", "a", "dio:StateActor"], 0, "prov:wasDerivedFrom"),
    "unknown": (["id:kremlim", "a", "dio:StateActor"], 2, "nearest: id:kremlin"),
    "no term": (["kremlin", "a", "dio:StateActor"], 2, "is no term"),
}


@pytest.mark.parametrize("case", COMMANDS)
def test_the_command_answers_with_its_exit_code(
    release: Release, capfdbinary: pytest.CaptureFixture[bytes], case: str
) -> None:
    arguments, code, said = COMMANDS[case]
    assert main(["why", "--release-dir", str(release.directory.parent), *arguments]) == code
    out, err = capfdbinary.readouterr()
    assert said in (out + err).decode()
