"""`dio stats --agreement`: measures as in the literature, matches that are as many as can be, faults named."""

import itertools
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from diaspora_influence.cli import main
from diaspora_influence.data import ROOT
from diaspora_influence.stats.coding import SETTLEMENT, UNIT, Unit
from diaspora_influence.stats.known import Known, Span
from diaspora_influence.stats.matching import Keys, match, overlap
from diaspora_influence.stats.measures import NO_PAIR, ONE_VALUE, Judging, Search
from diaspora_influence.terms import PREFIXES

# --- measures ---


def judging(table: Sequence[Sequence[int]]) -> Judging:
    """Return the judging whose confusion table that is: first coder down, second across."""
    cells = ((str(i), str(j), n) for i, row in enumerate(table) for j, n in enumerate(row))
    return Judging([(i, j) for i, j, n in cells for _ in range(n)])


COHEN = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
"""Cohen 1960, table 1, in 200 units: observed .70; expected .60 × .50 + .30 × .30 + .10 × .20 = .41."""
GWET = [[118, 5], [2, 0]]
"""Gwet 2002, the paradox of kappa: 118 of 125 alike; marginals 123 and 120 of 125."""
EXAMPLES = [
    (COHEN, 0.70, (0.70 - 0.41) / (1 - 0.41)),
    (GWET, 0.944, (0.944 - 0.94528) / (1 - 0.94528)),  # expected 123 × 120 / 125² + 2 × 5 / 125²
    ([[20, 5], [10, 15]], 0.70, 0.4),  # expected .5 × .6 + .5 × .4
    ([[0, 5], [5, 0]], 0.0, -1.0),
    ([[3, 0], [0, 4]], 1.0, 1.0),
]


@pytest.mark.parametrize(("table", "share", "kappa"), EXAMPLES)
def test_kappa_is_that_of_the_worked_example(table: list[list[int]], share: float, kappa: float) -> None:
    assert judging(table).share == pytest.approx(share)
    assert judging(table).kappa == pytest.approx(kappa)


def test_kappa_of_cohens_own_example_is_492_thousandths() -> None:
    assert round(judging(COHEN).kappa or 0, 3) == 0.492


@pytest.mark.parametrize(
    ("table", "ac1"),
    [
        # Two values: chance is 2π(1 − π), π = (123 + 120) / 250 = .972; Gwet gives 0.9408.
        (GWET, (0.944 - 2 * 0.972 * 0.028) / (1 - 2 * 0.972 * 0.028)),
        # Three: (.55 × .45 + .30 × .70 + .15 × .85) / 2 = .2925
        (COHEN, (0.70 - 0.2925) / (1 - 0.2925)),
        ([[3, 0], [0, 4]], 1.0),
    ],
)
def test_ac1_is_that_of_the_worked_example(table: list[list[int]], ac1: float) -> None:
    assert judging(table).ac1 == pytest.approx(ac1)


def test_ac1_of_gwets_own_example_is_941_thousandths() -> None:
    assert round(judging(GWET).ac1 or 0, 3) == 0.941


@pytest.mark.parametrize(("table", "reason"), [([[7]], ONE_VALUE), ([[0]], NO_PAIR)])
def test_nothing_beyond_chance_is_defined_for_one_value(table: list[list[int]], reason: str) -> None:
    assert (judging(table).kappa, judging(table).ac1, judging(table).undefined) == (None, None, reason)


def test_finding_is_measured_both_ways() -> None:
    found = Search(first=4, second=5, matched=2)
    assert (found.precision, found.recall) == (0.4, 0.5)
    assert found.f1 == pytest.approx(4 / 9)
    assert Search(0, 5, 0).recall is None
    assert Search(0, 5, 0).f1 is None


# --- matching ---

KNOWN = Known(
    frozenset({"club", "state", "money"}),
    frozenset({"money"}),
    {},
    frozenset({"createdBy", "linkedTo"}),
    frozenset({"linkedTo"}),
    frozenset({"createdBy"}),
    {},
)


def unit(name: str, *spans: tuple[int, int, int, int], ends: str = "club createdBy state") -> Unit:
    """Return a unit with these ends, its subject and object in words."""
    subject, predicate, end = ends.split(" ")
    row = dict.fromkeys(UNIT, "") | {"unit": name, "subject": subject, "predicate": predicate, "object": end}
    return Unit(1, row, tuple(Span(*span) for span in spans))


def names(
    first: list[Unit], second: list[Unit], settled: dict[str, str] | None = None
) -> list[tuple[str, str]]:
    """Return the names of the units that are matched."""
    return [(pair.first.name, pair.second.name) for pair in match(first, second, Keys(KNOWN, settled or {}))]


