"""What the ontology says: exactly the hierarchy of the model, complete terms, and nothing that breaks OWL 2 DL."""

import tomllib
from collections.abc import Iterable

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, XSD

from diaspora_influence import __version__
from diaspora_influence.convert import to_graph
from diaspora_influence.data import ROOT
from diaspora_influence.terms import DCTERMS, DIO, VANN
from diaspora_influence.terms import ONTOLOGY as ONTOLOGY_IRI
from reasoning import ontology, turtle, union

TOP = "reportedlyRelatedTo"
BELOW = {
    "createdBy": {"influencedBy", "reportedlyCreatedBy"},
    "coopted": {"influences", "reportedlyCoopted"},
    "fundedVia": {"reportedlyFundedVia"},
    "dissolvedBy": {"dissolutionSoughtBy", "reportedlyDissolvedBy"},
    "patronOf": {"influences", "reportedlyPatronOf"},
    "dissolutionSoughtBy": {"influencedBy", "reportedlyDissolutionSoughtBy"},
    "fundingSource": {"reportedlyFundingSource"},
    "paidBy": {"reportedlyPaidBy"},
    "fundedBy": {"influencedBy"},
    "influencedBy": {TOP},
    "influences": {TOP},
    "moneyComesFrom": {TOP},
    "organOf": {TOP},
}
"""The arrows of the model; a twin, and every other relation, stands right below the top."""
CORE = ("createdBy", "coopted", "fundedVia", "dissolvedBy", "patronOf")

SIMPLE_ONLY = {
    OWL.AsymmetricProperty, OWL.IrreflexiveProperty, OWL.FunctionalProperty, OWL.InverseFunctionalProperty,
}  # fmt: skip
COUNTS = {
    OWL.maxCardinality, OWL.minCardinality, OWL.cardinality, OWL.maxQualifiedCardinality,
    OWL.minQualifiedCardinality, OWL.qualifiedCardinality, OWL.hasSelf,
}  # fmt: skip
"""What OWL 2 DL allows of simple properties alone."""


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    return to_graph(union(ontology()))


def dio(name: str) -> rdflib.URIRef:
    return rdflib.URIRef(DIO + name)


def names(terms: Iterable[object]) -> set[str]:
    return {str(term).removeprefix(DIO) for term in terms}


def declared(graph: rdflib.Graph, kind: rdflib.URIRef) -> list[rdflib.URIRef]:
    """Return our own terms of one kind, sorted."""
    return sorted(
        t for t in graph.subjects(RDF.type, kind) if isinstance(t, rdflib.URIRef) and t.startswith(DIO)
    )


def relations(graph: rdflib.Graph) -> set[str]:
    return names(graph.subjects(RDF.type, dio("Relation")))


# --- The hierarchy ---


def test_the_hierarchy_has_exactly_the_arrows_of_the_model(graph: rdflib.Graph) -> None:
    twins = {name for above in BELOW.values() for name in above if name.startswith("reportedly")} - {TOP}
    expected = {name: {TOP} for name in relations(graph) | twins} | BELOW
    found: dict[str, set[str]] = {}
    for low, high in graph.subject_objects(RDFS.subPropertyOf):
        found.setdefault(names([low]).pop(), set()).update(names([high]))
    assert found == expected
    assert len(twins) == 8


@pytest.mark.parametrize("influence", ["influencedBy", "influences"])
def test_nothing_reported_is_influence_at_any_depth(graph: rdflib.Graph, influence: str) -> None:
    same = {
        dio(influence),
        *graph.objects(dio(influence), OWL.inverseOf),
        *graph.subjects(OWL.inverseOf, dio(influence)),
    }
    below = {low for high in same for low in graph.transitive_subjects(RDFS.subPropertyOf, high)}
    inverses = {
        other
        for low in below
        for other in [*graph.objects(low, OWL.inverseOf), *graph.subjects(OWL.inverseOf, low)]
    }
    assert {"createdBy", "coopted", "fundedBy"} <= names(below)
    assert not {name for name in names(below | inverses) if name.startswith("reportedly")}
    assert "fundedVia" not in names(below)


