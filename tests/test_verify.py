"""`dio verify`: every mismatch between an evidence node and the text is named, without a traceback."""

from collections.abc import Callable
from pathlib import Path

import pytest

from diaspora_influence.cli import main
from diaspora_influence.commands.verify import whole
from diaspora_influence.passages.audit import Audit
from diaspora_influence.passages.evidence import evidence_turtle
from diaspora_influence.passages.search import is_long
from diaspora_influence.passages.structure import place
from diaspora_influence.passages.text import SourceText
from diaspora_influence.terms import PREFIXES

Verify = Callable[[str], tuple[int, list[str]]]

TEXT = (
    "It began.\n\nMeadow\n\nThe choir sang. Nobody paid. All left.\n\n"
    "One list:\n  1. first;\n  2. last.\n\n[i] A note.\n"
)
HEADER = "".join(f"@prefix {prefix}: <{iri}> . " for prefix, iri in PREFIXES.items()) + "\n"
SONGS = SourceText.parse(TEXT.encode())
WHOLE = f'source:s-text spdx:checksum [ spdx:checksumValue "{SONGS.digest}"^^xsd:hexBinary ] .\n'


def node(first: int, last: int, start: int, end: int, reason: str | None = None) -> str:
    """Return the right node of a slice."""
    passage = SONGS.passage(first, last, start, end)
    return evidence_turtle("s", passage, place(SONGS, passage), reason)


@pytest.fixture
def verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Verify:
    """Return a function from Turtle to the exit code and the lines that were printed."""

    def judge(turtle: str) -> tuple[int, list[str]]:
        (tmp_path / "s.txt").write_text(TEXT, encoding="utf-8")
        (tmp_path / "p.ttl").write_text(HEADER + turtle, encoding="utf-8")
        code = main(["verify", str(tmp_path / "p.ttl"), "--text", str(tmp_path / "s.txt"), "--source", "s"])
        printed = capsys.readouterr()
        return code, (printed.out + printed.err).replace(str(tmp_path / "p.ttl"), "p.ttl").splitlines()

    return judge


def test_right_nodes_pass_and_are_counted(verify: Verify) -> None:
    code, lines = verify(WHOLE + node(5, 5, 0, 15) + node(7, 9, 0, 28) + node(11, 11, 4, 11))
    assert lines == [
        "3 passages verified, 0 mismatches",
        "whole text: 1 digest stated",
        "median passage: 64% of its lines (at most 35%)",
    ]
    assert code == 0


