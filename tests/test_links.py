"""The links out: each with where it was verified, and every named thing either linked or listed as open."""

import csv
import re

import pyoxigraph as ox

from diaspora_influence.data import ROOT, read_turtle
from diaspora_influence.terms import DIO, ID, OA, SCHEMA

LINKS = ROOT / "instances" / "links"
NAMED = """
SELECT DISTINCT ?thing {
  ?thing a ?kind . ?kind rdfs:subClassOf* ?top .
  FILTER (?top IN (dio:Agent, dio:Place) && STRSTARTS(STR(?thing), STR(id:)))
  FILTER NOT EXISTS { ?thing a/rdfs:subClassOf* dio:Collective }
  FILTER NOT EXISTS { ?thing a/rdfs:subClassOf* dio:UnnamedPerson }
}"""


def linked() -> set[tuple[str, str]]:
    """Return thing and target of every link written by hand."""
    lines = (line for path in LINKS.glob("*.ttl") for line in read_turtle(path))
    return {
        (line.triple.subject.value, line.triple.object.value)
        for line in lines
        if line.triple.predicate.value == SCHEMA + "sameAs"
        and isinstance(line.triple.subject, ox.NamedNode)
        and isinstance(line.triple.object, ox.NamedNode)
    }


def open_slugs() -> dict[str, str]:
    """Return the things without a link, with the reason."""
    with (LINKS / "open.csv").open(encoding="utf8", newline="") as file:
        return {row["slug"]: row["why"] for row in csv.DictReader(file)}


def things(store: ox.Store) -> set[str]:
    """Return the slugs of the things that have a name: agents and places, but for classes and roles."""
    prefixes = f"PREFIX dio: <{DIO}> PREFIX id: <{ID}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"
    answer = store.query(prefixes + NAMED)
    assert isinstance(answer, ox.QuerySolutions)
    return {row["thing"].value.removeprefix(ID) for row in answer}


def test_every_named_thing_is_linked_or_listed_as_open(release_store: ox.Store) -> None:
    verified = {thing.removeprefix(ID) for thing, _ in linked()}
    assert verified & set(open_slugs()) == set()
    assert verified | set(open_slugs()) == things(release_store)
    assert len(verified) > 25
    assert all(open_slugs().values())


def test_every_link_says_where_it_was_verified(release_store: ox.Store) -> None:
    answer = release_store.query(
        f"SELECT ?t ?b {{ ?a <{OA}hasTarget> ?t ; <{OA}hasBody> ?b ; <http://purl.org/dc/terms/source> ?s }}"
    )
    assert isinstance(answer, ox.QuerySolutions)
    assert {(row["t"].value, row["b"].value) for row in answer} == linked()


def test_links_lead_to_entities_and_not_to_pages_about_them() -> None:
    form = re.compile(r"http://www\.wikidata\.org/entity/Q[1-9]\d*|https://sws\.geonames\.org/[1-9]\d*/")
    assert [target for _, target in linked() if not form.fullmatch(target)] == []


def test_the_readmes_count_the_links_as_they_are() -> None:
    done, left = len({thing for thing, _ in linked()}), len(open_slugs())
    assert f"{done} things are linked; the {left} others" in (LINKS / "README.md").read_text("utf-8")
    assert f"Of {done + left} things with a name, {done} are linked" in (ROOT / "README.md").read_text(
        "utf-8"
    )
