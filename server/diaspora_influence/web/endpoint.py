"""/sparql: a question read, its format agreed, asked of the pool, and answered whole."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import flask
from werkzeug.wrappers.response import Response

from diaspora_influence.settings import Settings
from diaspora_influence.sparql.errors import SparqlError
from diaspora_influence.sparql.excerpt import quoted
from diaspora_influence.sparql.federation.expand import Federation
from diaspora_influence.sparql.formats import FORMATS_OF, Format, find, media_types
from diaspora_influence.sparql.guard import check
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.terms import DIO, RDFS
from diaspora_influence.web.answers import show
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.description import describe
from diaspora_influence.web.documents import BY_MEDIA_TYPE, OFFERS, write
from diaspora_influence.web.empty import asks_why_empty, why_empty
from diaspora_influence.web.errors import NotAcceptableError
from diaspora_influence.web.examples import examples
from diaspora_influence.web.headers import tagged
from diaspora_influence.web.links import absolute
from diaspora_influence.web.negotiate import require
from diaspora_influence.web.protocol import Question, read

HTML: Final = "text/html"
METHODS: Final = ("GET", "HEAD", "POST", "QUERY")
START: Final = f"""PREFIX dio: <{DIO}>
PREFIX rdfs: <{RDFS}>

SELECT ?claim ?label WHERE {{
  ?claim a dio:Claim ; rdfs:label ?label .
}}
LIMIT 20
"""


@dataclass(frozen=True)
class Endpoint:
    """The SPARQL endpoint of a dataset."""

    dataset: Dataset
    settings: Settings

    def register(self, app: flask.Flask) -> None:
        """Add the endpoint to *app*, with and without a slash at the end."""
        app.add_url_rule("/sparql", "sparql", self.serve, methods=METHODS)
        app.add_url_rule("/sparql/", "sparql_slash", self.serve, methods=METHODS)

    @cached_property
    def federation(self) -> Federation:
        """Return what answers SERVICE clauses; a scratch dataset calls nobody."""
        allowed = frozenset[str]() if self.settings.scratch else self.settings.allow_service
        return Federation(allowed, self.settings.limits)

    @property
    def address(self) -> str:
        """Return the URL of the endpoint as clients know it: its own description's subject."""
        return absolute("/sparql", self.settings.public_url)

    def serve(self) -> Response:
        """Answer one request."""
        return self.respond(read(flask.request))

    def respond(self, question: Question) -> Response:
        """Answer a query, or, where there is none, say what can be asked."""
        if question.query is None:
            return self.introduce(question)
        flask.g.query = question.query
        try:
            if asks_why_empty(question):
                return why_empty(self.dataset, self.settings, question, self.address)
            return self.answer(question, question.query)
        except SparqlError as error:
            raise quoted(error, question.query) from error.__cause__

    def introduce(self, question: Question) -> Response:
        """Return the editor where HTML is preferred, else the service description."""
        document = BY_MEDIA_TYPE[require(flask.request.headers.get("Accept"), OFFERS)]
        if document.suffix != "html":
            triples = describe(
                self.address, self.dataset.release, self.settings.scratch, self.federation.origins
            )
            return tagged(write(triples, document.suffix), document.content_type, document.suffix)
        wanted = question.parameters.get("example", ("",))[-1]
        text = next((one.query for one in examples() if one.slug == wanted), START)
        html = flask.render_template(
            "editor.html",
            text=text,
            examples=examples(),
            endpoint=self.address,
            limits=self.settings.limits,
            path="/sparql",
        )
        return tagged(html.encode(), document.content_type, document.suffix)

    def answer(self, question: Question, text: str) -> Response:
        """Return the whole answer to a query in the format agreed."""
        request = SparqlRequest(text, question.default_graphs, question.named_graphs, self.address)
        formats = FORMATS_OF[check(request, self.settings.limits, bool(self.federation.origins)).form]
        wanted = agreed(question.format, formats, flask.request.headers.get("Accept"))
        request = replace(request, media_type=(wanted or formats[0]).media_type)
        answer = self.federation.ask(self.dataset.pool, request)
        if wanted is None:
            return show(answer, question, formats)
        return tagged(answer.body, content_type(wanted), wanted.token)


def agreed(named: str | None, among: tuple[Format, ...], accept: str | None) -> Format | None:
    """Return the format that the address names or the header *accept* likes best; None is a page for people.

    HTML stands behind the registered types and before the lenient ones: a browser accepts
    application/xml too, and a program that accepts anything gets what programs read.
    """
    known = media_types(among)
    registered = [one.media_type for one in among]
    offers = [*registered, HTML, *(name for name in known if name not in registered)]
    if named is None:
        return known.get(require(accept, offers))
    if named.lower() in ("html", HTML):
        return None
    found = find(named, among)
    if found is None:
        raise NotAcceptableError([one.token for one in among] + ["html"])
    return found


def content_type(wanted: Format) -> str:
    """Return the media type, with its charset where it is text."""
    return (
        f"{wanted.media_type}; charset=utf-8" if wanted.media_type.startswith("text/") else wanted.media_type
    )
