"""/sparql?explain=empty: which pattern of a query matches nothing, and what is near it."""

from dataclasses import replace
from typing import Final

import flask
from werkzeug.wrappers.response import Response

from diaspora_influence.explain import Explanation, as_json, as_text, explain
from diaspora_influence.settings import Settings
from diaspora_influence.sparql.formats import FORMATS_OF
from diaspora_influence.sparql.guard import check
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.web.answers import WHY_EMPTY, is_empty
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.errors import NotAcceptableError
from diaspora_influence.web.headers import keep_out, tagged
from diaspora_influence.web.negotiate import choose
from diaspora_influence.web.protocol import Question

JSON: Final = "application/json"
FORMATS: Final = {"json": JSON, "html": "text/html", "text": "text/plain"}
"""What `format` may say, to the media type; the first is for who has no wish."""


def asks_why_empty(question: Question) -> bool:
    """Say whether the request asks why its answer is empty; other values of the parameter mean nothing."""
    name, value = WHY_EMPTY
    return value in question.parameters.get(name, ())


def why_empty(dataset: Dataset, settings: Settings, question: Question, base: str) -> Response:
    """Return why the answer is empty; the error that stands in the way of the answer where there is one."""
    media_type = agreed(question.format)
    request = SparqlRequest(question.query or "", question.default_graphs, question.named_graphs, base)
    form = check(request, settings.limits).form
    answer = dataset.pool.ask(replace(request, media_type=FORMATS_OF[form][0].media_type))
    truth = b'"boolean":true' in answer.body if form == "ASK" else None
    found = explain(dataset.pool.ask, request, is_empty(answer, truth), settings.limits.time)
    response = tagged(
        written(found, media_type, question).encode(), media_type + charset(media_type), media_type
    )
    if not found.complete:
        response.cache_control.no_store = True
    keep_out(response)
    return response


def agreed(named: str | None) -> str:
    """Return the media type that the address names or the Accept header likes best."""
    if named is None:
        # A client may accept nothing but results: help is none, and comes as JSON all the same.
        return choose(flask.request.headers.get("Accept"), tuple(FORMATS.values())) or JSON
    if named.lower() not in FORMATS:
        raise NotAcceptableError(list(FORMATS))
    return FORMATS[named.lower()]


def charset(media_type: str) -> str:
    """Return the parameter that text has and JSON has not."""
    return "" if media_type == JSON else "; charset=utf-8"


def written(found: Explanation, media_type: str, question: Question) -> str:
    """Return the explanation as *media_type*."""
    if media_type == JSON:
        return as_json(found)
    if media_type == FORMATS["text"]:
        return as_text(found)
    return flask.render_template("empty.html", found=found, text=question.query, noindex=True)
