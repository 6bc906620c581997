"""`dio locate` and `dio new`: what they print, and how they refuse."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence.cli import main
from diaspora_influence.commands.locate import check_digest, standing
from diaspora_influence.drafting import Vocabulary, claim_slug, pick
from diaspora_influence.errors import FindingsError, InputError
from diaspora_influence.passages.evidence import evidence_turtle
from diaspora_influence.passages.structure import Place, place
from diaspora_influence.passages.text import SourceText
from diaspora_influence.terms import CLAIM, DIO, EDTF, ID, PREFIXES, SOURCE, XSD

TEXT = (
    "It began.\n\nMeadow\n\n"
    "The “choir” was set up by the mayor. Nobody sang the song. Nobody paid.\n\n"
    "[i] A note.\n"
)
HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


@pytest.fixture
def text(tmp_path: Path) -> list[str]:
    """The options that name a small text of ours."""
    path = tmp_path / "songs.txt"
    path.write_text(TEXT, encoding="utf-8")
    return ["--text", str(path), "--source", "songs-1999"]


def triples(turtle: str) -> set[tuple[str, str, str]]:
    """Parse what was printed, with the house's prefixes and no others."""
    parsed = ox.parse((HEADER + turtle).encode(), format=ox.RdfFormat.TURTLE)
    return {(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in parsed}


def values(turtle: str, subject: str) -> dict[str, set[str]]:
    """Return what is said of *subject*: local names of properties to terms."""
    said: dict[str, set[str]] = {}
    for one, predicate, value in triples(turtle):
        if one == f"<{subject}>":
            said.setdefault(predicate.strip("<>").split("#")[-1], set()).add(value)
    return said


EXPECTED = """\
source:miles-2017-l36-88-220 a oa:SpecificResource ;
    oa:hasSource source:miles-2017-text ;
    oa:hasSelector [ a oa:FragmentSelector ; rdf:value "line=35,36" ; \
dcterms:conformsTo <http://tools.ietf.org/rfc/rfc5147> ;
        oa:refinedBy [ a oa:TextPositionSelector ; oa:start 88 ; oa:end 220 ] ] ;
    dio:section "Georgia" ; dio:paragraph 4 ; dio:sentence 2 ;
    spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ; \
spdx:checksumValue "cd67b2398c55503d62feeaa92838a29ce5be898b01dcc3e8ed79aaff0aa8151c"^^xsd:hexBinary ] .
"""


def test_evidence_node_has_the_house_shape(paper: SourceText) -> None:
    passage = paper.passage(36, 36, 88, 220)
    assert evidence_turtle("miles-2017", passage, place(paper, passage)) == EXPECTED


def test_footnote_and_reason_stand_in_the_node(paper: SourceText) -> None:
    turtle = evidence_turtle("x", paper.passage(99, 100, 0, 304), Place(footnote="iii"), 'a "list"')
    said = values(turtle, SOURCE + "x-l99-100-0-304")
    assert said["footnote"] == {'"iii"'}
    assert said["spanReason"] == {'"a \\"list\\""@en'}
    assert "section" not in said


def test_locate_prints_the_node_without_the_words(
    text: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["locate", "mayor", "--sentence", *text]) == 0
    printed = capsys.readouterr().out
    said = values(printed, SOURCE + "songs-1999-l5-0-36")
    assert said["section"] == {'"Meadow"'}
    assert not any(word in printed for word in ("mayor", "choir", "set up"))


def test_locate_takes_straight_quotes_for_curly_ones(
    text: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["locate", '"choir" was', *text]) == 0
    assert "songs-1999-l5-4-15 " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["Nobody"], 1, "2 passages have these words; give more words or --line N:\n  line 5, 37-43 (Meadow"),
        (
            ["nobody danced"],
            1,
            "no passage has these words; lines that share most of the single words: line 5 (1)",
        ),
        (["xyzzy"], 1, "no passage has these words"),
        ([""], 2, "no words to look for"),
        (["Nobody", "--line", "1"], 1, "they do in line 5"),
        (["choir", "--to", "paid"], 1, "give --span-reason"),
        (["began", "--text", "/nonexistent/file"], 2, "no source text there"),
    ],
)
def test_locate_refuses_in_one_sentence(
    text: list[str], words: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = text[2:] if "--text" in words else text
    assert main(["locate", *words, *options]) == code
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.out == ""


def test_text_other_than_the_datas_is_refused(tmp_path: Path) -> None:
    stated = tmp_path / "source.ttl"
    turtle = 'source:songs-1999-text spdx:checksum [ spdx:checksumValue "{}"^^xsd:hexBinary ] .'
    text = SourceText.parse(TEXT.encode())
    stated.write_text(HEADER + turtle.format(text.digest), encoding="utf-8")
    check_digest(text, "songs.txt", stated, "songs-1999")
    stated.write_text(HEADER + turtle.format("00"), encoding="utf-8")
    with pytest.raises(FindingsError, match="is another text than the data"):
        check_digest(text, "songs.txt", stated, "songs-1999")


def test_a_node_that_stands_already_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "instances" / "songs"
    folder.mkdir(parents=True)
    (folder / "claims.ttl").write_text(
        HEADER + "\nclaim:a a dio:Claim .\nid:b a dio:Agent .\n", encoding="utf-8"
    )
    count = HEADER.count("\n") + 2
    assert standing(CLAIM + "a", tmp_path) == f"instances/songs/claims.ttl:{count}"
    assert standing(CLAIM + "b", tmp_path) is None


CLAIM_WORDS = ["new", "claim", "--find", "set up", "--sentence", "--label", "The mayor set it up."]
FULL = [
    *CLAIM_WORDS,
    "--case",
    "georgia",
    "--subject",
    "test-choir",
    "--predicate",
    "createdBy",
    "--object",
    "test-mayor",
]
CREATED = CLAIM + "test-choir-created-by-test-mayor"


def test_new_claim_of_the_author_is_filled_in(text: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FULL, *text]) == 0
    printed = capsys.readouterr().out
    assert values(printed, CREATED) == {
        "type": {f"<{DIO}CreationClaim>", f"<{DIO}Claim>"},
        "label": {'"The mayor set it up."@en'},
        "claimSubject": {f"<{ID}test-choir>"},
        "claimPredicate": {f"<{DIO}createdBy>"},
        "claimObject": {f"<{ID}test-mayor>"},
        "heldBy": {f"<{ID}marintha-miles>"},
        "reportedIn": {f"<{SOURCE}songs-1999>"},
        "certainty": {f"<{DIO}stated>"},
        "inCase": {f"<{ID}case-georgia>"},
        "evidence": {f"<{SOURCE}songs-1999-l5-0-36>"},
    }
    assert values(printed, SOURCE + "songs-1999-l5-0-36")["paragraph"] == {f'"1"^^<{XSD}integer>'}