def test_each_core_relation_is_a_relation_with_a_twin(graph: rdflib.Graph) -> None:
    for name in CORE:
        assert name in relations(graph)
        twin = graph.value(dio(name), dio("reportedAs"))
        assert twin in set(graph.objects(dio(name), RDFS.subPropertyOf))
        assert names([twin]).pop().startswith("reportedly")


def test_the_top_is_symmetric(graph: rdflib.Graph) -> None:
    assert (dio(TOP), RDF.type, OWL.SymmetricProperty) in graph


# --- Complete terms ---


def incomplete(graph: rdflib.Graph) -> list[str]:
    """Return a word for each object property that lacks an inverse or symmetry, a domain or a range."""
    lacks = []
    for term in declared(graph, OWL.ObjectProperty):
        inverse = (term, OWL.inverseOf, None) in graph or (None, OWL.inverseOf, term) in graph
        if not inverse and (term, RDF.type, OWL.SymmetricProperty) not in graph:
            lacks.append(f"{term}: inverse")
        lacks += [
            f"{term}: {part}"
            for part in (RDFS.domain, RDFS.range)
            if len(set(graph.objects(term, part))) != 1
        ]
    return lacks


def test_every_object_property_has_inverse_domain_and_range(graph: rdflib.Graph) -> None:
    assert len(declared(graph, OWL.ObjectProperty)) > 80
    assert incomplete(graph) == []


def test_inverses_swap_domain_and_range(graph: rdflib.Graph) -> None:
    for one, other in graph.subject_objects(OWL.inverseOf):
        assert graph.value(one, RDFS.domain) == graph.value(other, RDFS.range), one
        assert graph.value(one, RDFS.range) == graph.value(other, RDFS.domain), one


def test_every_term_has_one_english_label_and_definition_and_says_where_it_is_defined(
    graph: rdflib.Graph,
) -> None:
    kinds = (
        OWL.Class,
        OWL.ObjectProperty,
        OWL.DatatypeProperty,
        OWL.AnnotationProperty,
        SKOS.Concept,
        SKOS.ConceptScheme,
    )
    terms = {term for kind in kinds for term in declared(graph, kind)}
    assert len(terms) > 200
    for term in terms:
        for part in (RDFS.label, SKOS.definition):
            english = [
                text
                for text in graph.objects(term, part)
                if isinstance(text, rdflib.Literal) and text.language == "en"
            ]
            assert len(english) == 1, (term, part)
        assert graph.value(term, SKOS.definition).endswith("."), term
        assert (term, RDFS.isDefinedBy, rdflib.URIRef(ONTOLOGY_IRI)) in graph, term


def test_every_relation_carries_what_the_machinery_reads(graph: rdflib.Graph) -> None:
    below_claim = set(graph.transitive_subjects(RDFS.subClassOf, dio("Claim"))) - {dio("Claim")}
    properties = set(declared(graph, OWL.ObjectProperty))
    for term in map(dio, relations(graph)):
        assert term in properties
        assert {graph.value(term, dio("reportedAs"))} <= properties - {term}, term
        assert {graph.value(term, dio("claimClass"))} <= below_claim, term
        assert {type(value.toPython()) for value in graph.objects(term, dio("personTripleAllowed"))} == {
            bool
        }, term


def test_annotations_name_declared_terms(graph: rdflib.Graph) -> None:
    classes = set(declared(graph, OWL.Class))
    for annotation in ("unstatedObjectClass", "unstatedSubjectClass", "claimClass"):
        pairs = list(graph.subject_objects(dio(annotation)))
        assert pairs
        assert {value for _, value in pairs} <= classes
    for annotation in ("unstatedObjectClass", "unstatedSubjectClass"):
        for term, value in graph.subject_objects(dio(annotation)):
            twin = graph.value(term, dio("reportedAs"))
            if twin is not None:
                assert (value, RDFS.subClassOf, graph.value(twin, dio(annotation))) in graph, term