RIGHT = node(5, 5, 0, 15)
SELECTOR = RIGHT[RIGHT.index("oa:hasSelector") : RIGHT.index("dio:section")]
MUTATIONS = {
    "offset": (
        "oa:start 0",
        "oa:start 1",
        "p.ttl:2: source:s-l5-0-15: IRI: expected source:s-l5-1-15, found source:s-l5-0-15",
    ),
    "digest of another slice": ("oa:end 15", "oa:end 14", "p.ttl:7: source:s-l5-0-15: SHA-256: expected "),
    "upper-case digest": (SONGS.passage(5, 5, 0, 15).digest, "AB", "found AB"),
    "string digest": ('"^^xsd:hexBinary', '"', 'found "'),
    "section": (
        '"Meadow"',
        '"Lawn"',
        'p.ttl:6: source:s-l5-0-15: dio:section: expected "Meadow", found "Lawn"',
    ),
    "tagged section": ('"Meadow"', '"Meadow"@en', 'expected "Meadow", found "Meadow"@en'),
    "two sections": ('"Meadow"', '"Meadow", "Lawn"', 'expected "Meadow", found "Meadow" and "Lawn"'),
    "paragraph": ("paragraph 1", "paragraph 2", "dio:paragraph: expected 1, found 2"),
    "paragraph in words": ("paragraph 1", 'paragraph "1"', 'dio:paragraph: expected 1, found "1"'),
    "sentence": ("sentence 1", "sentence 2", "dio:sentence: expected 1, found 2"),
    "no sentence": ("dio:sentence 1 ;", "", "dio:sentence: expected 1, found none"),
    "footnote": (
        "dio:sentence 1",
        'dio:sentence 1 ; dio:footnote "i"',
        'dio:footnote: expected none, found "i"',
    ),
    "another line": ("line=4,5", "line=6,7", "there is no slice 0 to 15; line 7 holds 9 code points"),
    "wider lines": ("line=4,5", "line=4,7", "lines: expected 5 to 5, where the slice stands, found 5 to 7"),
    "no such line": ("line=4,5", "line=4,500", "there are no lines 5 to 500"),
    "lines backwards": ("line=4,5", "line=5,4", "there are no lines 6 to 4"),
    "no RFC 5147": ("line=4,5", "char=4,5", 'rdf:value: expected line=FIRST,LAST, found "char=4,5"'),
    "huge line": ("line=4,5", "line=4," + "9" * 5000, "expected line=FIRST,LAST"),
    "end beyond the line": (
        "oa:end 15",
        "oa:end 99",
        "p.ttl:5: source:s-l5-0-15: there is no slice 0 to 99; line 5 holds 38",
    ),
    "empty slice": ("oa:end 15", "oa:end 0", "there is no slice 0 to 0"),
    "offset in words": ("oa:end 15", 'oa:end "15"', 'oa:end: expected a count of code points, found "15"'),
    "offset no integer": ("oa:end 15", "oa:end 15.0", 'found "15.0"^^xsd:decimal'),
    "offset below zero": ("oa:start 0", "oa:start -1", "expected a count of code points, found -1"),
    "huge offset": ("oa:end 15", "oa:end 1" + "0" * 5000, "expected a count of code points, found 1000"),
    "offset is a node": ("oa:end 15", "oa:end id:x", "expected a count of code points, found id:x"),
    "two ends": ("oa:end 15", "oa:end 15, 16", "oa:end: expected one value, found 2"),
    "no end": ("oa:end 15", "", "oa:end: expected one value, found 0"),
    "no selector": (SELECTOR, "", "p.ttl:2: source:s-l5-0-15: oa:hasSelector: expected one value, found 0"),
    "two selectors": (SELECTOR, SELECTOR * 2, "oa:hasSelector: expected one value, found 2"),
    "selector is a literal": (
        SELECTOR,
        'oa:hasSelector "line 5" ; ',
        "rdf:value: expected one value, found 0",
    ),
    "no checksum": ("spdx:checksum [", "rdfs:seeAlso [", "spdx:checksum: expected one value, found 0"),
    "no checksum value": (
        "spdx:checksumValue",
        "rdf:value",
        "spdx:checksumValue: expected one value, found 0",
    ),
    "no source": ("    oa:hasSource source:s-text ;\n", "", "oa:hasSource: expected one value, found 0"),
    "source misspelt": (
        "source:s-text",
        "source:t-text",
        "oa:hasSource: expected source:s-text, found source:t-text",
    ),
    "source is no text": (
        "source:s-text",
        "source:s",
        "oa:hasSource: expected source:s-text, found source:s",
    ),
    "IRI of another slice": (
        "source:s-l5-0-15",
        "source:s-l5-0-16",
        "IRI: expected source:s-l5-0-15, found source:s-l5-0-16",
    ),
    "no IRI": ("source:s-l5-0-15", "[]", "expected an IRI below source:"),
    "IRI elsewhere": ("source:s-l5-0-15", "id:s-l5-0-15", "id:s-l5-0-15: expected an IRI below source:"),
    "untyped": (
        " a oa:SpecificResource ;\n    oa:hasSource source:s-text",
        " oa:hasSource source:x",
        "expected source:s-text",
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_mismatch_is_named(verify: Verify, name: str) -> None:
    old, new, message = MUTATIONS[name]
    assert old in RIGHT
    code, lines = verify(RIGHT.replace(old, new))
    assert any(message in line for line in lines), lines
    assert "0 passages verified" in lines[-2] + lines[-1]
    assert code == 1


def test_the_table_of_mismatches_is_whole() -> None:
    assert len(MUTATIONS) == 39


def test_words_of_the_text_are_never_printed(verify: Verify) -> None:
    for old, new, _ in MUTATIONS.values():
        assert "choir" not in "\n".join(verify(RIGHT.replace(old, new))[1])


def test_long_passage_needs_a_reason(verify: Verify) -> None:
    assert verify(node(5, 5, 0, 38, "all of it"))[0] == 0
    code, lines = verify(node(5, 5, 0, 38))
    assert code == 1
    assert lines[0].endswith(
        "more than two sentences or 400 code points: expected dio:spanReason, found none"
    )


def test_two_sentences_need_no_reason_and_more_than_400_code_points_do() -> None:
    line = "The choir sang " + "la " * 140 + "on. Nobody paid. All left."
    songs = SourceText.parse(line.encode())
    end = len("The choir sang ")
    assert not is_long(songs, songs.passage(1, 1, 0, 400))
    assert is_long(songs, songs.passage(1, 1, 0, 401))
    assert not is_long(songs, songs.passage(1, 1, len(line) - 22, len(line)))
    assert is_long(songs, songs.passage(1, 1, len(line) - 30, len(line)))
    assert not is_long(songs, songs.passage(1, 1, 0, end))


def audited(*shares: float) -> Audit:
    """Return what was found with passages that take such parts of their lines."""
    return Audit(len(shares), 0, 1, shares, ())


def test_a_median_passage_over_its_share_is_a_mismatch_of_the_whole() -> None:
    assert list(whole(audited(0.1, 0.35, 1.0), "s")) == []
    (found,) = whole(audited(0.1, 0.351, 1.0), "s")
    assert "the median passage takes 35.1% of its lines: expected 35% at most" in str(found)
    assert list(whole(audited(), "s")) == []


def test_digest_of_another_whole_text_is_named(verify: Verify) -> None:
    code, lines = verify(WHOLE.replace(SONGS.digest, "00") + RIGHT)
    assert lines[0] == f"p.ttl:2: source:s-text: SHA-256 of the whole: expected {SONGS.digest}, found 00"
    assert (code, lines[1]) == (1, "1 passage verified, 1 mismatch")


def test_passages_of_another_source_are_counted_apart(verify: Verify) -> None:
    code, lines = verify(RIGHT + RIGHT.replace("source:s-", "source:t-"))
    assert code == 0
    assert "1 passage of another source not looked at" in lines


def test_nothing_to_verify_is_misuse(verify: Verify) -> None:
    code, lines = verify("id:x a dio:Agent .")
    assert code == 2
    assert "nothing to verify" in lines[-1]


@pytest.mark.parametrize("turtle", ["source:s-l5 a", "<x", "@prefix : <"])
def test_file_that_is_no_turtle_is_unreadable(verify: Verify, turtle: str) -> None:
    code, lines = verify(turtle)
    assert code == 2
    assert lines[-1].startswith("dio verify: p.ttl:2:")
    assert "not Turtle" in lines[-1]


def test_missing_file_and_missing_text_are_unreadable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "s.txt").write_text(TEXT, encoding="utf-8")
    assert main(["verify", str(tmp_path / "none.ttl"), "--text", str(tmp_path / "s.txt")]) == 2
    assert "none.ttl: cannot be read" in capsys.readouterr().err
    assert main(["verify", "--text", str(tmp_path / "none.txt")]) == 2
    assert "no source text there" in capsys.readouterr().err


def test_every_passage_of_the_instances_agrees_with_the_paper(
    paper: SourceText, capsys: pytest.CaptureFixture[str]
) -> None:
    assert paper.lines
    code = main(["verify"])
    assert (code, capsys.readouterr().err) == (0, "")
