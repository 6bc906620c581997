"""/validate: data held against the packaged shapes, for people and for pipelines; nothing of it is kept."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import flask
from werkzeug.wrappers.response import Response

from diaspora_influence.settings import Settings
from diaspora_influence.validate.inputs.page import REGISTERED
from diaspora_influence.web import encodings
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.errors import NotAcceptableError
from diaspora_influence.web.headers import keep_out, tagged
from diaspora_influence.web.links import absolute
from diaspora_influence.web.negotiate import require
from diaspora_influence.web.protocol import BOM, Parameters
from diaspora_influence.web.submission import called, likely, sent, single
from diaspora_influence.web.validator.client import Validator
from diaspora_influence.web.validator.example import EXAMPLE
from diaspora_influence.web.validator.request import Request

PATH: Final = "/validate"
PAGE: Final = "page"
REPORTS: Final = {
    "text/turtle": "ttl",
    "text/html": PAGE,
    "application/ld+json": "jsonld",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/sarif+json": "sarif",
    "application/json": "json",
    "application/junit+xml": "junit",
    "text/plain": "text",
    "application/xhtml+xml": PAGE,
    "application/xml": "rdf",
    "text/xml": "rdf",
}
"""Media type to the report that has it, the preferred first; HTML stands before RDF/XML, as everywhere."""
TYPES: Final = {report: media_type for media_type, report in reversed(REPORTS.items())}
"""Report to its media type."""
FORMATS: Final = {"turtle": "ttl", "html": PAGE} | {name: name for name in TYPES if name != PAGE}
"""What `format` may say, to the report."""
UNREADABLE: Final = 400
"""The status of a report on data that are not RDF: nothing was judged, and the report says where and why."""
TEXTAREA: Final = "\n"
"""What HTML drops at the beginning of a textarea."""


@dataclass(frozen=True)
class Validate:
    """The shapes of a release, for anybody's data."""

    dataset: Dataset
    settings: Settings

    def register(self, app: flask.Flask) -> None:
        """Add the address to *app*."""
        app.add_url_rule(PATH, "validate", self.show, methods=("GET",))
        app.add_url_rule(PATH, "validation", self.judge, methods=("POST",))

    @cached_property
    def validator(self) -> Validator:
        """Return what judges; its process starts with the first document."""
        return Validator(self.settings.limits)

    @property
    def address(self) -> str:
        """Return the URL of the validator, against which relative IRIs are resolved."""
        return absolute(PATH, self.settings.public_url)

    def show(self) -> Response:
        """Return the page with an empty form, or with an example in it."""
        require(flask.request.headers.get("Accept"), ("text/html", "application/xhtml+xml"))
        example = "example" in flask.request.args
        text = EXAMPLE if example else ""
        return tagged(
            page(self.address, text, path=PATH, example=example), "text/html; charset=utf-8", "html"
        )

    def judge(self) -> Response:
        """Return what the shapes find in the data that were sent."""
        data, kind, said = sent(flask.request)
        report = wanted(said)
        answer = self.validator.judge(Request(data, kind, self.address, report, called(said)))
        if report == PAGE:
            text = shown(data)
            seems = None if answer.read else likely(text, kind)
            found = {"answer": answer, "seems": seems, "noindex": True, **json.loads(answer.body)}
            body = page(self.address, text, REGISTERED[seems] if seems else kind, **found)
        else:
            body = answer.body
        return unkept(body, TYPES[report], 200 if answer.read else UNREADABLE)


def wanted(said: Parameters) -> str:
    """Return the report that `format` names or the Accept header likes best."""
    if named := single(said, "format").lower():
        if named not in FORMATS:
            raise NotAcceptableError(list(FORMATS))
        return FORMATS[named]
    return REPORTS[require(flask.request.headers.get("Accept"), tuple(REPORTS))]


def shown(data: bytes) -> str:
    """Return the data as the form shows them again; a NUL, which no page can hold, is replaced."""
    return data.decode("utf-8", "replace").removeprefix(BOM).replace("\0", "\ufffd")


def page(address: str, text: str = "", kind: str = "turtle", **more: Any) -> bytes:
    """Return the page: the form, and before it, where *more* says it, what was found."""
    html = flask.render_template(
        "validate.html",
        address=address,
        kind=kind,
        text=TEXTAREA + text,
        kinds=REGISTERED,
        formats=FORMATS,
        most=flask.current_app.config["MAX_CONTENT_LENGTH"],
        **more,
    )
    return html.encode()


def unkept(body: bytes, media_type: str, status: int) -> Response:
    """Return a report that nobody keeps and no search engine lists, encoded as the client takes it."""
    coding = encodings.chosen(flask.request.headers.get("Accept-Encoding"), len(body))
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    response = flask.Response(encodings.encoded(body, coding), status, content_type=media_type + charset)
    response.headers.update({"Vary": "Accept, Accept-Encoding", "Cache-Control": "no-store"})
    if coding:
        response.headers["Content-Encoding"] = coding
    keep_out(response)
    return response
