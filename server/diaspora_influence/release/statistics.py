"""What VoID counts: triples, subjects, objects, classes and properties, in all and by partition."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.terms import BASE, RDF, VOID, VOID_EXT, WELL_KNOWN

Row = tuple[str, str, Any]
"""Subject and predicate as IRIs; an object that is a str is an IRI too."""

DATASET: Final = WELL_KNOWN + "dataset"


def statistics(triples: Sequence[ox.Triple]) -> Iterator[Row]:
    """Count triples, subjects, objects, entities (subjects under our own IRIs), classes and properties."""
    subjects = {triple.subject for triple in triples}
    properties = {triple.predicate.value for triple in triples}
    classes = {c.value for c in classes_of(triples)}
    own = sum(isinstance(node, ox.NamedNode) and node.value.startswith(BASE + "/") for node in subjects)
    yield DATASET, VOID + "triples", len(triples)
    yield DATASET, VOID + "entities", own
    yield DATASET, VOID + "distinctSubjects", len(subjects)
    yield DATASET, VOID + "distinctObjects", len({triple.object for triple in triples})
    yield DATASET, VOID + "classes", len(classes)
    yield DATASET, VOID + "properties", len(properties)
    for vocabulary in {namespace(iri) for iri in classes | properties}:
        yield DATASET, VOID + "vocabulary", vocabulary


def partitions(triples: Sequence[ox.Triple]) -> Iterator[Row]:
    """Count the members of each class, and the triples, subjects and objects of each property."""
    for kind, count in classes_of(triples).items():
        part = partition("class", kind.value)
        yield DATASET, VOID + "classPartition", part
        yield part, VOID + "class", kind.value
        yield part, VOID + "entities", count
    by_property = defaultdict(list)
    for triple in triples:
        by_property[triple.predicate.value].append(triple)
    for name, some in by_property.items():
        part = partition("property", name)
        yield DATASET, VOID + "propertyPartition", part
        yield part, VOID + "property", name
        yield part, VOID + "triples", len(some)
        yield part, VOID + "distinctSubjects", len({triple.subject for triple in some})
        yield part, VOID + "distinctObjects", len({triple.object for triple in some})


def properties_of_classes(triples: Sequence[ox.Triple]) -> Iterator[Row]:
    """Count, for each class, the triples of each property of its members, and the datatypes of its literals.

    Query editors complete by these. The classes of objects are left out: they would double the release.
    """
    kinds = defaultdict(list)
    for triple in triples:
        if triple.predicate.value == RDF + "type" and isinstance(triple.object, ox.NamedNode):
            kinds[triple.subject].append(triple.object.value)
    pairs = ((kind, triple) for triple in triples for kind in kinds.get(triple.subject, ()))
    counts: Counter[tuple[str, str, str]] = Counter()
    for kind, triple in pairs:
        datatype = triple.object.datatype.value if isinstance(triple.object, ox.Literal) else ""
        counts[kind, triple.predicate.value, datatype] += 1
    by_property: Counter[tuple[str, str]] = Counter()
    for (kind, name, datatype), count in counts.items():
        by_property[kind, name] += count
        if datatype:
            part = partition("datatype", f"{kind} {name} {datatype}")
            yield partition("class-property", f"{kind} {name}"), VOID_EXT + "datatypePartition", part
            yield part, VOID_EXT + "datatype", datatype
    for (kind, name), count in by_property.items():
        part = partition("class-property", f"{kind} {name}")
        yield partition("class", kind), VOID + "propertyPartition", part
        yield part, VOID + "property", name
        yield part, VOID + "triples", count


def classes_of(triples: Iterable[ox.Triple]) -> Counter[ox.NamedNode]:
    """Count the members of each named class."""
    types = (triple.object for triple in triples if triple.predicate.value == RDF + "type")
    return Counter(kind for kind in types if isinstance(kind, ox.NamedNode))


def namespace(iri: str) -> str:
    """Return *iri* up to its last hash or slash."""
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] or iri


def partition(kind: str, iri: str) -> str:
    """Return the IRI of the partition of *kind* (class, property or one within these) made by *iri*."""
    return f"{WELL_KNOWN}{kind}-{hashlib.sha256(iri.encode()).hexdigest()[:16]}"
