"""`dio serve` as a process of its own: it starts, answers, refuses a port in use, and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from diaspora_influence.terms import ID
from processes import is_alive
from web_fixtures import write_release

DIO = [sys.executable, "-m", "diaspora_influence.cli", "serve"]
QUIET = {name: value for name, value in os.environ.items() if not name.startswith("DIO_")}
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@contextmanager
def running(release_dir: Path, *flags: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command on a free port and give its process and its address; at the end none is left."""
    command = [*DIO, "--release-dir", str(release_dir), "--no-build", "--port", "0", "--workers", "2", *flags]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=QUIET, start_new_session=True
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert "http://" in line, process.stderr.read() if process.stderr else ""
            yield process, line.split()[-1].rstrip("/")
        finally:
            process.kill()


@pytest.fixture(scope="module")
def release_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small release in it."""
    folder = tmp_path_factory.mktemp("release")
    write_release(folder)
    return folder


def get(url: str, accept: str = "*/*") -> tuple[int, str, str]:
    """Return status, media type and text of an answer, redirects followed."""
    request = urllib.request.Request(url, headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.headers.get_content_type(), response.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.headers.get_content_type(), error.read().decode()


def family(session: int) -> set[int]:
    """Return the processes that descend from the session leader *session*, which carry its id in their parents."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
    found, waiting = set(), [session]
    while waiting:
        parent = waiting.pop()
        children = {child for child, its in parents.items() if its == parent} - found
        found |= children
        waiting += children
    return found


def test_the_server_answers_programs_and_people(release_dir: Path) -> None:
    """Query, thing, page and probe, over real HTTP."""
    with running(release_dir) as (_, url):
        status, media_type, text = get(f"{url}/sparql?query={quote('ASK {}')}")
        assert (status, media_type) == (200, "application/sparql-results+json")
        assert json.loads(text)["boolean"] is True
        status, media_type, text = get(f"{url}/id/palace", "text/turtle")
        assert (status, media_type) == (200, "text/turtle")
        assert (rdflib.URIRef(f"{ID}palace"), None, None) in rdflib.Graph().parse(data=text)
        assert get(f"{url}/id/palace", "text/html")[1] == "text/html"
        assert get(f"{url}/readyz")[2] == "ready\n"
        assert get(f"{url}/nothing")[:2] == (404, "application/problem+json")


def test_rdflibs_store_reads_the_endpoint(release_dir: Path) -> None:
    """A client library that is not ours gets typed rows."""
    with running(release_dir) as (_, url):
        graph = rdflib.Graph(SPARQLStore(f"{url}/sparql"))
        rows = list(graph.query(f"SELECT ?label {{ <{ID}palace> <{rdflib.RDFS.label}> ?label }}"))
        assert rows == [(rdflib.Literal("The Palace", lang="en"),)]
        assert len(list(graph.triples((rdflib.URIRef(f"{ID}palace"), None, None)))) == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_every_process(release_dir: Path, number: signal.Signals) -> None:
    """Exit 0, and neither engine nor worker remains."""
    with running(release_dir) as (process, url):
        assert get(f"{url}/readyz")[0] == 200
        others = family(process.pid)
        assert len(others) >= 3
        process.send_signal(number)
        assert process.wait(30) == 0
        deadline = time.monotonic() + 10
        while any(map(is_alive, others)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(is_alive, others))


def test_a_killed_server_leaves_no_process(release_dir: Path) -> None:
    """The engine ends with the front, however that ends."""
    with running(release_dir) as (process, _):
        others = family(process.pid)
        process.kill()
        process.wait(30)
        deadline = time.monotonic() + 10
        while any(map(is_alive, others)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(is_alive, others))


def test_what_was_asked_is_answered_before_the_end(release_dir: Path) -> None:
    """SIGTERM waits for the query that runs."""
    with running(release_dir, "--time-limit", "2") as (process, url):
        answers: list[tuple[int, str, str]] = []
        asking = threading.Thread(target=lambda: answers.append(get(f"{url}/sparql?query={quote(SLOW)}")))
        asking.start()
        await_busy(process.pid)
        process.send_signal(signal.SIGTERM)
        asking.join(30)
        assert process.wait(30) == 0
        assert [answer[0] for answer in answers] == [504]
        assert json.loads(answers[0][2])["limit"]


def await_busy(server: int) -> None:
    """Return when a worker below *server* computes, or when that has taken too long."""
    deadline = time.monotonic() + 10
    while not busy(server) and time.monotonic() < deadline:
        time.sleep(0.02)


