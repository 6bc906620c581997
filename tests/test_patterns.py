"""What OWL cannot say: each pattern is entered by invented claims, and by nothing less; and what the real data give."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence.data import ROOT, SourceFile, parse_lines, read_file, read_files
from diaspora_influence.derive import derive
from diaspora_influence.errors import FindingsError
from diaspora_influence.reason import close, hermit
from diaspora_influence.reason.closure import close_over, is_premise
from diaspora_influence.reason.patterns import LAST, RULES, conclude, concluded, patterns
from diaspora_influence.release.stages import Stages, compiled
from diaspora_influence.terms import CLAIM, CONCLUSION, CONCLUSIONS, DIO, GRAPH, ID, INFERRED, RDF, SHAPES
from diaspora_influence.validate.judge import findings
from reasoning import needs_hermit

EXAMPLE = Path(__file__).with_name("patterns_example.ttl")
WHOLE = Stages(lambda _: (), derive, close, concluded)
SHORT = Stages(lambda _: (), derive, close, lambda store, closure: (conclude(store), closure))
"""What follows from conclusions is left out, which takes half the time."""

SAME, CREATED, COOPTED, OPPOSITION = (
    "same-state-raised-and-dissolved-reading-club-arcadia",
    "created-then-dissolved-reading-club",
    "coopted-then-disrupted-choir-arcadia",
    "opposition-founded-on-patrons-soil-exiles-arcadia",
)
CLASSES = {
    SAME: ("reading-club", "SameStateDissolvedOrganization"),
    CREATED: ("reading-club", "CreatedThenDissolvedOrganization"),
    COOPTED: ("choir", "CooptedThenDisruptedOrganization"),
    OPPOSITION: ("exiles", "OppositionOnPatronsSoil"),
}
"""Each conclusion of the example, and whom a stated one makes a member of which class."""


@dataclass(frozen=True)
class World:
    """What the rules make of a dataset: its conclusions, and the triples of each graph."""

    graphs: dict[ox.NamedNode, list[ox.Triple]]

    @property
    def conclusions(self) -> set[str]:
        return {text for text, _, _ in self.said("byRule")}

    def said(self, name: str) -> set[tuple[str, str, str]]:
        """Return the conclusions' triples with one of our properties, by local names."""
        found = (t for t in self.graphs[ox.NamedNode(CONCLUSIONS)] if t.predicate.value == DIO + name)
        return {(local(t.subject), name, local(t.object)) for t in found}

    def values(self, conclusion: str, name: str) -> set[str]:
        return {value for subject, _, value in self.said(name) if subject == conclusion}

    def has(self, thing: str, kind: str) -> bool:
        triple = ox.Triple(ox.NamedNode(ID + thing), ox.NamedNode(RDF + "type"), ox.NamedNode(DIO + kind))
        return any(triple in triples for triples in self.graphs.values())


def local(term: object) -> str:
    text = term.value if isinstance(term, (ox.NamedNode, ox.Literal)) else str(term)
    return text.replace("#", "/").rpartition("/")[2]


@cache
def core() -> tuple[SourceFile, ...]:
    return tuple(read_file(path, ROOT) for path in sorted((ROOT / "ontology").glob("*.ttl")))


def world(text: str, stages: Stages = SHORT) -> World:
    """Return what the house makes of Turtle, through the stages of a build."""
    graph = ox.NamedNode(GRAPH + "instances/example")
    file = SourceFile(EXAMPLE, "instances/example.ttl", graph, tuple(parse_lines(text.encode(), "example")))
    return World(compiled([*core(), file], stages, lambda _: None)[0])


def example() -> str:
    return EXAMPLE.read_text("utf-8")


def changed(*changes: tuple[str, str]) -> str:
    """Return the example with each text replaced by another; each stands in it once."""
    text = example()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def plain() -> World:
    return world(example(), WHOLE)


# --- What must be there ---


def test_every_pattern_is_entered_and_nothing_else_is_concluded(plain: World) -> None:
    assert plain.conclusions == CLASSES.keys()
    assert {rule for _, _, rule in plain.said("byRule")} == set(patterns())
    assert len(patterns()) == 4


def test_each_pattern_names_its_rule_and_each_rule_its_pattern() -> None:
    store = ox.Store()
    store.extend(ox.Quad(*line.triple) for file in core() for line in file.lines)
    notations = store.query(
        f"SELECT ?it {{ ?pattern a <{DIO}ConclusionPattern> ; <http://www.w3.org/2004/02/skos/core#notation> ?it }}"
    )
    assert isinstance(notations, ox.QuerySolutions)
    assert sorted(row["it"].value for row in notations) == patterns()
    assert {path.stem for path in RULES.glob("*.rq")} == {*patterns(), *LAST}


