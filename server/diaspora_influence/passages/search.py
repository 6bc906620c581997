"""One passage from what an author remembers of it: words, a line, a sentence's bounds."""

from dataclasses import dataclass
from typing import Final

from diaspora_influence.errors import FindingsError
from diaspora_influence.passages.structure import extend, place, sentences_touched, widen
from diaspora_influence.passages.text import Passage, SourceText

SENTENCES: Final = 2
CODE_POINTS: Final = 400
"""A passage with more sentences or more code points needs a reason."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an author asks for: words, perhaps the line they begin in, whole sentences, words to end with."""

    words: str
    line: int | None = None
    sentence: bool = False
    to: str | None = None


def find_one(text: SourceText, wish: Wish) -> Passage:
    """Return the one passage that is meant; raises FindingsError where there is none or there are several."""
    hits = [hit for hit in text.find(wish.words) if wish.line in (None, hit.first)]
    if not hits:
        raise FindingsError(_missing(text, wish))
    found = {shaped: None for hit in hits if (shaped := _shape(text, hit, wish))}
    if not found:
        raise FindingsError(f"the words to end with do not stand after {describe(text, hits[0])}")
    if len(found) > 1:
        places = "".join(f"\n  {describe(text, hit)}" for hit in found)
        raise FindingsError(f"{len(found)} passages have these words; give more words or --line N:{places}")
    return next(iter(found))


def _shape(text: SourceText, hit: Passage, wish: Wish) -> Passage | None:
    stretched = extend(text, hit, wish.to) if wish.to else hit
    return widen(text, stretched) if stretched and wish.sentence else stretched


def _missing(text: SourceText, wish: Wish) -> str:
    """Return the sentence for words that are not there, with the lines that come nearest."""
    elsewhere = dict.fromkeys(str(hit.first) for hit in text.find(wish.words))
    if elsewhere:
        return f"these words do not begin in line {wish.line}; they do in line {', '.join(elsewhere)}"
    hints = [f"line {number} ({shared})" for number, shared in text.nearest(wish.words)]
    tail = f"; lines that share most of the single words: {', '.join(hints)}" if hints else ""
    return "no passage has these words" + tail


def describe(text: SourceText, passage: Passage) -> str:
    """Return where a passage stands, in words."""
    lines = (
        f"line {passage.first}" if passage.first == passage.last else f"lines {passage.first}-{passage.last}"
    )
    return f"{lines}, {passage.start}-{passage.end} ({place(text, passage)})"


def is_long(text: SourceText, passage: Passage) -> bool:
    """Return whether the passage needs a reason for its length."""
    return passage.end - passage.start > CODE_POINTS or sentences_touched(text, passage) > SENTENCES
