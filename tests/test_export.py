"""`dio export`: what other tools are given, and that no allegation becomes a fact on the way."""

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence.cli import main
from diaspora_influence.release.read import Release
from diaspora_influence.terms import CLAIM, DIO, RDF

REIFIES = ox.NamedNode(RDF + "reifies")
Export = Callable[..., list[ox.Triple]]


@pytest.fixture
def exported(release: Release, tmp_path: Path) -> Export:
    """Export the claims as reifiers and read the file again."""

    def run(*options: str) -> list[ox.Triple]:
        file = tmp_path / "claims.ttl"
        place = ["--output", str(file), "--release-dir", str(release.directory.parent)]
        assert main(["export", "--format", "rdf12", *place, *options]) == 0
        return [quad.triple for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE)]

    return run


def relations(store: ox.Store) -> set[str]:
    """Return the IRIs of the relations that a claim may have."""
    answer = store.query(f"SELECT ?p {{ ?p a <{DIO}Relation> }}")
    assert isinstance(answer, ox.QuerySolutions)
    return {row["p"].value for row in answer}


def test_reloading_reifiers_asserts_no_relation(exported: Export, release_store: ox.Store) -> None:
    asserted = {triple.predicate.value for triple in exported("--with-adverse")}
    assert len(relations(release_store)) > 80
    assert asserted & relations(release_store) == set()


def test_every_claim_with_both_ends_reifies_them(exported: Export, release_store: ox.Store) -> None:
    given = {
        (
            str(triple.subject),
            str(triple.object.subject),
            str(triple.object.predicate),
            str(triple.object.object),
        )
        for triple in exported("--with-adverse")
        if triple.predicate == REIFIES and isinstance(triple.object, ox.Triple)
    }
    answer = release_store.query(
        f"SELECT ?c ?s ?p ?o {{ ?c <{DIO}claimSubject> ?s ; <{DIO}claimPredicate> ?p ; <{DIO}claimObject> ?o }}"
    )
    assert isinstance(answer, ox.QuerySolutions)
    assert given == {tuple(str(row[name]) for name in "cspo") for row in answer}
    assert len(given) > 400


def test_an_allegation_is_found_by_its_triple_term_and_keeps_its_holder(exported: Export) -> None:
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in exported())
    answer = store.query(
        f"""PREFIX dio: <{DIO}> PREFIX rdf: <{RDF}> PREFIX id: <https://w3id.org/diaspora-influence/id/>
        SELECT ?holder ?certainty {{
          ?claim rdf:reifies <<( id:union-of-georgians-in-russia dio:createdBy id:kremlin )>> ;
                 dio:heldBy ?holder ; dio:certainty ?certainty }}"""
    )
    assert isinstance(answer, ox.QuerySolutions)
    rows = [
        (row["holder"].value.rsplit("/", 1)[1], row["certainty"].value.removeprefix(DIO)) for row in answer
    ]
    assert rows == [("mikheil-saakashvili", "alleged")]


def test_adverse_claims_are_left_out_unless_asked_for(exported: Export) -> None:
    def adverse(triples: list[ox.Triple]) -> set[str]:
        return {str(t.subject) for t in triples if t.object == ox.NamedNode(DIO + "AdverseClaim")}

    assert adverse(exported()) == set()
    assert len(adverse(exported("--with-adverse"))) > 3


def test_the_export_is_the_same_twice_and_holds_claims_alone(exported: Export) -> None:
    once = exported()
    assert once == exported()
    assert {str(triple.subject).startswith(f"<{CLAIM}") for triple in once} == {True}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--output", "/nowhere/at/all.ttl"], "cannot be written"),
        (["--release-dir", "/nowhere"], "no release"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    release: Release, options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ["--release-dir", str(release.directory.parent)]
    assert main(["export", "--format", "rdf12", *here, *options]) == 2
    assert message in capsys.readouterr().err
