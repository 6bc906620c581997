"""`dio stats`: counts of what the release in service holds, in one order, with the caution beside them."""

import csv
import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence import __version__
from diaspora_influence.cli import main
from diaspora_influence.data import ROOT, graph_name
from diaspora_influence.release.read import CURRENT, MANIFEST, QUADS
from diaspora_influence.stats.counts import CAUTION, DIMENSIONS
from diaspora_influence.terms import INFERRED, PREFIXES

HEADER = "".join(f"@prefix {prefix}: <{iri}> . " for prefix, iri in PREFIXES.items()) + "\n"
INSTANCES = """
source:s a dio:Publication ; dcterms:creator id:writer .
source:s-text a dio:SourceText .
source:s-l1-0-5 a oa:SpecificResource .
id:writer a dio:Person .
id:club a dio:DiasporaOrganization, dio:OnlineGroup .
id:state a dio:State .
claim:a a dio:CreationClaim, dio:Claim ; dio:claimPredicate dio:createdBy ; dio:heldBy id:writer ;
    dio:reportedIn source:s ; dio:certainty dio:stated ; dio:evidentialBasis dio:authorsInference ;
    dio:inCase id:case-one, id:case-two ; dio:evidence source:s-l1-0-5 .
claim:b a dio:CreationClaim, dio:Claim ; dio:claimPredicate dio:createdBy ; dio:heldBy id:state ;
    dio:reportedIn source:s ; dio:certainty dio:alleged ; dio:polarity dio:denied ; dio:inCase id:case-one .
claim:c a dio:LinkClaim, dio:AdverseClaim, dio:Claim ; dio:claimPredicate dio:linkedTo ; dio:holderUnstated true ;
    dio:reportedIn source:s ; dio:certainty dio:alleged ; dio:modality dio:intended ; dio:inCase id:case-two .
"""
ONTOLOGY = "dio:createdBy dio:claimClass dio:CreationClaim . dio:linkedTo dio:claimClass dio:LinkClaim ."
ABOVE = "id:club a dio:Organization, dio:Agent . id:writer a dio:Agent ."
GRAPHS = {
    graph_name(ROOT / "instances" / "s.ttl").value: INSTANCES,
    graph_name(ROOT / "ontology" / "o.ttl").value: ONTOLOGY,
    INFERRED: ABOVE,
}


@pytest.fixture(autouse=True)
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a small release in service."""
    folder = tmp_path / ("0" * 16)
    folder.mkdir()
    quads = [
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(graph))
        for graph, turtle in GRAPHS.items()
        for t in ox.parse(HEADER + turtle, format=ox.RdfFormat.TURTLE)
    ]
    ox.serialize(quads, str(folder / QUADS), format=ox.RdfFormat.N_QUADS)
    manifest = {"digest": "0" * 64, "version": __version__, "triples": 0, "graphs": {}, "files": []}
    (folder / MANIFEST).write_text(json.dumps(manifest | {"commit": None, "sources": "0" * 64}), "utf-8")
    (tmp_path / CURRENT).write_text("0" * 16 + "\n", "utf-8")
    monkeypatch.setenv("DIO_RELEASE_DIR", str(tmp_path))


def dio(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run `dio stats` and return its exit code and what it wrote."""
    code = main(["stats", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def rows(capsys: pytest.CaptureFixture[str], by: str) -> dict[str, int]:
    """Return the groups of one dimension, in the order printed."""
    said = json.loads(dio(capsys, "--by", by, "--format", "json")[1])
    assert list(said["by"]) == [by]
    return {row["value"]: row["count"] for row in said["by"][by]["rows"]}


def test_a_table_is_aligned_and_ends_with_the_caution(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = dio(capsys, "--by", "certainty", "--by", "case")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "totals",
        "  claims    3",
        "  passages  1",
        "  things    3",
        "  sources   2",
        "",
        "claims by case; a claim may stand in several rows",
        "  id:case-one  2  67%",
        "  id:case-two  2  67%",
        "",
        "claims by certainty",
        "  dio:alleged  2  67%",
        "  dio:stated   1  33%",
        "",
        CAUTION,
    ]


GROUPS = {
    "class": {"dio:CreationClaim": 2, "dio:LinkClaim": 1},
    "relation": {"dio:createdBy": 2, "dio:linkedTo": 1},
    "case": {"id:case-one": 2, "id:case-two": 2},
    "certainty": {"dio:alleged": 2, "dio:stated": 1},
    "basis": {"(none)": 2, "dio:authorsInference": 1},
    "holder": {"author": 1, "others": 1, "unstated": 1},
    "polarity": {"dio:affirmed": 2, "dio:denied": 1},
    "modality": {"dio:actual": 2, "dio:intended": 1},
    "wording": {"dio:asserted": 3},
    "kind": {"dio:DiasporaOrganization": 1, "dio:OnlineGroup": 1, "dio:Person": 1, "dio:State": 1},
    "source-kind": {"dio:Publication": 1, "dio:SourceText": 1},
}


@pytest.mark.parametrize("by", DIMENSIONS)
def test_groups_come_the_largest_first_then_by_name(capsys: pytest.CaptureFixture[str], by: str) -> None:
    assert list(rows(capsys, by).items()) == list(GROUPS[by].items())


def test_every_dimension_is_reported_unless_some_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    said = json.loads(dio(capsys, "--format", "json")[1])
    assert list(said["by"]) == list(DIMENSIONS)
    assert said["totals"] == {"claims": 3, "passages": 1, "things": 3, "sources": 2}
    assert said["caution"] == CAUTION


def test_csv_holds_counts_alone_and_the_caution_goes_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = dio(capsys, "--by", "polarity", "--format", "csv")
    assert code == 0
    assert CAUTION in err
    head, *body = csv.reader(io.StringIO(out))
    assert head == ["counted", "by", "value", "count"]
    assert body[-2:] == [
        ["claims", "polarity", "dio:affirmed", "2"],
        ["claims", "polarity", "dio:denied", "1"],
    ]


def test_an_unknown_dimension_is_misuse_that_names_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["stats", "--by", "truth"])
    assert ended.value.code == 2
    assert "certainty" in capsys.readouterr().err


def test_no_release_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = dio(capsys, "--release-dir", str(tmp_path / "none"))
    assert (code, out) == (2, "")
    assert "dio build" in err


@pytest.mark.parametrize(
    "words",
    [
        ("--coding", "x"),
        ("--root", "x"),
        ("--agreement", "--by", "case"),
        ("--agreement", "--format", "csv"),
        ("--agreement", "--release-dir", "x"),
    ],
)
def test_options_that_do_not_go_together_are_misuse(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code, out, err = dio(capsys, *words)
    assert (code, out) == (2, "")
    assert "--agreement" in err
