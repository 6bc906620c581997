"""The alignments: mappings with reasons, none imported, and HermiT consistent with each and an instance of all."""

import re
from collections.abc import Iterator

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS

from diaspora_influence import __version__
from diaspora_influence.convert import to_graph
from diaspora_influence.data import ROOT
from diaspora_influence.reason import hermit
from diaspora_influence.reason.judge import judge
from diaspora_influence.reason.parts import alignments, read_parts
from diaspora_influence.terms import DCTERMS, DIO, PREFIXES
from diaspora_influence.terms import ONTOLOGY as ONTOLOGY_IRI
from reasoning import example, needs_hermit, ontology, turtle, union

NAMES = ("dcterms-skos", "foaf", "org", "prov", "schema")
MAPS = (RDFS.subClassOf, RDFS.subPropertyOf, OWL.disjointWith, OWL.inverseOf, RDFS.domain, RDFS.range)
SAID = {
    "is a kind of": RDFS.subClassOf,
    "is a case of": RDFS.subPropertyOf,
    "is disjoint with": OWL.disjointWith,
    "is the inverse of": OWL.inverseOf,
    "has domain": RDFS.domain,
    "has range": RDFS.range,
}
"""The words of the README's table, to what they mean."""

ORG, PROV = PREFIXES["org"], PREFIXES["prov"]
NEVER = {
    "prov:wasGeneratedBy makes a creator an activity": PROV + "wasGeneratedBy",
    "prov:wasInfluencedBy means lineage": PROV + "wasInfluencedBy",
    "org:member is functional": ORG + "member",
    "org:organization is functional": ORG + "organization",
    "org:hasMember makes an organisation a foaf:Group": ORG + "hasMember",
    "org:headOf makes the leader a member": ORG + "headOf",
    "skos:exactMatch makes entities concepts": str(SKOS.exactMatch),
    "owl:sameAs merges things": str(OWL.sameAs),
    "equivalence would give our terms whatever another vocabulary says": str(OWL.equivalentClass),
}
"""Why a term is kept out of every alignment, to the term."""


def graph_of(name: str) -> rdflib.Graph:
    return to_graph(union(read_parts([alignments()[name]])))


def mappings(graph: rdflib.Graph) -> Iterator[tuple[rdflib.term.Node, ...]]:
    """Yield the axioms between named terms."""
    yield from (triple for predicate in MAPS for triple in graph.triples((None, predicate, None)))


def test_there_is_a_file_for_each_vocabulary() -> None:
    assert tuple(alignments()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_file_is_an_ontology_with_its_metadata(name: str) -> None:
    graph = graph_of(name)
    header = rdflib.URIRef(f"{ONTOLOGY_IRI}/alignments/{name}")
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [header]
    assert str(graph.value(header, OWL.versionInfo)) == __version__
    assert str(graph.value(header, OWL.versionIRI)) == f"{header}/{__version__}"
    parts = (
        "title",
        "description",
        "creator",
        "publisher",
        "license",
        "rights",
        "created",
        "issued",
        "modified",
        "source",
    )
    assert [part for part in parts if graph.value(header, rdflib.URIRef(DCTERMS + part)) is None] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_mapping_has_its_reason(name: str) -> None:
    graph = graph_of(name)
    found = list(mappings(graph))
    assert found
    for subject, predicate, value in found:
        axioms = [
            axiom
            for axiom in graph.subjects(OWL.annotatedSource, subject)
            if (axiom, OWL.annotatedProperty, predicate) in graph
            and (axiom, OWL.annotatedTarget, value) in graph
        ]
        assert len(axioms) == 1, (subject, predicate, value)
        assert str(graph.value(axioms[0], RDFS.comment)).endswith("."), subject
    assert len(set(graph.subjects(RDF.type, OWL.Axiom))) == len(found)


@pytest.mark.parametrize("name", NAMES)
def test_every_mapping_starts_from_a_declared_term(name: str) -> None:
    graph, core = graph_of(name), to_graph(union(ontology()))
    for subject, _, value in mappings(graph):
        assert (subject, RDF.type, None) in core
        assert set(graph.objects(subject, RDF.type)) <= set(core.objects(subject, RDF.type))
        assert (value, RDF.type, None) in graph
        assert not str(value).startswith(DIO)


@pytest.mark.parametrize("reason", NEVER)
@pytest.mark.parametrize("name", NAMES)
def test_no_alignment_uses(name: str, reason: str) -> None:
    assert rdflib.URIRef(NEVER[reason]) not in {term for triple in graph_of(name) for term in triple}


def test_nothing_imports_an_alignment_and_no_alignment_imports() -> None:
    for parts in (ontology(), read_parts(alignments().values())):
        assert (None, OWL.imports, None) not in to_graph(union(parts))


def test_the_readme_lists_exactly_the_mappings_with_their_reasons() -> None:
    rows = re.findall(
        r"^\| `(\S+)` \| ([a-z ]+) \| `(\S+)` \| (.+) \|$",
        (ROOT / "ontology" / "README.md").read_text("utf-8"),
        re.MULTILINE,
    )
    listed = {(iri(ours), SAID[verb], iri(theirs), why) for ours, verb, theirs, why in rows}
    stated = {
        (
            graph.value(axiom, OWL.annotatedSource),
            graph.value(axiom, OWL.annotatedProperty),
            graph.value(axiom, OWL.annotatedTarget),
            str(graph.value(axiom, RDFS.comment)),
        )
        for graph in map(graph_of, NAMES)
        for axiom in graph.subjects(RDF.type, OWL.Axiom)
    }
    assert listed == stated
    assert len(rows) == len(listed)


def iri(name: str) -> rdflib.URIRef:
    prefix, local = name.split(":")
    return rdflib.URIRef(PREFIXES[prefix] + local)


@needs_hermit
@pytest.mark.parametrize("name", NAMES)
def test_hermit_is_content_with_it_and_an_instance_of_each_aligned_class(name: str) -> None:
    parts = {**example(), **read_parts([alignments()[name]])}
    verdict = judge(parts)
    assert verdict.findings == ()
    aligned = {subject for subject, predicate, _ in mappings(graph_of(name)) if predicate == RDFS.subClassOf}
    types = {value for _, value in hermit.ask(union(parts)).types}
    below = to_graph(union(parts))
    assert all(
        {str(low) for low in below.transitive_subjects(RDFS.subClassOf, term)} & types for term in aligned
    )


@needs_hermit
def test_a_scheme_used_as_a_degree_of_certainty_is_a_contradiction() -> None:
    parts = {**ontology(), **read_parts([alignments()["dcterms-skos"]])}
    wrong = turtle("ex:claim a dio:Claim ; dio:certainty dio:certaintyScheme .")
    assert hermit.ask(union(parts)).consistent
    assert not hermit.ask(union(parts) | set(wrong)).consistent