def test_no_rule_names_a_thing_in_the_world() -> None:
    texts = [path.read_text("utf-8") for path in sorted(RULES.glob("*.rq"))]
    assert len(texts) == 8
    assert [text for text in texts if ID in text or CLAIM in text] == []


@pytest.mark.parametrize("conclusion", CLASSES)
def test_a_stated_conclusion_makes_the_organisation_a_member_of_its_class(
    conclusion: str, plain: World
) -> None:
    assert plain.values(conclusion, "weakestCertainty") == {"stated"}
    assert plain.has(*CLASSES[conclusion])


def test_a_conclusion_says_of_whom_from_what_and_by_what_it_is_drawn(plain: World) -> None:
    said = {
        name: plain.values(OPPOSITION, name) for name in ("concludedOf", "concludedOfState", "hasPremise")
    }
    assert said == {
        "concludedOf": {"exiles"},
        "concludedOfState": {"arcadia"},
        "hasPremise": {"exiles-oppose", "exiles-created", "exiles-backed"},
    }
    assert plain.values(CREATED, "concludedOfState") == set()


def test_a_label_begins_with_how_firm_the_conclusion_is() -> None:
    found = world(changed(("claim:choir-coopted a", "claim:x dio:rank 1 .\nclaim:choir-coopted a")))
    labels = {
        local(t.subject): t.object.value
        for t in found.graphs[ox.NamedNode(CONCLUSIONS)]
        if t.predicate.value.endswith("#label") and isinstance(t.object, ox.Literal)
    }
    assert labels[COOPTED] == "Stated: co-opted, then disrupted by the same state (choir; Arcadia)"
    assert labels[CREATED] == "Stated: created, then dissolved (reading club)"


def test_inverses_of_a_conclusion_are_inferred(plain: World) -> None:
    inferred = {(local(s), local(p), local(o)) for s, p, o in plain.graphs[ox.NamedNode(INFERRED)]}
    assert ("choir-coopted", "premiseOf", COOPTED) in inferred
    assert ("choir", "hasConclusion", COOPTED) in inferred


# --- The weakest premise ---


HEDGES = [
    ("exiles-oppose", "probable"),
    ("exiles-created", "possible"),
    ("exiles-backed", "contested"),
    ("exiles-backed", "alleged"),
]


@pytest.mark.parametrize(("claim", "degree"), HEDGES)
def test_a_conclusion_is_as_firm_as_its_weakest_premise_and_hedged_it_makes_no_fact(
    claim: str, degree: str
) -> None:
    head, tail = example().split(f"claim:{claim} a", 1)
    tail = tail.replace("dio:certainty dio:stated", f"dio:certainty dio:{degree}", 1)
    found = world(f"{head}claim:{claim} a{tail}")
    assert found.values(OPPOSITION, "weakestCertainty") == {degree}
    assert not found.has(*CLASSES[OPPOSITION])
    assert found.has(*CLASSES[COOPTED])


def test_of_two_hedges_the_weaker_counts() -> None:
    text = changed(("id:court ;\n    dio:certainty dio:stated", "id:court ;\n    dio:certainty dio:possible"))
    found = world(
        text.replace(
            "id:palace ;\n    dio:certainty dio:stated", "id:palace ;\n    dio:certainty dio:probable"
        )
    )
    assert found.values(SAME, "weakestCertainty") == {"possible"}


SECOND = """
claim:club-created-too a dio:CreationClaim , dio:Claim ;
    dio:claimSubject id:reading-club ; dio:claimPredicate dio:createdBy ; dio:claimObject id:arcadia ;
    dio:certainty dio:{} ; dio:heldBy id:ada ; dio:reportedIn source:gazette .
"""


@pytest.mark.parametrize("degree", ["alleged", "probable"])
def test_of_several_ways_to_a_conclusion_the_firmest_is_kept(degree: str) -> None:
    found = world(example() + SECOND.format(degree))
    assert found.values(SAME, "weakestCertainty") == {"stated"}
    assert found.values(SAME, "hasPremise") == {"club-created", "club-dissolved"}


