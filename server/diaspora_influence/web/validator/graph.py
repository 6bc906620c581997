"""The SHACL report as N-Triples, put together without a parser: thousands of results in a second."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import RDF, SH, XSD
from diaspora_influence.validate.reports.report import Report
from diaspora_influence.validate.reports.turtle import facts

REPORT: Final = "_:report"
TYPE: Final = f"<{RDF}type>"
PATH: Final = ("[", "(")
"""How a path begins that is no plain predicate; all other terms are written alike in both languages."""

Step = tuple[int, str, str | int]
"""A triple of a path: its nodes by number, the result being 0, all else in N-Triples."""


def n_triples(report: Report) -> bytes:
    """Return what `reports.turtle` writes; the blank nodes that are its own are numbered in order."""
    return "".join(_lines(report)).encode()


def _lines(report: Report) -> Iterator[str]:
    conforms = str(not report.entries).lower()
    yield f"{REPORT} {TYPE} <{SH}ValidationReport> .\n"
    yield f'{REPORT} <{SH}conforms> "{conforms}"^^<{XSD}boolean> .\n'
    numbers = count(1)
    for number, entry in enumerate(report.entries, 1):
        result = f"_:r{number}"
        yield f"{REPORT} <{SH}result> {result} .\n{result} {TYPE} <{SH}ValidationResult> .\n"
        for name, written in facts(entry.finding):
            if written.startswith(PATH):
                yield from _path(result, steps(name, written), numbers)
            else:
                yield f"{result} <{SH}{name}> {written} .\n"


def _path(result: str, said: tuple[Step, ...], numbers: Iterator[int]) -> Iterator[str]:
    """Yield a path of its own for *result*; each of its nodes takes one of *numbers*."""
    nodes = {0: result}
    for s, p, o in said:
        for node in (s, o):
            if isinstance(node, int) and node not in nodes:
                nodes[node] = f"_:p{next(numbers)}"
        yield f"{nodes[s]} {p} {nodes[o] if isinstance(o, int) else o} .\n"


@lru_cache(maxsize=256)
def steps(name: str, written: str) -> tuple[Step, ...]:
    """Return what is said of the result by a path that Turtle writes so."""
    text = f"@prefix sh: <{SH}> . {REPORT} sh:{name} {written} ."
    numbers: dict[object, int] = {ox.BlankNode(REPORT[2:]): 0}

    def number(node: object) -> int:
        return numbers.setdefault(node, len(numbers))

    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    return tuple(
        (number(s), str(p), number(o) if isinstance(o, ox.BlankNode) else str(o)) for s, p, o in triples
    )
