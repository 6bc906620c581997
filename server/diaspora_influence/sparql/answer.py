"""One query, evaluated: the whole answer in bytes, or an error; never a part."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from diaspora_influence.sparql.errors import MalformedQuery, NotAcceptable
from diaspora_influence.sparql.formats import GRAPHS, RESULTS, Format, find
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.sparql.spool import Spool, too_many_rows
from diaspora_influence.sparql.syntax import explain
from diaspora_influence.terms import PREFIXES

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

AnyGraph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
AnyName = ox.NamedNode | ox.BlankNode

PREFIX_LINES: Final = re.compile(rb"(?:@prefix [^\n]*\n)+")
ROOT: Final = re.compile(rb"<rdf:RDF ([^>]*)>")
NOT_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|<oxprefix:[ />]")
"""Characters that XML cannot carry, and an element for a predicate that has no local name."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A whole answer and how many rows it has."""

    media_type: str
    body: bytes
    rows: int


def evaluate(store: ox.Store, request: SparqlRequest, limits: Limits) -> Evaluated:
    """Return the answer of *store* to *request*.

    Raises MalformedQuery, NotAcceptable or AnswerTooLarge; MemoryError where there is not enough.
    """
    try:
        default, named = dataset(request)
        results = store.query(
            request.query, base_iri=request.base or None, default_graph=default, named_graphs=named
        )
        return rendered(results, request.media_type, limits)
    except SyntaxError as error:
        raise explain(str(error)) from error
    except (RuntimeError, ValueError) as error:
        raise MalformedQuery(f"The query cannot be evaluated: {error}.") from error


def dataset(request: SparqlRequest) -> tuple[list[AnyGraph] | None, list[AnyName] | None]:
    """Return the default and the named graphs as the engine takes them: where one is named, both are.

    With one alone pyoxigraph leaves the other at everything, against the protocol.
    """
    if not request.default_graphs and not request.named_graphs:
        return None, None
    return [ox.NamedNode(iri) for iri in request.default_graphs], [
        ox.NamedNode(iri) for iri in request.named_graphs
    ]


def rendered(results: Results, media_type: str, limits: Limits) -> Evaluated:
    """Write *results* out as *media_type*."""
    if isinstance(results, ox.QueryTriples):
        return graph(results, chosen(media_type, GRAPHS), limits)
    return table(results, chosen(media_type, RESULTS), limits)


def chosen(media_type: str, among: tuple[Format, ...]) -> Format:
    """Return the format that is meant, or say which there are."""
    if found := find(media_type, among):
        return found
    raise no_such_format(media_type, among)


def no_such_format(media_type: str, among: tuple[Format, ...]) -> NotAcceptable:
    """Return the refusal of a format that an answer of this kind does not have."""
    offered = ", ".join(f"{one.token} ({one.media_type})" for one in among)
    return NotAcceptable(f"This answer cannot be written as {media_type}.", hint=f"There are: {offered}.")


def table(results: ox.QuerySolutions | ox.QueryBoolean, form: Format, limits: Limits) -> Evaluated:
    """Write rows or a truth value."""
    assert isinstance(form.engine, ox.QueryResultsFormat)
    single = isinstance(results, ox.QueryBoolean)
    spool = Spool(form, limits)
    results.serialize(spool, form.engine)
    rows = 1 if single else spool.finish()
    return Evaluated(form.media_type, checked(spool.getvalue(), form), rows)


def graph(triples: ox.QueryTriples, form: Format, limits: Limits) -> Evaluated:
    """Write triples; each counts as a row."""
    assert isinstance(form.engine, ox.RdfFormat)
    spool, counter = Spool(form, limits), Counter(triples, limits)
    try:
        ox.serialize(counter, spool, form.engine, prefixes=PREFIXES)
    except OSError as error:
        raise NotAcceptable(f"The graph cannot be written as {form.media_type}: {error}.") from error
    return Evaluated(form.media_type, checked(tidy(spool.getvalue()), form), counter.count)


class Counter(Iterator[ox.Triple]):
    """Passes triples on and counts them, up to the limit."""

    def __init__(self, triples: Iterable[ox.Triple], limits: Limits) -> None:
        """Take the triples."""
        self.triples, self.limits, self.count = iter(triples), limits, 0

    def __next__(self) -> ox.Triple:
        """Return the next triple; AnswerTooLarge where it is one too many."""
        triple = next(self.triples)
        self.count += 1
        if self.count > self.limits.rows:
            raise too_many_rows(self.limits)
        return triple


def tidy(body: bytes) -> bytes:
    """Return *body* with its prefixes sorted: pyoxigraph writes them in an order of the moment."""
    if lines := PREFIX_LINES.match(body):
        rest = body[lines.end() :]
        used = [line for line in lines[0].splitlines(keepends=True) if line.split()[1] in rest]
        return b"".join(sorted(used)) + rest
    if root := ROOT.search(body, 0, 4096):
        names = b" ".join(sorted(root[1].split()))
        return body[: root.start(1)] + names + body[root.end(1) :]
    return body


def checked(body: bytes, form: Format) -> bytes:
    """Return *body*; NotAcceptable where it is XML that no parser would take."""
    if "xml" in form.media_type and NOT_XML.search(body):
        raise NotAcceptable(
            "XML cannot carry a character or a predicate of this answer.", hint="Ask for JSON or Turtle."
        )
    return body
