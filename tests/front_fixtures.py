"""The real front over a small release, in this process, and clients that speak raw HTTP to it."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import quote

import flask
import pytest

from diaspora_influence.release.read import Release
from diaspora_influence.settings import Settings
from diaspora_influence.sparql.client import Pool
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.web.app import Dataset, create_app
from diaspora_influence.web.front import Front
from diaspora_influence.web.listen import bound
from processes import HANG
from web_fixtures import write_release

LIMITS = Limits(workers=2, queue=64, time=4 * HANG)
PROXIED = (ip_network("127.0.0.1/32"),)
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
JSON = "application/sparql-results+json"
LABELS = "SELECT ?s ?label { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label } ORDER BY ?s ?label"


@dataclass
class Served:
    """A front that runs, its app and its pool."""

    front: Front
    app: flask.Flask
    pool: Pool
    address: tuple[str, int]
    asked_of_the_app: list[bytes]

    def connect(self) -> socket.socket:
        """Return a connection."""
        return socket.create_connection(self.address, timeout=HANG)

    def ask(self, method: str, target: str, body: bytes | None = None, **headers: str) -> "Got":
        """Return the answer to one request over a connection of its own."""
        connection = http.client.HTTPConnection(*self.address, timeout=HANG)
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, target, body, {"Host": HOST, **names})
            response = connection.getresponse()
            return Got(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()


@dataclass
class Got:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes


HOST = "tests.example:8080"


def sparql(query: str, more: str = "") -> str:
    """Return the target of a question."""
    return f"/sparql?query={quote(query, safe='')}{more}"


@contextmanager
def serving(release: Release, settings: Settings) -> Iterator[Served]:
    """Serve *release* for as long as the context lasts."""
    with (
        bound("127.0.0.1", 0) as listener,
        Pool(release.directory, settings.limits, reserve=1) as pool,
    ):
        dataset = Dataset(release, pool)
        app = create_app(dataset, settings)
        front = Front(app, listener, settings, dataset)
        asked, run_app = [], front.answering.gateway.run

        def noted(connection, message, *how):  # type: ignore[no-untyped-def]
            asked.append(message.target)
            run_app(connection, message, *how)

        front.answering.gateway.run = noted  # type: ignore[method-assign]
        thread = threading.Thread(target=front.run)
        thread.start()
        try:
            yield Served(front, app, pool, listener.getsockname()[:2], asked)
        finally:
            front.patience = 0.1
            front.stop()
            thread.join(HANG)
            assert not thread.is_alive()


def settings(release_dir: Path, limits: Limits = LIMITS, **more: object) -> Settings:
    """Return settings for the tests."""
    return Settings(release_dir=release_dir, limits=limits, **more)  # type: ignore[arg-type]


def whole(connection: socket.socket) -> bytes:
    """Return all that the server sends until it closes."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The front over the small release; 127.0.0.1 counts as a proxy, so that tests can be several clients."""
    folder = tmp_path_factory.mktemp("release")
    release = write_release(folder)
    public = "https://tests.example"
    with serving(release, settings(folder, trusted_proxies=PROXIED, public_url=public)) as served:
        yield served


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The front over the small release with the settings that it has by default, one worker, short limits."""
    folder = tmp_path_factory.mktemp("release")
    release = write_release(folder)
    with serving(release, settings(folder, Limits(workers=1, queue=8, time=1.0))) as served:
        yield served
