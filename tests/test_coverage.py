"""`dio verify --coverage`: what rests on each line, and no line without a claim or a reason."""

from collections.abc import Callable
from pathlib import Path

import pytest

from diaspora_influence.cli import main
from diaspora_influence.passages.coverage import cover, parts
from diaspora_influence.passages.evidence import evidence_turtle
from diaspora_influence.passages.explained import lines_of
from diaspora_influence.passages.structure import place
from diaspora_influence.passages.text import SourceText
from diaspora_influence.terms import PREFIXES

Coverage = Callable[..., tuple[int, list[str]]]

TEXT = (
    "Songs\n\nIt began.\n\nMeadow\n\nThe choir sang. Nobody paid. All left.\n\n"
    "One list:\n  1. first;\n  2. last.\n\n[i] A note.\n"
)
"""Lines with text: 1, 3, 5, 7, 9, 10, 11, 13."""
HEADER = "".join(f"@prefix {prefix}: <{iri}> . " for prefix, iri in PREFIXES.items()) + "\n"
SONGS = SourceText.parse(TEXT.encode())
SPANS = {"one": (7, 7, 0, 15), "list": (9, 11, 4, 23), "same": (7, 7, 10, 15)}
CLAIMS = "claim:a dio:evidence {one}, {list} . claim:b dio:evidence {same} . id:x dio:evidence {one} .\n"
EXPLAINED = (
    "# Calls\n\n## Lines without a claim\n\n| line | why |\n| --- | --- |\n| 1–5 | names |\n| 13 | a note |\n"
)


def turtle() -> str:
    """Return the evidence nodes and the claims on them."""
    passages = {name: SONGS.passage(*span) for name, span in SPANS.items()}
    nodes = (evidence_turtle("s", passage, place(SONGS, passage), "a list") for passage in passages.values())
    slugs = {name: f"source:{passage.slug('s')}" for name, passage in passages.items()}
    return HEADER + "\n".join(nodes) + CLAIMS.format(**slugs)


@pytest.fixture
def coverage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Coverage:
    """Return a function from the page of the calls and further Turtle to exit code and printed lines."""

    def judge(calls: str | bytes | None = EXPLAINED, more: str = "") -> tuple[int, list[str]]:
        (tmp_path / "s.txt").write_text(TEXT, "utf-8")
        (tmp_path / "p.ttl").write_text(turtle() + more, "utf-8")
        if calls is not None:
            content = calls if isinstance(calls, bytes) else calls.encode()
            (tmp_path / "CALLS.md").write_bytes(content)
        words = ["--text", str(tmp_path / "s.txt"), "--source", "s", "--calls", str(tmp_path / "CALLS.md")]
        code = main(["verify", str(tmp_path / "p.ttl"), "--coverage", *words])
        printed = capsys.readouterr()
        return code, (printed.out + printed.err).replace(str(tmp_path) + "/", "").splitlines()

    return judge


def test_every_line_with_text_is_shown_by_section(coverage: Coverage) -> None:
    code, lines = coverage()
    assert lines == [
        "front matter",
        "  line  claims  covered",
        "     1       0       0%  explained",
        "",
        "opening",
        "  line  claims  covered",
        "     3       0       0%  explained",
        "",
        "Meadow",
        "  line  claims  covered",
        "     5       0       0%  explained",
        "     7       2      39%",
        "     9       1      56%",
        "    10       1     100%",
        "    11       1      38%",
        "",
        "footnotes",
        "  line  claims  covered",
        "    13       0       0%  explained",
        "",
        "8 lines with text: 4 with claims, 4 explained, 0 neither; median 0.5 claims a line",
        "3 passages verified, 0 mismatches",
        "median passage: 39% of its lines (at most 35%)",
    ]
    assert code == 0


def test_words_of_the_text_are_not_printed(coverage: Coverage) -> None:
    assert not any(word in "\n".join(coverage("")[1]) for word in ("choir", "Nobody", "first;", "note."))


def test_a_line_with_neither_is_a_finding(coverage: Coverage) -> None:
    code, lines = coverage(EXPLAINED.replace("| 13 | a note |\n", ""))
    assert code == 1
    assert lines[0] == (
        "CALLS.md:3: line 13: no claim rests on it; code it, or explain it under '## Lines without a claim'"
    )
    assert "    13       0       0%  not explained" in lines
    assert "8 lines with text: 4 with claims, 3 explained, 1 neither; median 0.5 claims a line" in lines
    assert "3 passages verified, 1 mismatch" in lines


