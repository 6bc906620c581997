"""`dio serve` against other endpoints over the same triples: answers a second, p50 and p99; prints Markdown.

All run at the same time and are asked one after the other, round after round, so that what else the machine
does falls on all. Load is wrk's; each query is asked in turn, repeated as it is, or each time with another
comment at its end, so that no cache has it.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.parse import urlsplit

import pyoxigraph as ox

from bench.alone import first_answer, lateness, under_attack
from bench.mix import MIX, is_graph, target, write_script
from bench.peers import PEERS, AbsentError, Peer, fetch, nginx, program, said
from diaspora_influence.release.read import default_release_dir, open_current

CONNECTIONS: Final = (1, 8, 64)
ROUNDS: Final = 5
SECONDS: Final = 4
RESTING: Final = 0.8
"""The part of the processors that is idle where nobody is at work."""
OURS, STATIC, REFERENCE = "dio serve", "nginx", "oxigraph serve"


@dataclass(frozen=True)
class Load:
    """One way of asking: distinct queries or repeated ones, over so many connections."""

    distinct: bool
    connections: int

    @property
    def name(self) -> str:
        """Return what the table calls it."""
        return "uncached" if self.distinct else "repeated"


def union(file: Path) -> int:
    """Write the default graph of the release in service to *file* as N-Triples; return its triples."""
    release = open_current(default_release_dir())
    quads = {
        quad.triple
        for dump in sorted(release.directory.glob("*.nq"))
        for quad in ox.parse(path=dump, format=ox.RdfFormat.N_QUADS)
    }
    ox.serialize(quads, file, format=ox.RdfFormat.N_TRIPLES)
    return len(quads)


def start(stack: ExitStack, folder: Path, data: Path, wanted: list[str]) -> tuple[list[Peer], list[str]]:
    """Start what is wanted and here; return it, and a sentence for each that is absent."""
    peers, absent = [], []
    for name in wanted:
        place = folder / name.replace(" ", "-")
        place.mkdir()
        try:
            peers.append(stack.enter_context(PEERS[name](place, data)))  # type: ignore[arg-type]
        except AbsentError as error:
            absent.append(f"- {name}: absent; {error}.")
        print(f"  {name}: {'runs' if peers and peers[-1].name == name else 'absent'}", file=sys.stderr)
    return peers, absent


def named(text: str) -> Peer:
    """Return the peer that `--peer NAME=URL` means."""
    name, _, url = text.partition("=")
    parts = urlsplit(url)
    if not name or parts.scheme != "http" or not parts.netloc:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=http://HOST[:PORT]/PATH")
    path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    return Peer(name, "as found", parts.netloc, [target(path, query) for query in MIX])


def size(body: bytes, graph: bool) -> int:
    """Return how many rows or triples an answer has; 1 or 0 for a truth value."""
    if graph:
        return len(list(ox.parse(body, format=ox.RdfFormat.N_TRIPLES)))
    document = json.loads(body)
    return int(document["boolean"]) if "boolean" in document else len(document["results"]["bindings"])


def sizes(peer: Peer) -> list[int]:
    """Return the sizes of the eight answers of *peer*: equal for all that were asked the same of the same."""
    return [
        size(fetch(peer.address, query, at), is_graph(query))
        for query, at in zip(MIX, peer.targets, strict=True)
    ]


def measure(peer: Peer, load: Load, seconds: int, folder: Path, mark: str) -> dict[str, float]:
    """Let wrk ask *peer*; return rate, p50 and p99 in milliseconds, errors."""
    script = folder / "wrk.lua"
    write_script(script, peer.targets, load.distinct, mark)
    command = ["wrk", "-t1", f"-c{load.connections}", f"-d{seconds}s", "--timeout", "30s", "--latency"]
    done = subprocess.run(
        [*command, "-s", script, f"http://{peer.address}"], capture_output=True, text=True, check=True
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT "))
    found: dict[str, float] = json.loads(line.removeprefix("RESULT "))
    return found | {"rate": found["requests"] / found["microseconds"] * 1e6}


def eight(peer: Peer, seconds: int, folder: Path) -> Callable[[str], dict[str, float]]:
    """Return what asks a server at an address as *peer* was asked: distinct queries over eight connections."""
    marks = count()
    load = Load(True, 8)
    return lambda address: measure(replace(peer, address=address), load, seconds, folder, f"a{next(marks)}")


def await_rest(most: float = 10.0) -> None:
    """Return when the processors are idle: some endpoints go on with what nobody waits for any more.

    Who came next would have to share with them; after *most* seconds it does.
    """
    until, before = time.monotonic() + most, ticks()
    while time.monotonic() < until:
        time.sleep(0.2)
        now = ticks()
        if now[0] - before[0] >= RESTING * (now[1] - before[1]):
            return
        before = now


def ticks() -> tuple[int, int]:
    """Return how long the processors have been idle, and in all, in ticks of the kernel."""
    spent = [int(word) for word in Path("/proc/stat").read_text("utf-8").split("\n", 1)[0].split()[1:9]]
    return spent[3] + spent[4], sum(spent)


Found = dict[tuple[str, Load], list[dict[str, float]]]


def bench(peers: Iterable[Peer], loads: list[Load], rounds: int, seconds: int, folder: Path) -> Found:
    """Ask every peer under every load, round after round."""
    found: Found = defaultdict(list)
    peers = list(peers)
    for number in range(rounds):
        for load in loads:
            # Round after round another begins, so that none always follows the same one.
            turn = number % len(peers)
            for peer in peers[turn:] + peers[:turn]:
                if peer.name == STATIC and load.distinct:
                    continue
                await_rest()
                mark = f"r{number}c{load.connections}"
                found[peer.name, load].append(measure(peer, load, seconds, folder, mark))
            rates = {name: round(runs[-1]["rate"]) for (name, at), runs in found.items() if at == load}
            print(
                f"  round {number + 1} of {rounds}, {load.name} at {load.connections}: {rates}",
                file=sys.stderr,
            )
    return found


HEAD: Final = """\
| load | connections | endpoint | answers/s | p50 ms | p99 ms | errors | ours ÷ this |
| --- | --- | --- | --- | --- | --- | --- | --- |"""


def rows(found: Found) -> list[str]:
    """Return the table's rows: medians over the rounds, and the median of each round's ratio."""
    made = []
    for (name, load), runs in sorted(
        found.items(), key=lambda item: (not item[0][1].distinct, item[0][1].connections)
    ):
        rate, p50, p99 = (median(run[key] for run in runs) for key in ("rate", "p50", "p99"))
        errors = sum(int(run["errors"]) for run in runs)
        ratio = ratio_to(found, name, load)
        made.append(
            f"| {load.name} | {load.connections} | {name} | {rate:,.0f} | {p50:.2f} | {p99:.2f} | {errors} | {ratio} |"
        )
    return made


def ratio_to(found: Found, name: str, load: Load) -> str:
    """Return how many times the answers of peer *name* ours are, as the median of the rounds' ratios."""
    pairs = zip(found.get((OURS, load), []), found[name, load], strict=False)
    ratios = [mine["rate"] / theirs["rate"] for mine, theirs in pairs if theirs["rate"]]
    return f"{median(ratios):.2f}" if ratios else "–"


