"""`dio validate`: what is judged, what is only looked up, where a finding stands, and how it ends."""

import json
from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF

from diaspora_influence import cli
from diaspora_influence.data import ROOT, Line
from diaspora_influence.errors import InputError
from diaspora_influence.terms import DIO, PREFIXES, SHAPES
from diaspora_influence.validate.finding import Finding, in_order
from diaspora_influence.validate.inputs.files import context_for, read_all
from diaspora_influence.validate.judge import findings
from diaspora_influence.validate.reference.engine import SH_NS
from diaspora_influence.validate.reports.report import Reporter
from diaspora_influence.validate.reports.writers import WRITERS

RDF_TYPE = str(RDF.type)
GOOD = Path(__file__).parent / "shapes" / "good.ttl"
HEAD = "\n".join(f"@prefix {prefix}: <{space}> ." for prefix, space in PREFIXES.items()) + "\n"
FIRST = HEAD.count("\n") + 1
"""The line on which the body of a file begins."""

EVIDENCE = """\
source:rossi-2001-l3-0-9 a oa:SpecificResource ;
    oa:hasSelector [ a oa:FragmentSelector ; rdf:value "line=2,3" ;
        oa:refinedBy [ a oa:TextPositionSelector ;
            oa:start 9 ;
            oa:end "9" ] ] .
"""


def written(path: Path, body: str) -> Path:
    path.write_text(HEAD + body, "utf-8")
    return path


def judged(path: Path, **more: object) -> list[Finding]:
    files = read_all([path])
    return findings(files, context=context_for(files), **more)  # type: ignore[arg-type]


def hits(path: Path) -> set[tuple[int, str]]:
    return {(hit.line - FIRST + 1, hit.rule.removeprefix(SHAPES)) for hit in judged(path)}


def run(*words: object) -> int:
    return cli.main(["validate", *map(str, words)])


# --- what is judged ---


def test_own_data_conform_without_a_file_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert "violation" not in capsys.readouterr().out


def test_one_claim_file_alone_conforms() -> None:
    assert run(ROOT / "instances" / "miles-2017" / "claims" / "georgia.ttl") == 0


def test_packaged_ontology_alone_conforms() -> None:
    assert run(ROOT / "ontology" / "schemes.ttl") == 0


def test_edited_copy_of_a_claim_takes_the_place_of_the_packaged_one(tmp_path: Path) -> None:
    claims = ROOT / "instances" / "miles-2017" / "claims" / "georgia.ttl"
    copy = tmp_path / "edited.ttl"
    copy.write_text(
        claims.read_text("utf-8").replace("dio:certainty dio:stated", "dio:certainty dio:probable"), "utf-8"
    )
    assert not [hit for hit in judged(copy) if hit.severity == "Violation"]


def test_claim_without_its_context_has_ends_of_no_known_class() -> None:
    claims = ROOT / "instances" / "miles-2017" / "claims" / "georgia.ttl"
    assert run(claims, "--no-context") == 1


def test_context_is_no_focus(tmp_path: Path) -> None:
    nothing = written(tmp_path / "nothing.ttl", "<urn:a> <urn:b> <urn:c> .\n")
    assert judged(nothing) == []


def test_dispute_with_a_packaged_claim_is_found_from_one_file(tmp_path: Path) -> None:
    lines = written(
        tmp_path / "denial.ttl",
        "claim:union-of-tajiks-denied a dio:Claim ; dio:polarity dio:denied ;\n"
        "    dio:claimSubject id:gruppa-24 ; dio:claimPredicate dio:activeIn ; dio:objectUnstated true .\n"
        "claim:other a dio:Claim ; dio:claimSubject id:gruppa-24 ; dio:claimPredicate dio:activeIn ; dio:objectUnstated true .\n",
    )
    assert (1, "Claim-disputeDeclared") in hits(lines)


def test_several_files_are_one_graph(tmp_path: Path) -> None:
    written(tmp_path / "claim.ttl", "claim:one a dio:Claim ; dio:inTensionWith claim:two .\n")
    written(tmp_path / "other.ttl", "claim:two a dio:Claim .\n")
    files = read_all(sorted(tmp_path.glob("*.ttl")))
    assert not [hit for hit in findings(files) if hit.rule == SHAPES + "Claim-inTensionWith"]


