"""The store that a query is answered from: the smaller one only where nobody could tell the difference."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence.release.read import Release
from diaspora_influence.sparql.answer import evaluate
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.prologue import prologue
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.sparql.store import Stores, is_in_memory, opener, reader

ROOT = Path(__file__).parents[1]
QUESTIONS = sorted((ROOT / "ontology" / "questions").glob("*.rq"))
G = "http://e/g"
ALICE = "<http://e/alice>"
FORMATS = {"SELECT": "text/csv", "ASK": "text/csv", "CONSTRUCT": "application/n-triples"}

IN_DEFAULT = (
    "SELECT * { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT * { ?s <http://e/knows>* ?o }",
    "SELECT * { ?s !<http://e/knows> ?o }",
    "SELECT * { ?s ?p ?o FILTER NOT EXISTS { ?o ?q ?r } }",
    "SELECT * { ?s ?p ?o MINUS { ?s <http://e/age> ?o } }",
    f"DESCRIBE {ALICE}",
    f"ASK {{ {ALICE} ?p {ALICE} }}",
    "CONSTRUCT WHERE { ?s ?p ?o }",
)
BEYOND = (
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { graph <http://e/g1> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { GrApH ?g { ?s ?p ?o } } }",
    "SELECT * FROM <http://e/g1> { ?s ?p ?o }",
    "SELECT * from named <http://e/g1> { graph ?g { ?s ?p ?o } }",
)


def quads() -> Iterator[ox.Quad]:
    """Yield two graphs that share a triple, as a release holds them."""
    text = (
        f'{ALICE} <http://e/knows> <http://e/bob> <{G}1> .\n{ALICE} <http://e/age> "5" <{G}1> .\n'
        f"<http://e/bob> <http://e/knows> {ALICE} <{G}2> .\n{ALICE} <http://e/knows> <http://e/bob> <{G}2> .\n"
        f"_:b <http://e/knows> _:b <{G}2> .\n"
    )
    yield from ox.parse(text, format=ox.RdfFormat.N_QUADS)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    """The stores of a small release."""
    folder = tmp_path_factory.mktemp("release")
    ox.serialize(quads(), str(folder / "dump.nq"), ox.RdfFormat.N_QUADS)
    return opener(folder)()


def rows(store: ox.Store, query: str) -> list[bytes]:
    """Return the answer of *store*, its rows in one order."""
    form = next(form for form in (*FORMATS, "DESCRIBE") if form in query.upper())
    media_type = FORMATS.get(form, "application/n-triples")
    return sorted(evaluate(store, SparqlRequest(query, media_type=media_type), Limits()).body.splitlines())


@pytest.mark.parametrize("query", IN_DEFAULT)
def test_a_question_to_the_default_graph_is_answered_alike_by_either_store(
    stores: Stores, query: str
) -> None:
    assert stores.of(SparqlRequest(query)) is stores.default
    assert rows(stores.default, query) == rows(stores.whole, query)


@pytest.mark.parametrize("query", BEYOND)
def test_a_question_that_names_graphs_is_answered_by_the_whole(stores: Stores, query: str) -> None:
    assert stores.of(SparqlRequest(query)) is stores.whole
    assert rows(stores.default, query) != rows(stores.whole, query)


def test_a_question_with_an_escape_is_answered_by_the_whole(stores: Stores) -> None:
    # The engine reads none in a keyword, and a later one may.
    assert stores.of(SparqlRequest("SELECT * { \\u0047RAPH ?g { ?s ?p ?o } }")) is stores.whole


def test_a_dataset_of_the_protocol_is_answered_by_the_whole(stores: Stores) -> None:
    assert stores.of(SparqlRequest(IN_DEFAULT[0], default_graphs=(f"{G}1",))) is stores.whole
    assert stores.of(SparqlRequest(IN_DEFAULT[0], named_graphs=(f"{G}1",))) is stores.whole


def test_the_default_store_holds_the_default_graph_and_nothing_else(release: Release) -> None:
    stores = opener(release.directory)()
    assert not list(stores.default.named_graphs())
    union = {quad.triple for quad in stores.whole.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    assert {quad.triple for quad in stores.default} == union
    asked = [path.read_text("utf-8") for path in QUESTIONS]
    small = [text for text in asked if stores.of(SparqlRequest(text)) is stores.default]
    assert len(asked) == 25
    assert len(small) > 5
    for text in small:
        query = prologue(text) + text
        assert rows(stores.default, query) == rows(stores.whole, query), text


def test_the_store_on_disk_answers_as_the_one_in_memory(release: Release) -> None:
    memory, disk = opener(release.directory)(), reader(release.directory)()
    assert set(disk.whole) == set(memory.whole)
    for path in QUESTIONS:
        text = path.read_text("utf-8")
        query = prologue(text) + text
        of = SparqlRequest(query)
        assert rows(disk.of(of), query) == rows(memory.of(of), query), path.name


def test_without_a_store_on_disk_a_release_is_read_into_memory(tmp_path: Path) -> None:
    ox.serialize(quads(), str(tmp_path / "dump.nq"), ox.RdfFormat.N_QUADS)
    assert set(reader(tmp_path)().whole) == set(opener(tmp_path)().whole)
    assert is_in_memory(tmp_path)
