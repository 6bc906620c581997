"""Every term of another vocabulary that our Turtle uses exists there, is pinned and is known to OWL."""

import csv
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence.data import ROOT, read_turtle, turtle_files
from diaspora_influence.reason.contradictions import short
from diaspora_influence.reason.parts import is_core
from diaspora_influence.terms import (
    BASE,
    DCTERMS,
    EDTF,
    OA,
    OWL,
    PREFIXES,
    RDF,
    RDFS,
    SCHEMA,
    SH,
    SKOS,
    SPDX,
    XSD,
)
from reasoning import needs_vocabularies
from vocabularies import pinned

LIST = Path(__file__).with_name("external-terms.csv")
COLUMNS = ["term", "kind", "where", "checked"]
TYPE = RDF + "type"

DECLARED_AS = {
    OWL + "Class", OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty",
    RDFS + "Datatype",
}  # fmt: skip
BUILT_IN = (OWL, RDF, RDFS, XSD)
"""Namespaces that OWL 2 reserves: nothing in them is declared."""
UNDECLARED = {
    EDTF + "EDTF": "not in OWL's datatype map; to OWL dio:edtf has the range rdfs:Literal",
}
SPARE = {
    SPDX + "ChecksumAlgorithm": "the class of what spdx:algorithm leads to, named for readers of the core",
}
NOT_LOOKED_UP = {
    EDTF + "EDTF": "the Library of Congress has it as a page of its own; no package holds it",
}
OURS = tuple(PREFIXES[prefix] for prefix in ("dio", "id", "claim", "source", "dios"))
VOCABULARIES = tuple(
    sorted(space for space in PREFIXES.values() if space not in OURS and not space.startswith(BASE))
)


def iris(triple: ox.Triple) -> Iterator[tuple[str, bool]]:
    """Yield each IRI of a triple, and whether it stands where only a term may: predicate, type, datatype."""
    if isinstance(triple.subject, ox.NamedNode):
        yield triple.subject.value, False
    yield triple.predicate.value, True
    if isinstance(triple.object, ox.NamedNode):
        yield triple.object.value, triple.predicate.value == TYPE
    elif isinstance(triple.object, ox.Literal):
        yield triple.object.datatype.value, True


def is_term(iri: str, must_be: bool) -> bool:
    """Say whether an IRI is another vocabulary's term; the vocabulary's own document is none."""
    if iri.startswith(BASE):
        return False
    return must_be or (iri.startswith(VOCABULARIES) and iri not in VOCABULARIES)


def in_query(triple: ox.Triple) -> Iterator[str]:
    """Yield the terms that the SPARQL of a shape names by prefix."""
    if triple.predicate.value == SH + "select" and isinstance(triple.object, ox.Literal):
        for prefix, local in re.findall(r"(?<![\w?$:])([a-z]+):([A-Za-z][\w-]*)", triple.object.value):
            if prefix in PREFIXES:
                yield PREFIXES[prefix] + local


@cache
def terms_of(path: Path) -> frozenset[str]:
    found = set()
    for line in read_turtle(path):
        found |= {iri for iri, must_be in iris(line.triple) if is_term(iri, must_be)}
        found |= {iri for iri in in_query(line.triple) if is_term(iri, must_be=False)}
    return frozenset(found)


def used() -> set[str]:
    return {term for path in turtle_files() for term in terms_of(path)}


def used_in_core() -> set[str]:
    return {term for path in turtle_files() if is_core(path.relative_to(ROOT)) for term in terms_of(path)}


def listed() -> dict[str, dict[str, str]]:
    with LIST.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert rows
    assert list(rows[0]) == COLUMNS
    assert [row["term"] for row in rows] == sorted({row["term"] for row in rows})
    return {row["term"]: row for row in rows}


def declarations() -> dict[str, set[str]]:
    """Return what the core declares other vocabularies' terms as."""
    found: dict[str, set[str]] = {}
    for line in read_turtle(ROOT / "ontology" / "diaspora-influence.ttl"):
        subject, predicate, value = line.triple
        if predicate.value != TYPE or not isinstance(subject, ox.NamedNode) or subject.value.startswith(BASE):
            continue
        if isinstance(value, ox.NamedNode):
            found.setdefault(subject.value, set()).add(value.value)
    return found


# --- They exist ---


def test_the_list_is_what_is_used() -> None:
    assert sorted(used()) == sorted(listed())


def test_every_entry_says_where_and_when_it_was_looked_up() -> None:
    for term, row in listed().items():
        if term in NOT_LOOKED_UP:
            continue
        assert re.fullmatch(
            r"npm @vocabulary/[a-z]+ \d+\.\d+\.\d+|github \S+/\S+ .+ @[0-9a-f]{12}", row["where"]
        ), term
        assert date.fromisoformat(row["checked"]) >= date(2026, 11, 22), term
        assert row["kind"], term
    assert set(NOT_LOOKED_UP) <= set(listed())


def looked_up() -> dict[str, tuple[str, str]]:
    """Return each term that was found in an npm package to the vocabulary's prefix there and the version."""
    found = {}
    for term, row in listed().items():
        if match := re.fullmatch(r"npm @vocabulary/([a-z]+) (.+)", row["where"]):
            found[term] = (match[1], match[2])
    return found


def test_every_term_was_looked_up_in_the_copy_that_is_pinned() -> None:
    versions = {(name, one.version) for name, one in pinned().items()}
    assert set(looked_up().values()) == versions