def test_a_match_needs_ends_predicate_and_overlap() -> None:
    a = [unit("a1", (5, 5, 0, 10))]
    assert names(a, [unit("b1", (5, 5, 9, 20))]) == [("a1", "b1")]
    assert names(a, [unit("b1", (5, 5, 10, 20))]) == []
    assert names(a, [unit("b1", (6, 6, 0, 10))]) == []
    assert names(a, [unit("b1", (5, 5, 0, 10), ends="state createdBy club")]) == []
    assert names(a, [unit("b1", (5, 5, 0, 10), ends="club linkedTo state")]) == []
    assert names(a, [unit("b1", (5, 5, 0, 10), ends="club createdBy ")]) == []


def test_one_of_several_passages_is_enough() -> None:
    both = [unit("b1", (7, 7, 0, 5), (5, 5, 3, 4))]
    assert names([unit("a1", (3, 3, 0, 5), (5, 5, 0, 9))], both) == [("a1", "b1")]


def test_passages_that_begin_in_different_lines_are_compared_by_line() -> None:
    assert overlap(unit("a", (52, 57, 0, 900)), unit("b", (54, 54, 3, 9))) == 1
    assert overlap(unit("a", (52, 57, 0, 900)), unit("b", (58, 58, 3, 9))) == 0


def test_a_symmetric_relation_matches_both_ways_round() -> None:
    turned = [unit("b1", (5, 5, 0, 10), ends="state linkedTo club")]
    assert names([unit("a1", (5, 5, 0, 10), ends="club linkedTo state")], turned) == [("a1", "b1")]


@pytest.mark.parametrize("other", ["channel:dues", "money"])
def test_any_two_channels_are_equal(other: str) -> None:
    first = [unit("a1", (5, 5, 0, 10), ends="club createdBy channel:fees")]
    second = [unit("b1", (5, 5, 0, 10), ends=f"club createdBy {other}")]
    (pair,) = match(first, second, Keys(KNOWN, {}))
    assert (pair.by_channel, pair.by_names) == (True, False)


def test_a_new_name_matches_once_it_is_settled() -> None:
    first, second = [unit("a1", (5, 5, 0, 9))], [unit("b1", (5, 5, 0, 9), ends="new:society createdBy state")]
    assert names(first, second) == []
    (pair,) = match(first, second, Keys(KNOWN, {"new:society": "club"}))
    assert (pair.by_names, pair.by_channel) == (True, False)


def test_each_unit_is_matched_once_and_to_the_larger_overlap() -> None:
    second = [unit("b1", (5, 5, 8, 30)), unit("b2", (5, 5, 0, 9))]
    assert names([unit("a1", (5, 5, 0, 10))], second) == [("a1", "b2")]


def test_the_larger_overlap_gives_way_where_more_can_be_matched() -> None:
    first = [unit("a1", (5, 5, 0, 20)), unit("a2", (5, 5, 8, 20))]
    second = [unit("b1", (5, 5, 5, 40)), unit("b2", (5, 5, 0, 6))]
    assert names(first, second) == [("a1", "b2"), ("a2", "b1")]


def test_no_order_of_the_units_gives_fewer_matches() -> None:
    # A chain: each of the first overlaps the wrong one of the second most, and only one way pairs them all.
    first = [unit(f"a{n}", (5, 5, 10 * n, 10 * n + 11)) for n in range(5)]
    second = [unit(f"b{n}", (5, 5, 10 * n, 10 * n + 10)) for n in range(1, 6)]
    for order in itertools.permutations(first):
        assert sorted(names(list(order), second)) == [(f"a{n}", f"b{n + 1}") for n in range(5)]


def most(first: list[Unit], second: list[Unit]) -> int:
    """Return the size of the largest matching, by trying all."""
    if not first:
        return 0
    taken = (
        1 + most(first[1:], second[:n] + second[n + 1 :])
        for n, b in enumerate(second)
        if overlap(first[0], b)
    )
    return max([most(first[1:], second), *taken])


def test_there_are_as_many_matches_as_there_can_be() -> None:
    chance = random.Random(1)
    for _ in range(200):
        starts = [chance.randrange(40) for _ in range(10)]
        units = [
            unit(str(n), (5, 5, start, start + chance.randrange(1, 12))) for n, start in enumerate(starts)
        ]
        found = names(units[:5], units[5:])
        assert len(found) == most(units[:5], units[5:])
        assert len({a for a, _ in found}) == len({b for _, b in found}) == len(found)


