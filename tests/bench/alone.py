"""What is measured of our server alone: the first answer after the start, and how late a deadline's answer is."""

import json
import sys
import time
import urllib.request
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


def first_answer(folder: Path, rounds: int) -> str:
    """Return a sentence on the seconds from the start of the process to the first whole answer."""
    seconds = []
    for number in range(rounds):
        port, began = free_port(), time.monotonic()
        with running(command(port), folder / f"start{number}.log") as process:
            while process.poll() is None:
                try:
                    fetch(f"127.0.0.1:{port}", MIX[0], target("/sparql", MIX[0]))
                    break
                except OSError:
                    time.sleep(0.005)
            seconds.append(time.monotonic() - began)
    return f"- First answer after the start: {median(seconds):.2f} s (at most {max(seconds):.2f}, {rounds} starts)."


def lateness(folder: Path, rounds: int) -> str:
    """Return a sentence on the seconds beyond the time limit in which the deadline is answered."""
    port, late = free_port(), []
    with running(command(port, "--time-limit", str(LIMIT)), folder / "late.log") as process:
        while process.poll() is None:
            try:
                fetch(f"127.0.0.1:{port}", MIX[0], target("/sparql", MIX[0]))
                break
            except OSError:
                time.sleep(0.02)
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
