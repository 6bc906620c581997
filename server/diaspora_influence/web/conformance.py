"""/conformance: which protocol tests this version passes, as a page and as an EARL report.

The report is a file of the package, written by `make conformance` from a run against the real server; a test
runs the same again and compares, so that it cannot say what is no longer so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import flask
import pyoxigraph as ox
from werkzeug.wrappers.response import Response

from diaspora_influence.settings import Settings
from diaspora_influence.terms import CONFORMANCE, DCTERMS, EARL, RDF, RDFS
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.documents import BY_MEDIA_TYPE, BY_SUFFIX, OFFERS, Document, canonical, write
from diaspora_influence.web.errors import UnknownThingError
from diaspora_influence.web.headers import tagged
from diaspora_influence.web.negotiate import require

REPORT: Final = Path(__file__).with_name("conformance.ttl")
PATH: Final = "/conformance"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One test: its IRI, what it is called, and how it went."""

    iri: str
    name: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite of tests as the page lists it."""

    title: str
    source: str
    outcomes: tuple[Outcome, ...]

    @property
    def passed(self) -> int:
        """Return how many tests passed."""
        return sum(one.passed for one in self.outcomes)


@dataclass(frozen=True)
class Conformance:
    """The report, read from the package once."""

    dataset: Dataset
    settings: Settings

    def register(self, app: flask.Flask) -> None:
        """Add the addresses to *app*."""
        app.add_url_rule(PATH, "conformance", self.serve)
        app.add_url_rule(f"{PATH}.<suffix>", "conformance_document", self.serve)

    @cached_property
    def triples(self) -> list[ox.Triple]:
        """Return the report."""
        return canonical(quad.triple for quad in ox.parse(path=str(REPORT), format=ox.RdfFormat.TURTLE))

    @cached_property
    def written(self) -> dict[str, bytes]:
        """Hold what was written, by suffix; the report never changes."""
        return {}

    def serve(self, suffix: str = "") -> Response:
        """Return the report in the format of *suffix*, or in the one that is liked best."""
        document = BY_SUFFIX.get(suffix) or self.liked(suffix)
        if document.suffix == "html":
            return tagged(self.page(), document.content_type, "html")
        if document.suffix not in self.written:
            self.written[document.suffix] = write(self.triples, document.suffix)
        return tagged(self.written[document.suffix], document.content_type, document.suffix)

    @staticmethod
    def liked(suffix: str) -> Document:
        """Return the format that the Accept header likes best; a suffix that is none names nothing."""
        if suffix:
            raise UnknownThingError("The report has no such format.")
        return BY_MEDIA_TYPE[require(flask.request.headers.get("Accept"), OFFERS)]

    def page(self) -> bytes:
        """Return the report as a page."""
        alternates = [
            (f"{flask.request.script_root}{PATH}.{one.suffix}", one.media_type, one.name)
            for one in BY_SUFFIX.values()
        ]
        html = flask.render_template(
            "conformance.html", suites=suites(self.triples), path=PATH, alternates=alternates
        )
        return html.encode()


def suites(triples: Iterable[ox.Triple]) -> list[Suite]:
    """Return what the report says, suite by suite."""
    facts: dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]] = {}
    for triple in triples:
        assert isinstance(triple.subject, ox.NamedNode | ox.BlankNode)
        assert isinstance(triple.object, ox.NamedNode | ox.BlankNode | ox.Literal)
        of_one = facts.setdefault(triple.subject.value, {})
        of_one.setdefault(triple.predicate.value, []).append(triple.object)

    def values(subject: str, predicate: str) -> list[str]:
        return [term.value for term in facts.get(subject, {}).get(predicate, ())]

    outcomes = {
        values(one, EARL + "test")[0]: values(values(one, EARL + "result")[0], EARL + "outcome")[0]
        for one in facts
        if EARL + "Assertion" in values(one, RDF + "type")
    }
    return [
        Suite(
            values(suite, DCTERMS + "title")[0],
            values(suite, DCTERMS + "source")[0],
            tuple(
                Outcome(test, (values(test, RDFS + "label") or [test])[0], outcomes[test] == EARL + "passed")
                for test in sorted(values(suite, DCTERMS + "hasPart"))
            ),
        )
        for suite in sorted(values(CONFORMANCE, DCTERMS + "hasPart"))
    ]