def machine(peers: Iterable[Peer], triples: int) -> str:
    """Return sentences on the versions, the data, the machine and the day."""
    cpus = [line for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if "model name" in line]
    model = cpus[0].partition(": ")[2] if cpus else platform.machine()
    versions = ", ".join(f"{peer.name} {peer.version}" for peer in peers)
    return (
        f"On {datetime.now(UTC):%Y-%m-%d}: {triples:,} triples; {versions}, wrk {said('wrk', '-v')},"
        f" Python {platform.python_version()}; {model}, {os.cpu_count()} cores,"
        f" load {os.getloadavg()[0]:.1f} at the start."
    )


def arguments() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds (default %(default)s)")
    parser.add_argument(
        "--seconds", type=int, default=SECONDS, help="seconds of each run (default %(default)s)"
    )
    parser.add_argument("--connections", type=int, nargs="+", default=[*CONNECTIONS])
    parser.add_argument("--only", nargs="+", default=[*PEERS, STATIC], help="names of the endpoints to run")
    parser.add_argument("--peer", type=named, action="append", default=[], metavar="NAME=URL",
                        help="another endpoint that runs already, over the same triples or others")  # fmt: skip
    return parser


def main() -> int:
    """Measure, and print the table; return 1 where two endpoints differ in the sizes of their answers."""
    options: Any = arguments().parse_args()
    program("wrk")
    with tempfile.TemporaryDirectory(prefix="dio-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        triples = union(folder / "union.nt")
        chosen = [one for one in PEERS if one in options.only]
        peers, notes = start(stack, folder, folder / "union.nt", chosen)
        peers += options.peer
        answers = {peer.name: sizes(peer) for peer in peers}
        if STATIC in options.only and peers[0].name == OURS:
            bodies = {
                f"{number}.{'nt' if is_graph(query) else 'json'}": fetch(peers[0].address, query, at)
                for number, (query, at) in enumerate(zip(MIX, peers[0].targets, strict=True))
            }
            (folder / STATIC).mkdir()
            try:
                peers.append(stack.enter_context(nginx(folder / STATIC, bodies)))
            except AbsentError as error:
                notes.append(f"- {STATIC}: absent; {error}.")
        about = machine(peers, triples)
        loads = [Load(distinct, many) for distinct in (True, False) for many in options.connections]
        table = rows(bench(peers, loads, options.rounds, options.seconds, folder))
        if OURS in chosen:
            notes += [first_answer(folder, options.rounds), lateness(folder, options.rounds)]
            notes.append(under_attack(folder, options.rounds, eight(peers[0], options.seconds, folder)))
    differing = {name: found for name, found in answers.items() if found != answers.get(OURS, found)}
    notes += [
        f"- {name} gives answers of other sizes: {found}, ours {answers[OURS]}."
        for name, found in differing.items()
    ]
    print("\n".join([about, "", HEAD, *table, "", *notes]))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
