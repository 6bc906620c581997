"""Our closure against owlrl and reasonable: seconds and what each entails, on invented worlds; prints Markdown.

Each run is a process of its own. Timed is the closure alone: from triples in the terms of the engine's own
library to all that holds; reading the file is not, loading them into the engine is.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import owlrl
import pyoxigraph as ox
import rdflib
import reasonable

from bench.world import world
from diaspora_influence.convert import to_graph
from diaspora_influence.reason.closure import saturate
from diaspora_influence.terms import DIO, OA, RDF, SKOS

ROUNDS: Final = {5_000: 5, 100_000: 3}
"""About so many triples, to the rounds that are run over them."""
CAP: Final = 300.0
"""Seconds for one run; an engine that needs more is not asked again at that size."""
ONCE: Final = 60.0
"""Seconds after which an engine is slow enough at a size to be run once only."""

OURS: Final = (DIO, OA, SKOS)
TYPE: Final = RDF + "type"
Told = set[tuple[str, str, str]]


def run_ours(triples: list[ox.Triple]) -> tuple[float, Told]:
    stated = set(triples)
    start = perf_counter()
    found = saturate(stated)[0]
    return perf_counter() - start, told(found, ox.NamedNode, lambda term: term.value)


def run_owlrl(triples: list[ox.Triple]) -> tuple[float, Told]:
    graph = to_graph(triples)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        start = perf_counter()
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
        seconds = perf_counter() - start
    return seconds, told(graph, rdflib.URIRef, str)


def run_reasonable(triples: list[ox.Triple]) -> tuple[float, Told]:
    graph = to_graph(triples)
    start = perf_counter()
    reasoner = reasonable.PyReasoner()
    reasoner.from_graph(graph)
    found = reasoner.reason()
    return perf_counter() - start, told([*graph, *found], rdflib.URIRef, str)


ENGINES: Final[Mapping[str, Callable[[list[ox.Triple]], tuple[float, Told]]]] = {
    "ours": run_ours,
    "owlrl": run_owlrl,
    "reasonable": run_reasonable,
}


def told(triples: Iterable[Iterable[object]], name: type, iri: Callable[..., str]) -> Told:
    """Return what is said in our vocabulary of named things: relations, and types in our classes."""
    named = (tuple(triple) for triple in triples)
    told = {tuple(map(iri, triple)) for triple in named if all(isinstance(term, name) for term in triple)}
    return {t for t in told if t[1].startswith(DIO) or (t[1] == TYPE and t[2].startswith(OURS))}


def child(engine: str, file: Path) -> None:
    """Run one engine over a file of N-Triples, and leave its answer beside it as JSON."""
    seconds, entailed = ENGINES[engine](
        [q.triple for q in ox.parse(path=file, format=ox.RdfFormat.N_TRIPLES)]
    )
    answer = {"seconds": seconds, "told": sorted(entailed)}
    file.with_name(engine).write_text(json.dumps(answer), "utf-8")


def measure(engine: str, file: Path, cap: float) -> tuple[float, Told] | None:
    """Run one engine in a process of its own; None where *cap* (seconds) passes."""
    try:
        subprocess.run(
            [sys.executable, "-m", "bench.reason", "--child", engine, str(file)], check=True, timeout=cap
        )
    except subprocess.TimeoutExpired:
        return None
    answer = json.loads(file.with_name(engine).read_text("utf-8"))
    return answer["seconds"], {tuple(row) for row in answer["told"]}


def bench(triples: set[ox.Triple], rounds: int, cap: float) -> tuple[dict[str, list[float]], dict[str, Told]]:
    """Return the seconds of each engine, round after round, and what it entails; nothing where *cap* passed."""
    seconds: dict[str, list[float]] = {engine: [] for engine in ENGINES}
    entailed: dict[str, Told] = {}
    waiting = [*ENGINES]
    with tempfile.TemporaryDirectory(prefix="dio-bench-") as folder:
        file = Path(folder) / "world.nt"
        ox.serialize(triples, file, format=ox.RdfFormat.N_TRIPLES)
        for number in range(rounds):
            for engine in [*waiting]:
                print(f"  round {number + 1} of {rounds}: {engine} …", file=sys.stderr)
                answer = measure(engine, file, cap)
                if answer:
                    seconds[engine].append(answer[0])
                    entailed[engine] = answer[1]
                if not answer or answer[0] > ONCE:
                    waiting.remove(engine)
    return seconds, entailed


HEAD: Final = """\
| triples | engine | rounds | median s | least–most s | × ours | in our vocabulary: missed | beyond ours |
| --- | --- | --- | --- | --- | --- | --- | --- |"""


def rows(
    size: int, seconds: Mapping[str, list[float]], entailed: Mapping[str, Told], cap: float
) -> list[str]:
    """Return the table's rows for one size."""
    ours = median(seconds["ours"])
    made = []
    for engine, times in seconds.items():
        if not times:
            made.append(f"| {size:,} | {engine} | – | not finished in {cap:.0f} s | – | – | – | – |")
            continue
        missed, beyond = entailed["ours"] - entailed[engine], entailed[engine] - entailed["ours"]
        made.append(
            f"| {size:,} | {engine} | {len(times)} | {median(times):.2f} | {min(times):.2f}–{max(times):.2f}"
            f" | {median(times) / ours:.2f} | {len(missed):,} of {len(entailed['ours']):,} | {len(beyond):,} |"
        )
    return made


def differences(size: int, entailed: Mapping[str, Told]) -> list[str]:
    """Return a line for each engine that entails something else than ours: how much, by relation or class."""
    lines = []
    for engine, theirs in entailed.items():
        for word, these in (("misses", entailed["ours"] - theirs), ("adds", theirs - entailed["ours"])):
            if these:
                kinds = Counter(
                    p.removeprefix(DIO) if p != TYPE else "a " + o.removeprefix(DIO) for _, p, o in these
                )
                most = ", ".join(f"{name} {many:,}" for name, many in kinds.most_common(8))
                rest = f" and {len(kinds) - 8} more" if len(kinds) > 8 else ""
                lines.append(f"- At {size:,} triples {engine} {word} {len(these):,}: {most}{rest}.")
    return lines


def machine() -> str:
    """Return a sentence on the versions and the machine."""
    names = ("pyoxigraph", "owlrl", "rdflib", "reasonable")
    cpus = [line for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if "model name" in line]
    model = cpus[0].partition(": ")[2] if cpus else platform.machine()
    load = os.getloadavg()[0]
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"Python {platform.python_version()}, {versions}; {model}, {os.cpu_count()} cores, load {load:.1f} at the start."


def main() -> int:
    """Measure, and print the table; return 1 where owlrl, the judge, entails something else than ours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[*ROUNDS], help="about so many triples")
    parser.add_argument("--rounds", type=int, help="rounds at each size")
    parser.add_argument("--cap", type=float, default=CAP, help="seconds for one run")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child[0], Path(options.child[1]))
        return 0
    about, table, notes, agreed = machine(), [HEAD], [], True
    for size in options.sizes:
        print(f"making about {size:,} triples …", file=sys.stderr)
        triples = world(size)
        seconds, entailed = bench(triples, options.rounds or ROUNDS.get(size, 3), options.cap)
        table += rows(len(triples), seconds, entailed, options.cap)
        notes += differences(len(triples), entailed)
        agreed &= entailed.get("owlrl", entailed["ours"]) == entailed["ours"]
    print("\n".join([about, "", *table, "", *notes]))
    return 0 if agreed else 1


if __name__ == "__main__":
    sys.exit(main())
