"""Runs every protocol test and writes what came out as an EARL report: `make conformance`.

The report holds no clock: it is a function of the tests and of the server, so that a test can compare.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from diaspora_influence import __version__
from diaspora_influence.data import ROOT
from diaspora_influence.terms import BASE, CONFORMANCE, DCTERMS, DOAP, EARL, RDFS
from diaspora_influence.web.conformance import REPORT
from protocol_cases import Case, read
from protocol_runner import Server, description_failures, failures, serving
from web_fixtures import write_release

W3C = Path(os.environ.get("DIO_RDF_TESTS") or ROOT.parent / "shared" / "w3c" / "rdf-tests")
FOLDER = W3C / "sparql" / "sparql11"
OWN_CASES = Path(__file__).with_name("protocol")
COMMIT = "ad541a5f"
SOURCE = f"https://github.com/w3c/rdf-tests/tree/{COMMIT}/sparql/sparql11"
DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite of the W3C's: its folder, how it is called, and the SHA-256 of its files at COMMIT."""

    slug: str
    title: str
    sha256: str


SUITES = (
    Suite(
        "protocol",
        "SPARQL 1.1 Protocol, W3C tests",
        "114c53d472f7edba43c9eebeac9b510642982b59e85f8a8a5489c3a204fa75af",
    ),
    Suite(
        "graph-store-protocol",
        "SPARQL 1.1 Graph Store HTTP Protocol, W3C tests",
        "f61edb91766ea1085fb05c7994ab0ce741264b9c569a8250bd0eb65a14d59b49",
    ),
    Suite(
        "service-description",
        "SPARQL 1.1 Service Description, W3C tests",
        "49788eab412cad3a4d9c0e0e3f0ebfb4bdcbbf997fdaffc20503efaa8d32e87c",
    ),
)
OWN = Suite("own", "This project’s own protocol cases", "")
GRAPH_STORE = "/gsp"
"""What the suite calls the graph store; it is to be replaced by what it is called here."""

Results = dict[str, dict[Case, list[str]]]
"""Slug of a suite to its tests, each with what was not as expected."""


def digest(suite: Suite) -> str:
    """Return the SHA-256 over the files of a suite, each behind its name."""
    files = sorted(path for path in (FOLDER / suite.slug).iterdir() if path.is_file())
    parts = (path.name.encode() + b"\0" + path.read_bytes() for path in files)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


@contextmanager
def servers() -> Iterator[tuple[Server, Server]]:
    """Run a server of the small release and one in scratch mode."""
    with (
        TemporaryDirectory() as folder,
        serving(
            "--release-dir", str(write_release(Path(folder)).directory.parent), "--no-build"
        ) as published,
        serving("--scratch") as scratch,
    ):
        yield published, scratch


def run_w3c(published: Server, scratch: Server) -> Results:
    """Return what comes of the W3C's three suites."""
    data = {DATA.format(n): (FOLDER / "protocol" / f"data{n}.nt").read_bytes() for n in (1, 2, 3)}
    described = description_failures(published)
    return {
        "protocol": run(read(FOLDER / "protocol" / "manifest.ttl"), scratch, data),
        "graph-store-protocol": run(graph_store_cases(), scratch, {}),
        "service-description": {
            case: described[case.iri.rpartition("#")[2]]
            for case in read(FOLDER / "service-description" / "manifest.ttl")
        },
    }


def graph_store_cases() -> list[Case]:
    """Return the W3C's tests of the graph store, sent to where ours is."""
    return [
        replace(case, exchanges=tuple(
            replace(one, path="/graph-store" + one.path.removeprefix(GRAPH_STORE)) for one in case.exchanges
        ))
        for case in read(FOLDER / "graph-store-protocol" / "manifest.ttl")
    ]  # fmt: skip


def run_own(published: Server, scratch: Server) -> dict[Case, list[str]]:
    """Return what comes of our own cases, each at the server that it requires."""
    scratch.graphs = {}
    found = {}
    for case in own_cases():
        if "scratch" in case.requires:
            scratch.reset()
        found[case] = failures(scratch if "scratch" in case.requires else published, case)
    return found


