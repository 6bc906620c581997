"""Passages of a text: normalisation, digests, search, and the place that a reader can find."""

import hashlib
import sys
import unicodedata
from pathlib import Path

import pytest

from diaspora_influence.errors import FindingsError, InputError, MissingToolError
from diaspora_influence.passages.search import Wish, find_one, is_long
from diaspora_influence.passages.structure import extend, outline, place, sentence_spans, widen
from diaspora_influence.passages.text import WHITE_SPACE, SourceText, normalise

SYNTHETIC = """\
A Study of Gardens

By Ann Author
Series 7

The club was founded in 2001. It has “many friends.”[i] It met in St. Anne’s hall.

The second paragraph has one sentence only.

North

The clubs of the north did these things:

  1. They planted trees. They
sang;
  2. They danced.

He asked: “Why? Because you can.” Nobody knew; U.S. visitors left. 3 stayed!

A pull quote that has no stop at its end, but is no heading as it is too long for oneAnn Author

The club’s end

Last words here.

[i] A note by the author. It has two sentences.
and a second line

[ii] Another note
"""


@pytest.fixture(scope="module")
def garden() -> SourceText:
    return SourceText.parse(SYNTHETIC.encode())


def test_white_space_is_the_whole_property_and_no_more() -> None:
    assert len(WHITE_SPACE) == len(set(WHITE_SPACE)) == 25
    categories = {
        char for n in range(sys.maxunicode + 1) if unicodedata.category(char := chr(n)) in ("Zs", "Zl", "Zp")
    }
    assert set(WHITE_SPACE) == categories | set("\t\n\v\f\r\x85")