def test_of_equally_firm_ways_each_is_kept() -> None:
    found = world(example() + SECOND.format("stated"))
    assert found.values(SAME, "hasPremise") == {"club-created", "club-created-too", "club-dissolved"}
    assert found.values(CREATED, "hasPremise") == {"club-created", "club-dissolved"}


def test_a_weaker_way_holds_where_the_firmer_one_is_denied() -> None:
    found = world(example() + SECOND.format("alleged") + "claim:club-created dio:polarity dio:denied .")
    assert found.values(SAME, "weakestCertainty") == {"alleged"}
    assert found.values(SAME, "hasPremise") == {"club-created-too", "club-dissolved"}


# --- What must keep a conclusion away ---

UNSOUND = {
    "denied": "dio:polarity dio:denied",
    "intended": "dio:modality dio:intended",
    "potential": "dio:modality dio:potential",
    "conditional": "dio:modality dio:conditional",
    "disputed": "dio:disputes claim:another",
    "adverse": "a dio:AdverseClaim",
    "withdrawn": "owl:deprecated true",
    "replaced": "<http://purl.org/dc/terms/isReplacedBy> claim:another",
}
NEEDED = {
    ("club-created", "choir-coopted", "exiles-oppose"): CLASSES.keys(),
    ("club-dissolved", "choir-disrupted", "exiles-created"): CLASSES.keys(),
    ("exiles-backed",): {OPPOSITION},
}
"""Claims that are spoilt together, no two of one pattern, to the conclusions that rest on them."""


@pytest.mark.parametrize("way", UNSOUND)
def test_nothing_rests_on_a_claim_that_is(way: str) -> None:
    for claims, conclusions in NEEDED.items():
        spoilt = "".join(f"\nclaim:{claim} {UNSOUND[way]} ." for claim in claims)
        assert world(example() + spoilt).conclusions == CLASSES.keys() - conclusions


def test_nothing_rests_on_a_claim_that_another_disputes_or_that_has_no_source() -> None:
    assert COOPTED not in world(example() + "claim:another dio:disputes claim:choir-coopted .").conclusions
    head, tail = example().split("claim:choir-coopted a", 1)
    sourceless = tail.replace(" ; dio:reportedIn source:gazette", "", 1)
    assert COOPTED not in world(f"{head}claim:choir-coopted a{sourceless}").conclusions


DAY = '"1991-12-31"^^xsd:date .'
MUTATIONS = {
    "dissolved by another state": (SAME, [("id:court ;\n    dio:certainty", "id:castle ;\n    dio:certainty")]),
    "raised by another state": (SAME, [("dio:createdBy ; dio:claimObject id:palace", "dio:createdBy ; dio:claimObject id:ruritania")]),
    "dissolved by an organ of nobody knows whom": (SAME, [('"the court"@en ; dio:organOf id:arcadia', '"the court"@en')]),
    "its dissolution only sought": (SAME, [("dio:dissolvedBy", "dio:dissolutionSoughtBy")]),
    "dissolved by nobody named": (SAME, [("dio:dissolvedBy ; dio:claimObject id:court", "dio:dissolvedBy ; dio:objectUnstated true")]),
    "a collective, not an organisation": (SAME, [("id:reading-club a dio:DiasporaOrganization", "id:reading-club a dio:Collective")]),
    "dissolved before it was created": (CREATED, [('"1990-01-01"', '"2003-01-01"'), ('"1990-12-31"', '"2003-12-31"')]),
    "created in the same year": (CREATED, [('"1990-01-01"', '"2000-01-01"'), ('"1990-12-31"', '"2000-12-31"')]),
    "created on the first day on which it may have been dissolved": (CREATED, [('"1990-12-31"', '"2000-01-01"')]),
    "of no date": (CREATED, [('\n    dio:notBefore "2000-01-01"^^xsd:date ; dio:notAfter "2000-12-31"^^xsd:date .', " dio:inCase id:case .")]),
    "of a date that is none": (CREATED, [('"2000-01-01"^^xsd:date', '"soon"')]),
    "created, then its dissolution sought": (CREATED, [("dio:dissolvedBy", "dio:dissolutionSoughtBy")]),
    "disrupted by another state": (COOPTED, [("id:arcadia ; dio:claimPredicate dio:disrupts", "id:ruritania ; dio:claimPredicate dio:disrupts")]),
    "disrupted before it was co-opted": (COOPTED, [('"1999-01-01"', '"1980-01-01"'), ('"1999-12-31"', '"1980-12-31"')]),
    "pressed, not disrupted": (COOPTED, [("dio:disrupts", "dio:pressures")]),
    "co-opted by a person": (COOPTED, [("id:palace ; dio:claimPredicate dio:coopted", "id:ada ; dio:claimPredicate dio:coopted")]),
    "founded elsewhere": (OPPOSITION, [("dio:within id:arcadian-land", "dio:within id:sea")]),
    "founded nobody says where": (OPPOSITION, [(" ; dio:atPlace id:port", "")]),
    "founded in a land of nobody knows whom": (OPPOSITION, [(" ; dio:territoryOf id:arcadia", "")]),
    "placed there, not founded": (OPPOSITION, [("dio:createdBy ; dio:claimObject id:ada ; dio:atPlace", "dio:locatedIn ; dio:claimObject")]),
    "backed by another state": (OPPOSITION, [("id:palace ; dio:claimPredicate dio:patronOf", "id:castle ; dio:claimPredicate dio:patronOf")]),
    "opposed to its own patron": (OPPOSITION, [("dio:opposes ; dio:claimObject id:castle", "dio:opposes ; dio:claimObject id:court")]),
    "opposed to no state": (OPPOSITION, [("dio:opposes ; dio:claimObject id:castle", "dio:opposes ; dio:claimObject id:choir")]),
    "distrustful, not opposed": (OPPOSITION, [("dio:opposes", "dio:distrusts")]),
}  # fmt: skip
"""What an organisation is that follows no pattern, to the conclusion and the change that keeps it away."""