@needs_vocabularies
def test_the_pinned_copies_hold_every_term_as_the_kind_that_is_listed() -> None:
    kinds = {name: kinds_in(name) for name in pinned()}
    assert len(looked_up()) > 150
    wrong = {
        term: kinds[name].get(term)
        for term, (name, _) in looked_up().items()
        if kinds[name].get(term) != listed()[term]["kind"]
    }
    assert wrong == {}


def kinds_in(name: str) -> dict[str, str]:
    """Return each term of a pinned copy to its types, as the list writes them."""
    types: dict[str, set[str]] = {}
    for quad in ox.parse(pinned()[name].content(), format=ox.RdfFormat.N_QUADS):
        if quad.predicate.value == TYPE and isinstance(quad.subject, ox.NamedNode):
            types.setdefault(quad.subject.value, set()).add(short(quad.object))
    return {term: " ".join(sorted(names)) for term, names in types.items()}


def test_the_readme_names_the_same_versions() -> None:
    readme = (ROOT / "ontology" / "README.md").read_text("utf-8")
    named = dict(re.findall(r"`@vocabulary/([a-z]+)` (\d+\.\d+\.\d+)", readme))
    assert len(named) >= 6
    assert named.items() <= dict(looked_up().values()).items()


MISSPELT = {
    "a predicate": ("ex:a foaf:nmae 'x' .", PREFIXES["foaf"] + "nmae"),
    "a class": ("ex:a a ex:Thing .", "https://example.org/Thing"),
    "a datatype": ("ex:a rdfs:label 'x'^^ex:type .", "https://example.org/type"),
    "a path of a shape": ("[] sh:path oa:hasTraget .", OA + "hasTraget"),
    "a term in a shape's query": ("[] sh:select 'SELECT * { ?s oa:strat ?o }' .", OA + "strat"),
}


@pytest.mark.parametrize("place", MISSPELT)
def test_a_misspelt_term_is_noticed_as(place: str, tmp_path: Path) -> None:
    turtle, term = MISSPELT[place]
    found = terms_of(written(tmp_path, turtle))
    assert term in found
    assert term not in listed()


def test_what_is_only_linked_to_is_no_term(tmp_path: Path) -> None:
    turtle = """
        id:a schema:sameAs <http://www.wikidata.org/entity/Q1> ;
            dcterms:source <http://xmlns.com/foaf/0.1/> .
    """
    assert terms_of(written(tmp_path, turtle)) == {SCHEMA + "sameAs", DCTERMS + "source"}


def written(folder: Path, turtle: str) -> Path:
    """Return a file with the Turtle below the house's prefixes."""
    prefixes = {**PREFIXES, "ex": "https://example.org/"}
    heads = [f"@prefix {prefix}: <{space}> ." for prefix, space in prefixes.items()]
    path = folder / "small.ttl"
    path.write_text("\n".join([*heads, turtle]), "utf-8")
    return path


# --- OWL knows them ---


def properties_and_classes() -> dict[str, set[str]]:
    """Return each IRI that core and instances use as predicate, type or datatype, with which of them."""
    found: dict[str, set[str]] = {}
    for path in turtle_files():
        if is_core(path.relative_to(ROOT)):
            for line in read_turtle(path):
                _, predicate, value = line.triple
                found.setdefault(predicate.value, set()).add("property")
                if predicate.value == TYPE and isinstance(value, ox.NamedNode):
                    found.setdefault(value.value, set()).add("class")
                elif isinstance(value, ox.Literal):
                    found.setdefault(value.datatype.value, set()).add("datatype")
    return {iri: roles for iri, roles in found.items() if not iri.startswith((BASE, *BUILT_IN))}


AS = {
    "class": {OWL + "Class"},
    "property": {OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty"},
    "datatype": {RDFS + "Datatype"},
}


def test_every_term_that_core_and_instances_use_is_declared_as_what_it_is_used_as() -> None:
    declared = declarations()
    used_as = properties_and_classes()
    assert {OA + "hasSource", SKOS + "Concept", SPDX + "checksumValue"} <= set(used_as)
    missing = {
        (iri, role)
        for iri, roles in used_as.items()
        for role in roles
        if not AS[role] & declared.get(iri, set())
    }
    assert {iri for iri, _ in missing} == set(UNDECLARED)


def test_a_term_is_declared_as_one_kind_of_thing() -> None:
    for term, kinds in declarations().items():
        assert len(kinds & DECLARED_AS) == 1, term
        assert not term.startswith(BUILT_IN), term


def test_a_relation_of_another_vocabulary_is_declared_as_the_kind_that_it_is_there() -> None:
    # An annotation property may stand in for any: it says nothing to a reasoner, so it entails nothing wrong.
    at_home = {term: row["kind"].split() for term, row in listed().items()}
    names = {OWL + "ObjectProperty": "owl:ObjectProperty", OWL + "DatatypeProperty": "owl:DatatypeProperty"}
    for term, kinds in declarations().items():
        for kind in kinds & set(names):
            others = set(names.values()) - {names[kind]}
            assert not others & set(at_home[term]), term


def test_no_declaration_is_left_over() -> None:
    # Annotations may be declared ahead of use; what a reasoner reads is declared for a use.
    core = ROOT / "ontology" / "diaspora-influence.ttl"
    spoken_of: set[str] = set()
    for path in turtle_files():
        for line in read_turtle(path):
            declaration = path == core and line.triple.predicate.value == TYPE
            spoken_of |= {iri for iri, _ in iris(line.triple) if not declaration}
    left = {
        term
        for term, kinds in declarations().items()
        if OWL + "AnnotationProperty" not in kinds and term not in spoken_of
    }
    assert left <= set(SPARE)
