"""Named graphs at their addresses, and the documents that are one graph: the metadata, each alignment."""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

import flask
from werkzeug.wrappers.response import Response

from diaspora_influence import __version__
from diaspora_influence.settings import Settings
from diaspora_influence.terms import GRAPH, METADATA
from diaspora_influence.web.dataset import Dataset, query
from diaspora_influence.web.documents import BY_MEDIA_TYPE, OFFERS, canonical, write
from diaspora_influence.web.errors import UnknownThingError
from diaspora_influence.web.headers import keep_out, tagged
from diaspora_influence.web.negotiate import require

DATA: Final = tuple(offer for offer in OFFERS if "html" not in offer and not offer.endswith("/xml"))
"""A browser accepts application/xml, and is shown Turtle; who wants RDF/XML asks for it by its own name."""
ALIGNMENTS: Final = "ontology/alignments/"


@dataclass(frozen=True)
class Graphs:
    """The named graphs of a dataset."""

    dataset: Dataset
    settings: Settings

    def register(self, app: flask.Flask) -> None:
        """Add the addresses to *app*."""
        app.add_url_rule("/graph/<path:name>", "graph", self.graph)
        app.add_url_rule("/.well-known/void", "void", partial(self.graph, METADATA.removeprefix(GRAPH)))
        app.add_url_rule(f"/{ALIGNMENTS}<name>", "alignment", self.alignment)
        app.add_url_rule(f"/{ALIGNMENTS}<name>/<number>", "alignment_version", self.alignment)

    @cached_property
    def written(self) -> dict[tuple[str, str], bytes]:
        """Hold what was written; a release never changes, and has few graphs."""
        return {}

    def alignment(self, name: str, number: str = __version__) -> Response:
        """Return an alignment at its own address, or at that of its version."""
        if number != __version__:
            raise UnknownThingError(f"This release holds version {__version__} of the alignments.")
        return self.graph(ALIGNMENTS + name)

    def graph(self, name: str) -> Response:
        """Return one graph, Turtle unless asked otherwise; some hold adverse claims, and none is a page."""
        iri = GRAPH + name
        if iri not in {*self.dataset.release.graphs, METADATA}:
            endpoint = flask.request.script_root + "/sparql"
            raise UnknownThingError("This release has no such graph.", [(endpoint, "the graphs that it has")])
        document = BY_MEDIA_TYPE[require(flask.request.headers.get("Accept"), DATA)]
        if (name, document.suffix) not in self.written:
            triples = canonical(self.dataset.triples(query("graph").replace("$graphs", f"<{iri}>")))
            self.written[name, document.suffix] = write(triples, document.suffix)
        response = tagged(self.written[name, document.suffix], document.content_type, document.suffix)
        keep_out(response)
        return response
