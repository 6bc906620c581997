"""What is packaged, as tables: they say what its files say, and what files replace is left out of them."""

from collections.abc import Iterable
from random import Random

import pyoxigraph as ox
import pytest

from diaspora_influence.data import ROOT, read_files
from diaspora_influence.table import Table
from diaspora_influence.validate.inputs.packaged import (
    CONTEXT,
    is_outer_file,
    own_files,
    own_shapes,
    packaged_ontology,
    packaged_shapes,
    packaged_table,
    without,
)


def shown(triples: Iterable[ox.Triple]) -> list[tuple[str, ...]]:
    """Return triples sorted; blank nodes are alike."""
    return sorted(tuple("_" if isinstance(term, ox.BlankNode) else str(term) for term in t) for t in triples)


@pytest.fixture(scope="module")
def read() -> dict[str, list[ox.Triple]]:
    """Return the triples of every packaged file, by its path below the root."""
    return {file.name: [line.triple for line in file.lines] for file in read_files()}


@pytest.fixture(scope="module")
def context() -> Table:
    return packaged_table(CONTEXT, tuple(own_files()))


def test_shapes_and_ontology_say_what_their_files_say(read: dict[str, list[ox.Triple]]) -> None:
    for folder, packaged in (("shapes", packaged_shapes()), ("ontology", packaged_ontology())):
        said = [triple for name, triples in read.items() if name.startswith(folder) for triple in triples]
        assert len(said) > 1000
        assert shown(packaged) == shown(said), folder
        assert len({t for t in packaged.table.terms if isinstance(t, ox.BlankNode)}) == len(
            {t for triple in said for t in triple if isinstance(t, ox.BlankNode)}
        )


def test_context_is_ontology_and_instances_but_for_the_details_of_passages(
    read: dict[str, list[ox.Triple]], context: Table
) -> None:
    for number, path in enumerate(own_files()):
        said = read[path.relative_to(ROOT).as_posix()]
        if is_outer_file(path):
            said = [t for t in said if not isinstance(t.subject, ox.BlankNode)]
            said = [t for t in said if not isinstance(t.object, ox.BlankNode)]
        assert shown(line.triple for line in context if line.number == number) == shown(said), path
    assert {line.number for line in context} == {*range(len(own_files()))}


def test_terms_of_a_table_are_those_that_its_triples_have(context: Table) -> None:
    for table in (context, packaged_shapes().table):
        assert {*range(len(table.terms))} == {*table.subjects} | {*table.predicates} | {*table.objects}
        assert len({*table.terms}) == len(table.terms)


@pytest.mark.parametrize("many", [0, 1, 3, 40, 10_000])
def test_without_leaves_out_subjects_and_files_and_nothing_else(many: int, context: Table) -> None:
    chance = Random(many)
    subjects = [context.terms[number] for number in dict.fromkeys(context.subjects)]
    gone = {*chance.sample(subjects, min(many, len(subjects))), ox.NamedNode("urn:nowhere")}
    files = {*chance.sample(range(len(own_files())), min(many, 5))}
    left = without(context, gone, files)
    kept = [line for line in context if line.triple.subject not in gone and line.number not in files]
    assert [*left] == kept
    assert [left.number(term) for term in subjects[:50]] == [context.number(term) for term in subjects[:50]]


def test_files_are_those_of_the_house() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in own_files()]
    assert names == sorted(names, key=lambda name: name.split("/"))
    assert {name.partition("/")[0] for name in names} == {"ontology", "instances"}
    assert {path.relative_to(ROOT).parts[0] for path in own_files(ontology=False)} == {"instances"}
    assert len(own_shapes()) > 5
