"""A graph written twice is the same bytes, whatever the order, the labels of blank nodes and the hash seed."""

import os
import subprocess
import sys

import pyoxigraph as ox
import pytest

from diaspora_influence.terms import DIO, ID, OA
from diaspora_influence.web.documents import WRITERS, canonical, write
from web_fixtures import read_back

TURTLE = f"""
@prefix dio: <{DIO}> . @prefix id: <{ID}> . @prefix oa: <{OA}> .
id:a a dio:Agent ; dio:evidence [ a oa:X ; oa:refinedBy [ oa:start 88 ; oa:end 220 ] ], [ oa:start 1, 2, 3 ] ;
  dio:section "x"@en, "y"@ru-Latn, "plain", 'quo"te' ; dio:list ( id:b [ dio:rank 1 ] true ) ;
  dio:rank 1.50 , 1 ; dio:within <http://example.org/(x)?y=z#w> .
id:b dio:within id:a .
"""
CHILD = """
import sys, hashlib, pyoxigraph as ox
from diaspora_influence.web.documents import WRITERS, canonical, write
triples = canonical(q.triple for q in ox.parse(sys.stdin.buffer.read(), format=ox.RdfFormat.TURTLE))
print([hashlib.sha256(write(triples, suffix)).hexdigest() for suffix in WRITERS])
"""


def triples() -> list[ox.Triple]:
    """Return the triples of the sample; blank nodes get new labels each time."""
    return [
        quad.triple for quad in ox.parse(TURTLE.encode(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    ]


@pytest.mark.parametrize("suffix", WRITERS)
def test_order_and_labels_change_no_byte(suffix: str) -> None:
    """What comes in reversed and relabelled goes out the same."""
    assert write(canonical(triples()), suffix) == write(canonical(reversed(triples())), suffix)


def test_the_hash_seed_changes_no_byte() -> None:
    """Two processes with different seeds write the same."""
    said = {
        subprocess.run(
            [sys.executable, "-c", CHILD],
            input=TURTLE.encode(),
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(said) == 1


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own reader
@pytest.mark.parametrize(
    ("suffix", "parser"), [("ttl", "turtle"), ("jsonld", "json-ld"), ("nt", "nt"), ("rdf", "xml")]
)
def test_every_writer_keeps_the_graph(suffix: str, parser: str) -> None:
    """Lists, nesting, languages and awkward IRIs come back."""
    assert read_back(write(canonical(triples()), suffix), parser) == read_back(TURTLE, "turtle")