def test_whoever_may_be_named_in_a_relation_may_be_named_in_its_inverse(graph: rdflib.Graph) -> None:
    for one, other in graph.subject_objects(OWL.inverseOf):
        assert graph.value(one, dio("personTripleAllowed")) == graph.value(
            other, dio("personTripleAllowed")
        ), one


def test_every_property_of_a_direct_triple_says_whether_persons_may_have_it(graph: rdflib.Graph) -> None:
    below = set(graph.transitive_subjects(RDFS.subPropertyOf, dio(TOP)))
    for term in below:
        assert graph.value(term, dio("personTripleAllowed")) is not None, term


def test_every_term_of_ours_that_is_used_is_declared(graph: rdflib.Graph) -> None:
    used = {
        term
        for triple in graph
        for term in triple
        if isinstance(term, rdflib.URIRef) and term.startswith(DIO)
    }
    assert {term for term in used if (term, RDF.type, None) not in graph} == set()


# --- OWL 2 DL ---


def inverses(graph: rdflib.Graph, term: rdflib.term.Node) -> set[rdflib.term.Node]:
    own = {term} if (term, RDF.type, OWL.SymmetricProperty) in graph else set()
    return own | set(graph.objects(term, OWL.inverseOf)) | set(graph.subjects(OWL.inverseOf, term))


def above(graph: rdflib.Graph, term: rdflib.term.Node) -> set[rdflib.term.Node]:
    """Return *term*, its inverses, and all that stands above any of them, inverses included."""
    seen: set[rdflib.term.Node] = set()
    waiting = [term]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += [*graph.objects(one, RDFS.subPropertyOf), *inverses(graph, one)]
    return seen


def chains(graph: rdflib.Graph) -> list[tuple[rdflib.term.Node, list[rdflib.term.Node]]]:
    return [(head, list(graph.items(links))) for head, links in graph.subject_objects(OWL.propertyChainAxiom)]


def irregular(graph: rdflib.Graph) -> list[str]:
    """Return the chains whose result stands below one of their own links, through other chains too."""
    step = {}
    for head, links in chains(graph):
        for link in links:
            step.setdefault(link, set()).add(head)
    faults = []
    for head, links in chains(graph):
        reached, waiting = set(), [head]
        while waiting:
            new = above(graph, waiting.pop()) - reached
            reached |= new
            waiting += [target for term in new for target in step.get(term, ())]
        faults += [f"{head}: {link}" for link in links if link in reached]
    return faults


def forbidden(graph: rdflib.Graph) -> list[str]:
    """Return what is said of a non-simple property that only a simple one may have."""
    complex_ones = {term for head, _ in chains(graph) for term in above(graph, head)}
    faults = [
        f"{term} {kind}"
        for term in complex_ones
        for kind in graph.objects(term, RDF.type)
        if kind in SIMPLE_ONLY
    ]
    faults += [
        f"{term} disjoint"
        for term in complex_ones
        if (term, OWL.propertyDisjointWith, None) in graph or (None, OWL.propertyDisjointWith, term) in graph
    ]
    for restriction, term in graph.subject_objects(OWL.onProperty):
        if term in complex_ones and COUNTS & set(graph.predicates(restriction)):
            faults.append(f"{term} counted")
    return sorted(faults)


def test_the_chains_are_regular(graph: rdflib.Graph) -> None:
    assert len(chains(graph)) == 3
    assert irregular(graph) == []


def test_no_chained_property_has_what_only_simple_ones_may(graph: rdflib.Graph) -> None:
    assert {"fundedBy", "influencedBy", "influences", TOP} <= names(above(graph, dio("fundedBy")))
    assert forbidden(graph) == []


