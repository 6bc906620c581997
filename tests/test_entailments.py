"""HermiT as the judge of each rule: the denial of what it concludes is a contradiction, and nothing else there is."""

from functools import cache

import pyoxigraph as ox
import pytest

from diaspora_influence.reason import closure, hermit
from diaspora_influence.reason.closure import rules, saturate
from diaspora_influence.reason.contradictions import SENTENCES, contradictions
from diaspora_influence.reason.parts import apart
from diaspora_influence.reason.rule import Rule
from diaspora_influence.terms import DIO, OWL, RDF, RDFS
from reasoning import example, needs_hermit, ontology, turtle, union

DECLARED = (
    "ex:p a owl:ObjectProperty . ex:q a owl:ObjectProperty . ex:r a owl:ObjectProperty ."
    "ex:A a owl:Class . ex:B a owl:Class . ex:C a owl:Class ."
    "ex:a a owl:NamedIndividual . ex:b a owl:NamedIndividual . ex:c a owl:NamedIndividual ."
)
SOME = "{} a owl:Restriction ; owl:onProperty {} ; owl:someValuesFrom ex:A ."
BOTH = "_:both a owl:Class ; owl:intersectionOf ( ex:A ex:B ) ."
EITHER = "_:either a owl:Class ; owl:unionOf ( ex:A ex:B ) ."

CONCLUDES = {
    "cax-eqc1": ("ex:A owl:equivalentClass ex:B . ex:a a ex:A .", "ex:a a ex:B ."),
    "cax-eqc2": ("ex:A owl:equivalentClass ex:B . ex:a a ex:B .", "ex:a a ex:A ."),
    "cax-sco": ("ex:A rdfs:subClassOf ex:B . ex:a a ex:A .", "ex:a a ex:B ."),
    "cls-int1": (BOTH + "ex:a a ex:A , ex:B .", "ex:a a _:both ."),
    "cls-int2": (BOTH + "ex:a a _:both .", "ex:a a ex:A ."),
    "cls-svf1": (SOME.format("_:some", "ex:p") + "ex:a ex:p ex:b . ex:b a ex:A .", "ex:a a _:some ."),
    "cls-uni": (EITHER + "ex:a a ex:B .", "ex:a a _:either ."),
    "prp-dom": ("ex:p rdfs:domain ex:A . ex:a ex:p ex:b .", "ex:a a ex:A ."),
    "prp-inv1": ("ex:p owl:inverseOf ex:q . ex:a ex:p ex:b .", "ex:b ex:q ex:a ."),
    "prp-inv2": ("ex:p owl:inverseOf ex:q . ex:a ex:q ex:b .", "ex:b ex:p ex:a ."),
    "prp-rng": ("ex:p rdfs:range ex:A . ex:a ex:p ex:b .", "ex:b a ex:A ."),
    "prp-spo1": ("ex:p rdfs:subPropertyOf ex:q . ex:a ex:p ex:b .", "ex:a ex:q ex:b ."),
    "prp-spo2": ("ex:r owl:propertyChainAxiom ( ex:p ex:q ) . ex:a ex:p ex:b . ex:b ex:q ex:c .", "ex:a ex:r ex:c ."),
    "prp-symp": ("ex:p a owl:SymmetricProperty . ex:a ex:p ex:b .", "ex:b ex:p ex:a ."),
    "scm-eqc1": ("ex:A owl:equivalentClass ex:B .", "ex:B rdfs:subClassOf ex:A ."),
    "scm-int": (BOTH, "_:both rdfs:subClassOf ex:B ."),
    "scm-sco": ("ex:A rdfs:subClassOf ex:B . ex:B rdfs:subClassOf ex:C .", "ex:A rdfs:subClassOf ex:C ."),
    "scm-spo": ("ex:p rdfs:subPropertyOf ex:q . ex:q rdfs:subPropertyOf ex:r .", "ex:p rdfs:subPropertyOf ex:r ."),
    "scm-svf2": (
        "ex:p rdfs:subPropertyOf ex:q ." + SOME.format("_:some", "ex:p") + SOME.format("_:wider", "ex:q"),
        "_:some rdfs:subClassOf _:wider .",
    ),
    "scm-uni": (EITHER, "ex:A rdfs:subClassOf _:either ."),
}  # fmt: skip
"""Rule to what it needs, and what it concludes from that."""

TWO_WAYS = {
    "cax-eqc1": {"scm-eqc1", "cax-sco"},
    "cax-eqc2": {"scm-eqc1", "cax-sco"},
    "cls-int2": {"scm-int", "cax-sco"},
    "cls-uni": {"scm-uni", "cax-sco"},
}
"""Rule to others that give the same together: OWL 2 RL has these twice, for things and for classes."""

CONTRADICTS = {
    "cax-adc": ("[] a owl:AllDisjointClasses ; owl:members ( ex:A ex:B ex:C ) . ex:a a ex:A .", "ex:a a ex:C ."),
    "cax-dw": ("ex:A owl:disjointWith ex:B . ex:a a ex:A .", "ex:a a ex:B ."),
    "prp-asyp": ("ex:p a owl:AsymmetricProperty . ex:a ex:p ex:b .", "ex:b ex:p ex:a ."),
    "prp-irp": ("ex:p a owl:IrreflexiveProperty . ex:a ex:p ex:b .", "ex:a ex:p ex:a ."),
}  # fmt: skip
"""Rule that concludes `false` to what is consistent, and what makes a contradiction of it."""

