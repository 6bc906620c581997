"""HermiT, the judge of consistency and classification: owlready2's copy of it, in a Java process of its own.

owlready2 itself is not imported: its call has no time limit, leaves its file behind where the ontology is
inconsistent, and reads the answer into a world that it shares. What HermiT is given and how is the same.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.errors import FindingsError, InternalError, MissingToolError
from diaspora_influence.terms import OWL

TIME_LIMIT: Final = 120.0
"""Seconds that HermiT gets unless told otherwise; our data take about 3."""
# A run takes a second or two: the thorough compiler costs twice what it gains, and no counters litter /tmp.
JAVA: Final = ("-Xmx1500M", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData")
MAIN: Final = "org.semanticweb.HermiT.cli.CommandLine"
# -c, -O, -D: classify classes and properties; -I: print the hierarchies as axioms. HermiT aborts on the
# datatypes that it does not know (xsd:date, EDTF) unless told to ignore them.
OPTIONS: Final = ("-c", "-O", "-D", "-I")
IGNORE: Final = "--ignoreUnsupportedDatatypes"

AXIOM: Final = re.compile(r"^(SubClassOf|EquivalentClasses|Type)\( ((?:<[^>]+>\s*)+) \)$", re.MULTILINE)
INCONSISTENT: Final = "InconsistentOntologyException"
NOT_DL: Final = "java.lang.IllegalArgumentException: "

NOTHING: Final = OWL + "Nothing"

Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What HermiT says, as IRIs: *subclasses* (sub, super), *types* (individual, class), both as it prints
    them, most specific only; *unsatisfiable* the classes that can have no member.

    Of inconsistent data it says nothing more.
    """

    consistent: bool
    unsatisfiable: frozenset[str] = frozenset()
    subclasses: Pairs = frozenset()
    types: Pairs = frozenset()


def ask(triples: Iterable[ox.Triple], time_limit: float = TIME_LIMIT) -> Answer:
    """Let HermiT judge *triples*; blank nodes of different files must differ.

    Raises MissingToolError without Java or owlready2, FindingsError for what is not OWL 2 DL, InternalError
    where *time_limit* (seconds) passes or HermiT fails.
    """
    with tempfile.TemporaryDirectory(prefix="dio-check-") as folder:
        file = Path(folder) / "ontology.nt"
        ox.serialize(triples, file, format=ox.RdfFormat.N_TRIPLES)
        try:
            done = subprocess.run(
                [*command(), file.as_uri(), IGNORE], capture_output=True, timeout=time_limit, cwd=folder
            )
        except subprocess.TimeoutExpired as error:
            raise InternalError(f"HermiT did not finish within {time_limit:g} s") from error
    output = (done.stdout + done.stderr).decode("utf-8", "replace").replace("\r", "")
    return read(output) if done.returncode == 0 else refused(output)


def command() -> list[str]:
    """Return the call of HermiT up to the name of the file; raises MissingToolError."""
    path = class_path()
    return [java(), *JAVA, "-cp", path, MAIN, *OPTIONS]


def java() -> str:
    """Return the path of Java; raises MissingToolError."""
    found = shutil.which("java")
    if not found:
        raise MissingToolError(
            "Java is not on this machine; HermiT needs it (Debian: apt-get install default-jre-headless)"
        )
    return found


def class_path() -> str:
    """Return Java's class path to owlready2's HermiT; raises MissingToolError."""
    spec = find_spec("owlready2")
    if not spec or not spec.submodule_search_locations:
        raise MissingToolError(
            "owlready2, which brings HermiT, is not installed: pip install 'diaspora-influence[check]'"
        )
    folder = Path(spec.submodule_search_locations[0]) / "hermit"
    return f"{folder}{os.pathsep}{folder / 'HermiT.jar'}"


def read(output: str) -> Answer:
    """Read the axioms that HermiT prints of consistent data."""
    pairs: dict[str, set[tuple[str, str]]] = {"SubClassOf": set(), "Type": set()}
    unsatisfiable: set[str] = set()
    for kind, terms in AXIOM.findall(output):
        names = terms[1:-1].split("> <")
        if kind == "EquivalentClasses":
            if NOTHING in names:
                unsatisfiable |= {*names} - {NOTHING}
            pairs["SubClassOf"] |= {(one, other) for one in names for other in names if one != other}
        else:
            pairs[kind].add((names[0], names[1]))
    return Answer(True, frozenset(unsatisfiable), frozenset(pairs["SubClassOf"]), frozenset(pairs["Type"]))


def refused(output: str) -> Answer:
    """Read why HermiT gave no classification: an inconsistency is an answer, anything else an error."""
    if INCONSISTENT in output:
        return Answer(False)
    if NOT_DL in output:
        raise FindingsError("not OWL 2 DL: " + output.partition(NOT_DL)[2].partition("\n")[0])
    raise InternalError("HermiT failed: " + next(iter(output.strip().splitlines()), "without a word"))