def own_cases() -> list[Case]:
    """Return our own cases, file by file."""
    return [case for path in sorted(OWN_CASES.glob("*.ttl")) for case in read(path)]


def run(cases: list[Case], scratch: Server, graphs: dict[str, bytes]) -> dict[Case, list[str]]:
    """Return what comes of *cases* at a scratch server that begins each with *graphs*."""
    scratch.graphs = graphs
    found = {}
    for case in cases:
        scratch.reset()
        found[case] = failures(scratch, case)
    return found


def report(results: Results) -> str:
    """Return the EARL report as Turtle: sorted, and the same on every run with the same outcomes."""
    heads = [f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items()]
    project = f"""
<{BASE}> a doap:Project, earl:TestSubject, earl:Software ;
    doap:name "diaspora-influence" ;
    doap:release [ a doap:Version ; doap:revision "{__version__}" ] .

<{CONFORMANCE}#runner> a earl:Software, earl:Assertor ;
    dcterms:title "the project's own runner, tests/protocol_runner.py" .

<{CONFORMANCE}> dcterms:title "Protocol conformance of diaspora-influence {__version__}" ;
    dcterms:hasPart {", ".join(f"<{CONFORMANCE}#{slug}>" for slug in sorted(results))} .
"""
    return "\n".join([*heads, project, *(suite_report(slug, results[slug]) for slug in sorted(results))])


PREFIXES = {"dcterms": DCTERMS, "doap": DOAP, "earl": EARL, "rdfs": RDFS}


def suite_report(slug: str, outcomes: dict[Case, list[str]]) -> str:
    """Return the part of a report that is about one suite."""
    suite = next(one for one in (*SUITES, OWN) if one.slug == slug)
    source = f"{SOURCE}/{slug}" if slug != OWN.slug else f"{BASE}/tests/protocol"
    tests = sorted(outcomes, key=lambda case: case.iri)
    parts = " ,\n        ".join(f"<{case.iri}>" for case in tests)
    head = f"""<{CONFORMANCE}#{slug}> dcterms:title {ox.Literal(suite.title)} ;
    dcterms:source <{source}> ;
    dcterms:hasPart {parts} .
"""
    return head + "".join(assertion(slug, case, outcomes[case]) for case in tests)


def assertion(slug: str, case: Case, faults: list[str]) -> str:
    """Return the assertion about one test."""
    name = case.iri.rpartition("/")[2].removeprefix("manifest#").replace("#", "-")
    return f"""
<{case.iri}> a earl:TestCase ; rdfs:label {ox.Literal(" ".join(case.label.split()))} .
<{CONFORMANCE}#{slug}-{name}> a earl:Assertion ;
    earl:assertedBy <{CONFORMANCE}#runner> ; earl:subject <{BASE}> ; earl:test <{case.iri}> ;
    earl:mode earl:automatic ;
    earl:result [ a earl:TestResult ; earl:outcome earl:{"failed" if faults else "passed"} ] .
"""


def main() -> int:
    """Run everything, write the report, and say what failed."""
    if not FOLDER.is_dir():
        print("the W3C tests are not on this machine (set DIO_RDF_TESTS)", file=sys.stderr)
        return 2
    if moved := [suite.slug for suite in SUITES if digest(suite) != suite.sha256]:
        print(f"not the files of commit {COMMIT}: {', '.join(moved)}", file=sys.stderr)
        return 2
    with servers() as (published, scratch):
        results = run_w3c(published, scratch) | {OWN.slug: run_own(published, scratch)}
    REPORT.write_text(report(results), "utf-8")
    failed = {case.iri: faults for suite in results.values() for case, faults in suite.items() if faults}
    for iri, faults in failed.items():
        print(iri, *faults, sep="\n    ")
    for slug, outcomes in results.items():
        print(f"{slug}: {sum(not faults for faults in outcomes.values())} of {len(outcomes)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
