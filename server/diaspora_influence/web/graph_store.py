"""/graph-store: SPARQL 1.1 Graph Store HTTP Protocol; a release is read, and refuses what would write.

A graph is named by `?graph=` and its IRI, by `?default`, or directly, by an address below /graph-store.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import flask
import pyoxigraph as ox
from werkzeug.wrappers.response import Response

from diaspora_influence.settings import Settings
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.terms import METADATA
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.documents import BY_MEDIA_TYPE
from diaspora_influence.web.errors import UnknownThingError, WebError
from diaspora_influence.web.graphs import DATA
from diaspora_influence.web.headers import keep_out, tagged
from diaspora_influence.web.links import absolute
from diaspora_influence.web.negotiate import require
from diaspora_influence.web.problems import Problem, respond
from diaspora_influence.web.protocol import parameters

PATH: Final = "/graph-store"
READS: Final = ("GET", "HEAD")
WRITES: Final = ("PUT", "POST", "DELETE", "PATCH")
DEFAULT: Final = ""
"""How the default graph is called here; no IRI is empty."""
EVERYTHING: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
WHERE_TO_WRITE: Final = (
    "send data and corrections to the contact that every page names, and the next release carries them; "
    "to try writing out, run `dio serve --scratch`"
)
IN_A_PATH: Final = "/:@!$&'()*+,;=~-._"
"""Characters that stand in a path as they are."""


@dataclass(frozen=True)
class GraphStore:
    """The graphs of a dataset, each by its name."""

    dataset: Dataset
    settings: Settings

    def register(self, app: flask.Flask) -> None:
        """Add the addresses to *app*."""
        for rule, name in ((PATH, "graph_store"), (f"{PATH}/<path:name>", "graph_store_direct")):
            app.add_url_rule(rule, name, self.read, methods=READS)
            app.add_url_rule(rule, f"{name}_refusal", self.refuse, methods=WRITES)

    def read(self, name: str | None = None) -> Response:
        """Return a graph, Turtle unless asked otherwise."""
        iri = self.named(name)
        document = BY_MEDIA_TYPE[require(flask.request.headers.get("Accept"), DATA)]
        if iri != DEFAULT and not self.holds(iri):
            raise UnknownThingError("There is no graph of this name.")
        graphs = () if iri == DEFAULT else (iri,)
        request = SparqlRequest(EVERYTHING, graphs, base=self.address, media_type=document.media_type)
        response = tagged(self.dataset.pool.ask(request).body, document.content_type, document.suffix)
        keep_out(response)
        return response

    def refuse(self, **_: str) -> Response:
        """Refuse to write, and say where data goes."""
        members = {"hint": WHERE_TO_WRITE}
        detail = "The graphs of a release are read, and never change."
        return respond(
            Problem(405, "Method Not Allowed", detail, members, (("Allow", "GET, HEAD, OPTIONS"),))
        )

    def holds(self, iri: str) -> bool:
        """Say whether there is a graph of this name."""
        return iri in {*self.dataset.release.graphs, METADATA}

    @property
    def address(self) -> str:
        """Return the URL of the graph store."""
        return absolute(PATH, self.settings.public_url)

    def named(self, name: str | None) -> str:
        """Return the IRI of the graph that the request names, DEFAULT for the default graph.

        *name* is the path below /graph-store. Raises WebError where there is none, more than one, or no IRI.
        """
        found = parameters(flask.request.query_string, "address")
        names = list(found.get("graph", ()))
        names += [DEFAULT] * ("default" in found)
        names += [f"{self.address}/{quote(name, safe=IN_A_PATH)}"] if name is not None else []
        if len(names) != 1:
            raise WebError(
                f"A request names exactly one graph, and this one names {len(names) or 'none'}.",
                hint="?default, or ?graph= and an IRI",
            )
        if "graph" in found:
            require_iri(names[0])
        return names[0]


def require_iri(text: str) -> None:
    """Raise WebError where *text* is no absolute IRI."""
    try:
        if not text or "\\" in text:
            raise ValueError(text)
        ox.NamedNode(text)
    except ValueError as error:
        raise WebError("A graph is named by an absolute IRI.") from error
