"""What a server tells of itself: counts for Prometheus, lines of a log, and never whom or what it should not."""

import json
import socket
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import flask
import pytest
from prometheus_client.parser import text_string_to_metric_families

from diaspora_influence.settings import Settings
from diaspora_influence.web.app import Dataset, create_app
from diaspora_influence.web.observer import BOUNDS, ROUTES, Exchange, Observer
from front_fixtures import serving, settings
from web_fixtures import LIMITS, Pool, write_release

SECRET = "SELECT * { ?s ?p 'a secret' }"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    release = write_release(tmp_path_factory.mktemp("release"))
    with Pool(release.directory, LIMITS) as pool:
        yield Dataset(release, pool)


def served(dataset: Dataset, log: str = "none") -> tuple[flask.Flask, list[str]]:
    lines: list[str] = []
    return create_app(dataset, Settings(limits=LIMITS), Observer(log, lines.append)), lines


def scraped(app: flask.Flask) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text = app.test_client().get("/metrics").text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_every_answer_is_counted_by_route_method_and_status(dataset: Dataset) -> None:
    app, _ = served(dataset)
    client = app.test_client()
    for path in (
        "/",
        "/sparql?query=ASK%20%7B%7D",
        "/sparql?query=nonsense",
        "/id/palace.ttl",
        "/nothing",
        "/nothing/else",
    ):
        client.get(path)
    client.post("/")
    found = {key[1]: value for key, value in scraped(app).items() if key[0] == "dio_http_requests_total"}
    told = {tuple(labels[name] for name in ("route", "method", "status")): value for labels, value in
            ((dict(labels), value) for labels, value in found.items())}  # fmt: skip
    assert told == {
        ("home", "GET", "200"): 1,
        ("sparql", "GET", "200"): 1,
        ("sparql", "GET", "400"): 1,
        ("id", "GET", "200"): 1,
        ("other", "GET", "404"): 2,
        ("home", "POST", "405"): 1,
    }


def test_nobody_can_make_counters_at_will() -> None:
    observer = Observer()
    for number in range(500):
        observer.observe(Exchange(f"M{number}", f"/p{number}", 404, 0, 0.0))
    assert list(observer.requests) == [("other", "other", 404)]
    assert {Exchange("GET", f"/{route}/x", 200, 0, 0.0).route for route in ROUTES} == ROUTES


def test_a_histogram_is_cumulative_and_ends_with_all(dataset: Dataset) -> None:
    app, _ = served(dataset)
    observer = app.extensions["observer"]
    for seconds in (0.0, 0.001, 0.3, 99.0):
        observer.observe(Exchange("GET", "/sparql", 200, 10, seconds))
    found = scraped(app)
    buckets = [
        found["dio_http_request_seconds_bucket", (("le", le), ("route", "sparql"))]
        for le in [*map(str, BOUNDS), "+Inf"]
    ]
    assert buckets == sorted(buckets)
    assert (buckets[0], buckets[-1]) == (2, 4)
    assert found["dio_http_request_seconds_count", (("route", "sparql"),)] == 4
    assert found["dio_http_response_bytes_total", (("route", "sparql"),)] == 40


def test_the_pool_and_the_release_are_told(dataset: Dataset) -> None:
    app, _ = served(dataset)
    found = {name: value for (name, labels), value in scraped(app).items() if not labels}
    assert found["dio_workers"] == LIMITS.workers
    assert found["dio_queries_running"] == found["dio_queries_waiting"] == 0
    assert found["dio_engine_up"] == 1
    assert any(
        key[0] == "dio_release_info" and dict(key[1])["digest"] == dataset.release.digest
        for key in scraped(app)
    )


def test_openmetrics_is_written_for_who_asks_for_it(dataset: Dataset) -> None:
    app, _ = served(dataset)
    answer = app.test_client().get(
        "/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"}
    )
    assert answer.content_type.startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_leave_no_line_is_written(dataset: Dataset) -> None:
    app, lines = served(dataset)
    app.test_client().get("/")
    assert lines == []


def test_a_line_tells_the_query_by_its_digest_and_nobody_by_address(dataset: Dataset) -> None:
    app, lines = served(dataset, "anonymous")
    for _ in range(2):
        app.test_client().get(
            "/sparql", query_string={"query": SECRET}, environ_base={"REMOTE_ADDR": "192.0.2.7"}
        )
    first, second = map(json.loads, lines)
    assert (first["method"], first["path"], first["status"], first["cached"]) == (
        "GET",
        "/sparql",
        200,
        False,
    )
    assert first["query"] == second["query"]
    assert len(first["query"]) == 16
    assert first["seconds"] > 0
    assert first["bytes"] > 0
    assert "secret" not in "".join(lines)
    assert "192.0.2.7" not in "".join(lines)


def test_addresses_are_written_only_where_the_operator_says_so(dataset: Dataset) -> None:
    app, lines = served(dataset, "with-client")
    app.test_client().get("/", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert json.loads(lines[0])["client"] == "192.0.2.7"


def test_no_path_forges_a_line(dataset: Dataset) -> None:
    app, lines = served(dataset, "anonymous")
    app.test_client().get("/x%0a%7B%22status%22:200%7D%1b[31m%e2%80%a8")
    (line,) = lines
    assert line.isprintable()
    assert json.loads(line)["path"] == '/x\n{"status":200}\x1b[31m\u2028'


def test_the_front_tells_of_what_it_answers_past_the_app(tmp_path: Path) -> None:
    lines: list[str] = []
    with serving(write_release(tmp_path), settings(tmp_path)) as served:
        observer: Observer = served.app.extensions["observer"]
        observer.log, observer.out = "anonymous", lines.append
        with socket.create_connection(served.address, timeout=10) as line:
            for _ in range(3):
                line.sendall(b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n")
                assert line.recv(65536).startswith(b"HTTP/1.1 200")
        with socket.create_connection(served.address, timeout=10) as line:
            line.sendall(b"NONSENSE\r\n\r\n")
            assert line.recv(65536).startswith(b"HTTP/1.1 400")
    assert dict(observer.requests) == {("sparql", "GET", 200): 3, ("other", "other", 400): 1}
    assert observer.hits == 2
    assert [json.loads(one)["cached"] for one in lines] == [False, True, True, False]
    assert len({json.loads(one)["query"] for one in lines[:3]}) == 1


def test_behind_a_proxy_the_log_names_the_client_of_a_kept_answer_too(tmp_path: Path) -> None:
    lines: list[str] = []
    proxied = settings(
        tmp_path,
        trusted_proxies=(ip_network("127.0.0.0/8"),),
        public_url="https://tests.example",
        access_log="with-client",
    )
    with serving(write_release(tmp_path), proxied) as served:
        served.app.extensions["observer"].out = lines.append
        with socket.create_connection(served.address, timeout=10) as line:
            for _ in range(4):
                line.sendall(
                    b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.9\r\n\r\n"
                )
                assert line.recv(65536).startswith(b"HTTP/1.1 200")
    assert [(json.loads(one)["cached"], json.loads(one)["client"]) for one in lines] == [
        (number > 0, "192.0.2.9") for number in range(4)
    ]
