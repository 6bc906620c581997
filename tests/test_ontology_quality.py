"""What the field's reviews look for, as queries of our own: OOPS!, FOOPS!, our traps, deprecation."""

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence.data import ROOT, read_turtle, turtle_files
from diaspora_influence.reason.parts import alignments
from diaspora_influence.terms import DIO, OWL, RDF, RDFS

FOLDER = Path(__file__).parent / "ontology_quality"
QUERIES = {path.stem: path for path in sorted(FOLDER.glob("*/*.rq"))}
COUNTS = {"oops": 32, "foops": 14, "traps": 9, "deprecation": 3}
SHARED = tomllib.loads((FOLDER / "allowed.toml").read_text("utf-8"))
ALLOWED = SHARED["allowed"]
UNTIL_PUBLISHED = SHARED["until-published"]
ELSEWHERE = SHARED["elsewhere"]
OF_ANY_HEADER = (
    "P36-file-extension", "P39-ambiguous-namespace", "P41-no-licence", "HTTP1-open-protocol", "OM4.1-licence",
    "OM5.1-basic-provenance", "OM5.2-detailed-provenance", "PURL1-persistent-iri", "VER1-version-iri",
    "VOC1-reuse-for-metadata",
)  # fmt: skip
"""What holds of an alignment's header too, though it brings no terms, hence no prefix and no namespace."""

FOUND = ox.NamedNode("https://example.org/found")
Findings = set[tuple[str, str]]
"""Pairs of a term's IRI and what is wrong with it, empty where the query says only that something is."""


def files(check: str) -> list[Path]:
    """Return the files that a check reads: every one for traps and deprecation, else ontology and schemes."""
    every = QUERIES[check].parent.name in ("traps", "deprecation")
    return [path for path in turtle_files() if every or path.parent == ROOT / "ontology"]


@cache
def real(paths: tuple[Path, ...]) -> ox.Store:
    store = ox.Store()
    for path in paths:
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    return store


def run(check: str, store: ox.Store) -> Findings:
    solutions = store.query(QUERIES[check].read_text("utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    variables = [variable.value for variable in solutions.variables]
    assert variables in (["term"], ["term", "detail"])
    return {
        (name(solution["term"]), solution["detail"].value if "detail" in variables else "")
        for solution in solutions
    }


def name(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return term.value if isinstance(term, ox.NamedNode) else "[]"


def fixture(check: str) -> tuple[ox.Store, Findings, set[str]]:
    """Return the small ontology without its marks, what is marked, and all that it says something of."""
    store, marked, subjects = ox.Store(), set(), set()
    for line in read_turtle(QUERIES[check].with_suffix(".ttl")):
        subjects.add(name(line.triple.subject))
        if line.triple.predicate == FOUND:
            value = line.triple.object
            assert isinstance(value, ox.Literal)
            marked.add((name(line.triple.subject), "" if value.value == "true" else value.value))
        else:
            store.add(ox.Quad(*line.triple))
    return store, marked, subjects


def allowed(check: str) -> Findings:
    return {(row["term"], row.get("detail", "")) for row in ALLOWED if row["check"] == check}


# --- The queries ---


def test_there_are_as_many_checks_as_are_said() -> None:
    assert Counter(path.parent.name for path in QUERIES.values()) == COUNTS
    assert len(QUERIES) == len(list(FOLDER.glob("*/*.rq"))) == 58
    assert {path.with_suffix("") for path in FOLDER.glob("*/*.ttl")} == {
        path.with_suffix("") for path in QUERIES.values()
    }


@pytest.mark.parametrize("check", QUERIES)
def test_a_query_says_in_a_comment_what_it_finds(check: str) -> None:
    number, _, rest = QUERIES[check].read_text("utf-8").partition("\n\n")
    assert number.startswith(f"# {check.partition('-')[0]} ")
    assert number.endswith(".")
    assert all(line.startswith("# ") for line in number.splitlines())
    assert "SELECT" in rest


@pytest.mark.parametrize("check", QUERIES)
def test_a_query_finds_exactly_the_faults_of_its_small_ontology(check: str) -> None:
    store, marked, subjects = fixture(check)
    assert marked
    assert subjects - {term for term, _ in marked} - {"[]"}, "nothing in it is right"
    assert run(check, store) == marked


# --- The ontology ---


@pytest.mark.parametrize("check", QUERIES)
def test_the_ontology_has_no_fault_but_those_allowed_by_name(check: str) -> None:
    assert run(check, real(tuple(files(check)))) == allowed(check)


@pytest.mark.parametrize("check", OF_ANY_HEADER)
@pytest.mark.parametrize("name", alignments())
def test_each_alignment_has_a_header_without_fault(name: str, check: str) -> None:
    assert run(check, real((alignments()[name],))) == set()


def test_nothing_is_restricted_to_all_values_or_a_complement_and_no_datatype_is_made() -> None:
    store = real(tuple(files("P24-recursive-definition")))
    assert list(store.quads_for_pattern(None, ox.NamedNode(OWL + "someValuesFrom"), None))
    for word in ("allValuesFrom", "complementOf", "onDatatype", "withRestrictions"):
        assert not list(store.quads_for_pattern(None, ox.NamedNode(OWL + word), None)), word
    made = store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), ox.NamedNode(RDFS + "Datatype"))
    assert not [quad for quad in made if name(quad.subject).startswith(DIO)]


def test_every_query_reads_the_ontology() -> None:
    for check in QUERIES:
        assert {"diaspora-influence.ttl", "schemes.ttl"} <= {path.name for path in files(check)}
    assert len(real(tuple(files("P02-synonyms-as-classes")))) > 2000
    assert len(real(tuple(files("D03-still-used")))) > 10_000


# --- What is allowed, and what waits ---


def test_what_is_allowed_is_one_fault_of_one_check_with_its_reason() -> None:
    assert len(ALLOWED) == SHARED["allowed-count"]
    rows = [(row["check"], row["term"], row.get("detail", "")) for row in ALLOWED]
    assert len(set(rows)) == len(rows)
    for row in ALLOWED:
        assert row["check"] in QUERIES
        assert len(row["reason"]) > 20
        assert row["reason"].endswith(".")


def test_all_41_pitfalls_have_a_query_or_a_reason_to_have_none() -> None:
    assert len(ELSEWHERE) == SHARED["elsewhere-count"]
    assert all(reason.endswith(".") for reason in ELSEWHERE.values())
    queries = [check.partition("-")[0] for check, path in QUERIES.items() if path.parent.name == "oops"]
    assert sorted([*queries, *ELSEWHERE, "P37"]) == [f"P{number:02}" for number in range(1, 42)]


def test_what_waits_for_publication_is_listed_and_has_no_query() -> None:
    assert len(UNTIL_PUBLISHED) == SHARED["until-published-count"]
    numbers = {check.partition("-")[0] for check in QUERIES}
    for number, reason in UNTIL_PUBLISHED.items():
        assert number not in numbers
        assert reason.endswith(".")
    foops = set(UNTIL_PUBLISHED) - {"P37"}
    assert COUNTS["foops"] + len(foops) == 24, "FOOPS! has 24 checks: each has a query or waits"