@pytest.mark.parametrize("name", MUTATIONS)
def test_no_conclusion_is_drawn_of_what_is(name: str) -> None:
    conclusion, changes = MUTATIONS[name]
    assert conclusion not in world(changed(*changes)).conclusions


def test_the_mutations_touch_every_pattern() -> None:
    assert {conclusion for conclusion, _ in MUTATIONS.values()} == CLASSES.keys()
    assert len(MUTATIONS) == 24


def test_another_state_does_not_stand_in_for_the_same_one() -> None:
    found = world(changed(("id:court ;\n    dio:certainty", "id:castle ;\n    dio:certainty")))
    assert found.has("reading-club", "StateRaisedAndDissolvedOrganization")
    assert not found.has(*CLASSES[SAME])


# --- Other ways in ---

UNDATED = [
    (
        '\n    dio:notBefore "1999-01-01"^^xsd:date ; dio:notAfter "1999-12-31"^^xsd:date .',
        " dio:inCase id:case .",
    ),
]
WAYS = {
    "an order in words": (COOPTED, changed(*UNDATED) + "claim:choir-disrupted dio:after claim:choir-coopted ."),
    "an order in words, said of the earlier": (COOPTED, changed(*UNDATED) + "claim:choir-coopted dio:before claim:choir-disrupted ."),
    "an order in words over a third": (COOPTED, changed(*UNDATED) + "claim:choir-disrupted dio:after claim:feast . claim:feast dio:after claim:choir-coopted ."),
    "dissolution as disruption": (COOPTED, changed(("dio:claimSubject id:arcadia ; dio:claimPredicate dio:disrupts ; dio:claimObject id:choir", "dio:claimSubject id:choir ; dio:claimPredicate dio:dissolvedBy ; dio:claimObject id:arcadia"))),
    "dissolution sought as disruption": (COOPTED, changed(("dio:claimSubject id:arcadia ; dio:claimPredicate dio:disrupts ; dio:claimObject id:choir", "dio:claimSubject id:choir ; dio:claimPredicate dio:dissolutionSoughtBy ; dio:claimObject id:arcadia"))),
    "help at the founding": (SAME, changed(("dio:createdBy ; dio:claimObject id:palace", "dio:foundingSupportedBy ; dio:claimObject id:palace"))),
    "co-optation": (SAME, changed(("dio:claimSubject id:reading-club ; dio:claimPredicate dio:createdBy ; dio:claimObject id:palace", "dio:claimSubject id:palace ; dio:claimPredicate dio:coopted ; dio:claimObject id:reading-club"))),
    "a creator left open": (CREATED, changed(("dio:createdBy ; dio:claimObject id:palace", "dio:createdBy ; dio:objectUnstated true"))),
    "overthrow": (OPPOSITION, changed(("dio:opposes", "dio:seeksOverthrowOf"))),
    "a goal": (OPPOSITION, changed(("dio:opposes ; dio:claimObject id:castle", "dio:servesGoal ; dio:claimObject id:other-mayors")) + "id:other-mayors a dio:Goal ; dio:oppositionTo id:ruritania ."),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_a_conclusion_is_drawn_by_way_of(name: str) -> None:
    conclusion, text = WAYS[name]
    found = world(text)
    assert conclusion in found.conclusions
    assert found.has(*CLASSES[conclusion])


def test_an_order_the_other_way_round_is_none() -> None:
    text = changed(*UNDATED) + "claim:choir-coopted dio:after claim:choir-disrupted ."
    assert COOPTED not in world(text).conclusions


def test_two_things_that_would_share_an_address_are_refused() -> None:
    both = changed(("id:choir a", "<https://example.org/choir> a dio:Organization . id:choir a"))
    other = both.split("claim:choir-coopted a", 1)[1].partition("# --- opposition")[0]
    twin = ("claim:choir-coopted a" + other).replace("id:choir ", "<https://example.org/choir> ")
    twin = twin.replace("claim:choir-", "claim:twin-").replace(
        "dio:claimObject id:choir", "dio:claimObject <https://example.org/choir>"
    )
    with pytest.raises(FindingsError, match=COOPTED):
        world(both + twin)


def test_nothing_is_concluded_of_nothing() -> None:
    assert world("").conclusions == set()


# --- The real data ---


def given(store: ox.Store) -> set[ox.Triple]:
    """Return what is reasoned over in the release, the conclusions with it."""
    names = [graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)]
    chosen = [name for name in names if is_premise(name) or name == CONCLUSIONS]
    return {
        q.triple for name in chosen for q in store.quads_for_pattern(None, None, None, ox.NamedNode(name))
    }


