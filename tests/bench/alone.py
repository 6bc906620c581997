"""What is measured of our server alone: the first answer, how late a deadline's answer is, and under attack."""

import contextlib
import http.client
import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final
from urllib.error import HTTPError
from urllib.parse import quote

from bench.mix import MIX, target
from bench.peers import fetch, free_port, running

LIMIT: Final = 1.0
"""Seconds that a query may run where lateness is measured."""
SLOW: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def command(port: int, *flags: str) -> list[str | Path]:
    """Return the command that serves the release in service on *port*."""
    start = [sys.executable, "-m", "diaspora_influence.cli", "serve", "--no-build", "--port", str(port)]
    return [*start, *flags]


def await_answer(process: subprocess.Popen[bytes], port: int) -> None:
    """Return when the server of *process* has given a whole answer, or has ended."""
    while process.poll() is None:
        try:
            fetch(f"127.0.0.1:{port}", MIX[0], target("/sparql", MIX[0]))
            return
        except OSError:
            time.sleep(0.005)


def first_answer(folder: Path, rounds: int) -> str:
    """Return a sentence on the seconds from the start of the process to the first whole answer."""
    seconds = []
    for number in range(rounds):
        port, began = free_port(), time.monotonic()
        with running(command(port), folder / f"start{number}.log") as process:
            await_answer(process, port)
            seconds.append(time.monotonic() - began)
    return f"- First answer after the start: {median(seconds):.2f} s (at most {max(seconds):.2f}, {rounds} starts)."


def lateness(folder: Path, rounds: int) -> str:
    """Return a sentence on the seconds beyond the time limit in which the deadline is answered."""
    port, late = free_port(), []
    with running(command(port, "--time-limit", str(LIMIT)), folder / "late.log") as process:
        await_answer(process, port)
        late = [over(port) for _ in range(rounds)]
    return f"- A deadline of {LIMIT:g} s is answered {median(late):.3f} s after it (at most {max(late):.3f}, {rounds} queries)."


def over(port: int) -> float:
    """Return the seconds beyond the limit after which a query that never ends has its 504."""
    began = time.monotonic()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sparql?query={quote(SLOW)}", timeout=60):
            raise RuntimeError("a query without end has an answer")
    except HTTPError as error:
        with error:
            seconds = time.monotonic() - began - LIMIT
            if error.code != 504:
                raise RuntimeError(f"no deadline: {json.loads(error.read())}") from error
    return seconds


ATTACKS: Final = (
    SLOW,
    "SELECT (STRLEN(?s40) AS ?n) { BIND('xxxxxxxxxx' AS ?s0) "
    + " ".join(f"BIND(CONCAT(?s{number}, ?s{number}) AS ?s{number + 1})" for number in range(40))
    + " }",
    f"SELECT * {{ FILTER({'(' * 20_000}1{')' * 20_000}) }}",
    f"SELECT * {{ {' UNION '.join(['{}'] * 8000)} }}",
)
"""A query that takes a processor, one that takes memory, and two on which a parser without a guard dies."""
ATTACKER: Final = "127.0.0.2"
"""Where the attack comes from, so that it is another client's."""


def attack(port: int, query: str, ended: threading.Event) -> None:
    """Send *query* again and again, as one client of several."""
    while not ended.is_set():
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(ATTACKER, 0))
        with contextlib.suppress(OSError, http.client.HTTPException):
            line.request("POST", "/sparql", query, {"Content-Type": "application/sparql-query"})
            line.getresponse().read()
        line.close()


def under_attack(folder: Path, rounds: int, asked: Callable[[str], dict[str, float]]) -> str:
    """Return a sentence on what others see of an attack: *asked* asks the server at an address, and tells."""
    port = free_port()
    calm, storm = [], []
    with running(command(port, "--time-limit", str(LIMIT)), folder / "attack.log") as process:
        await_answer(process, port)
        for _ in range(rounds):
            calm.append(asked(f"127.0.0.1:{port}"))
            ended = threading.Event()
            threads = [threading.Thread(target=attack, args=(port, query, ended)) for query in ATTACKS]
            for thread in threads:
                thread.start()
            storm.append(asked(f"127.0.0.1:{port}"))
            ended.set()
            for thread in threads:
                thread.join()
    before, during = (median(run["p99"] for run in runs) for runs in (calm, storm))
    errors = sum(int(run["errors"]) for run in storm)
    return (
        f"- Under attack from another address ({len(ATTACKS)} clients: a query that takes a processor, one that"
        f" takes memory, two parser bombs; limit {LIMIT:g} s) 8 connections see a p99 of {during:.1f} ms, before"
        f" {before:.1f} ({during / before:.1f} ×), and {errors} errors."
    )
