"""Which lines of a text carry claims: how many, and how much of the line their passages take."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from diaspora_influence.errors import InputError
from diaspora_influence.passages.audit import is_elsewhere
from diaspora_influence.passages.nodes import Index, MalformedError, evidence_nodes, plain, read_evidence
from diaspora_influence.passages.structure import outline
from diaspora_influence.passages.text import Passage, SourceText, normalise
from diaspora_influence.terms import CLAIM, DIO

FOOTNOTES: Final = "footnotes"


@dataclass(frozen=True, slots=True)
class LineCover:
    """One line that is not blank: its section, the claims that rest on it, the part they take (0 to 1)."""

    number: int
    section: str
    claims: int
    share: float


def cover(files: Mapping[str, Index], text: SourceText, source: str) -> list[LineCover]:
    """Return every line of *text* that is not blank, with what rests on it.

    A passage that is malformed or lies outside the text covers nothing; `audit` names it.
    """
    passages = {iri: passage for data in files.values() for iri, passage in located(data, text, source)}
    claims: dict[int, set[str]] = defaultdict(set)
    covered: dict[int, set[int]] = defaultdict(set)
    for claim, evidence in (pair for data in files.values() for pair in evidence_pairs(data)):
        for line, start, end in parts(text, passages[evidence]) if evidence in passages else ():
            claims[line].add(claim)
            covered[line].update(range(start, end))
    lengths = [len(normalise(line)) for line in text.lines]
    return [
        LineCover(n, place.section or FOOTNOTES, len(claims[n]), len(covered[n]) / lengths[n - 1])
        for n, place in enumerate(outline(text), 1)
        if place
    ]


def located(data: Index, text: SourceText, source: str) -> Iterator[tuple[str, Passage]]:
    """Yield the IRI and the passage of each evidence node of *source* that names a slice of *text*."""
    for node, line in evidence_nodes(data):
        try:
            said = read_evidence(data, node, line)
            if not is_elsewhere(said, source):
                yield said.iri, text.passage(said.first, said.last, said.start, said.end)
        except (MalformedError, InputError):
            continue


def evidence_pairs(data: Index) -> Iterator[tuple[str, str]]:
    """Yield each claim with each passage that it rests on."""
    for subject, said in data.items():
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(CLAIM):
            yield from ((subject.value, plain(value)) for value, _ in said.get(DIO + "evidence", []))


def parts(text: SourceText, passage: Passage) -> Iterator[tuple[int, int, int]]:
    """Yield (line, start, end) of what a passage takes of each of its lines, counted in the line itself."""
    for number in range(passage.first, passage.last + 1):
        length = len(normalise(text.lines[number - 1]))
        begins = len(text.range_text(passage.first, number)) - length
        start, end = max(passage.start - begins, 0), min(passage.end - begins, length)
        if start < end:
            yield number, start, end
