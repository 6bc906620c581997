"""What OWL cannot say: the rules in `rules/patterns/`, run after the closure, over claims and what follows.

A pattern's rule puts together the claims of one way to a conclusion, as a node without a name. The rules of
LAST then judge how firm each way is, give the firmest an address, and say what follows from it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.errors import FindingsError
from diaspora_influence.reason.closure import Closure, close_over
from diaspora_influence.terms import DIO, GRAPH

RULES: Final = Path(__file__).parents[1] / "rules" / "patterns"
LAST: Final = ("weakest-premise", "firmest-way", "labels", "stated-class")
"""The rules that are of no pattern, in the order in which they need each other."""

CORE: Final = GRAPH + "ontology/"
ENDS: Final = frozenset({DIO + "followsPattern", DIO + "concludedOf", DIO + "concludedOfState"})


def patterns() -> list[str]:
    """Return the names of the rules that look for a pattern."""
    return sorted({path.stem for path in RULES.glob("*.rq")} - {*LAST})


def concluded(store: ox.Store, closure: Closure) -> tuple[list[ox.Triple], Closure]:
    """Return the conclusions from *store*, and *closure* with what the axioms make of them."""
    triples = conclude(store)
    return triples, close_with(store, closure, triples)


def conclude(store: ox.Store) -> list[ox.Triple]:
    """Return the conclusions from the default graph of *store*, which holds what follows too; sorted.

    The store is left as it was. Raises FindingsError where two conclusions would have one address.
    """
    working = ox.Store()
    working.extend(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    found = {triple for name in (*patterns(), *LAST) for triple in applied(working, name)}
    told = sorted(filter(is_named, found), key=str)
    require_one_meaning(told)
    return told


def applied(working: ox.Store, name: str) -> set[ox.Triple]:
    """Return what a rule concludes, and add it to *working*."""
    answer = working.query((RULES / f"{name}.rq").read_text("utf-8"))
    assert isinstance(answer, ox.QueryTriples)
    triples = set(answer)
    working.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    return triples


def is_named(triple: ox.Triple) -> bool:
    """Say whether both ends of *triple* have a name: the ways to a conclusion have none."""
    return not any(isinstance(term, ox.BlankNode) for term in triple)


def require_one_meaning(triples: Iterable[ox.Triple]) -> None:
    """Raise FindingsError where an address stands for more than one pattern, organisation or state."""
    ends = Counter((str(t.subject), t.predicate.value) for t in triples if t.predicate.value in ENDS)
    shared = sorted({subject for (subject, _), count in ends.items() if count > 1})
    if shared:
        raise FindingsError(f"two conclusions would have one address: {', '.join(shared)}")


def close_with(store: ox.Store, closure: Closure, conclusions: list[ox.Triple]) -> Closure:
    """Return *closure*, made of *store*, with what the axioms make of the conclusions: inverses and types.

    The classes that a conclusion gives stand below classes that its claims give by themselves, so that
    nothing else can be new; a test closes the whole again.
    """
    further = close_over({*core(store), *conclusions})
    known = {*conclusions, *closure.proofs}
    new = {t: p for t, p in further.proofs.items() if t not in known and not holds(store, t)}
    told = [t for t in further.inferred if t in new]
    return Closure(sorted([*closure.inferred, *told], key=str), closure.withheld, {**closure.proofs, **new})


def holds(store: ox.Store, triple: ox.Triple) -> bool:
    """Say whether the default graph of *store* has *triple*."""
    return ox.Quad(*triple) in store


def core(store: ox.Store) -> Iterator[ox.Triple]:
    """Yield the triples of ontology and schemes: the files at the top of ontology/."""
    for graph in store.named_graphs():
        name = graph.value if isinstance(graph, ox.NamedNode) else ""
        if name.startswith(CORE) and "/" not in name.removeprefix(CORE):
            yield from (quad.triple for quad in store.quads_for_pattern(None, None, None, graph))
