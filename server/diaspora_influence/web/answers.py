"""A query's answer as a page: rows with links to the things that they name, or a graph in Turtle."""

import json
from typing import Any, Final
from urllib.parse import urlencode

import flask
from werkzeug.wrappers.response import Response

from diaspora_influence.sparql.client import Answer
from diaspora_influence.sparql.formats import GRAPHS, Format
from diaspora_influence.web.headers import keep_out, tagged
from diaspora_influence.web.links import curie
from diaspora_influence.web.protocol import Question
from diaspora_influence.web.views import Value

MOST: Final = 2000
"""Rows that a page holds; a longer answer is complete only as a file, and the page says so."""


WHY_EMPTY: Final = ("explain", "empty")
"""The parameter that asks why an answer is empty."""


def show(answer: Answer, question: Question, among: tuple[Format, ...]) -> Response:
    """Return the page of *answer*, which is JSON for rows and truth values and Turtle for graphs."""
    found = {"graph": answer.body.decode()} if among is GRAPHS else rows(json.loads(answer.body))
    shown: dict[str, Any] = {"truth": None, "graph": "", "names": [], "rows": [], "total": 0} | found
    html = flask.render_template(
        "answer.html",
        **shown,
        most=MOST,
        text=question.query,
        downloads=[(one.token, download(question, one.token)) for one in among],
        why_empty=help_address(question) if is_empty(answer, shown["truth"]) else None,
        noindex=True,
    )
    response = tagged(html.encode(), "text/html; charset=utf-8", "html")
    keep_out(response)
    return response


def rows(document: dict[str, Any]) -> dict[str, Any]:
    """Return what the page shows of a SPARQL JSON result."""
    if "boolean" in document:
        return {"truth": document["boolean"]}
    bindings = document["results"]["bindings"]
    names = document["head"]["vars"]
    shown = (
        [{name: cell(term) for name, term in row.items()} for row in bindings]
        if len(bindings) <= MOST
        else []
    )
    return {"names": names, "rows": shown, "total": len(bindings)}


def cell(term: dict[str, Any]) -> Value:
    """Return one term as a reader sees it."""
    text = term["value"]
    if term["type"] == "uri":
        return Value(curie(text), iri=text)
    if term["type"] == "triple":
        return Value(" ".join(cell(text[part]).text for part in ("subject", "predicate", "object")))
    return Value(f"_:{text}" if term["type"] == "bnode" else text, language=term.get("xml:lang"))


def download(question: Question, token: str) -> str:
    """Return the address of the same answer in another format."""
    return address(question, "format", token)


def help_address(question: Question) -> str:
    """Return the address that says why the answer to *question* is empty."""
    return address(question, *WHY_EMPTY)


def address(question: Question, name: str, value: str) -> str:
    """Return the address that asks *question* with one parameter more."""
    pairs = [("query", question.query or ""), (name, value)]
    pairs += [("default-graph-uri", iri) for iri in question.default_graphs]
    pairs += [("named-graph-uri", iri) for iri in question.named_graphs]
    return f"{flask.request.script_root}/sparql?{urlencode(pairs)}"


def is_empty(answer: Answer, truth: bool | None) -> bool:
    """Say whether an answer has no row and no triple, or is `false`."""
    return answer.rows == 0 if truth is None else not truth