def test_same_blank_node_label_in_two_files_is_two_nodes(tmp_path: Path) -> None:
    written(tmp_path / "a.ttl", "_:x a oa:TextPositionSelector ; oa:start 1 ; oa:end 2 .\n")
    written(tmp_path / "b.ttl", "_:x a oa:TextPositionSelector ; oa:start 3 ; oa:end 4 .\n")
    assert findings(read_all(sorted(tmp_path.glob("*.ttl")))) == []


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        ("dio:alleged dio:rank 5 .\n", {"OntologyTerm", "Certainty-rank", "Certainty-distinctRank"}),
        ("dio:createdBy rdfs:range dio:Person .\n", {"OntologyTerm", "TwoEnded-range"}),
        ("dio:coopted dio:personTripleAllowed true .\n", {"OntologyTerm", "PersonSwitch-once"}),
        (
            "dio:reportedlyCreatedBy rdfs:subPropertyOf dio:influencedBy .\n",
            {"OntologyTerm", "ObjectProperty-hedgeBelowInfluence"},
        ),
    ],
)
def test_data_may_not_redefine_a_term(tmp_path: Path, body: str, rules: set[str]) -> None:
    assert rules <= {rule for _, rule in hits(written(tmp_path / "evil.ttl", body))}


@pytest.mark.parametrize(
    "body",
    [
        "id:club dio:createdBy id:kremlin .\n",
        "id:kremlin dio:created id:club .\n",
        "<http://example.org/club> dio:reportedlyCreatedBy id:kremlin .\n",
        "[] dio:linkedTo id:kremlin .\n",
        "id:club a dio:DiasporaOrganization ; dio:influencedBy id:kremlin .\n",
        "claim:one a dio:Claim ; dio:createdBy id:kremlin .\n",
        "source:one a dio:Publication ; dio:fundedBy id:kremlin .\n",
        "id:club a dio:DissolvedOrganization .\n",
    ],
)
def test_no_spelling_of_a_relation_by_hand_passes(tmp_path: Path, body: str) -> None:
    found = hits(written(tmp_path / "relation.ttl", body))
    assert any(line == 1 and rule.startswith("HandWritten") for line, rule in found)


# --- where a finding stands ---


def test_finding_has_the_line_of_its_triple_even_at_a_blank_node(tmp_path: Path) -> None:
    found = hits(written(tmp_path / "evidence.ttl", EVIDENCE))
    assert {
        (4, "Position-inOrder"),
        (5, "Position-end"),
        (2, "Fragment-standard"),
        (1, "Evidence-source"),
    } <= found


def test_missing_property_stands_at_the_type_of_its_node(tmp_path: Path) -> None:
    body = "id:anna rdfs:comment 'x' .\n\nid:anna a dio:Person .\n"
    assert (3, "Thing-label") in hits(written(tmp_path / "anna.ttl", body))


def test_surplus_value_stands_at_the_last(tmp_path: Path) -> None:
    body = "claim:one a dio:Claim ;\n    dio:certainty dio:stated ,\n        dio:alleged .\n"
    assert (3, "Claim-certainty") in hits(written(tmp_path / "claim.ttl", body))


def test_complex_path_is_found_and_written_as_turtle(tmp_path: Path) -> None:
    body = "claim:one a dio:Claim ;\n    dio:claimSubject id:kremlin ;\n    dio:subjectUnstated true .\n"
    hit = next(
        hit for hit in judged(written(tmp_path / "claim.ttl", body)) if "subjectOrUnstated" in hit.rule
    )
    assert hit.line - FIRST + 1 in (2, 3)
    assert hit.path == f"[ sh:alternativePath ( <{DIO}claimSubject> <{DIO}subjectUnstated> ) ]"


def test_blank_nodes_are_named_by_their_order(tmp_path: Path) -> None:
    path = written(tmp_path / "evidence.ttl", EVIDENCE)
    names = [[hit.focus for hit in judged(path)] for _ in range(2)]
    assert names[0] == names[1]
    assert {"_:b1", "_:b2"} <= set(names[0])


def test_node_that_only_a_nested_shape_reaches_stands_where_it_is_named(tmp_path: Path) -> None:
    shapes = (
        "<urn:S> a sh:NodeShape ; sh:targetClass <urn:Club> ; sh:property <urn:P> .\n"
        "<urn:P> a sh:PropertyShape ; sh:path <urn:next> ; sh:property <urn:Q> .\n"
        "<urn:Q> a sh:PropertyShape ; sh:path rdfs:label ; sh:minCount 1 .\n"
    )
    data = written(tmp_path / "data.ttl", "<urn:club> a <urn:Club> ;\n    <urn:next> <urn:nowhere> .\n")
    [hit] = judged(data, shapes=[written(tmp_path / "shapes.ttl", shapes)])
    assert (hit.focus, hit.line - FIRST + 1) == ("urn:nowhere", 2)