FAULTS = {
    "a result below its own link": (irregular, "dio:fundedBy rdfs:subPropertyOf dio:fundedVia ."),
    "a result above its own link by way of inverses": (irregular, "dio:funds rdfs:subPropertyOf dio:channelsFundsTo ."),
    "an asymmetric chain": (forbidden, "dio:fundedBy a owl:AsymmetricProperty ."),
    "an irreflexive inverse": (forbidden, "dio:funds a owl:IrreflexiveProperty ."),
    "a functional property above": (forbidden, "dio:influencedBy a owl:FunctionalProperty ."),
    "a disjoint property": (forbidden, "dio:createdBy owl:propertyDisjointWith dio:influences ."),
    "a counted property": (forbidden, "[] a owl:Restriction ; owl:onProperty dio:reportedlyRelatedTo ; owl:maxCardinality 1 ."),
    "a relation without range": (incomplete, "dio:lonely a owl:ObjectProperty ; owl:inverseOf dio:alone ; rdfs:domain dio:Agent ."),
    "a relation without inverse": (incomplete, "dio:lonely a owl:ObjectProperty ; rdfs:range dio:Agent ; rdfs:domain dio:Agent ."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_the_check_finds(name: str) -> None:
    check, fault = FAULTS[name]
    assert len(check(to_graph(union(ontology()) | set(turtle(fault))))) >= 1


def test_data_properties_have_ranges_that_hermit_can_judge(graph: rdflib.Graph) -> None:
    known = {RDFS.Literal, XSD.string, XSD.boolean, XSD.integer}
    for term in declared(graph, OWL.DatatypeProperty):
        assert set(graph.objects(term, RDFS.range)) <= known, term


def test_nothing_is_imported(graph: rdflib.Graph) -> None:
    assert (None, OWL.imports, None) not in graph


def test_unions_and_intersections_name_their_members_or_restrict_one_relation(graph: rdflib.Graph) -> None:
    for union_list in graph.objects(None, OWL.unionOf):
        assert all(isinstance(member, rdflib.URIRef) for member in graph.items(union_list))
    for intersection in graph.objects(None, OWL.intersectionOf):
        first, *rest = graph.items(intersection)
        assert first == dio("Organization")
        assert all(
            isinstance(member, rdflib.URIRef) or (member, RDF.type, OWL.Restriction) in graph
            for member in rest
        )


# --- The header ---


def test_the_header_is_complete(graph: rdflib.Graph) -> None:
    header = rdflib.URIRef(ONTOLOGY_IRI)
    wanted = [
        *(DCTERMS + name for name in ("title", "description", "creator", "publisher", "license", "rights", "created", "issued", "modified", "source", "bibliographicCitation")),
        *(VANN + name for name in ("preferredNamespacePrefix", "preferredNamespaceUri")),
        str(OWL.versionIRI), str(OWL.versionInfo), "http://purl.org/ontology/bibo/status",
    ]  # fmt: skip
    assert [name for name in wanted if graph.value(header, rdflib.URIRef(name)) is None] == []


def test_the_version_is_the_same_everywhere(graph: rdflib.Graph) -> None:
    header = rdflib.URIRef(ONTOLOGY_IRI)
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__
    assert str(graph.value(header, OWL.versionInfo)) == __version__
    assert str(graph.value(header, OWL.versionIRI)) == f"{ONTOLOGY_IRI}/{__version__}"
    assert f"version {__version__}." in str(
        graph.value(header, rdflib.URIRef(DCTERMS + "bibliographicCitation"))
    )
    assert [line for line in citation.splitlines() if line.startswith("version:")] == [
        f"version: {__version__}"
    ]


def test_the_readme_lists_the_relations_by_family(graph: rdflib.Graph) -> None:
    dio = rdflib.Namespace(DIO)
    families: dict[str, list[str]] = {}
    for relation in graph.subjects(RDF.type, dio.Relation):
        family = str(graph.value(relation, dio.claimClass)).removeprefix(DIO)
        families.setdefault(family, []).append(f"`{str(relation).removeprefix(DIO)}`")
    rows = [f"| `dio:{family}` | {', '.join(sorted(some))} |" for family, some in sorted(families.items())]
    assert len(rows) > 30
    assert "\n".join(rows) in (ROOT / "ontology" / "README.md").read_text("utf-8")