DENIALS = {
    RDF + "type": "{s} a [ a owl:Class ; owl:complementOf {o} ] .",
    RDFS + "subClassOf": "ex:it a owl:NamedIndividual, {s}, [ a owl:Class ; owl:complementOf {o} ] .",
    RDFS + "subPropertyOf": "ex:a {s} ex:b . [] a owl:NegativePropertyAssertion ;"
    " owl:sourceIndividual ex:a ; owl:assertionProperty {o} ; owl:targetIndividual ex:b .",
}
DENIAL = (
    "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual {s} ;"
    " owl:assertionProperty {p} ; owl:targetIndividual {o} ."
)


def needed(rule: str) -> list[ox.Triple]:
    """Return the small ontology of a rule's case."""
    return turtle(DECLARED + {**CONCLUDES, **CONTRADICTS}[rule][0])


def concluded(rule: str) -> ox.Triple:
    (triple,) = turtle(CONCLUDES[rule][1])
    return triple


def denial(triple: ox.Triple) -> set[ox.Triple]:
    """Return what OWL says where *triple* does not hold; of a hierarchy, that something shows so."""
    said = DENIALS.get(triple.predicate.value, DENIAL)
    return set(turtle(said.format(s=triple.subject, p=triple.predicate, o=triple.object)))


def follows(rule: str, by: list[Rule], monkeypatch: pytest.MonkeyPatch) -> bool:
    """Say whether the conclusion of a rule's case follows by these rules."""
    monkeypatch.setattr(closure, "rules", lambda: by)
    return concluded(rule) in saturate(set(needed(rule)))[0]


# --- Each rule ---


def test_every_rule_has_its_case() -> None:
    assert [rule.name for rule in rules()] == list(CONCLUDES)
    assert set(SENTENCES) == set(CONTRADICTS)
    assert len(CONCLUDES) + len(CONTRADICTS) == 24


@pytest.mark.parametrize("rule", CONCLUDES)
def test_the_conclusion_is_the_rule_s_own(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = rules()
    one = [it for it in everything if it.name == rule]
    others = [it for it in everything if it.name != rule]
    assert concluded(rule) not in needed(rule)
    assert saturate(set(needed(rule)))[2][concluded(rule)].rule == rule
    assert follows(rule, one, monkeypatch)
    assert follows(rule, others, monkeypatch) is (rule in TWO_WAYS)
    if rule in TWO_WAYS:
        assert follows(rule, [it for it in others if it.name in TWO_WAYS[rule]], monkeypatch)


@needs_hermit
@pytest.mark.parametrize("rule", CONCLUDES)
def test_hermit_contradicts_the_denial_of_what_concludes(rule: str) -> None:
    assert not hermit.ask({*needed(rule), *denial(concluded(rule))}).consistent


@needs_hermit
def test_hermit_is_content_with_what_the_rules_need() -> None:
    # One run for all, since consistency together is consistency of each: the names of a case are its own.
    written = "".join(
        ox.serialize(apart(needed(rule)), format=ox.RdfFormat.N_TRIPLES)
        .decode()
        .replace("https://example.org/", f"https://example.org/{rule}/")
        for rule in (*CONCLUDES, *CONTRADICTS)
    )
    parsed = ox.parse(written, format=ox.RdfFormat.N_TRIPLES)
    assert hermit.ask({quad.triple for quad in parsed}).consistent


@needs_hermit
@pytest.mark.parametrize("rule", CONTRADICTS)
def test_hermit_agrees_that_it_is_a_contradiction_by(rule: str) -> None:
    assert not hermit.ask([*needed(rule), *turtle(CONTRADICTS[rule][1])]).consistent


@pytest.mark.parametrize("rule", CONTRADICTS)
def test_the_contradiction_is_the_rule_s_own(rule: str) -> None:
    assert contradictions(needed(rule)) == []
    found = contradictions([*needed(rule), *turtle(CONTRADICTS[rule][1])])
    assert found
    assert all(sentence.endswith(f"({rule})") for sentence in found)


# --- Each class that is defined by what a state actor did ---


@cache
def patterns() -> dict[str, ox.Triple]:
    """Return each defined class with "State" in its local name, to a membership that only follows in the example."""
    stated = union(example())
    defined = {
        triple.subject
        for triple in union(ontology())
        if triple.predicate.value == OWL + "equivalentClass" and "State" in triple.subject.value
    }
    found = sorted((triple for triple in saturate(stated)[0] - stated if triple.object in defined), key=str)
    members = [
        triple
        for triple in found
        if triple.predicate.value == RDF + "type" and isinstance(triple.subject, ox.NamedNode)
    ]
    return {triple.object.value.removeprefix(DIO): triple for triple in members}


PATTERNS = (
    "InstrumentOfStateInfluence", "ReportedlyStateClientOrganization", "ReportedlyStateCreatedOrganization",
    "StateActor", "StateClientOrganization", "StateCooptedOrganization", "StateCreatedOrganization",
    "StateDissolvedOrganization", "StateFosteredOrganization", "StateFundedOrganization",
    "StateRaisedAndDissolvedOrganization", "StateRaisedOrganization",
)  # fmt: skip


def test_every_pattern_has_a_member_that_nobody_wrote() -> None:
    assert tuple(sorted(patterns())) == PATTERNS


@needs_hermit
@pytest.mark.parametrize("name", PATTERNS)
def test_hermit_contradicts_the_denial_of_a_member_of(name: str) -> None:
    assert not hermit.ask(union(example()) | denial(patterns()[name])).consistent
