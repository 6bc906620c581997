"""Claims into direct triples: the rules in `rules/derive/`, run once for each source.

The rules name no relation: what each relation derives stands on it as annotations in the ontology.
"""

from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import DIO, GRAPH, SOURCE

RULES: Final = Path(__file__).parent / "rules" / "derive"
# The reasons come first: the later rules ask which claims have one.
ORDER: Final = ("reasons", "reported", "direct", "unstated_object", "unstated_subject")

REPORTED_IN: Final = ox.NamedNode(DIO + "reportedIn")


def derive(store: ox.Store) -> dict[ox.NamedNode, list[ox.Triple]]:
    """Return the triples that the claims in the default graph of *store* give, by derived graph.

    The store itself is left as it was; the triples of each graph are sorted.
    """
    working = ox.Store()
    working.extend(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    sources = {quad.object for quad in working.quads_for_pattern(None, REPORTED_IN, None)}
    return {
        derived_graph(source): derive_source(working, source)
        for source in sorted((s for s in sources if isinstance(s, ox.NamedNode)), key=str)
    }


def derived_graph(source: ox.NamedNode) -> ox.NamedNode:
    """Return the name of the graph that holds what is derived from *source*."""
    return ox.NamedNode(GRAPH + "derived/" + source.value.removeprefix(SOURCE))


def derive_source(working: ox.Store, source: ox.NamedNode) -> list[ox.Triple]:
    """Run the rules over one source's claims, adding to *working*, and return what is new."""
    found: set[ox.Triple] = set()
    for name in ORDER:
        triples = construct(working, (RULES / f"{name}.rq").read_text("utf-8"), source)
        working.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        found |= triples
    return sorted(found, key=str)


def construct(store: ox.Store, rule: str, source: ox.NamedNode) -> set[ox.Triple]:
    """Return what a CONSTRUCT rule gives, with its `$source` bound to *source*."""
    answer = store.query(rule, substitutions={ox.Variable("source"): source})
    assert isinstance(answer, ox.QueryTriples)
    return set(answer)