def test_an_explained_line_with_a_claim_is_a_finding(coverage: Coverage) -> None:
    code, lines = coverage(EXPLAINED.replace("13", "9-10, 13"))
    assert code == 1
    assert lines[:2] == [
        f"CALLS.md:8: line {n}: 1 claim on it, yet explained as having none; take it out of the table"
        for n in (9, 10)
    ]


def test_a_page_without_the_heading_explains_nothing(coverage: Coverage) -> None:
    code, lines = coverage(EXPLAINED.replace("Lines without", "Lines with"))
    assert code == 1
    assert [line for line in lines if "CALLS.md:0: line" in line] == lines[:4]


def test_the_table_ends_with_its_chapter(coverage: Coverage) -> None:
    code, lines = coverage(EXPLAINED.replace("| 13 |", "## Other\n\n| 13 |"))
    assert code == 1
    assert "CALLS.md:3: line 13: no claim rests on it" in lines[0]


ROWS = {
    "words": (
        "| 13 |",
        "| thirteen |",
        "CALLS.md:8: line without a claim: 'thirteen' is no line and no range",
    ),
    "dots": ("1–5", "1..5", "'1..5' is no line and no range of lines; write | 2–6 | reason |"),
    "empty part": ("| 13 |", "| 13, |", "'' is no line and no range"),
    "backwards": ("1–5", "5–1", "there are no lines 5 to 1; the text has 14"),
    "beyond the text": ("1–5", "1–999999999", "there are no lines 1 to 999999999; the text has 14"),
    "huge": ("1–5", "1–" + "9" * 5000, "is no line and no range"),
    "no reason": ("| a note |", "| |", "CALLS.md:8: line without a claim: a row without a reason"),
    "one cell": ("| a note |", "|", "a row without a reason"),
    "blank line": (
        "| 13 | a note |",
        "| 13 | a note |\n| 12 | blank |",
        "CALLS.md:9: blank lines: the row explains no other",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_cannot_be_read_is_named(coverage: Coverage, name: str) -> None:
    old, new, message = ROWS[name]
    assert old in EXPLAINED
    code, lines = coverage(EXPLAINED.replace(old, new))
    assert code == 1
    assert any(message in line for line in lines), lines


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(coverage: Coverage) -> None:
    assert coverage(b"\xef\xbb\xbf" + EXPLAINED.replace("\n", "\r\n").encode())[0] == 0


def test_lists_of_lines_are_read_with_hyphen_and_dash() -> None:
    assert lines_of("2–4, 7-8,10", 10) == {2, 3, 4, 7, 8, 10}


def test_a_page_that_is_missing_or_no_text_is_unreadable(coverage: Coverage) -> None:
    code, lines = coverage(None)
    assert (code, lines[-1]) == (
        2,
        "dio verify: CALLS.md: cannot be read: No such file or directory; it explains the lines that carry no claim",
    )
    assert coverage(b"\xff")[0] == 2


def test_a_malformed_passage_covers_nothing_and_is_named(coverage: Coverage) -> None:
    bad = "source:s-l3-0-99 a oa:SpecificResource ; oa:hasSource source:s-text .\nclaim:c dio:evidence source:s-l3-0-99 ."
    code, lines = coverage(more=bad)
    assert code == 1
    assert "oa:hasSelector: expected one value, found 0" in lines[0]
    assert "     3       0       0%  explained" in lines


def test_calls_without_coverage_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--calls", "x"]) == 2
    assert "--coverage" in capsys.readouterr().err


def test_a_passage_across_lines_covers_its_part_of_each() -> None:
    passage = SONGS.passage(9, 11, 4, 23)
    assert list(parts(SONGS, passage)) == [(9, 4, 9), (10, 0, 9), (11, 0, 3)]
    assert sum(end - start for _, start, end in parts(SONGS, passage)) == len(passage.text) - 2


def test_every_line_of_the_paper_that_is_not_blank_is_counted(paper: SourceText) -> None:
    lines = cover({}, paper, "miles-2017")
    assert len(lines) == sum(bool(line.strip()) for line in paper.lines)
    assert {line.share for line in lines} == {0.0}


def test_every_line_of_the_paper_has_a_claim_or_a_reason(
    paper: SourceText, capsys: pytest.CaptureFixture[str]
) -> None:
    assert paper.lines
    assert main(["verify", "--coverage"]) == 0
    assert ", 0 neither;" in capsys.readouterr().out