def test_new_claim_block_has_the_house_shape(text: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--held-by", "test-critic", "--named-as", "the Hall", "--basis", "statement-without-reference"]
    assert main([*FULL, *options, *text]) == 0
    assert (
        capsys.readouterr().out.split("\n\n")[0]
        == """\
claim:test-choir-created-by-test-mayor a dio:CreationClaim, dio:Claim ;
    rdfs:label "The mayor set it up."@en ;
    dio:claimSubject   id:test-choir ;
    dio:claimPredicate dio:createdBy ;
    dio:claimObject    id:test-mayor ;
    dio:objectNamedAs "the Hall"@en ;
    dio:heldBy id:test-critic ;
    dio:reportedBy id:marintha-miles ;
    dio:reportedIn source:songs-1999 ;
    dio:certainty dio:alleged ;
    dio:evidentialBasis dio:statementWithoutReference ;
    dio:inCase id:case-georgia ;
    dio:evidence source:songs-1999-l5-0-36 ."""
    )


def test_new_claim_takes_every_facet_and_qualifier(
    text: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    options = (
        "--subject-named-as S --certainty probable --polarity denied --modality intended "
        "--wording presupposed --based-on a-talk --based-on source:a-book --time 2012-24 "
        "--at-place test-town --case id:case-tajikistan "
        "--stated-on 2013 --purpose p --given-reason r --by-means-of m "
        "--slug test-choir-created-by-test-mayor-probable"
    )
    assert main([*FULL, *options.split(), *text]) == 0
    said = values(capsys.readouterr().out, CREATED + "-probable")
    assert said["subjectNamedAs"] == {'"S"@en'}
    facets = {
        facet: value for facet in ("certainty", "polarity", "modality", "wording") for value in said[facet]
    }
    assert [one.strip("<>").removeprefix(DIO) for one in facets.values()] == [
        "probable",
        "denied",
        "intended",
        "presupposed",
    ]
    assert said["basedOn"] == {f"<{SOURCE}a-talk>", f"<{SOURCE}a-book>"}
    assert said["edtf"] == {f'"2012-24"^^<{EDTF}EDTF>'}
    assert said["notBefore"] == {f'"2012-12-01"^^<{XSD}date>'}
    assert said["notAfter"] == {f'"2013-02-28"^^<{XSD}date>'}
    assert said["inCase"] == {f"<{ID}case-georgia>", f"<{ID}case-tajikistan>"}
    assert (said["purpose"], said["givenReason"], said["byMeansOf"]) == ({'"p"@en'}, {'"r"@en'}, {'"m"@en'})
    assert said["statedOn"] == {f'"2013"^^<{EDTF}EDTF>'}
    assert said["atPlace"] == {f"<{ID}test-town>"}


def test_new_claim_of_a_figure_has_value_and_unit(
    text: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = "--case general --subject test-choir --predicate hasFigureFor --object number-of-singers"
    figure = "--value-from 10 --value-to 12.5 --unit percent --approximate --circumstance c --topic t"
    order = "--after test-choir-created-by-test-mayor --ground-for claim:other --in-role r --adverse"
    assert main([*CLAIM_WORDS, *words.split(), *figure.split(), *order.split(), *text]) == 0
    said = values(capsys.readouterr().out, CLAIM + "test-choir-has-figure-for-number-of-singers")
    assert said["type"] == {f"<{DIO}{name}>" for name in ("FigureClaim", "AdverseClaim", "Claim")}
    assert said["valueFrom"] == {f'"10"^^<{XSD}decimal>'}
    assert said["valueTo"] == {f'"12.5"^^<{XSD}decimal>'}
    assert said["unit"] == {f"<{DIO}percent>"}
    assert said["approximate"] == {f'"true"^^<{XSD}boolean>'}
    assert said["after"] == {f"<{CREATED}>"}
    assert said["groundFor"] == {f"<{CLAIM}other>"}
    assert (said["topic"], said["inRole"], said["circumstance"]) == ({'"t"@en'}, {'"r"@en'}, {'"c"@en'})


def test_open_time_has_one_bound(text: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FULL, "--time", "2012/..", *text]) == 0
    said = values(capsys.readouterr().out, CREATED)
    assert said["notBefore"] == {f'"2012-01-01"^^<{XSD}date>'}
    assert "notAfter" not in said


def test_an_end_that_is_not_said_is_said_to_be_so(
    text: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        *CLAIM_WORDS,
        "--case",
        "general",
        "--subject",
        "test-choir",
        "--predicate",
        "dissolvedBy",
        "--object-unstated",
    ]
    assert main([*words, "--holder-unstated", "--holder-named-as", "some singers", *text]) == 0
    said = values(capsys.readouterr().out, CLAIM + "test-choir-dissolved-by-unstated")
    assert said["objectUnstated"] == said["holderUnstated"] == {f'"true"^^<{XSD}boolean>'}
    assert said["certainty"] == {f"<{DIO}alleged>"}
    assert said["reportedBy"] == {f"<{ID}marintha-miles>"}
    assert not {"claimObject", "heldBy"} & said.keys()


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--predicate", "createBy"], 2, "no relation is called 'createBy'; nearest: createdBy"),
        (["--predicate", "cooptedBy"], 2, "exchange the ends and write coopted"),
        (["--certainty", "certain"], 2, "no value of dio:certainty is called 'certain'; known: alleged"),
        (["--certainty", "alleged"], 2, "what is alleged is held by another"),
        (["--time", "2013-13"], 2, "13 is not a month"),
        (["--stated-on", "now"], 2, "not YYYY"),
        (["--value", "1,200"], 2, "'1,200' is no decimal number"),
        (["--unit", "per cent"], 2, "no value of dio:unit is called 'per cent'; nearest: percent"),
        (["--after", "a b"], 2, "'a b' is no slug"),
        (["--subject", "Test Choir"], 2, "'Test Choir' is no slug"),
        (["--slug", "a b"], 2, "'a b' is no slug"),
        (["--case", "Georgia!"], 2, "is no slug"),
        (["--find", "xyzzy"], 1, "no passage has these words"),
        (["--label", "was set up by the mayor"], 1, "the label is in the text's words"),
        (["--label", "\udcff"], 2, "is not text that UTF-8 can hold"),
    ],
)
def test_new_claim_refuses_in_one_sentence(
    text: list[str], options: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*FULL, *options, *text]) == code
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.out == ""