def test_the_release_is_closed_with_its_conclusions(release_store: ox.Store) -> None:
    again = close_over(given(release_store))
    inferred = {q.triple for q in release_store.quads_for_pattern(None, None, None, ox.NamedNode(INFERRED))}
    assert {*again.inferred} == inferred


@needs_hermit
def test_hermit_finds_the_conclusions_consistent(release_store: ox.Store) -> None:
    assert hermit.ask(given(release_store)).consistent


@needs_hermit
def test_a_conclusion_that_is_a_claim_is_a_contradiction(plain: World) -> None:
    triples = {t for name in plain.graphs for t in plain.graphs[name]}
    claim = ox.Triple(
        ox.NamedNode(CONCLUSION + SAME), ox.NamedNode(RDF + "type"), ox.NamedNode(DIO + "Claim")
    )
    assert not hermit.ask(triples | {claim}).consistent


def test_the_conclusions_of_the_release_conform_to_their_shapes(release_store: ox.Store) -> None:
    quads = release_store.quads_for_pattern(None, None, None, ox.NamedNode(CONCLUSIONS))
    right = ox.serialize((q.triple for q in quads if is_about_a_conclusion(q)), format=ox.RdfFormat.N_TRIPLES)
    assert right
    assert broken(right) == set()
    wrong = {f"Conclusion-{name}" for name in ("weakestPremise", "labelSaysHowFirm")}
    assert broken(right.replace(b"#probable>", b"#possible>")) == wrong


def broken(text: bytes) -> set[str]:
    """Return the shapes for conclusions that N-Triples break, beside the files of the checkout."""
    file = SourceFile(EXAMPLE, "made", ox.NamedNode("urn:made"), tuple(parse_lines(text, "made")))
    rest = [line.triple for each in read_files() if each.folder != "shapes" for line in each.lines]
    rules = {hit.rule.removeprefix(SHAPES) for hit in findings([file], context=rest)}
    return {rule for rule in rules if rule.startswith("Conclusion")}


def is_about_a_conclusion(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(CONCLUSION)


def test_only_stated_conclusions_make_members_in_the_release(release_store: ox.Store) -> None:
    stated = release_store.query(
        f"PREFIX dio: <{DIO}> SELECT ?organization ?class {{ ?it dio:weakestCertainty dio:stated ; dio:concludedOf ?organization ;"
        " dio:followsPattern/dio:patternClass ?class }"
    )
    members = release_store.query(
        f"PREFIX dio: <{DIO}> SELECT ?organization ?class {{ ?pattern dio:patternClass ?class . ?organization a ?class }}"
    )
    assert isinstance(stated, ox.QuerySolutions)
    assert isinstance(members, ox.QuerySolutions)
    expected = {(row["organization"], row["class"]) for row in stated}
    assert {(row["organization"], row["class"]) for row in members} == expected
    assert len(expected) == 2
