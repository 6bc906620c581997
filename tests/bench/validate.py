"""`dio validate` against pyshacl, whole processes over invented worlds; prints Markdown.

Each run is a process of its own: start, reading, judging, report. The ontology and an invented world are one
file, the packaged shapes another; nothing is context, for pyshacl knows none.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Final

import pyoxigraph as ox

from bench.world import HEADER, SEED, blocks
from diaspora_influence.data import ROOT, parse_lines
from diaspora_influence.terms import SH

ROUNDS: Final = {7_000: 5, 1_000_000: 3}
"""About so many triples, 4,900 of them the ontology's, to the rounds that are run over them."""
SLOW: Final = 20_000
"""Triples from which pyshacl is left out: it would take hours."""
DIGEST: Final = "0" * 64
SUPPORT: Final = f"""
id:an-author a dio:Person ; rdfs:label "An Author"@en .
id:case-general a dio:Case ; rdfs:label "the general part"@en .
source:a-paper a dio:Publication ; rdfs:label "A Paper"@en ; dcterms:title "A Paper"@en ;
    dcterms:creator id:an-author ; dcterms:issued "2001" .
source:a-text a dio:SourceText ; dcterms:isFormatOf source:a-paper ; spdx:checksum
    [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue "{DIGEST}"^^xsd:hexBinary ] .
"""
"""What the world's claims refer to."""
PASSAGE: Final = re.compile(r"line=[0-9]+,([0-9]+).*oa:start ([0-9]+) ; oa:end ([0-9]+)", re.DOTALL)


def written(size: int, path: Path) -> int:
    """Write the ontology and a world of about *size* triples as Turtle; return how many they are."""
    parts = [
        HEADER,
        *(path.read_text("utf-8") for path in sorted((ROOT / "ontology").glob("*.ttl"))),
        SUPPORT,
    ]
    many = sum(1 for _ in parse_lines("".join(parts).encode(), "core"))
    with path.open("w", encoding="utf-8") as file:
        file.writelines(parts)
        for some in batched(map(with_slug, blocks(Random(SEED))), 20):
            if many >= size:
                break
            file.writelines(some)
            many += sum(1 for _ in ox.parse(HEADER + "".join(some), format=ox.RdfFormat.TURTLE))
    return many


def batched(blocks: Iterator[str], many: int) -> Iterator[list[str]]:
    """Yield *blocks*, so many at a time."""
    while some := list(islice(blocks, many)):
        yield some


def with_slug(block: str) -> str:
    """Return a claim with the IRI of its passage spelt as the shapes ask, and with no label for a blank node."""
    found = PASSAGE.search(block)
    return re.sub(r"source:p-[^ ]+", f"source:a-l{found[1]}-{found[2]}-{found[3]}", block) if found else block


# --- what is measured ---


@dataclass(frozen=True)
class Engine:
    """One way to validate: its command, and how many results its report has."""

    command: Callable[[Path, Path], list[str]]
    count: Callable[[str], int]
    slow: bool = False


def ours(engine: str) -> Callable[[Path, Path], list[str]]:
    dio = [
        sys.executable,
        "-m",
        "diaspora_influence.cli",
        "validate",
        "--no-config",
        "--no-context",
        "--format",
        "json",
    ]
    return lambda data, _: [*dio, "--engine", engine, str(data)]


def theirs(data: Path, shapes: Path) -> list[str]:
    how = ["--advanced", "--inference", "none", "--format", "nt"]
    return [sys.executable, "-m", "pyshacl", "--shacl", str(shapes), *how, str(data)]


def results(report: str) -> int:
    """Return how many different results a SHACL report has."""
    said: dict[object, set[tuple[str, str]]] = {}
    for quad in ox.parse(report, format=ox.RdfFormat.N_TRIPLES):
        said.setdefault(quad.subject, set()).add((str(quad.predicate), str(quad.object)))
    return len({frozenset(facts) for facts in said.values() if any(SH + "focusNode" in p for p, _ in facts)})


ENGINES: Final = {
    "dio validate": Engine(ours("fast"), lambda text: len(json.loads(text)["findings"])),
    "dio validate --engine pyshacl": Engine(
        ours("pyshacl"), lambda text: len(json.loads(text)["findings"]), True
    ),
    "pyshacl": Engine(theirs, results, True),
}


