"""What `dio validate` judges by and looks things up in: shapes and ontologies that replace ours or stand beside."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from diaspora_influence import cli
from diaspora_influence.data import ROOT
from diaspora_influence.errors import InputError
from diaspora_influence.terms import DIO, ONTOLOGY, PREFIXES
from diaspora_influence.validate.inputs.files import expanded, read_all
from diaspora_influence.validate.inputs.material import material
from diaspora_influence.validate.options import Options

HEAD = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
NAMED = (
    "<urn:S> a sh:NodeShape ; sh:targetClass <urn:Club> ;\n"
    '  sh:property [ sh:path <urn:named> ; sh:minCount 1 ; sh:message "no name" ] ,\n'
    '    [ sh:path <urn:in> ; sh:class <urn:Place> ; sh:message "no place" ] .\n'
)
CLUB = "<urn:a> a <urn:Club> ; <urn:in> <urn:tbilisi> .\n"
CITY = "<urn:City> rdfs:subClassOf <urn:Place> .\n<urn:tbilisi> a <urn:City> .\n"
STATELESS = "id:one a dio:State .\n"
"""Breaks a shape of ours: no label."""

Judge = Callable[..., set[str]]


def put(name: str, text: str) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + text, "utf-8")
    return name


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Judge:
    """The command in an empty folder; it returns what is said of which node."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> set[str]:
        assert cli.main(["validate", "--no-config", "--format", "json", *words]) in (0, 1)
        hits = json.loads(capsys.readouterr().out)["findings"]
        return {
            f"{hit['focus'].rpartition('/')[2]} {hit['rule']}".strip() + f" {hit['message']}" for hit in hits
        }

    return run


def some(found: set[str], *words: str) -> list[bool]:
    return [any(word in said for said in found) for word in words]


# --- shapes ---


def test_shapes_replace_ours_and_added_ones_stand_beside_them(judge: Judge) -> None:
    data, mine = put("data.ttl", CLUB + STATELESS), put("mine.ttl", NAMED)
    assert some(judge(data), "no name", "dios:") == [False, True]
    assert some(judge(data, "--shapes", mine), "no name", "dios:") == [True, False]
    assert some(judge(data, "--add-shapes", mine), "no name", "dios:") == [True, True]
    more = put("more.ttl", NAMED.replace("no name", "still none").replace("urn:S", "urn:T"))
    assert some(judge(data, "--shapes", mine, "--add-shapes", more), "no name", "still none", "dios:") == [
        *(True, True, False)
    ]