def test_order_depends_on_nothing_but_the_findings() -> None:
    one = Finding("Violation", "a.ttl", 2, "urn:a", None, None, "urn:s", "m")
    two = Finding("Warning", "a.ttl", 2, "urn:a", "urn:p", None, "urn:s", "m")
    assert in_order([two, one, two]) == in_order([one, two]) == [one, two]


# --- how it is written ---


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    monkeypatch.chdir(tmp_path)
    return judged(
        written(
            Path("bad.ttl"), EVIDENCE + 'claim:one a dio:Claim ; rdfs:label "Die \\"Aussage\\"\\n"@de .\n'
        )
    )


def report(name: str, found: Iterable[Finding]) -> str:
    return WRITERS[name](Reporter().report(found))


def test_concise_has_a_line_for_each_finding_and_one_for_all(found: list[Finding]) -> None:
    lines = report("concise", found).splitlines()
    assert len(lines) == len(found) + 1
    assert (
        f"bad.ttl:{FIRST + 3}: violation: oa:start is less than oa:end. (_:b2, dios:Position-inOrder)"
        in lines
    )
    assert lines[-1] == f"{len(found)} violations"


def test_text_of_nothing_says_so() -> None:
    assert report("text", []) == report("concise", []) == "conforms: no findings\n"


def test_json_is_read_back(found: list[Finding]) -> None:
    whole = json.loads(report("json", found))
    names = [field.name for field in fields(Finding)]
    assert not whole["conforms"]
    assert whole["counts"]["Violation"] == len(found)
    assert [Finding(**{name: hit[name] for name in names}) for hit in whole["findings"]] == found


def test_turtle_is_a_shacl_report(found: list[Finding]) -> None:
    graph = rdflib.Graph().parse(data=report("turtle", found), format="turtle")
    whole = graph.value(None, RDF.type, SH_NS.ValidationReport)
    results = list(graph.objects(whole, SH_NS.result))
    assert graph.value(whole, SH_NS.conforms) == rdflib.Literal(False)
    assert len(results) == len(found)
    for result in results:
        for name in (
            "focusNode",
            "resultSeverity",
            "sourceShape",
            "sourceConstraintComponent",
            "resultMessage",
        ):
            assert graph.value(result, SH_NS[name]) is not None, name


def test_turtle_report_keeps_values_as_they_are_written(found: list[Finding]) -> None:
    graph = rdflib.Graph().parse(data=report("turtle", found), format="turtle")
    assert rdflib.Literal('Die "Aussage"\n', lang="de") in set(graph.objects(None, SH_NS.value))


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_every_format_ends_a_line_and_is_stable(name: str, found: list[Finding]) -> None:
    once, again = (report(name, found), report(name, reversed(found)))
    assert once == again
    assert once.endswith("\n")


# --- how it ends ---


@pytest.mark.parametrize(
    ("body", "code"), [("", 0), ("claim:one a dio:Claim .\n", 1), ("claim:one a .\n", 2)]
)
def test_exit_code_tells_conforming_from_breaking_from_unreadable(
    tmp_path: Path, body: str, code: int
) -> None:
    assert run(written(tmp_path / "data.ttl", body)) == code


def test_warning_is_shown_and_does_not_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = written(
        tmp_path / "case.ttl", 'id:case-south a dio:Case ; rdfs:label "the case of the south"@en .\n'
    )
    assert run(case) == 0
    assert ": warning: At least one claim is in the case." in capsys.readouterr().out


def test_empty_file_conforms(tmp_path: Path) -> None:
    (tmp_path / "empty.ttl").touch()
    assert run(tmp_path / "empty.ttl") == 0


def test_missing_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("not-there.ttl") == 2
    assert "not-there.ttl: no such file or folder" in capsys.readouterr().err


def test_folder_without_turtle_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("no Turtle", "utf-8")
    assert run(tmp_path) == 2
    assert "no Turtle" in capsys.readouterr().err


