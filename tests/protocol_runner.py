"""Sends the conversations of `protocol_cases` to a real server over HTTP, and judges what comes back."""

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import pyoxigraph as ox

from diaspora_influence.terms import SD
from diaspora_influence.web.documents import canonical
from protocol_cases import Case, Exchange

SERVE = [sys.executable, "-m", "diaspora_influence.cli", "serve", "--port", "0", "--workers", "2"]
QUIET = {name: value for name, value in os.environ.items() if not name.startswith("DIO_")}
RESULTS = {"application/sparql-results+json", "application/sparql-results+xml"}
KINDS = {
    "boolean": RESULTS,
    "tabular": RESULTS | {"text/csv", "text/tab-separated-values"},
    "RDF": {"text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"},
}
"""`mf:expectedFormat` to the media types that are of that kind."""
OF_THE_MOMENT = {"date"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers with names in lower case, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """Return the media type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass(slots=True)
class Server:
    """A running server."""

    host: str
    port: int
    graphs: dict[str, bytes] = field(default_factory=dict)
    """What a scratch server holds at the start of each test: N-Triples by graph."""

    def ask(self, one: Exchange) -> Answer:
        """Send one request as it is; http.client adds no Content-Type."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            connection.request(one.method, one.path, one.body or None, one.headers)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        finally:
            connection.close()

    def send(self, method: str, path: str, body: bytes = b"", media_type: str = "") -> Answer:
        """Send a request of the runner's own."""
        sent = {"Content-Type": media_type} if media_type else {}
        return self.ask(
            Exchange(method, path, sent, body, frozenset(), None, None, None, {}, None, (), False)
        )

    def reset(self) -> None:
        """Let a scratch server hold its graphs again, and nothing else."""
        assert self.send("POST", "/sparql", b"DROP ALL", "application/sparql-update").status == 204
        for iri, body in self.graphs.items():
            path = f"/graph-store?graph={quote(iri, safe='')}"
            assert self.send("PUT", path, body, "application/n-triples").status == 201


@contextmanager
def serving(*flags: str) -> Iterator[Server]:
    """Run `dio serve` on a free port; at the end it is gone."""
    with subprocess.Popen(
        [*SERVE, *flags], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=QUIET
    ) as process:
        try:
            assert process.stdout
            host, _, port = process.stdout.readline().split("http://")[1].strip(" /\n").partition(":")
            yield Server(host, int(port))
        finally:
            process.kill()


def failures(server: Server, case: Case) -> list[str]:
    """Return what is not as *case* expects it, request by request; nothing where it passes."""
    found, locations, before = [], dict[str, str](), Answer(0, {}, b"")
    for number, planned in enumerate(case.exchanges, 1):
        one = filled(planned, locations)
        answer = server.ask(one)
        found += [f"request {number}: {fault}" for fault in faults(one, answer, before)]
        if one.location:
            locations[one.location] = answer.headers.get("location", "")
        before = answer
    return found


def filled(one: Exchange, locations: dict[str, str]) -> Exchange:
    """Return a request with the Location headers of those before it in their places."""
    for name, value in locations.items():
        body = one.body.replace(name.encode(), value.encode())
        one = replace(one, path=one.path.replace(name, quote(value, safe="")), body=body)
    return one


def faults(one: Exchange, answer: Answer, before: Answer) -> list[str]:
    """Return what is not as expected of one answer."""
    status = str(answer.status)
    found = []
    if not {status, status[0]} & one.statuses:
        found.append(f"status {status}, not {' or '.join(sorted(one.statuses))}: {answer.body[:200]!r}")
    if one.kind and answer.media_type not in KINDS[one.kind]:
        found.append(f"{answer.media_type} is no format of {one.kind}")
    if one.truth is not None and json.loads(answer.body)["boolean"] is not one.truth:
        found.append(f"the truth value is not {one.truth}")
    if one.location and "location" not in answer.headers:
        found.append("no Location header")
    for name, value in one.answer_headers.items():
        if name not in answer.headers or (value is not None and answer.headers[name] != value):
            found.append(f"{name} is {answer.headers.get(name)!r}, not {value!r}")
    if one.answer_body is not None and not same_graph(one.answer_body.encode(), answer):
        found.append(f"another graph: {answer.body[:200]!r}")
    body = answer.body.decode(errors="replace")
    found += [f"{part!r} is not in {body[:200]!r}" for part in one.contains if part not in body]
    if one.mirrors and (bare(answer) != bare(before) or answer.status != before.status or answer.body):
        found.append(f"{bare(answer)} does not mirror {bare(before)}")
    return found


def bare(answer: Answer) -> dict[str, str]:
    """Return the headers that are the same in every answer."""
    return {name: value for name, value in answer.headers.items() if name not in OF_THE_MOMENT}


def same_graph(expected: bytes, answer: Answer) -> bool:
    """Say whether the answer holds the graph that the Turtle *expected* does, but for blank nodes' names."""
    try:
        got = ox.parse(answer.body, format=ox.RdfFormat.from_media_type(answer.media_type))
        return canonical(quad.triple for quad in got) == canonical(
            quad.triple for quad in ox.parse(expected, format=ox.RdfFormat.TURTLE)
        )
    except (SyntaxError, ValueError):
        return False


SCHEMA = {
    "endpoint": ("Service", ""),
    "supportedLanguage": ("Service", ""),
    "resultFormat": ("Service", ""),
    "inputFormat": ("Service", ""),
    "feature": ("Service", ""),
    "languageExtension": ("Service", ""),
    "propertyFeature": ("Service", ""),
    "extensionFunction": ("Service", "Function"),
    "extensionAggregate": ("Service", "Aggregate"),
    "defaultEntailmentRegime": ("Service", ""),
    "entailmentRegime": ("NamedGraph", ""),
    "supportedEntailmentProfile": ("NamedGraph", ""),
    "availableGraphs": ("Service", "GraphCollection"),
    "defaultDataset": ("Service", "Dataset"),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"),
    "name": ("NamedGraph", ""),
    "graph": ("NamedGraph", "Graph"),
}
"""SPARQL 1.1 Service Description, 3.2 to 3.4: property to the class of its subject and, where it is ours to
say, of its value. What the vocabulary calls a GraphCollection is a Dataset here."""


def description_failures(server: Server) -> dict[str, list[str]]:
    """Return, by the local names of the W3C's three tests, what is wrong with the service description."""
    answer = server.send("GET", "/sparql")
    if answer.status != 200 or answer.media_type not in KINDS["RDF"]:
        wrong = [f"{answer.status} {answer.media_type}"]
        return dict.fromkeys(("returns-rdf", "has-endpoint-triple", "conforms-to-schema"), wrong)
    quads = list(ox.parse(answer.body, format=ox.RdfFormat.from_media_type(answer.media_type)))
    own = ox.NamedNode(f"http://{server.host}:{server.port}/sparql")
    named = [quad for quad in quads if quad.predicate.value == SD + "endpoint"]
    endpoints = [] if own in [quad.object for quad in named] else ["no sd:endpoint triple with the address"]
    return {
        "returns-rdf": [] if quads else ["no triples"],
        "has-endpoint-triple": endpoints,
        "conforms-to-schema": schema_faults(quads),
    }


def schema_faults(quads: list[ox.Quad]) -> list[str]:
    """Return each triple of the vocabulary that its schema does not allow."""
    types = {(quad.subject, quad.object.value) for quad in quads if quad.predicate.value.endswith("#type")}
    found = []
    for quad in quads:
        if not quad.predicate.value.startswith(SD):
            continue
        domain, kind = SCHEMA.get(quad.predicate.value.removeprefix(SD), ("no term of the vocabulary", ""))
        wanted = [(quad.subject, SD + domain)] + ([(quad.object, SD + kind)] if kind else [])
        found += [str(quad) for one in wanted if one not in types]
    return found