CHILD: Final = """
import os, re, resource, subprocess, sys, threading, time

def family(pid):
    try:
        kids = open(f"/proc/{pid}/task/{pid}/children").read().split()
    except OSError:
        return []
    return [pid, *(one for kid in kids for one in family(kid))]

def held(pid):
    try:
        return int(re.search(r"^Pss: *([0-9]+)", open(f"/proc/{pid}/smaps_rollup").read(), re.M)[1])
    except (OSError, TypeError):
        return 0

def watch(pid):
    global peak
    while True:
        time.sleep(0.25)
        peak = max(peak, sum(map(held, family(pid))))

peak, start = 0, time.perf_counter()
process = subprocess.Popen(sys.argv[2:], stdout=open(sys.argv[1], "wb"))
threading.Thread(target=watch, args=(process.pid,), daemon=True).start()
process.wait()
seconds = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(seconds, used.ru_utime + used.ru_stime, max(peak, used.ru_maxrss) // 1024)
sys.exit(process.returncode)
"""
"""Runs a command and prints what it used: seconds by the clock and of the processor, MiB at the peak of all its
processes. To look at these takes time of theirs, so that is seldom done."""
Run = tuple[float, float, int, int]
"""Seconds by the clock, seconds of the processor, MiB, results."""


def measure(engine: Engine, data: Path, shapes: Path) -> Run:
    """Run one process and return what it took."""
    report = data.with_suffix(".report")
    command = [sys.executable, "-c", CHILD, str(report), *engine.command(data, shapes)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    seconds, used, peak = done.stdout.split()
    return float(seconds), float(used), int(peak), engine.count(report.read_text("utf-8"))


HEAD: Final = """\
| triples | command | rounds | median s | least–most s | of the processor s | times ours | MiB | findings |
| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"""


def bench(size: int, rounds: int, folder: Path, without: set[str]) -> list[str]:
    """Return the table's rows for one size; rounds are interleaved."""
    data, shapes = folder / "all.ttl", folder / "shapes.ttl"
    many = written(size, data)
    shapes.write_text("".join(p.read_text("utf-8") for p in sorted((ROOT / "shapes").glob("*.ttl"))), "utf-8")
    asked = {name: engine for name, engine in ENGINES.items() if name not in without}
    asked = {name: engine for name, engine in asked.items() if many < SLOW or not engine.slow}
    runs: dict[str, list[Run]] = {name: [] for name in asked}
    for number in range(rounds):
        for name, engine in asked.items():
            print(f"  round {number + 1} of {rounds}: {name} …", file=sys.stderr)
            runs[name].append(measure(engine, data, shapes))
    ours = median(seconds for seconds, *_ in runs["dio validate"])
    return [row(many, name, measured, ours) for name, measured in runs.items()]


def row(many: int, name: str, runs: list[Run], ours: float) -> str:
    """Return one row of the table."""
    times, used, peaks, counts = zip(*runs, strict=True)
    found = ", ".join(f"{count:,}" for count in sorted(set(counts)))
    said = [f"{median(times):.2f}", f"{min(times):.2f}–{max(times):.2f}", f"{median(used):.2f}"]
    return f"| {many:,} | `{name}` | {len(runs)} | {' | '.join(said)} | {median(times) / ours:.1f} | {max(peaks)} | {found} |"


TINY: Final = """\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dio: <https://w3id.org/diaspora-influence/ontology#> .
@prefix id: <https://w3id.org/diaspora-influence/id/> .
id:a-hall a dio:Organisation ; rdfs:label "A Hall"@en .
"""
STARTS: Final = 15


def tiny(folder: Path) -> str:
    """Return a sentence on a file of two triples, judged with all that is packaged as context."""
    data = folder / "tiny.ttl"
    data.write_text(TINY, "utf-8")
    said = []
    for more in ([], ["--no-context"]):
        dio = [sys.executable, "-m", "diaspora_influence.cli", "validate", "--no-config", *more, str(data)]
        times = []
        for _ in range(STARTS):
            start = perf_counter()
            subprocess.run(dio, capture_output=True, check=False)
            times.append(perf_counter() - start)
        said.append(f"{median(times):.3f} s ({min(times):.3f} at least)")
    return f"A file of two triples: {said[0]}; without context {said[1]}; {STARTS} starts each."


def machine() -> str:
    """Return a sentence on the versions and the machine."""
    cpus = [line for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if "model name" in line]
    model = cpus[0].partition(": ")[2] if cpus else platform.machine()
    versions = ", ".join(f"{name} {version(name)}" for name in ("pyoxigraph", "pyshacl", "rdflib"))
    load = os.getloadavg()[0]
    return f"Python {platform.python_version()}, {versions}; {model}, {os.cpu_count()} cores, load {load:.1f} at the start."


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[*ROUNDS], help="about so many triples")
    parser.add_argument("--rounds", type=int, help="rounds at each size")
    parser.add_argument("--without", choices=[*ENGINES][1:], action="append", default=[], help="leave it out")
    options = parser.parse_args()
    table = [machine(), "", HEAD]
    for size in options.sizes:
        print(f"making about {size:,} triples …", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="dio-bench-") as folder:
            table += bench(size, options.rounds or ROUNDS.get(size, 3), Path(folder), {*options.without})
    with tempfile.TemporaryDirectory(prefix="dio-bench-") as folder:
        table += ["", tiny(Path(folder))]
    print("\n".join(table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
