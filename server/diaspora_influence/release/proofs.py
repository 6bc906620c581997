"""Why the inferred triples of a release hold: one proof of each, in a file beside the store.

The file is one JSON object. `terms` are N-Triples terms, and words in brackets for nodes without a name.
`triples` are three places in `terms` each: first the given, then what follows, each after all its premises.
`given` says for each of the first in which graphs it stands (places in `graphs`), `proofs` for each of the
rest the rule and the places of its premises in `triples`. Nodes without a name that read alike are the same.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import pyoxigraph as ox

from diaspora_influence.errors import InputError
from diaspora_influence.reason import Closure
from diaspora_influence.reason.expression import descriptions, in_words
from diaspora_influence.release.read import BUILD, PROOFS, Release
from diaspora_influence.terms import GRAPH

Fact = tuple[str, str, str]
"""A triple, its terms as in N-Triples, or in words where they have no name."""
Graphs = Mapping[ox.NamedNode, Iterable[ox.Triple]]
VERSION: Final = 1
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Proofs:
    """Conclusion to rule and premises, and what is given to the graphs that hold it, without their prefix."""

    follows: Mapping[Fact, tuple[str, tuple[Fact, ...]]]
    given: Mapping[Fact, tuple[str, ...]]


def proofs_of(closure: Closure, graphs: Graphs) -> Proofs:
    """Return the proofs of what *closure* tells, down to what stands in *graphs*."""
    words = descriptions(triple for triples in graphs.values() for triple in triples)

    def fact(triple: ox.Triple) -> Fact:
        subject, predicate, value = (
            in_words(term, words) if isinstance(term, ox.BlankNode) else str(term) for term in triple
        )
        return subject, predicate, value

    needed = support(closure)
    given: dict[Fact, tuple[str, ...]] = {}
    for name, triples in sorted(graphs.items(), key=lambda item: item[0].value):
        for one in {fact(triple) for triple in triples if triple in needed}:
            given[one] = (*given.get(one, ()), name.value.removeprefix(GRAPH))
    follows: dict[Fact, tuple[str, tuple[Fact, ...]]] = {}
    for triple, proof in closure.proofs.items():
        if triple in needed and (one := fact(triple)) not in given:
            follows.setdefault(one, (proof.rule, tuple(dict.fromkeys(map(fact, proof.premises)))))
    return Proofs(follows, dict(sorted(given.items())))


def support(closure: Closure) -> set[ox.Triple]:
    """Return what is told of what follows, and all that it rests on."""
    needed: set[ox.Triple] = set()
    waiting = list(closure.inferred)
    while waiting:
        triple = waiting.pop()
        if triple not in needed:
            needed.add(triple)
            waiting += closure.proofs[triple].premises if triple in closure.proofs else ()
    return needed


def written(proofs: Proofs) -> bytes:
    """Return the file of *proofs*: the same bytes for the same proofs."""
    triples = [*proofs.given, *proofs.follows]
    terms = places(sorted({term for triple in triples for term in triple}))
    graphs = places(sorted({name for names in proofs.given.values() for name in names}))
    at = places(triples)
    document = {
        "version": VERSION,
        "terms": list(terms),
        "graphs": list(graphs),
        "triples": [[terms[term] for term in triple] for triple in triples],
        "given": [[graphs[name] for name in names] for names in proofs.given.values()],
        "proofs": [[rule, [at[one] for one in premises]] for rule, premises in proofs.follows.values()],
    }
    lines = (f" {json.dumps(key)}: {one_a_line(value)}" for key, value in document.items())
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def one_a_line(value: Any) -> str:
    """Return JSON with each item of a list on a line of its own, so that two files can be compared."""
    if not isinstance(value, list):
        return json.dumps(value)
    items = (json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in value)
    return "[\n" + ",\n".join(items) + "]"


def places(items: Sequence[Item]) -> dict[Item, int]:
    """Return item to its place, from 0."""
    return {item: place for place, item in enumerate(items)}


def read_proofs(release: Release) -> Proofs:
    """Return the proofs of *release*; raises InputError where they are missing or damaged."""
    path = release.directory / PROOFS
    try:
        return loaded(path)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise InputError(f"{path}: the proofs cannot be read ({error}); {BUILD}") from error


def loaded(path: Path) -> Proofs:
    """Return the proofs in a file; ValueError where a premise does not stand before its conclusion."""
    document = json.loads(path.read_bytes())
    terms, names, given = document["terms"], document["graphs"], document["given"]
    triples: list[Fact] = [(terms[s], terms[p], terms[o]) for s, p, o in document["triples"]]
    follows: dict[Fact, tuple[str, tuple[Fact, ...]]] = {}
    for place, (rule, premises) in enumerate(document["proofs"], start=len(given)):
        if not all(0 <= premise < place for premise in premises):
            raise ValueError(f"{rule}: a premise stands after its conclusion")
        follows[triples[place]] = rule, tuple(triples[premise] for premise in premises)
    graphs = (tuple(names[place] for place in held) for held in given)
    return Proofs(follows, dict(zip(triples, graphs, strict=False)))
