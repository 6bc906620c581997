"""The parts of a text that a reader of the PDF can find: sections, paragraphs, sentences, footnotes."""

import re
from dataclasses import dataclass
from typing import Final

from diaspora_influence.passages.text import Passage, SourceText, normalise

HEADING_LENGTH: Final = 80
"""A bare line of at most so many code points is a heading."""
FRONT, OPENING = "front matter", "opening"
MARK: Final = r"\[(?:[ivxlcdm]+|\d+)\]"
FOOTNOTE: Final = re.compile(rf"(?P<mark>{MARK}) ")
CLOSED: Final = re.compile(rf"[.!?…:;,][”’\"'»)]*(?:{MARK})*$")
STOP: Final = re.compile(rf"(?P<words>[.!?…]+[”’\"'»)]*)(?:{MARK})*(?: |$)")
LAST_WORD: Final = re.compile(r"[\w.]+$")
ENUMERATOR: Final = re.compile(r"(?:^|[:;] (?:and |or )?)(?:\d{1,2}|[A-Za-z])$")
LETTERS: Final = re.compile(r"[^\W\d_]|(?:[^\W\d_]\.)+[^\W\d_]")
ABBREVIATIONS: Final = re.compile(
    "al|approx|art|ca|cf|ch|co|cp|dr|eds?|est|etc|figs?|gen|gov|hon|inc|jr|lt|ltd|mrs?|ms|nos?|pp?|prof|rev|"
    "sen|sgt|sr|ste?|tr|trans|vols?|vs|viz",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage begins; a heading has a section alone, a footnote nothing but its mark."""

    section: str | None = None
    paragraph: int | None = None
    sentence: int | None = None
    footnote: str | None = None

    def __str__(self) -> str:
        """Return the place in words, for messages."""
        if self.footnote:
            return f"footnote {self.footnote}"
        numbers = (("paragraph", self.paragraph), ("sentence", self.sentence))
        return ", ".join([str(self.section), *(f"{name} {value}" for name, value in numbers if value)])


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence of a normalised string, without footnote marks after its stop.

    A stop within a quotation counts; the number of a list's item ("; 2. Next") does not.
    """
    head = FOOTNOTE.match(text)
    start = head.end() if head else 0
    spans = []
    for stop in STOP.finditer(text, start):
        if _ends_sentence(text, start, stop):
            spans.append((start, stop.end("words")))
            start = stop.end()
    return [*spans, (start, len(text))] if start < len(text) else spans


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    after = text[stop.end() : stop.end() + 8].lstrip("“‘\"'(«[")
    if after[:1].islower():
        return False
    if stop["words"] != "." or stop.end() == len(text):
        return True
    sentence = text[start : stop.start()]
    word = LAST_WORD.search(sentence)
    bare = word[0].lstrip(".") if word else ""
    shortened = ABBREVIATIONS.fullmatch(bare) or LETTERS.fullmatch(bare)
    return not (shortened or ENUMERATOR.search(sentence))


def outline(text: SourceText) -> tuple[Place | None, ...]:
    """Return the place of each line (index 0 is line 1), without sentence; None for a blank one.

    Front matter is all before the first line that ends with a stop. After it a short bare line
    between blank ones is a heading. From the first line that begins with a footnote's mark, all is notes.
    """
    lines = [normalise(line) for line in text.lines]
    places: list[Place | None] = []
    section, paragraph, footnote = FRONT, 0, None
    for index, line in enumerate(lines):
        mark = FOOTNOTE.match(line)
        if mark:
            footnote = mark["mark"].strip("[]")
        if not line or footnote:
            places.append(Place(footnote=footnote) if line else None)
        elif section != FRONT and _is_heading(lines, index):
            section, paragraph = line, 0
            places.append(Place(section))
        else:
            if section == FRONT and CLOSED.search(line):
                section, paragraph = OPENING, 0
            paragraph += 1
            places.append(Place(section, paragraph))
    return tuple(places)


def _is_heading(lines: list[str], index: int) -> bool:
    line = lines[index]
    alone = not lines[index - 1] and not any(lines[index + 1 : index + 2]) and any(lines[index + 1 :])
    return alone and len(line) <= HEADING_LENGTH and line[0].isalnum() and not CLOSED.search(line)


def place(text: SourceText, passage: Passage) -> Place:
    """Return where *passage* begins: the section and the counts within it, or the footnote.

    The passage is taken to begin in its first line; `dio verify` reports one that does not.
    """
    found = outline(text)[passage.first - 1] or Place()
    if not found.paragraph:
        return found
    spans = sentence_spans(text.range_text(passage.first, passage.last))
    number = sum(start <= passage.start for start, _ in spans)
    return Place(found.section, found.paragraph, max(1, number))


def sentences_touched(text: SourceText, passage: Passage) -> int:
    """Return how many sentences the slice has a part of."""
    spans = sentence_spans(text.range_text(passage.first, passage.last))
    return sum(start < passage.end and end > passage.start for start, end in spans)


def widen(text: SourceText, passage: Passage) -> Passage:
    """Return the whole sentences of which the slice is a part."""
    spans = sentence_spans(text.range_text(passage.first, passage.last))
    touched = [span for span in spans if span[0] < passage.end and span[1] > passage.start]
    if not touched:
        return passage
    start, end = min(passage.start, touched[0][0]), max(passage.end, touched[-1][1])
    return text.passage(passage.first, passage.last, start, end)


def extend(text: SourceText, passage: Passage, words: str) -> Passage | None:
    """Return *passage* stretched to the first occurrence of *words* after its start, or None."""
    for end in (hit for hit in text.find(words) if hit.last >= passage.first):
        last = max(passage.last, end.last)
        whole = text.range_text(passage.first, last)
        stretched = end.end + len(whole) - len(text.range_text(end.first, last))
        if stretched >= passage.end:
            return text.passage(passage.first, last, passage.start, stretched)
    return None
