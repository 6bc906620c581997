"""OWL 2 DL, as the OWL API inside HermiT's jar checks it: the ontology and each alignment, and known faults."""

import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence.reason import hermit
from diaspora_influence.reason.parts import alignments, read_parts
from reasoning import example, needs_hermit, ontology, real, turtle, union

# Java's single-file launch: a headless JRE is enough, there is no class file to keep and no javac to install.
CHECKER = Path(__file__).parent / "owl_profile" / "OwlProfile.java"
TIME_LIMIT = 120.0

HEADER = "<https://example.org/o> a owl:Ontology . "
FAULTS = {
    "a non-simple property that is functional": (
        "ex:p a owl:ObjectProperty, owl:FunctionalProperty, owl:TransitiveProperty .",
        "UseOfNonSimplePropertyInFunctionalPropertyAxiom",
    ),
    "a property with a chain that is asymmetric": (
        "ex:q a owl:ObjectProperty . ex:p a owl:ObjectProperty, owl:AsymmetricProperty ; owl:propertyChainAxiom ( ex:q ex:q ) .",
        "UseOfNonSimplePropertyInAsymmetricObjectPropertyAxiom",
    ),
    "two chains that need each other": (
        "ex:q a owl:ObjectProperty . ex:p a owl:ObjectProperty ; owl:propertyChainAxiom ( ex:q ex:r ) . ex:r a owl:ObjectProperty ; owl:propertyChainAxiom ( ex:p ex:q ) .",
        "UseOfPropertyInChainCausesCycle",
    ),
    "one property of things and of data": (
        "ex:p a owl:ObjectProperty, owl:DatatypeProperty . ex:a a owl:NamedIndividual ; ex:p ex:a .",
        "IllegalPunning",
    ),
    "one class and datatype": (
        "ex:A a owl:Class, rdfs:Datatype . ex:a a owl:NamedIndividual, ex:A .",
        "DatatypeIRIAlsoUsedAsClassIRI",
    ),
    "a property that nothing declares": (
        "ex:a a owl:NamedIndividual ; ex:p ex:b . ex:b a owl:NamedIndividual .",
        "UseOfUndeclaredAnnotationProperty",
    ),
    "a class that nothing declares": (
        "ex:A a owl:Class ; rdfs:subClassOf ex:B .",
        "UseOfUndeclaredClass",
    ),
    "a restriction that asks for nothing": (
        "ex:p a owl:ObjectProperty . ex:A a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:p ] .",
        "UseOfUndeclaredClass",
    ),
    "a chain of one link": (
        "ex:q a owl:ObjectProperty . ex:p a owl:ObjectProperty ; owl:propertyChainAxiom ( ex:q ) .",
        "InsufficientPropertyExpressions",
    ),
    "a union of something that is no list": (
        "ex:B a owl:Class . ex:A a owl:Class ; owl:unionOf ex:B .",
        "InsufficientOperands",
    ),
    "a class in the language's own namespace": (
        "owl:Clazz a owl:Class .",
        "UseOfReservedVocabularyForClassIRI",
    ),
    "a number that is none": (
        "ex:p a owl:DatatypeProperty . ex:a a owl:NamedIndividual ; ex:p 'many'^^<http://www.w3.org/2001/XMLSchema#integer> .",
        "LexicalNotInLexicalSpace",
    ),
}
"""What keeps an ontology out of OWL 2 DL, to Turtle that has the fault and the kind of violation that tells."""
# A functional simple property, a class that is an individual too (the punning that claims rest on), an annotation.
FAULTLESS = (
    "ex:p a owl:ObjectProperty, owl:FunctionalProperty ; rdfs:label 'p'@en . ex:A a owl:Class, owl:NamedIndividual ."
    "ex:a a owl:NamedIndividual, ex:A ; ex:p ex:A ."
)

Report = Mapping[str, list[tuple[str, str]]]
"""The lines on each ontology, by its name: kind and words; the last is `axioms` and their number."""


def judged() -> dict[str, set[ox.Triple]]:
    """Return what must be OWL 2 DL: the ontology alone, with instances, and with each alignment."""
    core = union(ontology())
    aligned = {name: core | union(read_parts([path])) for name, path in alignments().items()}
    return {"ontology": core, "example": union(example()), "real": union(real()), **aligned}


def faulty() -> dict[str, set[ox.Triple]]:
    return {name: set(turtle(HEADER + text)) for name, (text, _) in FAULTS.items()}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What the OWL API says of all of them: one Java process, since it compiles the checker anew."""
    asked = {**judged(), **faulty(), "faultless": set(turtle(HEADER + FAULTLESS))}
    return checked(asked, tmp_path_factory.mktemp("owl_profile"))


def checked(asked: Mapping[str, Iterable[ox.Triple]], folder: Path) -> Report:
    """Run the checker on *asked*, written into *folder*."""
    names = {str(folder / f"{number}.nt"): name for number, name in enumerate(asked)}
    for path, name in names.items():
        ox.serialize(asked[name], path, format=ox.RdfFormat.N_TRIPLES)
    call = [hermit.java(), *hermit.JAVA, "-cp", hermit.class_path(), str(CHECKER), *names]
    done = subprocess.run(call, capture_output=True, text=True, timeout=TIME_LIMIT)
    assert done.returncode == 0, done.stderr
    said: dict[str, list[tuple[str, str]]] = {name: [] for name in asked}
    for line in done.stdout.splitlines():
        path, kind, words = line.split("\t")
        said[names[path]].append((kind, words))
    return said


def violations(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the violations; an ontology that was not read to its end fails."""
    *found, (last, count) = lines
    assert last == "axioms"
    assert int(count) > 0
    return found


JUDGED = ("ontology", "example", "real", "dcterms-skos", "foaf", "org", "prov", "schema")


@needs_hermit
@pytest.mark.parametrize("name", JUDGED)
def test_there_is_no_violation_of_owl_2_dl(report: Report, name: str) -> None:
    assert violations(report[name]) == []


@needs_hermit
def test_the_whole_ontology_and_every_alignment_were_read(report: Report) -> None:
    assert set(JUDGED) == set(judged())
    axioms = {name: int(report[name][-1][1]) for name in JUDGED}
    assert axioms["ontology"] > 3000
    assert min(axioms[name] for name in JUDGED[1:]) > axioms["ontology"]


@needs_hermit
@pytest.mark.parametrize("fault", FAULTS)
def test_a_known_fault_is_found(report: Report, fault: str) -> None:
    kinds = Counter(kind for kind, _ in violations(report[fault]))
    assert FAULTS[fault][1] in kinds


@needs_hermit
def test_what_owl_2_dl_allows_is_no_fault(report: Report) -> None:
    assert violations(report["faultless"]) == []


@needs_hermit
def test_a_fault_in_the_ontology_itself_is_found(tmp_path: Path) -> None:
    spoilt = union(ontology()) | set(turtle("dio:reportedlyRelatedTo a owl:AsymmetricProperty ."))
    kinds = {kind for kind, _ in violations(checked({"spoilt": spoilt}, tmp_path)["spoilt"])}
    assert kinds == {"UseOfNonSimplePropertyInAsymmetricObjectPropertyAxiom"}
