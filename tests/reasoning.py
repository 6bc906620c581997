"""What the tests of ontology, reasoning and alignments share: the files as triples, small Turtle, the judges' skip."""

import shutil
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec

import pyoxigraph as ox
import pytest

from diaspora_influence.data import ROOT, parse_lines, read_turtle
from diaspora_influence.reason.judge import union
from diaspora_influence.reason.parts import Parts, core_parts, derived_parts
from diaspora_influence.terms import DIO, GRAPH, OWL, RDFS
from vocabularies import FOLDER

__all__ = ["example", "needs_hermit", "needs_vocabularies", "ontology", "real", "store", "turtle", "union"]

ONTOLOGY = ("ontology/diaspora-influence.ttl", "ontology/schemes.ttl")
EXAMPLE = "tests/reason_example.ttl"

NEEDED = {"Java": shutil.which("java"), "owlready2": find_spec("owlready2")}
MISSING = [name for name, found in NEEDED.items() if not found]
needs_hermit = pytest.mark.skipif(bool(MISSING), reason=f"{' and '.join(MISSING)} is not on this machine")
needs_vocabularies = pytest.mark.skipif(
    not any(FOLDER.glob("*.nq")), reason="the pinned vocabularies are not on this machine (make vocabularies)"
)

PREFIXES = f"@prefix dio: <{DIO}> . @prefix ex: <https://example.org/> . @prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> . "


def turtle(text: str) -> list[ox.Triple]:
    """Return the triples of Turtle that needs no prefixes of its own."""
    return [line.triple for line in parse_lines((PREFIXES + text).encode(), "test")]


@cache
def files() -> Parts:
    """Return the triples of core and instances, by file, read once."""
    return core_parts()


def ontology() -> dict[str, list[ox.Triple]]:
    """Return the triples of ontology and schemes, by file."""
    return {name: triples for name, triples in files().items() if name in ONTOLOGY}


def example() -> dict[str, list[ox.Triple]]:
    """Return the triples of ontology, schemes and the invented things, by file."""
    return {**ontology(), EXAMPLE: [line.triple for line in read_turtle(ROOT / EXAMPLE)]}


@cache
def real() -> dict[str, list[ox.Triple]]:
    """Return the triples of ontology, schemes, instances and what is derived, by file; skip without instances."""
    parts = dict(files())
    if not any(name.startswith("instances/") for name in parts):
        pytest.skip("there are no instances yet")
    return parts | derived_parts(parts)


def store(triples: Iterable[ox.Triple], graph: str = "instances/test") -> ox.Store:
    """Return a store that holds *triples* in one named graph, and the ontology in its own."""
    made = ox.Store()
    for name, content in [*ontology().items(), (graph, triples)]:
        made.extend(ox.Quad(*triple, ox.NamedNode(GRAPH + name.removesuffix(".ttl"))) for triple in content)
    return made
