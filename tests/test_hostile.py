"""The hostile battery against the real server, twice: every answer is honest, and nothing is left behind."""

import contextlib
import json
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from diaspora_influence.release.read import Release
from hostile_battery import BATTERY, Address, Case
from processes import is_alive
from test_serve_command import busy, family, get, running

CLIENTS = 6
KEPT = 1.1
"""How many times what they held after the first run the processes may hold after the second."""


def test_the_battery_has_as_many_cases_as_promised() -> None:
    assert len(BATTERY) == 66


@pytest.fixture(scope="module", params=[1, pytest.param(10, marks=pytest.mark.nightly)])
def server(request: pytest.FixtureRequest, release: Release) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command itself on the real release, with a deadline of a second, at night with the real one; nothing is kept of answers."""
    flags = {"time-limit": request.param, "memory-limit": 256, "workers": 4, "cache-bytes": 0}
    with running(release.directory.parent, *(f"--{name}={value}" for name, value in flags.items())) as found:
        yield found


def address_of(url: str) -> Address:
    host, _, port = url.removeprefix("http://").partition(":")
    return host, int(port)


def faults(address: Address, named: tuple[str, Case]) -> list[str]:
    """Return what is wrong with the answer to a case."""
    name, case = named
    status, body = case.send(address)
    found = [] if status in case.honest else [f"{name}: {status} {body[:300]!r}"]
    if b"Traceback" in body or b'File "' in body:
        found.append(f"{name}: a traceback: {body[:300]!r}")
    if status == 200:
        json.loads(body)
    elif status:
        problem = json.loads(body)
        found += (
            [] if problem["status"] == status and problem["detail"] else [f"{name}: no problem: {problem}"]
        )
    return found


def onslaught(address: Address) -> list[str]:
    """Send the whole battery, several cases at a time; return what is wrong with the answers."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        return [
            fault
            for found in clients.map(lambda case: faults(address, case), BATTERY.items())
            for fault in found
        ]


def proportional_memory(session: int) -> int:
    """Return the kB that the processes of the server hold once at rest, shared pages counted by their share."""
    before: set[int] = set()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        now = {session, *family(session)}
        if now == before and not busy(session):
            with contextlib.suppress(OSError):  # one of them was replaced just now
                return sum(map(share, now))
        before = now
        time.sleep(0.3)
    raise AssertionError("the server's processes do not come to rest")


def share(process: int) -> int:
    """Return the proportional set size of a process in kB."""
    rollup = (Path("/proc") / str(process) / "smaps_rollup").read_text()
    return int(rollup.split("\nPss:")[1].split()[0])


def test_every_answer_is_honest_twice_and_nothing_is_left_behind(
    server: tuple[subprocess.Popen[str], str],
) -> None:
    process, url = server
    address = address_of(url)
    assert onslaught(address) == []
    first = proportional_memory(process.pid)
    assert onslaught(address) == []
    second = proportional_memory(process.pid)
    assert process.poll() is None
    assert is_alive(process.pid)
    assert get(f"{url}/sparql?query=ASK%20%7B%7D")[0] == 200
    assert second <= KEPT * first, (first, second)
