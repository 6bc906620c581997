"""Evidence nodes as they stand in Turtle, read into one frozen record each, with the lines they stand on."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from diaspora_influence.data import Line
from diaspora_influence.errors import InputError
from diaspora_influence.terms import DIO, OA, PREFIXES, RDF, SOURCE, SPDX, XSD

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Values = list[tuple[Term, int]]
Index = dict[Term, dict[str, Values]]
"""Subject to predicate to its objects, each with its line."""

FRAGMENT: Final = re.compile(r"line=([0-9]{1,9}),([0-9]{1,9})")
OFFSET: Final = re.compile(r"[0-9]{1,9}")
FACETS: Final = ("section", "paragraph", "sentence", "footnote", "spanReason")
MARKS: Final = (OA + "hasSelector", OA + "hasSource")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an evidence node says; *lines* maps what is named there to its line in the file."""

    iri: str
    source: str
    first: int
    last: int
    start: int
    end: int
    facets: dict[str, list[Term]]
    digest: Term
    lines: dict[str, int]


class MalformedError(InputError):
    """A node that is not an evidence node in the house's shape; *line* is where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def index(lines: Iterable[Line]) -> Index:
    """Return the triples of one file by subject and predicate, in the order of the file."""
    found: Index = defaultdict(lambda: defaultdict(list))
    for line in lines:
        found[line.triple.subject][line.triple.predicate.value].append((line.triple.object, line.number))
    return found


def evidence_nodes(data: Index) -> Iterator[tuple[Term, int]]:
    """Yield each subject that is, or looks like, an evidence node, and the line of its first triple."""
    for subject, said in data.items():
        typed = any(value == ox.NamedNode(OA + "SpecificResource") for value, _ in said.get(RDF + "type", ()))
        if typed or any(mark in said for mark in MARKS):
            yield subject, next(iter(said.values()))[0][1]


def text_digests(data: Index, source: str) -> list[tuple[str, int]]:
    """Return each SHA-256 that the data states for a source's whole text, with its line."""
    sums = data.get(ox.NamedNode(f"{SOURCE}{source}-text"), {}).get(SPDX + "checksum", [])
    values = [pair for node, _ in sums for pair in data.get(node, {}).get(SPDX + "checksumValue", [])]
    return [(plain(value), line) for value, line in values]


def read_evidence(data: Index, node: Term, line: int) -> Evidence:
    """Return what the node says; raises MalformedError for what is missing, double or no number."""
    if not isinstance(node, ox.NamedNode) or not node.value.startswith(SOURCE):
        raise MalformedError("expected an IRI below source:, found another", line)
    source, source_line = _one(data, node, OA + "hasSource", line)
    selector, at = _one(data, node, OA + "hasSelector", line)
    fragment, fragment_line = _one(data, selector, RDF + "value", at)
    refined, at = _one(data, selector, OA + "refinedBy", fragment_line)
    checksum, sum_line = _one(data, node, SPDX + "checksum", line)
    digest, digest_line = _one(data, checksum, SPDX + "checksumValue", sum_line)
    start, end = (_offset(data, refined, OA + name, at) for name in ("start", "end"))
    match = FRAGMENT.fullmatch(plain(fragment))
    if not match:
        raise MalformedError(f"rdf:value: expected line=FIRST,LAST, found {show(fragment)}", fragment_line)
    said = {name: data[node].get(DIO + name, []) for name in FACETS}
    return Evidence(
        node.value, plain(source), int(match[1]) + 1, int(match[2]), start[0], end[0],
        {name: [value for value, _ in values] for name, values in said.items()}, digest,
        {"node": line, "source": source_line, "lines": fragment_line, "end": end[1], "digest": digest_line}
        | {name: values[0][1] for name, values in said.items() if values},
    )  # fmt: skip


def _one(data: Index, node: Term, predicate: str, line: int) -> tuple[Term, int]:
    values = data.get(node, {}).get(predicate, [])
    if len(values) != 1:
        at = values[-1][1] if values else line
        raise MalformedError(f"{compact(predicate)}: expected one value, found {len(values)}", at)
    return values[0]


def _offset(data: Index, node: Term, predicate: str, line: int) -> tuple[int, int]:
    value, at = _one(data, node, predicate, line)
    if (
        not isinstance(value, ox.Literal)
        or value.datatype.value != XSD + "integer"
        or not OFFSET.fullmatch(value.value)
    ):
        raise MalformedError(
            f"{compact(predicate)}: expected a count of code points, found {show(value)}", at
        )
    return int(value.value), at


def plain(term: Term) -> str:
    """Return the IRI, label or lexical form of a term."""
    return str(term) if isinstance(term, ox.Triple) else term.value


def show(term: Term) -> str:
    """Return a term for a message: an IRI with its prefix, a literal with tag or datatype."""
    if not isinstance(term, ox.Literal):
        return compact(plain(term))
    if term.language:
        return f'"{term.value}"@{term.language}'
    kind = compact(term.datatype.value)
    usual = {"xsd:string": f'"{term.value}"', "xsd:integer": term.value, "xsd:hexBinary": term.value}
    return usual.get(kind, f'"{term.value}"^^{kind}')


def compact(iri: str) -> str:
    """Return *iri* with the house's longest prefix that fits, or as it is."""
    fits = [(space, name) for name, space in PREFIXES.items() if iri.startswith(space)]
    space, name = max(fits, key=lambda pair: len(pair[0]), default=("", ""))
    return f"{name}:{iri.removeprefix(space)}" if space else iri