def busy(server: int) -> bool:
    """Say whether any worker below *server* has begun to compute."""
    for child in family(server):
        try:
            if (Path("/proc") / str(child) / "stat").read_text().rpartition(")")[2].split()[0] == "R":
                return True
        except OSError:
            continue
    return False


def test_a_stalled_body_and_idle_connections_hold_nobody_up(release_dir: Path) -> None:
    """Bodies are read by the event loop: a hundred that never come take no thread."""
    with running(release_dir) as (_, url):
        host, port = url.removeprefix("http://").split(":")
        stalled = [socket.create_connection((host, int(port)), timeout=10) for _ in range(100)]
        head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 99\r\n\r\nASK"
        for connection in stalled:
            connection.sendall(head.encode())
        assert get(f"{url}/sparql?query={quote('ASK {}')}")[0] == 200
        for connection in stalled:
            connection.close()


RAW = [
    (b"NONSENSE\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: what\r\n\r\n", 501),
    (b"GET / HTTP/1.1\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", 400),
    (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413),
    (b"GET /sparql?query=" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
]


@pytest.mark.parametrize(("sent", "status"), RAW)
def test_what_is_no_request_is_a_problem_too(release_dir: Path, sent: bytes, status: int) -> None:
    """Even what never reaches the app is answered as a problem, with CORS."""
    with running(release_dir) as (_, url):
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    head, _, body = answer.partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ") or head.startswith(f"HTTP/1.0 {status} ")
    assert "access-control-allow-origin: *" in head.lower()
    assert json.loads(body)["status"] == status
    assert "server:" not in head.lower()


def test_a_port_in_use_is_said_at_once(release_dir: Path) -> None:
    """Exit 2 with a sentence that names the port, before anything is started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*DIO, "--release-dir", str(release_dir), "--no-build", "--host", "127.0.0.1", "--port", port],
            capture_output=True,
            text=True,
            env=QUIET,
            timeout=60,
        )
    assert done.returncode == 2
    assert port in done.stderr
    assert "in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_first_start_builds_the_release(tmp_path: Path) -> None:
    """Progress is shown, and what is served is the real thing; the second start builds nothing."""
    command = [*DIO, "--release-dir", str(tmp_path), "--port", "0"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": QUIET}
    for built in (True, False):
        with subprocess.Popen(command, **pipes) as process:
            assert process.stdout
            assert process.stderr
            line = process.stdout.readline()
            assert "http://" in line, process.stderr.read()
            status, _, text = get(f"{line.split()[-1]}id/kremlin", "text/turtle")
            process.terminate()
            assert ("is in service" in process.stderr.read()) is built
            assert process.wait(30) == 0
        assert status == 200
        assert (rdflib.URIRef(f"{ID}kremlin"), None, None) in rdflib.Graph().parse(data=text)


def test_a_build_that_fails_leaves_the_release_before_it_in_service(tmp_path: Path) -> None:
    """The small release is stale; the lock that cannot be had makes its successor fail."""
    write_release(tmp_path)
    (tmp_path / ".lock").mkdir()
    with (
        subprocess.Popen(
            [*DIO, "--release-dir", str(tmp_path), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=QUIET,
        ) as process,
    ):
        assert process.stdout
        assert process.stderr
        assert "0123456789abcdef" in process.stdout.readline()
        process.terminate()
        said = process.stderr.read()
        assert process.wait(30) == 0
    assert "building again" in said
    assert "stays in service" in said


def test_a_first_build_that_fails_ends_the_command(tmp_path: Path) -> None:
    """The build's own sentence stands above ours, and its exit code is ours."""
    (tmp_path / ".lock").mkdir()
    done = subprocess.run(
        [*DIO, "--release-dir", str(tmp_path), "--port", "0"],
        capture_output=True,
        text=True,
        env=QUIET,
        timeout=60,
    )
    assert done.returncode == 2
    assert "building the release first" in done.stderr
    assert "the build failed" in done.stderr


def test_without_a_release_and_a_build_nothing_is_served(tmp_path: Path) -> None:
    """--no-build on an empty folder says what to do."""
    done = subprocess.run(
        [*DIO, "--release-dir", str(tmp_path), "--no-build", "--port", "0"],
        capture_output=True,
        text=True,
        env=QUIET,
        timeout=60,
    )
    assert done.returncode == 2
    assert "dio build" in done.stderr