def test_added_shapes_are_judged_apart_unless_they_speak_of_ours() -> None:
    for text, sets in ((NAMED, 2), (NAMED + "dios:Thing-label sh:deactivated true .\n", 1)):
        path = Path(put("mine.ttl", text))
        read_in = material(Options(files=(str(path),), add_shapes=(str(path),)), None, False)
        files = read_all([path])
        assert len(read_in.shape_sets(files)) == sets


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written into the checkout."""
    monkeypatch.chdir(tmp_path)


def test_added_shape_can_switch_one_of_ours_off(judge: Judge) -> None:
    data = put("data.ttl", STATELESS)
    assert some(judge(data), "Thing-label") == [True]
    off = put("off.ttl", "dios:Thing-label sh:deactivated true .\n")
    found = judge(data, "--add-shapes", off, "--no-context")
    assert some(found, "Thing-label") == [False]


def test_file_of_shapes_in_a_judged_folder_is_no_data(judge: Judge) -> None:
    put("all/data.ttl", CLUB)
    mine = put("all/mine.ttl", NAMED + "<urn:b> a <urn:Club> .\n")
    assert some(judge("all", "--add-shapes", mine, "--no-context"), "urn:a", "urn:b") == [True, False]
    assert some(judge("all", mine, "--add-shapes", mine, "--no-context"), "urn:a", "urn:b") == [True, True]


def test_baseline_and_explain_know_added_shapes(judge: Judge, capsys: pytest.CaptureFixture[str]) -> None:
    mine = put("mine.ttl", '<urn:Q> a sh:NodeShape ; sh:targetClass <urn:X> ; sh:message "mine"@en .\n')
    for name in ("urn:Q", "dios:Claim-certainty"):
        assert cli.main(["validate", "--no-config", "--explain", name, "--add-shapes", mine]) == 0
        assert capsys.readouterr().out.startswith(name)
    assert judge(put("data.ttl", ""), "--add-shapes", mine) == set()


# --- ontologies ---


def test_added_ontology_is_known_to_shapes_and_never_judged(judge: Judge) -> None:
    data, mine, city = (
        put("data.ttl", CLUB),
        put("mine.ttl", NAMED),
        put("city.ttl", CITY + "<urn:z> a <urn:Club> .\n"),
    )
    assert some(judge(data, "--shapes", mine), "no place", "urn:z") == [True, False]
    for flag in ("--ontology", "--add-ontology"):
        assert some(judge(data, "--shapes", mine, flag, city), "no place", "urn:z") == [False, False]


def test_terms_of_an_added_ontology_are_known_beside_ours(judge: Judge) -> None:
    data = put("data.ttl", "<urn:a> rdfs:seeAlso dio:Sport , dio:State , dio:Nothing .\n")
    sport = put("sport.ttl", "dio:Sport a owl:Class ; rdfs:isDefinedBy <" + ONTOLOGY + "> .\n")
    words = ("dio:Sport", "dio:State", "dio:Nothing")
    assert some(judge(data), *words) == [True, False, True]
    for more in ([], ["--no-context"]):
        assert some(judge(data, "--add-ontology", sport, *more), *words) == [False, False, True]


def test_ontology_takes_the_place_of_ours(judge: Judge) -> None:
    data = put("data.ttl", "<urn:a> rdfs:seeAlso dio:Sport , dio:State , id:russia .\n")
    sport = put("sport.ttl", "dio:Sport a owl:Class .\n")
    for more in ([], ["--no-context"]):
        found = judge(data, "--ontology", sport, *more)
        assert some(found, "no dio:Sport", "no dio:State", "id:russia") == [False, True, False]
        assert some(found, "in the ontology that was named") == [True]
    assert some(judge(data, "--ontology", sport, "--add-ontology", str(ROOT / "ontology")), "no dio:") == [
        False
    ]


def test_own_instances_are_judged_by_another_ontology(judge: Judge) -> None:
    assert judge("--ontology", str(ROOT / "ontology"), "--fail-on", "violation") == judge()


def test_edited_copy_of_the_ontology_is_given_way_to(judge: Judge) -> None:
    """A deprecation that only the copy has is found."""
    text = (ROOT / "ontology" / "diaspora-influence.ttl").read_text("utf-8")
    Path("copy.ttl").write_text(text + f"\n<{DIO}createdBy> owl:deprecated true .\n", "utf-8")
    data = put("data.ttl", "<urn:a> rdfs:seeAlso dio:createdBy .\n")
    assert some(judge(data), "deprecated") == [False]
    assert some(judge(data, "--ontology", "copy.ttl"), "deprecated") == [True]


def test_configuration_can_add_shapes_and_an_ontology(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put("deep/mine.ttl", NAMED)
    put("deep/city.ttl", CITY)
    put("deep/data.ttl", CLUB)
    Path("deep/dio.toml").write_text(
        '[validate]\nfiles = ["data.ttl"]\nadd-shapes = ["mine.ttl"]\nadd-ontology = ["city.ttl"]\n', "utf-8"
    )
    monkeypatch.chdir("deep")
    assert cli.main(["validate", "--format", "json"]) == 1
    messages = [hit["message"] for hit in json.loads(capsys.readouterr().out)["findings"]]
    assert messages == ["no name"]


@pytest.mark.parametrize("flag", ["--ontology", "--add-ontology", "--context"])
def test_standard_input_is_data_alone(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["validate", "--no-config", put("data.ttl", CLUB), flag, "-"]) == 2
    assert "standard input is data" in capsys.readouterr().err


@pytest.mark.parametrize("flag", ["--add-shapes", "--ontology", "--add-ontology"])
def test_no_report_is_written_over_what_is_read(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    mine = put("mine.ttl", NAMED)
    before = Path(mine).read_bytes()
    assert cli.main(["validate", "--no-config", put("data.ttl", ""), flag, mine, "--output", mine]) == 2
    assert "not written over" in capsys.readouterr().err
    assert Path(mine).read_bytes() == before


# --- names that mean harm ---


def test_empty_word_names_nothing() -> None:
    """As of a variable that is not set: the working folder would be judged in its place."""
    with pytest.raises(InputError, match="an empty word"):
        expanded([""])


def test_links_of_a_folder_lead_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("outside.ttl", CLUB)
    put("here/data/inside.ttl", CLUB)
    put("here/store/x.ttl", CLUB)
    monkeypatch.chdir("here")
    Path("data/own.ttl").symlink_to("../store/x.ttl")
    assert len(expanded(["data"])) == 2
    Path("data/stolen.ttl").symlink_to(tmp_path / "outside.ttl")
    Path("data/room").symlink_to(tmp_path)
    for word in ("data", "data/*.ttl", "data/**", "data/*/*.ttl"):
        with pytest.raises(InputError, match="a link that leads out of data"):
            expanded([word])
    assert len(expanded(["data/stolen.ttl"])) == 1  # named by whoever runs it


def test_links_that_lead_round_are_not_followed() -> None:
    put("data/a.ttl", CLUB)
    for name in "xyz":
        Path(f"data/{name}").symlink_to(".")
    for word in ("data", "data/**/*.ttl", "**/*.ttl", "data/**"):
        assert [path.name for path in expanded([word])] == ["a.ttl"]


def test_patterns_match_as_in_a_shell(tmp_path: Path) -> None:
    for name in ("a.ttl", "b1.ttl", "b2.nt", "x/c.ttl", "x/y/d.ttl", ".hidden/e.ttl", "x/.f.ttl"):
        put(name, "")
    for word, found in (
        ("*.ttl", ["a", "b1"]),
        ("b?.*", ["b1", "b2"]),
        ("[ab]*.ttl", ["a", "b1"]),
        ("**/*.ttl", ["a", "b1", "c", "d"]),
        ("x/**", ["c", "d"]),
        ("*/*/d.ttl", ["d"]),
        (".h*/*.ttl", ["e"]),
        ("x/../*.ttl", ["a", "b1"]),
        (f"{tmp_path}/x/*.ttl", ["c"]),
    ):
        assert [path.stem for path in expanded([word])] == found, word


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
@pytest.mark.parametrize("name", ["a.ttl", "a.jsonld", "a.rdf"])
def test_utf_16_is_named(encoding: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    mark = "" if encoding == "utf-16" else "\ufeff"
    Path(name).write_bytes((mark + "<urn:a> a <urn:b> .").encode(encoding))
    assert cli.main(["validate", "--no-config", name]) == 2
    assert f"{name}:1: error: written in UTF-16; RDF is read in UTF-8" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["{}"], ["data.ttl", "--shapes", "{}"], ["data.ttl", "--baseline", "{}"], ["--explain", "{}"]]
)
def test_no_name_on_standard_error_moves_a_cursor_or_commands_a_runner(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    put("data.ttl", CLUB)
    for name in ("\x1b[31mred", "x\n::error ::y", "a\u202eb"):
        assert cli.main(["validate", "--no-config", *(word.format(name) for word in words)]) == 2
        assert cli.main(["validate", "--config", name]) == 2
        said = capsys.readouterr().err
        lines = said.removesuffix("\n").split("\n")
        assert all(line.startswith("dio validate: ") and line.isprintable() for line in lines)
