"""The W3C's SHACL test suites, core and SPARQL, through `dio validate` as a user types it.

Cases are read from their manifests, and skipped where these are not on the machine. What the suites compare of
a result is compared here: focus node, path, value, shape, component, severity, and the messages that a case
names; as graphs, so that blank nodes have no names.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from diaspora_influence import cli
from diaspora_influence.data import ROOT
from diaspora_influence.terms import RDF, SH, XSD

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
TESTS = Path(
    os.environ.get("DIO_SHACL_TESTS") or ROOT / "../shared/w3c/data-shapes/data-shapes-test-suite/tests"
)
COUNTS = {"core": 98, "sparql": 22}

KNOWN = {
    "core/misc/message-001": "a finding says its message as text, without the language",
    "core/property/uniqueLang-002": 'pyshacl takes "1"^^xsd:boolean for true, where the text of SHACL names true alone',
    "sparql/pre-binding/shapesGraph-001": "$shapesGraph, which SHACL leaves optional, is refused by name",
}
"""Case to the reason for which it fails; a case that comes to pass fails here until it is struck out."""

COMPARED = ("focusNode", "resultPath", "value", "sourceShape", "sourceConstraintComponent", "resultSeverity")
BAD_SHAPES = 2
"""The exit code where shapes cannot be judged by; it is no verdict."""


@dataclass(frozen=True)
class Case:
    """One test: its path in the suite, data, shapes, and the expected results; None where it must fail."""

    name: str
    data: Path
    shapes: Path
    conforms: bool
    results: tuple["Result", ...] | None


Result = dict[str, list[Any]]
"""What a result says: local name of a SHACL property to its values, a path as text."""


class Graph:
    """Triples by subject and predicate."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.said: dict[Any, dict[str, list[Any]]] = {}
        for s, p, o in triples:
            self.said.setdefault(s, {}).setdefault(p.value, []).append(o)

    def all(self, node: Any, predicate: str) -> list[Any]:
        return self.said.get(node, {}).get(predicate, [])

    def one(self, node: Any, predicate: str) -> Any:
        return next(iter(self.all(node, predicate)), None)

    def nodes(self, kind: str) -> list[Any]:
        return [node for node in self.said if ox.NamedNode(kind) in self.all(node, RDF + "type")]

    def items(self, head: Any) -> Iterator[Any]:
        while head is not None and head != ox.NamedNode(RDF + "nil"):
            yield self.one(head, RDF + "first")
            head = self.one(head, RDF + "rest")


def read(path: Path) -> Graph:
    quads = ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri())
    return Graph(quad.triple for quad in quads)


@cache
def cases() -> dict[str, Case]:
    """Return the cases of the manifests by their names, as `core/node/and-001`; none where there is no suite."""
    top = TESTS.resolve() / "manifest.ttl"
    return {case.name: case for case in below(top)} if top.is_file() else {}


def below(path: Path) -> Iterator[Case]:
    graph = read(path)
    for manifest in graph.nodes(MF + "Manifest"):
        for included in graph.all(manifest, MF + "include"):
            yield from below(local(included))
        for test in graph.items(graph.one(manifest, MF + "entries")):
            yield case_of(graph, test, path)


def local(iri: ox.NamedNode) -> Path:
    return Path(iri.value.removeprefix("file://"))


def case_of(graph: Graph, test: Any, path: Path) -> Case:
    action, expected = graph.one(test, MF + "action"), graph.one(test, MF + "result")
    data, shapes = (local(graph.one(action, SHT + name)) for name in ("dataGraph", "shapesGraph"))
    name = (path.parent.relative_to(TESTS.resolve()) / test.value.rpartition("/")[2]).as_posix()
    if expected == ox.NamedNode(SHT + "Failure"):
        return Case(name, data, shapes, False, None)
    return Case(name, data, shapes, conforms(graph, expected), tuple(results(graph, expected)))


def conforms(graph: Graph, report: Any) -> bool:
    return bool(
        graph.one(report, SH + "conforms") == ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))
    )


def results(graph: Graph, report: Any) -> Iterator[Result]:
    for result in graph.all(report, SH + "result"):
        said = {name: graph.all(result, SH + name) for name in (*COMPARED, "resultMessage")}
        yield said | {"resultPath": [path_text(graph, path) for path in said["resultPath"]]}


def path_text(graph: Graph, path: Any) -> str:
    """Return a path in one spelling, whatever its blank nodes are called."""
    if isinstance(path, ox.NamedNode):
        return str(path)
    steps = [path_text(graph, step) for step in graph.items(path) if step is not None]
    parts = [
        f"{name} {path_text(graph, o)}"
        for name, values in graph.said[path].items()
        if name.startswith(SH)
        for o in values
    ]
    return f"({' '.join(steps)})" if steps else f"[{' ; '.join(sorted(parts))}]"


def bag(found: Iterable[Result], messages: bool) -> Counter[tuple[str, ...]]:
    """Return results as a bag of what is compared of each; blank nodes are alike."""
    names = (*COMPARED, "resultMessage") if messages else COMPARED
    return Counter(tuple(" ".join(sorted(map(plain, one[name]))) for name in names) for one in found)


def plain(term: Any) -> str:
    return "_:" if isinstance(term, ox.BlankNode) else str(term)


def test_suite_has_its_cases() -> None:
    need_suite()
    counts = Counter(name.partition("/")[0] for name in cases())
    assert dict(counts) == COUNTS
    assert KNOWN.keys() <= cases().keys()


def need_suite() -> None:
    if not cases():
        if os.environ.get("DIO_SHACL_TESTS"):
            pytest.fail(f"{TESTS}: no manifest")
        pytest.skip("the W3C SHACL tests are not on this machine (set DIO_SHACL_TESTS)")


def parameters() -> list[Any]:
    """Return each case by name, the known failures marked; one that skips where there is no suite."""
    marks = {name: [pytest.mark.xfail(reason=reason, strict=True)] for name, reason in KNOWN.items()}
    return [pytest.param(name, marks=marks.get(name, ())) for name in cases()] or [
        pytest.param("", id="absent")
    ]


@pytest.mark.parametrize("name", parameters())
def test_w3c_case(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    need_suite()
    case = cases()[name]
    words = [case.data, "--shapes", case.shapes, "--no-context", "--engine", "pyshacl", "--format", "turtle"]
    code = cli.main(["validate", *map(str, words)])
    said = capsys.readouterr()
    if case.results is None:
        assert (code, said.out) == (BAD_SHAPES, "")
        assert "cannot be judged by" in said.err
        return
    violations = [one for one in case.results if ox.NamedNode(SH + "Violation") in one["resultSeverity"]]
    assert code == bool(violations), said.err
    graph = Graph(quad.triple for quad in ox.parse(said.out, format=ox.RdfFormat.TURTLE))
    [report] = graph.nodes(SH + "ValidationReport")
    messages = any(result["resultMessage"] for result in case.results)
    assert bag(results(graph, report), messages) == bag(case.results, messages)
    assert conforms(graph, report) == case.conforms
