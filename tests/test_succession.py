"""A new release is swapped in while requests come: none is dropped, and what was asked before is answered."""

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from diaspora_influence.release.read import CURRENT, MANIFEST
from test_serve_command import SLOW, await_busy, family, get, running
from web_fixtures import write_release

NEXT = "fedcba9876543210"
COUNT = "SELECT (COUNT(*) AS ?n) { <https://example.org/new> ?p ?o }"


@pytest.fixture
def release_dir(tmp_path: Path) -> Path:
    write_release(tmp_path)
    return tmp_path


def publish(release_dir: Path, damaged: bool = False) -> None:
    """Bring a release with one more triple into service, as a build does; a damaged one has no data."""
    folder = release_dir / NEXT
    shutil.copytree(release_dir / "0123456789abcdef", folder)
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"digest": NEXT * 4}))
    graph = "https://w3id.org/diaspora-influence/graph/instances/test/agents"
    more = f"<https://example.org/new> <https://example.org/p> <https://example.org/o> <{graph}> .\n"
    data = folder / "dump.nq"
    data.write_text("nonsense" if damaged else data.read_text("utf-8") + more, "utf-8")
    draft = release_dir / ".draft"
    draft.write_text(f"{NEXT}\n")
    draft.replace(release_dir / CURRENT)


def told(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stderr
    yield from process.stderr


def test_no_request_is_dropped_while_a_release_is_swapped_in(release_dir: Path) -> None:
    with running(release_dir, "--time-limit", "3") as (process, url):
        statuses: list[int] = []
        ended = threading.Event()

        def ask(client: int) -> None:
            number = 0
            while not ended.is_set():
                number += 1
                page = (
                    f"{url}/id/palace.ttl"
                    if number % 5 == 0
                    else f"{url}/sparql?query={quote(COUNT)}%23{client}.{number % 40}"
                )
                statuses.append(get(page)[0])

        clients = [threading.Thread(target=ask, args=(client,)) for client in range(3)]
        for client in clients:
            client.start()
        publish(release_dir)
        assert NEXT in next(told(process))
        time.sleep(0.5)
        ended.set()
        for client in clients:
            client.join(30)
        assert set(statuses) == {200}
        assert len(statuses) > 50
        assert (
            json.loads(get(f"{url}/sparql?query={quote(COUNT)}")[2])["results"]["bindings"][0]["n"]["value"]
            == "1"
        )
        assert NEXT in get(f"{url}/metrics")[2]


def test_what_was_asked_of_the_release_before_is_answered_by_it(release_dir: Path) -> None:
    with running(release_dir, "--time-limit", "4") as (process, url):
        answers: list[tuple[int, str, str]] = []
        asking = threading.Thread(target=lambda: answers.append(get(f"{url}/sparql?query={quote(SLOW)}")))
        asking.start()
        await_busy(process.pid)
        publish(release_dir)
        assert NEXT in next(told(process))
        asking.join(30)
        assert [answer[0] for answer in answers] == [504]
        assert get(f"{url}/sparql?query={quote('ASK {}')}")[0] == 200


def test_the_engine_before_ends_when_nothing_of_it_can_be_left(release_dir: Path) -> None:
    with running(release_dir, "--time-limit", "0.3") as (process, url):
        before = family(process.pid)
        publish(release_dir)
        assert NEXT in next(told(process))
        until = time.monotonic() + 20
        while before & family(process.pid) and time.monotonic() < until:
            time.sleep(0.1)
        assert not before & family(process.pid)
        assert get(f"{url}/sparql?query={quote('ASK {}')}")[0] == 200


def test_a_release_that_cannot_be_served_leaves_the_one_before(release_dir: Path) -> None:
    with running(release_dir) as (process, url):
        publish(release_dir, damaged=True)
        line = next(told(process))
        while "cannot be served" not in line:
            line = next(told(process))
        assert (
            json.loads(get(f"{url}/sparql?query={quote(COUNT)}")[2])["results"]["bindings"][0]["n"]["value"]
            == "0"
        )