def test_folder_stands_for_the_turtle_below_it(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    written(tmp_path / "deep" / "claim.ttl", "claim:one a dio:Claim .\n")
    assert run(tmp_path) == 1


def test_every_syntax_error_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = "<urn:a> <urn:b> <urn:c> .\n"
    (tmp_path / "one.ttl").write_text(good * 6 + "<urn:a> <urn:b> .\n" + good, "utf-8")
    (tmp_path / "two.ttl").write_text(good * 2 + "nonsense\n", "utf-8")
    assert run(tmp_path) == 2
    said = capsys.readouterr().out
    assert f"{tmp_path}/one.ttl:7:" in said
    assert f"{tmp_path}/two.ttl:3:" in said


def test_bytes_that_are_not_utf8_are_named_with_their_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "latin.ttl").write_bytes(b'<urn:a> <urn:b> "ok" .\n<urn:a> <urn:b> "caf\xe9" .\n')
    assert run(tmp_path / "latin.ttl") == 2
    assert "latin.ttl:2:" in capsys.readouterr().out


def test_ill_typed_literals_are_findings(tmp_path: Path) -> None:
    body = 'claim:one a dio:Claim ; dio:notBefore "soon"^^xsd:date ; dio:notAfter "2001-02-30"^^xsd:date .\n'
    rules = {rule for _, rule in hits(written(tmp_path / "claim.ttl", body))}
    assert {"Claim-notBefore", "Claim-notAfter"} <= rules


def mutated(triple: ox.Triple, kind: str) -> ox.Triple:
    """Return a triple with an object that is wrong in one way."""
    wrong: dict[str, object] = {
        "iri": ox.NamedNode("urn:wrong"),
        "blank": ox.BlankNode("wrong"),
        "number": ox.Literal(7),
    }
    if kind == "ill" and isinstance(triple.object, ox.Literal) and not triple.object.language:
        return ox.Triple(
            triple.subject, triple.predicate, ox.Literal("not so", datatype=triple.object.datatype)
        )
    return ox.Triple(triple.subject, triple.predicate, wrong.get(kind, triple.object))  # type: ignore[arg-type]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", ["ill", "iri", "blank", "number"])
def test_no_value_of_a_wrong_kind_breaks_the_judge(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    [good] = read_all([GOOD])
    lines = tuple(
        line if line.triple.predicate.value == RDF_TYPE else Line(mutated(line.triple, kind), line.number)
        for line in good.lines
    )
    wrong = replace(good, lines=lines)
    found = findings([wrong], context=context_for([wrong]))
    assert len({hit.rule for hit in found}) > 12
    assert not caplog.records


# --- shapes of one's own ---

CLUBS = (
    "<urn:club> a <urn:Club> ; <urn:next> <urn:other> .\n<urn:other> a <urn:Club> ; <urn:next> <urn:club> .\n"
)


def by(tmp_path: Path, shapes: str) -> list[Finding]:
    data = written(tmp_path / "data.ttl", CLUBS)
    return judged(data, shapes=[written(tmp_path / "shapes.ttl", shapes)])


def test_shapes_of_ones_own_take_the_place_of_the_packaged(tmp_path: Path) -> None:
    found = by(
        tmp_path,
        '<urn:S> a sh:NodeShape ; sh:targetClass <urn:Club> ; sh:property [ sh:path rdfs:label ; sh:minCount 1 ; sh:message "no name" ] .\n',
    )
    assert [(hit.focus, hit.message) for hit in found] == [("urn:club", "no name"), ("urn:other", "no name")]


@pytest.mark.parametrize(
    ("shapes", "sentence"),
    [
        ("", "no shape"),
        ("<urn:S> a sh:NodeShape ; sh:targetClass <urn:Club> ; sh:path rdfs:label .\n", "not well-formed"),
        (
            "<urn:S> a sh:NodeShape ; sh:targetClass <urn:Club> ; sh:minLength 'many' .\n",
            "cannot be judged by",
        ),
        (
            "<urn:S> a sh:NodeShape ; sh:targetClass <urn:Club> ; sh:property <urn:P> .\n"
            "<urn:P> a sh:PropertyShape ; sh:path <urn:next> ; sh:node <urn:S> .\n",
            "refers to itself",
        ),
        (
            "<urn:S> a sh:NodeShape ; sh:targetClass <urn:Club> ;\n"
            '    sh:sparql [ sh:select "SELECT $this WHERE { VALUES ?x { 1 } $this a ?y }" ] .\n',
            "VALUES",
        ),
        (
            '<urn:S> a sh:NodeShape ; sh:targetClass <urn:Club> ; sh:sparql [ sh:select "SELECT nothing" ] .\n',
            "cannot be judged by",
        ),
    ],
)
def test_bad_shapes_are_input_errors_and_never_pass(tmp_path: Path, shapes: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        by(tmp_path, shapes)


def test_help_explains_formats_context_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("--help")
    said = capsys.readouterr().out
    for word in ("--format", "--shapes", "--no-context", "Exit codes", "context", *WRITERS):
        assert word in said
