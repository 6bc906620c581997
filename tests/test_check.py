"""`dio check`: what HermiT finds wrong is named, what it needs is asked for, and it leaves nothing behind."""

import io
import sys
from contextlib import nullcontext, suppress
from importlib.util import find_spec
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence import cli
from diaspora_influence.errors import FindingsError
from diaspora_influence.reason import hermit
from diaspora_influence.reason.judge import culprits, judge
from diaspora_influence.reason.parts import alignments
from reasoning import example, needs_hermit, ontology, turtle, union


@needs_hermit
@pytest.mark.parametrize(("text", "consistent"), [("", True), ("ex:choir dio:fundedVia ex:ada .", False)])
def test_owlready2_itself_says_the_same(
    text: str, consistent: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owlready2 = pytest.importorskip("owlready2")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # it leaves its file where it finds no consistency
    triples = union(example()) | set(turtle(text))
    world = owlready2.World()
    content = io.BytesIO(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))
    world.get_ontology("https://example.org/").load(fileobj=content, only_local=True)
    with nullcontext() if consistent else pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
    world.close()
    assert hermit.ask(triples).consistent is consistent


# --- The verdict ---


@needs_hermit
def test_the_whole_of_the_data_is_consistent_and_classified_as_by_our_rules(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["check"]) == 0
    assert "consistent, every class can have members" in capsys.readouterr().out


@needs_hermit
def test_an_inconsistency_is_told_with_its_reason_and_its_files() -> None:
    parts = {
        **ontology(),
        "one.ttl": turtle("ex:it a owl:NamedIndividual, dio:State ."),
        "two.ttl": turtle("ex:it a dio:Person ."),
    }
    verdict = judge({**parts, "three.ttl": turtle("ex:other a dio:State .")})
    assert verdict.findings == (
        "inconsistent: <https://example.org/it> is in dio:Person and in dio:State, which are disjoint (cax-adc)",
        "inconsistent without any other file: ontology/diaspora-influence.ttl, one.ttl, two.ttl",
    )


@needs_hermit
def test_a_class_without_possible_members_is_a_finding() -> None:
    extra = turtle("ex:Impossible a owl:Class ; rdfs:subClassOf dio:State, dio:Person .")
    assert (
        "<https://example.org/Impossible> can have no member"
        in judge({**ontology(), "extra.ttl": extra}).findings
    )


@needs_hermit
def test_what_only_hermit_sees_is_a_finding() -> None:
    extra = turtle(
        "ex:Fixed a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:oneOf ( ex:it ) ] . ex:it a owl:NamedIndividual ."
    )
    found = judge({**ontology(), "extra.ttl": extra}).findings
    assert found == ("only HermiT says: <https://example.org/it> is a <https://example.org/Fixed>",)


@needs_hermit
def test_what_is_not_owl_2_dl_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "faulty.ttl"
    file.write_text(
        "<https://w3id.org/diaspora-influence/ontology#fundedBy> a <http://www.w3.org/2002/07/owl#AsymmetricProperty> .\n"
    )
    assert cli.main(["check", str(file)]) == 1
    assert "dio check: not OWL 2 DL: Non-simple property" in capsys.readouterr().err


def test_the_smallest_set_of_files_is_found_by_leaving_out_one_after_another() -> None:
    parts = {name: turtle(f"ex:{name} a ex:Thing .") for name in "abcdef"}
    needed = parts["b"] + parts["e"]
    assert culprits(parts, lambda triples: not triples.issuperset(needed)) == ["b", "e"]


# --- What it needs, and what it leaves ---


@pytest.mark.skipif(not find_spec("owlready2"), reason="owlready2 is not on this machine")
def test_without_java_it_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cli.main(["check"]) == 2
    assert capsys.readouterr().err.startswith("dio check: Java is not on this machine")


def test_without_owlready2_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "owlready2", None)
    assert cli.main(["check"]) == 2
    assert "pip install 'diaspora-influence[check]'" in capsys.readouterr().err


@needs_hermit
def test_the_time_limit_is_an_error_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--time-limit", "0.05"]) == 3
    assert capsys.readouterr().err == "dio check: HermiT did not finish within 0.05 s\n"


@pytest.mark.parametrize("word", ["0", "-1", "soon", "inf", "nan"])
def test_a_time_limit_that_is_none_is_misuse(word: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["check", "--time-limit", word])
    assert stopped.value.code == 2


@needs_hermit
@pytest.mark.parametrize(
    "text", ["ex:it a dio:State .", "ex:it a dio:State, dio:Person .", "dio:funds a owl:AsymmetricProperty ."]
)
def test_nothing_is_left_behind(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with suppress(FindingsError):
        hermit.ask(union(ontology()) | set(turtle(text)))
    assert list(tmp_path.iterdir()) == []


@needs_hermit
def test_an_alignment_that_is_not_there_is_named_with_those_that_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["check", "--alignment", "cidoc"]) == 2
    assert (
        capsys.readouterr().err == f"dio check: no alignment 'cidoc'; there are {', '.join(alignments())}\n"
    )


@needs_hermit
def test_one_alignment_can_be_judged_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--alignment", "foaf"]) == 0
    assert capsys.readouterr().out.startswith("core with foaf: ")