@pytest.mark.parametrize(
    ("text", "expected"),
    {
        " a\u00a0\u2009b\t": "a b",
        "a\r": "a",
        "\u3000": "",
        "a\u001cb": "a\u001cb",
        "a\u200bb\ufeff": "a\u200bb\ufeff",
        "e\u0301\u00a0 x": "é x",
        "\u2002a": "a",
    }.items(),
)
def test_normalised_text_is_nfc_folded_and_stripped(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_lines_are_split_at_line_feeds_only() -> None:
    text = SourceText.parse("one\u2028still\x0cone\r\ntwo\x85two".encode())
    assert len(text.lines) == 2
    assert text.range_text(1, 2) == "one still one two two"


def test_digest_is_of_the_slice_in_utf8(garden: SourceText) -> None:
    passage = garden.passage(6, 6, 4, 8)
    assert (passage.text, passage.digest) == ("club", hashlib.sha256(b"club").hexdigest())
    assert garden.digest == hashlib.sha256(SYNTHETIC.encode()).hexdigest()


def test_offsets_count_code_points() -> None:
    text = SourceText.parse("😀é😀 fin".encode())
    assert text.passage(1, 1, 4, 7).text == "fin"


@pytest.mark.parametrize(
    ("span", "message"),
    [
        ((6, 6, 0, 10_000), "line 6 holds"),
        ((6, 6, 5, 5), "no slice 5 to 5"),
        ((6, 6, 8, 5), "no slice 8 to 5"),
        ((6, 6, -1, 5), "no slice -1 to 5"),
        ((0, 1, 0, 1), "no lines 0 to 1"),
        ((6, 5, 0, 1), "no lines 6 to 5"),
        ((6, 9_999, 0, 1), "no lines 6 to 9999"),
        ((2, 2, 0, 1), "line 2 holds 0"),
    ],
)
def test_slice_outside_its_lines_is_refused(
    garden: SourceText, span: tuple[int, int, int, int], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        garden.passage(*span)


def test_slug_and_fragment_name_one_line_or_a_range(garden: SourceText) -> None:
    one, many = garden.passage(6, 6, 0, 8), garden.passage(14, 16, 0, 30)
    assert (one.slug("x-1999"), one.fragment) == ("x-1999-l6-0-8", "line=5,6")
    assert (many.slug("x-1999"), many.fragment) == ("x-1999-l14-16-0-30", "line=13,16")


CHECKS = {
    (36, 36, 88, 220): "cd67b2398c55503d62feeaa92838a29ce5be898b01dcc3e8ed79aaff0aa8151c",
    (8, 8, 0, 206): "77c203b580687a8498d8e014352ad4989aa61b35939e46d785e2141d63a2d7bf",
    (99, 100, 0, 304): "cf04047dc206",
    (52, 57, 0, 1278): "7065bea715e1",
}


@pytest.mark.parametrize(("span", "digest"), CHECKS.items(), ids=str)
def test_check_values_of_the_paper(paper: SourceText, span: tuple[int, int, int, int], digest: str) -> None:
    assert paper.digest.startswith("eae8a07a")
    assert paper.digest.endswith("5959")
    assert paper.passage(*span).digest.startswith(digest)


def test_whole_ranges_of_the_paper_have_their_length(paper: SourceText) -> None:
    assert (len(paper.range_text(99, 100)), len(paper.range_text(52, 57))) == (304, 1278)


PLACES = {
    (36, 36, 88, 220): "Georgia, paragraph 4, sentence 2",
    (8, 8, 0, 206): "opening, paragraph 1, sentence 1",
    (10, 10, 384, 400): "opening, paragraph 2, sentence 3",
    (1, 1, 0, 5): "front matter, paragraph 1, sentence 1",
    (24, 24, 293, 300): "Diaspora Organizations in Russia, paragraph 7, sentence 3",
    (32, 32, 80, 90): "Georgia, paragraph 2, sentence 2",
    (40, 40, 0, 4): "Tajikistan",
    (52, 57, 794, 1200): "Tajikistan, paragraph 6, sentence 6",
    (81, 81, 0, 10): "Conclusions, paragraph 1, sentence 1",
    (99, 100, 0, 304): "footnote iii",
    (100, 100, 0, 4): "footnote iii",
    (106, 106, 0, 20): "footnote vi",
}


@pytest.mark.parametrize(("span", "expected"), PLACES.items(), ids=str)
def test_place_in_the_paper(paper: SourceText, span: tuple[int, int, int, int], expected: str) -> None:
    assert str(place(paper, paper.passage(*span))) == expected


def test_the_paper_has_five_sections_and_eighteen_footnotes(paper: SourceText) -> None:
    found = [one for one in outline(paper) if one]
    assert len([one for one in found if one.section and not one.paragraph]) == 5
    assert len({one.footnote for one in found if one.footnote}) == 18


def test_outline_tells_front_matter_headings_and_notes(garden: SourceText) -> None:
    assert {n: str(one) for n, one in enumerate(outline(garden), 1) if one} == {
        1: "front matter, paragraph 1",
        3: "front matter, paragraph 2",
        4: "front matter, paragraph 3",
        6: "opening, paragraph 1",
        8: "opening, paragraph 2",
        10: "North",
        12: "North, paragraph 1",
        14: "North, paragraph 2",
        15: "North, paragraph 3",
        16: "North, paragraph 4",
        18: "North, paragraph 5",
        20: "North, paragraph 6",
        22: "The club’s end",
        24: "The club’s end, paragraph 1",
        26: "footnote i",
        27: "footnote i",
        29: "footnote ii",
    }


SENTENCES = {
    "One. Two.": ["One.", "Two."],
    "One.[i] Two.[12]": ["One.", "Two."],
    "He said “no.” Then yes.": ["He said “no.”", "Then yes."],
    "He said “no.”[iv] Then.": ["He said “no.”", "Then."],
    "In St. Anne’s hall. Out.": ["In St. Anne’s hall.", "Out."],
    "Dr. A. B. Smith, e.g. Ann. Out": ["Dr. A. B. Smith, e.g. Ann.", "Out"],
    "Went up 1.2 percent. 3 left.": ["Went up 1.2 percent.", "3 left."],
    "Stopped. then went on.": ["Stopped. then went on."],
    "Why? Because! Well… Now.": ["Why?", "Because!", "Well…", "Now."],
    "These: 1. One; 2. Two; and 3. Three.": ["These: 1. One; 2. Two; and 3. Three."],
    "1. One item. More": ["1. One item.", "More"],
    "It was in 24. Then.": ["It was in 24.", "Then."],
    "(See here.) (And here.)": ["(See here.)", "(And here.)"],
    "[vi] A note. More.[vii]": ["A note.", "More."],
    "no stop": ["no stop"],
    "": [],
}


@pytest.mark.parametrize(("text", "expected"), SENTENCES.items())
def test_sentences_of(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == expected


def test_find_gives_back_every_sentence_of_the_paper(paper: SourceText) -> None:
    for number in range(1, len(paper.lines) + 1):
        line = paper.range_text(number, number)
        for start, end in sentence_spans(line):
            assert paper.passage(number, number, start, end) in paper.find(line[start:end])


def test_find_prefers_exact_words_and_single_lines(garden: SourceText) -> None:
    assert [(hit.first, hit.start) for hit in garden.find("The club")] == [(6, 0), (12, 0), (22, 0)]
    assert [(hit.first, hit.start) for hit in garden.find("the Club")] == [(6, 0), (12, 0), (22, 0)]
    assert [hit.text for hit in garden.find("anne's")] == ["Anne’s"]
    assert [(hit.first, hit.text) for hit in garden.find("They")] == [
        (14, "They"),
        (14, "They"),
        (16, "They"),
    ]
    assert garden.find("tulips") == []


def test_find_crosses_lines_where_no_line_has_it(garden: SourceText) -> None:
    (hit,) = garden.find("They  sang; 2.\nThey")
    assert (hit.first, hit.last, hit.text) == (14, 16, "They sang; 2. They")
    assert garden.range_text(14, 16)[hit.start : hit.end] == hit.text


def test_find_takes_the_same_words_in_nfd_and_with_odd_spaces() -> None:
    text = SourceText.parse("Caf\u00e9\u00a0 noir".encode())
    assert [hit.text for hit in text.find(" cafe\u0301 noir ")] == ["Café noir"]


def test_empty_words_are_refused(garden: SourceText) -> None:
    with pytest.raises(InputError, match="no words"):
        garden.find("\u00a0 ")


def test_widen_takes_the_whole_sentence_without_its_note_mark(garden: SourceText) -> None:
    (hit,) = garden.find("many friends")
    assert widen(garden, hit).text == "It has “many friends.”"
    across = garden.passage(6, 6, 20, 35)
    assert widen(garden, across).text == "The club was founded in 2001. It has “many friends.”"


def test_extend_reaches_words_in_the_same_line_and_beyond(garden: SourceText) -> None:
    (start,) = garden.find("did these")
    end = extend(garden, start, "danced")
    assert end
    assert (end.first, end.last) == (12, 16)
    assert end.text.endswith("2. They danced")
    (short,) = garden.find("many")
    assert (extend(garden, short, "met") or short).text == "many friends.”[i] It met"
    assert extend(garden, start, "founded") is None


def test_several_hits_are_listed_with_their_places(garden: SourceText) -> None:
    with pytest.raises(FindingsError) as refusal:
        find_one(garden, Wish("They"))
    assert str(refusal.value).count("\n  line 1") == 3
    assert "line 14, 3-7 (North, paragraph 2, sentence 1)" in str(refusal.value)
    assert "--line" in str(refusal.value)


def test_a_line_or_the_sentence_settles_which_hit_is_meant(garden: SourceText) -> None:
    assert find_one(garden, Wish("They", line=16)).text == "They"
    assert find_one(garden, Wish("e", line=24, sentence=True)).text == "Last words here."


def test_missing_words_name_the_nearest_lines(garden: SourceText) -> None:
    with pytest.raises(FindingsError, match=r"most of the single words: line 16 \(2\)"):
        find_one(garden, Wish("they waltzed and danced"))
    with pytest.raises(FindingsError, match="do not begin in line 6; they do in line 16"):
        find_one(garden, Wish("danced", line=6))
    with pytest.raises(FindingsError, match="do not stand after line 16"):
        find_one(garden, Wish("danced", to="founded"))


def test_more_than_two_sentences_or_400_code_points_are_long(garden: SourceText) -> None:
    assert not is_long(garden, garden.passage(6, 6, 0, 50))
    assert is_long(garden, garden.passage(6, 6, 0, 60))
    text = SourceText.parse(b"x" * 500)
    assert [is_long(text, text.passage(1, 1, 0, end)) for end in (400, 401)] == [False, True]


def test_no_text_and_unreadable_text_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError, match="DIO_PAPER"):
        SourceText.load(tmp_path / "none.txt")
    with pytest.raises(InputError, match="cannot be read"):
        SourceText.load(tmp_path)
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    with pytest.raises(InputError, match="not UTF-8 at byte 3"):
        SourceText.load(tmp_path / "latin.txt")
