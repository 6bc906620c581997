"""HTTP conversations in the vocabulary of the W3C's protocol tests, read from their manifests."""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import rdflib
from rdflib import RDF, RDFS, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
OWN = Namespace("https://w3id.org/diaspora-influence/tests/protocol#")
"""Our additions: which server a test needs, what a body contains, padding, and an answer like the one before."""

STATUSES = {status.name.replace("_", "").lower(): str(status.value) for status in HTTPStatus}
"""Name of a status in the HTTP vocabulary, in lower case, to its number."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, and what is expected of its answer; a status may be a class of them, as `2`.

    An expected header without a value has to be there, and no more. *mirrors* wants the status and headers of
    the answer before it, and no body.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    statuses: frozenset[str]
    kind: str | None
    truth: bool | None
    location: str | None
    answer_headers: dict[str, str | None]
    answer_body: str | None
    contains: tuple[str, ...]
    mirrors: bool


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One test: its IRI, its name, what it requires, and its requests in their order."""

    iri: str
    label: str
    requires: frozenset[str]
    exchanges: tuple[Exchange, ...]


def read(manifest: Path) -> list[Case]:
    """Return the tests of *manifest* and of those that it includes, in their order."""
    graph = rdflib.Graph().parse(manifest, publicID=manifest.as_uri())
    (own,) = graph.subjects(RDF.type, MF.Manifest)
    cases = [case(graph, test) for test in items(graph, graph.value(own, MF.entries))]
    included = [Path(str(iri).removeprefix("file://")) for iri in items(graph, graph.value(own, MF.include))]
    return cases + [one for path in included for one in read(path)]


def items(graph: rdflib.Graph, head: Node | None) -> list[Node]:
    """Return the members of a list; none where there is no list."""
    return list(Collection(graph, head)) if head else []


def case(graph: rdflib.Graph, test: Node) -> Case:
    """Return one test."""
    action = graph.value(test, MF.action)
    encoding = "utf-16" if "non_utf8" in str(test) else "utf-8"
    requests = items(graph, graph.value(action, HT.requests)) if action else []
    label = graph.value(test, MF.name) or graph.value(test, RDFS.label) or ""
    requires = frozenset(str(one).rpartition("#")[2] for one in graph.objects(test, MF.requires))
    return Case(str(test), str(label), requires, tuple(exchange(graph, one, encoding) for one in requests))


def exchange(graph: rdflib.Graph, node: Node, encoding: str) -> Exchange:
    """Read one request and the answer that it expects."""
    answer = graph.value(node, HT.resp)
    truth = graph.value(answer, MF.expectedBoolean)
    padding = int(str(graph.value(node, OWN.padding) or 0)) * "x"
    body = chars(graph, node)
    path = text(graph, node, HT.absolutePath) or ""
    return Exchange(
        method=text(graph, node, HT.methodName) or "",
        path=path if body else path + padding,
        headers={name: value or "" for name, value in headers(graph, node).items()},
        body=(body + padding).encode(encoding) if body is not None else b"",
        statuses=frozenset(status(one) for one in graph.objects(answer, MF.expectedStatus)),
        kind=text(graph, answer, MF.expectedFormat),
        truth=bool(truth.toPython()) if isinstance(truth, rdflib.Literal) else None,
        location=text(graph, answer, MF.expectedLocation),
        answer_headers=headers(graph, answer),
        answer_body=chars(graph, answer),
        contains=tuple(map(str, graph.objects(answer, OWN.contains))),
        mirrors=(answer, OWN.mirrors, None) in graph,
    )


def text(graph: rdflib.Graph, node: Node | None, predicate: URIRef) -> str | None:
    """Return the one value of a property as text."""
    value = graph.value(node, predicate)
    return None if value is None else str(value)


def chars(graph: rdflib.Graph, node: Node | None) -> str | None:
    """Return the body of a message as text."""
    body = graph.value(node, HT.body)
    return text(graph, body, CNT.chars) if body else None


def headers(graph: rdflib.Graph, node: Node | None) -> dict[str, str | None]:
    """Return the headers of a message: name, in lower case, to value."""
    return {
        (text(graph, one, HT.fieldName) or "").lower(): text(graph, one, HT.fieldValue)
        for one in items(graph, graph.value(node, HT.headers))
    }


def status(iri: Node) -> str:
    """Return the number of a status, or the first digit of a class of them."""
    name = str(iri).rpartition("#")[2].lower()
    return name[-3] if name.startswith("statuscode") else STATUSES[name]