@pytest.mark.parametrize("missing", ["--label", "--case", "--subject", "--predicate", "--object", "--find"])
def test_what_only_people_can_say_is_asked_for(
    text: list[str], missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    at = FULL.index(missing)
    with pytest.raises(SystemExit) as refusal:
        main([*FULL[:at], *FULL[at + 2 :], *text])
    assert refusal.value.code == 2
    assert missing in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("command", ["locate", "new", "verify"])
def test_help_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main([command, "--help"])
    assert done.value.code == 0
    assert f"Example:\n    dio {command}" in capsys.readouterr().out


def test_vocabulary_is_what_the_ontology_says(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(
        HEADER + "dio:ate dio:claimClass dio:MealClaim ; owl:inverseOf dio:eatenBy . "
        "dio:likes a owl:ObjectProperty . dio:taste rdfs:range dio:Taste . dio:sweetAndSour a dio:Taste .",
        encoding="utf-8",
    )
    vocabulary = Vocabulary.read(tmp_path)
    assert vocabulary.relations == {"ate": "MealClaim"}
    assert vocabulary.inverses == {"eatenBy": "ate"}
    assert vocabulary.value("taste", "dio:sweet-and-sour") == "sweetAndSour"
    with pytest.raises(InputError, match="no relation is called 'likes'; known: ate"):
        vocabulary.relation("likes")


def test_every_relation_can_be_drafted() -> None:
    vocabulary = Vocabulary.read(Path(__file__).parents[1] / "ontology")
    assert {"createdBy", "coopted", "fundedVia", "dissolvedBy", "patronOf"} <= vocabulary.relations.keys()
    assert vocabulary.inverses["created"] == "createdBy"
    for relation in vocabulary.relations:
        assert vocabulary.relation(relation) == relation


def test_slugs_are_kebab() -> None:
    assert claim_slug("a-b", "dissolutionSoughtBy", "id:c") == "a-b-dissolution-sought-by-c"
    assert pick("thing", "dio:createdBy", ["createdBy"]) == "createdBy"
    with pytest.raises(InputError, match="known: createdBy"):
        pick("thing", "zzz", ["createdBy"])
