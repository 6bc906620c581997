"""Scratch mode: an empty dataset on this machine that takes updates at /sparql, graphs at /graph-store."""

import uuid
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import flask
from werkzeug.wrappers.response import Response

from diaspora_influence import __version__
from diaspora_influence.errors import InputError
from diaspora_influence.release.read import Release
from diaspora_influence.settings import Settings
from diaspora_influence.sparql.errors import SparqlError, UpdateRefused
from diaspora_influence.sparql.excerpt import quoted
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.sparql.scratch.client import ScratchPool
from diaspora_influence.sparql.scratch.write import DELETE, POST, PUT, Part, Write, update
from diaspora_influence.web.bodies import bodies
from diaspora_influence.web.changes import Change, read_any, refuse_strangers
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.endpoint import METHODS, Endpoint
from diaspora_influence.web.errors import WebError
from diaspora_influence.web.graph_store import DEFAULT, PATH, READS, GraphStore
from diaspora_influence.web.headers import tagged
from diaspora_influence.web.protocol import UPDATE

LOUD: Final = (
    "SCRATCH MODE: an empty dataset that anyone on this machine can change; it is gone when the server ends"
)


ALLOWED: Final = (*READS, "PUT", "POST", "DELETE", "OPTIONS")
"""The methods of a graph store that can be written."""


def no_release() -> Release:
    """Return what stands for the release where there is none."""
    return Release(Path(), "0" * 64, __version__, None, "0" * 64, 0, {}, ())


def require_loopback(host: str, address: str) -> None:
    """Raise InputError where *address*, where the server of *host* listens, is not this machine's alone."""
    if not ip_address(address.partition("%")[0]).is_loopback:
        raise InputError(f"--scratch listens on this machine alone, and {host} is not; use --host 127.0.0.1")


def fresh(response: Response) -> Response:
    """Return *response*, which nobody keeps: the dataset may have changed by the next one."""
    response.cache_control.no_cache = True
    return response


def done(status: int) -> Response:
    """Return an answer that has no body, and so no type of one."""
    response = flask.Response(status=status)
    del response.headers["Content-Type"]
    return response


def allowed() -> Response:
    """Return what a browser asks before a page, of another port say, changes a graph."""
    response = flask.Response(headers={"Access-Control-Allow-Methods": ", ".join(ALLOWED)})
    response.allow.update(ALLOWED)
    return response


@dataclass(frozen=True)
class ScratchEndpoint(Endpoint):
    """The endpoint of a scratch dataset, which takes updates."""

    def register(self, app: flask.Flask) -> None:
        """Add the endpoint to *app*, with and without a slash at the end."""
        app.add_url_rule("/sparql", "sparql", self.serve, methods=METHODS)
        app.add_url_rule("/sparql/", "sparql_slash", self.serve, methods=METHODS)

    def serve(self) -> Response:
        """Answer a query or make an update."""
        asked = read_any(flask.request)
        if isinstance(asked, Change):
            return self.change(asked)
        try:
            return fresh(self.respond(asked))
        except UpdateRefused as error:
            raise WebError("This is an update, sent as a query.", hint=f"send it as {UPDATE}") from error

    def change(self, asked: Change) -> Response:
        """Make an update; 204 says that all of it is done."""
        write = update(asked.update, self.address, asked.using, asked.using_named)
        try:
            pool_of(self.dataset).write(write)
        except SparqlError as error:
            raise quoted(error, asked.update) from error.__cause__
        return done(204)


@dataclass(frozen=True)
class ScratchGraphStore(GraphStore):
    """The graphs of a scratch dataset, which can be written."""

    def register(self, app: flask.Flask) -> None:
        """Add the addresses to *app*."""
        for rule, name in ((PATH, "graph_store"), (f"{PATH}/<path:name>", "graph_store_direct")):
            app.add_url_rule(rule, name, self.serve, methods=ALLOWED)

    def serve(self, name: str | None = None) -> Response:
        """Return, replace, merge into, or remove a graph; POST to the store itself makes a new one."""
        method = flask.request.method
        if method == "OPTIONS":
            return allowed()
        if method in READS:
            return fresh(self.read(name))
        refuse_strangers(flask.request)
        if method == "POST" and name is None and not flask.request.query_string:
            return self.make()
        if method == "DELETE":
            return self.write(DELETE, self.named(name))
        return self.write(PUT if method == "PUT" else POST, self.named(name), bodies(flask.request))

    def make(self) -> Response:
        """Put the body into a graph of a new name, and say which."""
        iri = f"{self.address}/{uuid.uuid4()}"
        response = self.write(PUT, iri, bodies(flask.request))
        response.headers["Location"] = iri
        return response

    def write(self, operation: str, iri: str, parts: tuple[Part, ...] = ()) -> Response:
        """Do one write: 201 where it made a graph, else 204."""
        write = Write(operation, parts, graph=iri, base=self.address if iri == DEFAULT else iri)
        return done(201 if pool_of(self.dataset).write(write) else 204)

    def holds(self, iri: str) -> bool:
        """Say whether there is a graph of this name, be it empty."""
        question = SparqlRequest(f"ASK {{ GRAPH <{iri}> {{}} }}")
        return b"true" in self.dataset.pool.ask(question).body


@dataclass(frozen=True)
class ScratchPage:
    """The first page of scratch mode."""

    dataset: Dataset
    settings: Settings

    def register(self, app: flask.Flask) -> None:
        """Add the page to *app*."""
        app.add_url_rule("/", "home", self.home)

    def home(self) -> Response:
        """Return the page, which says what this is and what it is not."""
        html = flask.render_template("scratch.html", loud=LOUD, limits=self.settings.limits, noindex=True)
        return tagged(html.encode(), "text/html; charset=utf-8", "html")


def pool_of(dataset: Dataset) -> ScratchPool:
    """Return the pool of a scratch dataset."""
    assert isinstance(dataset.pool, ScratchPool)
    return dataset.pool
