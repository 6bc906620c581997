"""Every way out of the house: each dump and each format of the endpoint, on the real release."""

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from diaspora_influence.release.read import PROOFS, File, Release
from diaspora_influence.sparql.client import Pool
from diaspora_influence.sparql.formats import GRAPHS
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.request import SparqlRequest
from person_rules import PersonRules

EVERYTHING = "CONSTRUCT WHERE { ?s ?p ?o }"
MEDIA = [row.media_type for row in GRAPHS]


@pytest.fixture(scope="module")
def pool(release: Release) -> Iterator[Pool]:
    with Pool(release.directory, Limits(workers=1)) as running:
        yield running


@pytest.fixture(scope="module")
def rules(release_store: ox.Store) -> PersonRules:
    return PersonRules.read(release_store)


def triples(content: bytes, media_type: str) -> list[ox.Triple]:
    """Return the triples of a document, whatever graph they stand in."""
    kind = ox.RdfFormat.from_media_type(media_type)
    assert kind is not None
    return [quad.triple for quad in ox.parse(content, format=kind)]


def rdf_files(release: Release) -> list[File]:
    found = (file for file in release.files if file.path != PROOFS)
    return [file for file in found if ox.RdfFormat.from_media_type(file.media_type)]


def test_no_dump_says_of_a_person_what_it_may_not(release: Release, rules: PersonRules) -> None:
    found = {file.path: triples((release.directory / file.path).read_bytes(), file.media_type)
             for file in rdf_files(release)}  # fmt: skip
    assert len(found) >= 12
    assert all(found.values())
    assert {path: bad for path, said in found.items() if (bad := rules.breaches(said))} == {}


@pytest.mark.parametrize("media_type", MEDIA)
def test_no_answer_says_of_a_person_what_it_may_not(pool: Pool, rules: PersonRules, media_type: str) -> None:
    answer = pool.ask(SparqlRequest(EVERYTHING, media_type=media_type))
    said = triples(answer.body, answer.media_type)
    assert len(said) > 8000
    assert rules.breaches(said) == []


def test_every_format_says_the_same(pool: Pool) -> None:
    said = set()
    for media_type in MEDIA:
        dataset = ox.Dataset(
            ox.Quad(*triple)
            for triple in triples(pool.ask(SparqlRequest(EVERYTHING, media_type=media_type)).body, media_type)
        )
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        said.add(frozenset(dataset))
    assert len(said) == 1


def test_answers_stay_the_same_after_a_restart(pool: Pool, release: Release) -> None:
    request = SparqlRequest("SELECT ?s ?o { ?s ?p ?o FILTER isBlank(?o) } ORDER BY ?s ?p")
    with Pool(release.directory, Limits(workers=1)) as another:
        assert another.ask(request).body == pool.ask(request).body