def test_a_path_as_long_as_the_files_is_no_trouble() -> None:
    count = 1100
    first = [unit(f"a{n}", (n + 1, n + 1, 0, 9), (n + 2, n + 2, 0, 5)) for n in range(count)]
    second = [unit(f"b{n}", (n + 1, n + 1, 0, 9)) for n in range(1, count + 1)]
    # By overlap each takes the wrong one but the last, and all must move for the first to be matched.
    assert len(names(first, second)) == count


# --- the files ---

HEADER = "".join(f"@prefix {prefix}: <{iri}> . " for prefix, iri in PREFIXES.items()) + "\n"
SCHEMES = {
    "certainty": ("CertaintyDegree", ("stated", "alleged")),
    "polarity": ("Polarity", ("affirmed", "denied")),
    "modality": ("Modality", ("actual", "intended")),
    "wording": ("Wording", ("asserted", "presupposed")),
    "evidentialBasis": ("EvidentialBasis", ("authorsInference", "documentAnalysis")),
}
ONTOLOGY = """
dio:createdBy dio:claimClass dio:CreationClaim ; dio:reportedAs dio:reportedlyCreatedBy .
dio:linkedTo a owl:SymmetricProperty ; dio:claimClass dio:LinkClaim ; dio:reportedAs dio:reportedlyRelatedTo .
dio:leaderOf dio:claimClass dio:LeadershipClaim ; dio:reportedAs dio:reportedlyRelatedTo .
""" + "".join(
    f"dio:{name} rdfs:range dio:{kind} . " + "".join(f"dio:{value} a dio:{kind} . " for value in values)
    for name, (kind, values) in SCHEMES.items()
)
INSTANCES = """
id:club a dio:Organization . id:state a dio:State . id:reader a dio:Person . id:fees a dio:FundingChannel .
claim:club-created-by-state a dio:Claim ; dio:evidence source:s-l5-0-20 .
claim:club-linked-to-state a dio:Claim ; dio:evidence source:s-l7-8-10-90, source:s-l9-0-20 .
"""
FACTS = "stated,author,affirmed,actual,asserted,authorsInference"
FILES = {
    "first.csv": (UNIT, [f"a1,5-5:0-20,club,createdBy,state,{FACTS},2001,", f"a2,9-9:0-20,club,linkedTo,state,{FACTS},,"]),
    "second.csv": (
        UNIT,
        [
            "b1,5-5:4-30,new:society,createdBy,state,alleged,reader,affirmed,actual,asserted,authorsInference,2001,",
            f'b2,9-9:0-10;7-8:10-30,state,linkedTo,club,{FACTS},,"a note, with a comma"',
            f"b3,5-5:0-20,state,leaderOf,club,{FACTS},,",
        ],
    ),
    "names.csv": (("name", "is", "why"), ["new:society,club,another translation"]),
    "settlement.csv": (
        SETTLEMENT,
        ["a1,b1,club-created-by-state,the first coder's", "a2,b2,club-linked-to-state,equal", ",b3,,no unit"],
    ),
    "sections.csv": (("section", "first", "last"), ["Meadow,1,6", "Lawn,7,20"]),
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small world with a coding of three units."""
    for name, turtle in {"ontology/o.ttl": ONTOLOGY, "instances/s.ttl": INSTANCES}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(HEADER + turtle, "utf-8")
    (tmp_path / "coding").mkdir()
    for name, (header, rows) in FILES.items():
        (tmp_path / "coding" / name).write_text("\n".join([",".join(header), *rows]) + "\n", "utf-8")
    return tmp_path


def run(root: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command on the coding of *root*."""
    code = main(["stats", "--agreement", "--root", str(root), "--coding", str(root / "coding"), *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def figures(root: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return what the command gives as JSON."""
    found: dict[str, Any] = json.loads(run(root, capsys, "--format", "json")[1])
    return found


def test_a_sound_coding_gives_its_figures(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(root, capsys)
    assert (code, err) == (0, "")
    assert out.splitlines()[1:6] == [
        "  units           first  second  matched  precision  recall    F1",
        "  all                 2       3        2       0.67    1.00  0.80",
        "  core relations      1       1        1       1.00    1.00  1.00",
        "  Meadow              1       2        1       0.50    1.00  0.67",
        "  Lawn                1       1        1       1.00    1.00  1.00",
    ]
    assert "  of 2 matches 1 rest on names.csv, 0 on channel ends" in out
    # Alike in one of two; one coder has one value, so kappa is 0; AC1: chance is 2 × .75 × .25 = .375.
    assert [line.split() for line in out.splitlines()].count(["certainty", "1", "0.50", "0.00", "0.20"]) == 1


def test_the_confusion_table_numbers_its_values(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(root, capsys)[1].splitlines()
    at = lines.index("certainty: first coder down, second across")
    assert lines[at + 1 : at + 4] == [
        "              1  2",
        "  1  stated   1  1",
        "  2  alleged  ·  ·",
    ]


def test_what_is_undefined_is_a_dash_with_its_reason(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(root, capsys)[1].splitlines()
    assert ["polarity", "2", "1.00", "–", "–"] in [line.split() for line in lines]
    assert f"  –  polarity, modality, wording, basis: {ONE_VALUE}" in lines
    facet = figures(root, capsys)["facets"]["polarity"]
    assert (facet["kappa"], facet["ac1"], facet["undefined"]) == (None, None, ONE_VALUE)


def test_json_says_the_same(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(root, capsys)
    assert found["units"]["all"] == {
        "first": 2, "second": 3, "matched": 2, "precision": 2 / 3, "recall": 1.0, "f1": 0.8,
    }  # fmt: skip
    assert found["matches"] == {"all": 2, "byNames": 1, "byChannel": 0}
    assert found["settlement"] == {"claims": 2, "dropped": 1}
    assert found["facets"]["holder"]["confusion"] == [
        {"first": "author", "second": "author", "units": 1},
        {"first": "author", "second": "reader", "units": 1},
    ]
    assert found["findings"] == []


def test_without_named_sections_there_are_none(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "coding" / "sections.csv").unlink()
    assert list(figures(root, capsys)["units"]) == ["all", "core relations"]


FAULTS = {
    "bad passage": ("first.csv", "5-5:0-20", "5:0-20", "first.csv:2: unit a1: '5:0-20' is no passage; write FIRST-LAST"),
    "no passage": ("first.csv", "5-5:0-20", "", "first.csv:2: unit a1: '' is no passage"),
    "offsets reversed": ("first.csv", "5-5:0-20", "5-5:20-3", "passage 5-5:20-3: it ends at or before its start"),
    "lines reversed": ("first.csv", "5-5:0-20", "6-5:0-20", "passage 6-5:0-20: lines count from 1 and run forwards"),
    "line nought": ("first.csv", "5-5:0-20", "0-5:0-20", "lines count from 1"),
    "huge number": ("first.csv", "5-5:0-20", "5-5:0-" + "9" * 5000, "is no passage"),
    "duplicate unit": ("second.csv", "b2,", "b1,", "second.csv:3: unit b1: it has the name of the unit in line 2"),
    "no name": ("second.csv", "b3,", ",", "second.csv:4: unit (no name): a unit needs a name"),
    "unknown relation": ("first.csv", "createdBy", "madeBy", "no relation is called 'madeBy'"),
    "unknown thing": ("first.csv", "club,createdBy", "klub,createdBy", "subject 'klub' is no thing of the data"),
    "unknown holder": ("second.csv", "reader", "raeder", "holder 'raeder' is no thing of the data"),
    "unknown certainty": ("second.csv", "alleged", "claimed", "certainty 'claimed' is not known; write one of alleged, stated"),
    "empty facet": ("second.csv", "alleged", "", "certainty '' is not known"),
    "time no EDTF": ("first.csv", "2001", "in 2001", "time 'in 2001' is not a date that can be bounded"),
    "name twice": ("names.csv", "translation", "translation\nnew:society,club,again", "names.csv:3: 'new:society' is empty or stands here twice"),
    "name of nothing": ("names.csv", ",club,", ",klub,", "names.csv:2: 'klub' is no thing of the data"),
    "not settled": ("settlement.csv", ",b3,,no unit\n", "", "second.csv:4: unit b3: not settled; give it a row in settlement.csv"),
    "settled twice": ("settlement.csv", ",b3,", "a1,b3,", "settlement.csv:4: unit a1 stands in 2 rows"),
    "settled twice alike": ("settlement.csv", ",b3,,no unit", "a1,b3,club-created-by-state,yes", "unit a1 stands in 2 rows"),
    "unknown claim": ("settlement.csv", "club-linked-to-state", "club-lonked", "settlement.csv:3: no claim:club-lonked in the data"),
    "unknown unit": ("settlement.csv", "a2,b2", "a9,b2", "settlement.csv:3: no unit 'a9' in first.csv"),
    "dropped without a word": ("settlement.csv", "no unit", "", "settlement.csv:4: neither a claim nor a decision"),
    "another place": ("settlement.csv", ",b3,,", ",b3,club-linked-to-state,", "unit b3 overlaps no passage of claim:club-linked-to-state"),
    "section reversed": ("sections.csv", "1,6", "6,1", "sections.csv:2: first and last are line numbers"),
    "section in words": ("sections.csv", "1,6", "one,6", "first and last are line numbers"),
    "byte order mark": ("first.csv", "unit,", "\ufeffunit,", "first.csv:1: a byte order mark stands before the header"),
    "carriage returns": ("first.csv", "\n", "\r\n", "first.csv:1: a carriage return; save with line ends of LF"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_file_and_line(
    root: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    file, old, new, message = FAULTS[name]
    path = root / "coding" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, -1 if old == "\n" else 1), "utf-8", newline="")
    code, out, err = run(root, capsys)
    assert any(message in line for line in out.splitlines()), out
    assert code == 1
    assert "the figures stand on them" in err
    assert run(root, capsys, "--format", "json")[0] == 1


def test_the_table_of_faults_is_whole() -> None:
    assert len(FAULTS) == 27


def test_a_unit_may_become_several_claims(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = root / "coding" / "settlement.csv"
    wider = (root / "coding" / "first.csv").read_text("utf-8").replace("5-5:0-20", "5-5:0-20;9-9:0-5")
    (root / "coding" / "first.csv").write_text(wider, "utf-8")
    path.write_text(path.read_text("utf-8") + "a1,,club-linked-to-state,two in one\n", "utf-8")
    assert run(root, capsys)[0] == 0


UNREADABLE = {
    "empty": (b"", "first.csv: empty; its first line is unit,passages,"),
    "header alone": (",".join(UNIT).encode(), "first.csv: no unit below the header"),
    "wrong header": (b"unit,place\na1,b\n", "first.csv:1: wrong header: it lacks 'passages'"),
    "other order": (",".join(reversed(UNIT)).encode(), "in another order or twice"),
    "too few fields": (",".join(UNIT).encode() + b"\na1,5-5:0-20\n", "first.csv:2: 2 fields where the header has 13"),
    "blank line": (",".join(UNIT).encode() + b"\n\n", "first.csv:2: 0 fields"),
    "NUL": (",".join(UNIT).encode() + b"\na1,\0", "first.csv:2: a NUL character"),
    "not UTF-8": (b"\xff\xfe", "first.csv: not UTF-8 at byte 0"),
    "open quote": (",".join(UNIT).encode() + b'\n"a1,b', "first.csv:2: not CSV"),
    "huge field": (",".join(UNIT).encode() + b"\n" + b"a" * 200_000, "first.csv:2: not CSV: field larger than"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_such_file_is_unreadable(
    root: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    content, message = UNREADABLE[name]
    (root / "coding" / "first.csv").write_bytes(content)
    code, out, err = run(root, capsys)
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.parametrize("name", ["first.csv", "second.csv", "names.csv", "settlement.csv"])
def test_a_missing_file_is_unreadable(root: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (root / "coding" / name).unlink()
    code, _, err = run(root, capsys)
    assert code == 2
    assert f"{name}: cannot be read" in err


def test_a_missing_folder_is_unreadable(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--agreement", "--root", str(root), "--coding", str(root / "none")]) == 2
    assert "no folder with a coding" in capsys.readouterr().err


def test_a_world_without_turtle_is_unreadable(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "ontology" / "o.ttl").unlink()
    code, _, err = run(root, capsys)
    assert code == 2
    assert "the ontology has no values for dio:certainty" in err


def test_the_published_codings_are_sound_and_agree(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["stats", "--agreement", "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert (code, found["findings"]) == (0, [])
    assert found["units"]["all"]["matched"] > 300
    judged = [found["facets"][name] for name in ("certainty", "holder", "polarity", "modality")]
    assert [facet for facet in judged if facet["undefined"] or facet["kappa"] < 0.7] == []


def test_the_calls_give_the_figures_that_are_recomputed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["stats", "--agreement", "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    calls = (ROOT / "instances" / "miles-2017" / "CALLS.md").read_text("utf-8")
    for name, facet in found["facets"].items():
        figures = [facet[key] for key in ("agreement", "kappa", "ac1")]
        assert f"| {name} | " + " | ".join(f"{figure:.2f}" for figure in figures) + " |" in calls
    units = found["units"]["all"]
    row = [units["first"], units["second"], units["matched"], f"{units['f1']:.2f}"]
    assert "| all | " + " | ".join(map(str, row)) + " |" in calls
