"""Evidence nodes judged against the text: what each says, and what it should say."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from diaspora_influence.errors import InputError
from diaspora_influence.passages.nodes import (
    Evidence,
    Index,
    MalformedError,
    Term,
    evidence_nodes,
    read_evidence,
    show,
    text_digests,
)
from diaspora_influence.passages.search import is_long
from diaspora_influence.passages.structure import place
from diaspora_influence.passages.text import Passage, SourceText
from diaspora_influence.terms import SOURCE, XSD

HEX_BINARY: Final = ox.NamedNode(XSD + "hexBinary")
TEXT: Final = "-text"
WIDEST: Final = 0.35
"""The median passage takes at most that part of its lines: the shortest run that carries the claim."""


@dataclass(frozen=True, slots=True, order=True)
class Mismatch:
    """One thing that a file says otherwise than the text: file, line, node, expected and found in words."""

    file: str
    line: int
    node: str
    message: str

    def __str__(self) -> str:
        """Return the mismatch as one line of a report."""
        return f"{self.file}:{self.line}: {self.node}: {self.message}"


@dataclass(frozen=True, slots=True)
class Audit:
    """What was looked at in one or more files; *shares* are the spans as parts of their lines, 0 to 1."""

    passages: int
    elsewhere: int
    text_digests: int
    shares: tuple[float, ...]
    mismatches: tuple[Mismatch, ...]

    @property
    def wrong(self) -> int:
        """How many passages have a mismatch."""
        return len({found.node for found in self.mismatches if not found.node.endswith(TEXT)})

    @property
    def median(self) -> float | None:
        """The median share of a passage in its lines, or None without passages."""
        return statistics.median(self.shares) if self.shares else None

    @property
    def too_wide(self) -> bool:
        """Whether the median passage takes more of its lines than it should."""
        return self.median is not None and self.median > WIDEST


def audit(files: dict[str, Index], text: SourceText, source: str) -> Audit:
    """Judge every evidence node of *source* in *files* (name to triples); others are counted only."""
    stated = [(file, *pair) for file, data in files.items() for pair in text_digests(data, source)]
    mismatches = [
        Mismatch(
            file,
            line,
            f"source:{source}{TEXT}",
            f"SHA-256 of the whole: expected {text.digest}, found {digest}",
        )
        for file, digest, line in stated
        if digest != text.digest
    ]
    passages, elsewhere = 0, 0
    shares: list[float] = []
    for file, data in files.items():
        for node, line in evidence_nodes(data):
            try:
                said = read_evidence(data, node, line)
            except MalformedError as error:
                passages += 1
                mismatches.append(Mismatch(file, error.line, show(node), str(error)))
                continue
            if is_elsewhere(said, source):
                elsewhere += 1
                continue
            passages += 1
            mismatches += [
                Mismatch(file, at, show(node), message) for at, message in judge(said, text, source)
            ]
            shares += _share(said, text)
    return Audit(passages, elsewhere, len(stated), tuple(shares), tuple(sorted(mismatches)))


def is_elsewhere(said: Evidence, source: str) -> bool:
    """Return whether a node is of another source, by its IRI and its oa:hasSource alike."""
    own = said.source.removesuffix(TEXT)
    return own != SOURCE + source and said.iri.startswith(f"{own}-l")


def _share(said: Evidence, text: SourceText) -> list[float]:
    try:
        passage = text.passage(said.first, said.last, said.start, said.end)
    except InputError:
        return []
    return [len(passage.text) / len(text.range_text(said.first, said.last))]


def judge(said: Evidence, text: SourceText, source: str) -> Iterator[tuple[int, str]]:
    """Yield (line of the file, message) for each thing that *said* has otherwise than the text."""
    try:
        passage = text.passage(said.first, said.last, said.start, said.end)
    except InputError as error:
        yield said.lines["end"], str(error)
        return
    for name, label, found, expected in _comparisons(said, passage, text, source):
        if found != expected:
            wanted, got = (" and ".join(map(show, terms)) or "none" for terms in (expected, found))
            yield said.lines.get(name, said.lines["node"]), f"{label}: expected {wanted}, found {got}"
    begins = text.line_of(said.first, said.last, said.start)
    ends = text.line_of(said.first, said.last, said.end - 1)
    if (begins, ends) != (said.first, said.last):
        message = (
            f"lines: expected {begins} to {ends}, where the slice stands, found {said.first} to {said.last}"
        )
        yield said.lines["lines"], message
    if is_long(text, passage) and not said.facets["spanReason"]:
        yield (
            said.lines["end"],
            "more than two sentences or 400 code points: expected dio:spanReason, found none",
        )


def _comparisons(
    said: Evidence, passage: Passage, text: SourceText, source: str
) -> Iterator[tuple[str, str, list[Term], list[Term]]]:
    """Yield (key of the line, label, found, expected) for each value that the text decides."""
    iri = SOURCE + passage.slug(source)
    yield "source", "oa:hasSource", [ox.NamedNode(said.source)], [ox.NamedNode(SOURCE + source + TEXT)]
    yield "node", "IRI", [ox.NamedNode(said.iri)], [ox.NamedNode(iri)]
    yield "digest", "SHA-256", [said.digest], [ox.Literal(passage.digest, datatype=HEX_BINARY)]
    where = place(text, passage)
    for name in ("section", "paragraph", "sentence", "footnote"):
        value = getattr(where, name)
        yield name, f"dio:{name}", said.facets[name], [] if value is None else [ox.Literal(value)]
