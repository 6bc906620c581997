"""One name for each blank node, one order for the quads, one digest for the whole (RDFC-1.0)."""

import hashlib
from collections.abc import Iterable, Mapping
from operator import itemgetter

import pyoxigraph as ox

from diaspora_influence.terms import PREFIXES


def canonical(graphs: Mapping[ox.NamedNode, Iterable[ox.Triple]]) -> list[ox.Quad]:
    """Return the quads of *graphs*, blank nodes named by RDFC-1.0, in the order of their N-Quads lines."""
    dataset = ox.Dataset(
        ox.Quad(triple.subject, triple.predicate, triple.object, graph)
        for graph, triples in graphs.items()
        for triple in triples
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return in_order(dataset)


def in_order(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return *quads* without doubles, sorted by their N-Quads lines in code point order."""
    distinct = list(set(quads))
    lines = n_quads(distinct).split(b"\n")
    return [quad for _, quad in sorted(zip(lines, distinct, strict=False), key=itemgetter(0))]


def n_quads(quads: Iterable[ox.Quad]) -> bytes:
    """Return *quads* as N-Quads, in their order."""
    return serialize(quads, ox.RdfFormat.N_QUADS)


def digest(quads: Iterable[ox.Quad]) -> str:
    """Return the SHA-256 of canonical *quads*, lower-case hex."""
    return hashlib.sha256(n_quads(quads)).hexdigest()


def serialize(items: Iterable[ox.Quad] | Iterable[ox.Triple], kind: ox.RdfFormat) -> bytes:
    """Return *items* in a format, in their order, with the house's prefixes where it has any."""
    content = ox.serialize(items, format=kind, prefixes=PREFIXES)
    assert content is not None  # it is None only where a file was given
    return content
