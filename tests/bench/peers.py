"""The endpoints that are compared: how each is started over the same triples, and in which version."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.mix import MIX, accept, target
from diaspora_influence.data import ROOT

VENV: Final = ROOT / ".venv" / "peers"
"""Where `make bench-tools` puts the peers from PyPI: their dependencies are not ours."""
READY: Final = 120.0
"""Seconds in which a peer has to answer after it is started."""
GRAPH: Final = "http://example.org/union"
TYPES: Final = "types { application/sparql-results+json json; application/n-triples nt; }"


class AbsentError(Exception):
    """What a peer needs is not on this machine."""


@dataclass(frozen=True)
class Peer:
    """A running endpoint: host and port, and the eight targets that it is asked."""

    name: str
    version: str
    address: str
    targets: list[str]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def said(*command: str | Path) -> str:
    """Return what a program says of its version, on either stream."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else "unknown"


def program(name: str | Path) -> str:
    """Return where a program is; AbsentError where it is nowhere."""
    if found := shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin"):
        return found
    raise AbsentError(f"{Path(name).name} is not installed (make bench-tools)")


@contextmanager
def running(command: list[str | Path], log: Path, **more: object) -> Iterator[subprocess.Popen[bytes]]:
    """Run *command* with its words in *log* for as long as the context lasts."""
    with log.open("wb") as words:
        process = subprocess.Popen(command, stdout=words, stderr=words, **more)  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def fetch(address: str, query: str, at: str) -> bytes:
    """Return the body of an answer."""
    request = urllib.request.Request(f"http://{address}{at}", headers={"Accept": accept(query)})
    with urllib.request.urlopen(request, timeout=60) as response:
        return bytes(response.read())


def wait(address: str, at: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the peer answers the first query; RuntimeError with its last words where it never does."""
    until = time.monotonic() + READY
    while time.monotonic() < until and process.poll() is None:
        try:
            fetch(address, MIX[0], at)
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{process.args!r} does not answer: {log.read_text('utf-8', 'replace')[-2000:]}")


@contextmanager
def endpoint(
    name: str, version: str, command: list[str | Path], port: int, path: str, folder: Path
) -> Iterator[Peer]:
    """Run *command*, which listens on *port*, and give it when it answers at *path*."""
    targets, log = [target(path, query) for query in MIX], folder / "log"
    with running(command, log) as process:
        wait(f"127.0.0.1:{port}", targets[0], process, log)
        yield Peer(name, version, f"127.0.0.1:{port}", targets)


@contextmanager
def ours(folder: Path, _data: Path) -> Iterator[Peer]:
    """Run `dio serve` over the release in service, with the settings that it has by default."""
    from diaspora_influence import __version__

    port = free_port()
    command = [sys.executable, "-m", "diaspora_influence.cli", "serve", "--no-build", "--port", str(port)]
    with endpoint("dio serve", __version__, [*command], port, "/sparql", folder) as peer:
        yield peer


@contextmanager
def oxigraph(folder: Path, data: Path) -> Iterator[Peer]:
    """Run `oxigraph serve` over a store of its own, on disk as it always is."""
    binary, port = program(VENV / "bin" / "oxigraph"), free_port()
    store = ["--location", folder / "store"]
    subprocess.run([binary, "load", *store, "--file", data], check=True, capture_output=True)
    command = [binary, "serve", *store, "--bind", f"127.0.0.1:{port}"]
    with endpoint("oxigraph serve", said(binary, "--version"), command, port, "/query", folder) as peer:
        yield peer


@contextmanager
def rdflib_endpoint(folder: Path, data: Path) -> Iterator[Peer]:
    """Run `rdflib-endpoint serve`, with rdflib's own store in memory."""
    binary, port = program(VENV / "bin" / "rdflib-endpoint"), free_port()
    asked = "from importlib.metadata import version; print(version('rdflib-endpoint'))"
    command = [binary, "serve", "--host", "127.0.0.1", "--port", str(port), data]
    version = said(VENV / "bin" / "python", "-c", asked)
    with endpoint("rdflib-endpoint", version, command, port, "/", folder) as peer:
        yield peer


VIRTUOSO: Final = """
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 80
NumberOfBuffers = 100000
MaxDirtyBuffers = 60000
DirsAllowed = {folder}, {data}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 70
MaxClientConnections = 70
[SPARQL]
ResultSetMaxRows = 100000
"""


@contextmanager
def virtuoso(folder: Path, data: Path) -> Iterator[Peer]:
    """Run Virtuoso over one graph that is named in the address: its own default graph has system graphs too."""
    binary, isql, port, sql = program("virtuoso-t"), program("isql-vt"), free_port(), free_port()
    (folder / "v.ini").write_text(
        VIRTUOSO.format(folder=folder, data=data.parent, port=port, sql=sql), "utf-8"
    )
    load = f"DB.DBA.TTLP_MT(file_to_string_output('{data}'), '', '{GRAPH}'); checkpoint;"
    with running([binary, "+foreground", "+configfile", folder / "v.ini"], folder / "log") as process:
        until = time.monotonic() + READY
        command = [isql, str(sql), "dba", "dba", f"exec={load}"]
        while (
            "Error" in (done := subprocess.run(command, capture_output=True, text=True, check=False)).stderr
        ):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"Virtuoso does not load: {done.stderr}")
            time.sleep(0.5)
        address, path = f"127.0.0.1:{port}", f"/sparql?default-graph-uri={GRAPH}"
        targets = [target(path, query) for query in MIX]
        wait(address, targets[0], process, folder / "log")
        yield Peer("Virtuoso", said(binary, "-?"), address, targets)


NGINX: Final = """
worker_processes auto;
daemon off;
pid {folder}/pid;
error_log {folder}/errors;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  {types}
  keepalive_requests 1000000000;
  open_file_cache max=100;
  server {{ listen 127.0.0.1:{port}; root {folder}/www; }}
}}
"""


@contextmanager
def nginx(folder: Path, answers: Mapping[str, bytes]) -> Iterator[Peer]:
    """Run nginx over files that hold *answers*, ours: the upper reference, no endpoint."""
    binary, port = program("nginx"), free_port()
    (folder / "www").mkdir()
    for name, body in answers.items():
        (folder / "www" / name).write_bytes(body)
    folder.chmod(0o755)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, types=TYPES), "utf-8")
    command = [binary, "-p", folder, "-c", folder / "nginx.conf"]
    targets = [f"/{name}" for name in answers]
    with running(command, folder / "log") as process:
        wait(f"127.0.0.1:{port}", targets[0], process, folder / "log")
        yield Peer("nginx", said(binary, "-v"), f"127.0.0.1:{port}", targets)


PEERS: Final[Mapping[str, Callable[[Path, Path], object]]] = {
    "dio serve": ours,
    "oxigraph serve": oxigraph,
    "Virtuoso": virtuoso,
    "rdflib-endpoint": rdflib_endpoint,
}
"""Each name to what runs it in a folder of its own over a file of N-Triples."""
