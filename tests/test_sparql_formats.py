"""The answers' formats: their names, how their rows are counted, and what they are bounded by."""

import json
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest

from diaspora_influence.sparql.answer import evaluate
from diaspora_influence.sparql.errors import AnswerTooLarge, MalformedQuery, NotAcceptable
from diaspora_influence.sparql.formats import FORMATS_OF, GRAPHS, RESULTS, find, media_types
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.request import SparqlRequest, unpack
from diaspora_influence.sparql.syntax import explain
from diaspora_influence.terms import DIO, PREFIXES

NASTY = ['},{"', "<result>", "\n", '"\n"\r\n', "<result/>\t", "},{}", "{},{},{}", '\\"},{"', ""]
NAMES = [
    ("json", RESULTS, "json"), ("JSON", RESULTS, "json"), ("application/json", RESULTS, "json"),
    ("application/sparql-results+json; charset=utf-8", RESULTS, "json"), ("xml", RESULTS, "xml"),
    ("text/xml", RESULTS, "xml"), ("csv", RESULTS, "csv"), ("text/csv", RESULTS, "csv"),
    ("tsv", RESULTS, "tsv"), ("text/tab-separated-values", RESULTS, "tsv"), ("", RESULTS, "json"),
    ("turtle", RESULTS, None), ("html", RESULTS, None), ("ttl", GRAPHS, "turtle"), ("nt", GRAPHS, "nt"),
    ("rdf", GRAPHS, "rdfxml"), ("rdfxml", GRAPHS, "rdfxml"), ("xml", GRAPHS, "rdfxml"),
    ("application/json", GRAPHS, "jsonld"), ("application/ld+json", GRAPHS, "jsonld"), ("trig", GRAPHS, "trig"),
    ("nq", GRAPHS, "nq"), ("application/n-quads", GRAPHS, "nq"), ("text/plain", GRAPHS, "nt"),
    ("", GRAPHS, "turtle"), ("csv", GRAPHS, None), ("rdf+xml", GRAPHS, "rdfxml"), ("json-ld", GRAPHS, "jsonld"),
    ("n3", GRAPHS, "turtle"), ("text/n3", GRAPHS, "turtle"),
]  # fmt: skip


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """A store of literals that look like the marks by which rows are counted."""
    store = ox.Store()
    subject, predicate = ox.NamedNode("http://e/s"), ox.NamedNode(DIO + "note")
    store.extend(ox.Quad(subject, predicate, ox.Literal(f"{text}{n}")) for n in range(400) for text in NASTY)
    return store


def answer(
    store: ox.Store, query: str, media_type: str = "", limits: Limits | None = None
) -> tuple[bytes, int]:
    found = evaluate(store, SparqlRequest(query, media_type=media_type), limits or Limits())
    return found.body, found.rows


@pytest.mark.parametrize(("name", "among", "token"), NAMES)
def test_name_means_format(name: str, among: tuple, token: str | None) -> None:  # type: ignore[type-arg]
    found = find(name, among)
    assert (found.token if found else None) == token


def test_every_media_type_is_one_format_and_the_registered_come_first() -> None:
    for among in (RESULTS, GRAPHS):
        known = list(media_types(among))
        assert known[: len(among)] == [one.media_type for one in among]
        assert all(find(name, among) is media_types(among)[name] for name in known)
    assert set(FORMATS_OF) == {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}


@pytest.mark.parametrize("form", RESULTS, ids=lambda form: form.token)
@pytest.mark.parametrize("rows", [0, 1, 2, 999, len(NASTY) * 400])
def test_rows_are_counted_exactly(store: ox.Store, form, rows: int) -> None:  # type: ignore[no-untyped-def]
    query = f"SELECT ?o ?none ?s {{ ?s ?p ?o }} LIMIT {rows}"
    body, counted = answer(store, query, form.token)
    assert counted == rows
    if form.token != "csv":
        assert sum(1 for _ in ox.parse_query_results(body, format=form.engine)) == rows


@pytest.mark.parametrize("form", RESULTS, ids=lambda form: form.token)
def test_rows_without_bindings_are_counted(store: ox.Store, form) -> None:  # type: ignore[no-untyped-def]
    for rows in (0, 1, 2, 500):
        assert answer(store, f"SELECT ?none {{ ?s ?p ?o }} LIMIT {rows}", form.token)[1] == rows
    query = "SELECT ?x { VALUES (?x ?y) { (1 1) (UNDEF 2) (UNDEF 3) ('},{}' 4) (UNDEF 5) } }"
    assert answer(store, query, form.token)[1] == 5
    assert answer(store, "SELECT * {}", form.token)[1] == 1


@pytest.mark.parametrize("form", RESULTS, ids=lambda form: form.token)
@pytest.mark.parametrize("query", ["SELECT ?o { ?s ?p ?o } LIMIT 1000", "SELECT ?x { ?s ?p ?o } LIMIT 1000"])
def test_row_limit_is_the_last_count_that_passes(store: ox.Store, form, query: str) -> None:  # type: ignore[no-untyped-def]
    assert answer(store, query, form.token, Limits(rows=1000))[1] == 1000
    with pytest.raises(AnswerTooLarge, match="999 rows"):
        answer(store, query, form.token, Limits(rows=999))


@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.token)
def test_triples_are_rows(store: ox.Store, form) -> None:  # type: ignore[no-untyped-def]
    query = "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 300"
    body, counted = answer(store, query, form.token, Limits(rows=300))
    assert counted == 300 == sum(1 for _ in ox.parse(body, format=form.engine))
    with pytest.raises(AnswerTooLarge, match="299 rows"):
        answer(store, query, form.token, Limits(rows=299))


@pytest.mark.parametrize(("query", "name"), [("SELECT * { ?s ?p ?o }", one.token) for one in RESULTS]
                         + [("CONSTRUCT WHERE { ?s ?p ?o }", one.token) for one in GRAPHS])  # fmt: skip
def test_byte_limit_refuses_and_never_cuts(store: ox.Store, query: str, name: str) -> None:
    body, _ = answer(store, query, name)
    assert answer(store, query, name, Limits(bytes=len(body) + 5000))[0]
    with pytest.raises(AnswerTooLarge, match="bytes"):
        answer(store, query, name, Limits(bytes=len(body) // 2))


@pytest.mark.parametrize("name", ["csv", "tsv"])
def test_truth_value_in_a_table_format_is_a_bare_word(store: ox.Store, name: str) -> None:
    assert answer(store, "ASK { ?s ?p ?o }", name) == (b"true", 1)
    assert answer(store, "ASK { ?s <http://e/none> ?o }", name) == (b"false", 1)


def test_turtle_declares_the_prefixes_it_uses_sorted_and_no_other(store: ox.Store) -> None:
    query = f"CONSTRUCT {{ ?s a <{DIO}Claim>, <{PREFIXES['skos']}Concept> }} {{ ?s ?p ?o }} LIMIT 1"
    body, _ = answer(store, query, "turtle")
    prefixes = [line.split()[1] for line in body.decode().splitlines() if line.startswith("@prefix")]
    assert prefixes == ["dio:", "skos:"]
    assert len({answer(store, query, "turtle")[0] for _ in range(5)}) == 1


def test_rdfxml_is_the_same_bytes_each_time(store: ox.Store) -> None:
    query = "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 2"
    assert len({answer(store, query, "rdfxml")[0] for _ in range(5)}) == 1
    ET.fromstring(answer(store, query, "rdfxml")[0])


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("CONSTRUCT { <http://e/s> <http://e/> 1 } {}", "rdfxml"),
        ("CONSTRUCT { <http://e/s> <http://e/p> '\\u0001' } {}", "rdfxml"),
        ("SELECT ('\\u0001' AS ?x) {}", "xml"),
        ("SELECT ('\\uFFFF' AS ?x) {}", "xml"),
        ("CONSTRUCT { <http://e/s> <http://e/p> <<( <http://e/a> <http://e/b> 1 )>> } {}", "jsonld"),
        ("SELECT * {}", "turtle"),
        ("ASK {}", "nt"),
        ("CONSTRUCT {} {}", "csv"),
    ],
)
def test_answer_that_a_format_cannot_carry_is_not_sent(store: ox.Store, query: str, name: str) -> None:
    with pytest.raises(NotAcceptable):
        answer(store, query, name)


def test_json_carries_what_xml_cannot(store: ox.Store) -> None:
    body, _ = answer(store, "SELECT ('\\u0001' AS ?x) {}")
    assert json.loads(body)["results"]["bindings"][0]["x"]["value"] == "\x01"


@pytest.mark.parametrize(
    ("query", "line", "words"),
    [
        ("SELECT * {\n ?s ?p }", 2, "this cannot stand here"),
        ("SELECT * { ?s ?p ?o }\n ORDER ?s", 2, "expected BY"),
        ("SELECT (?y AS ?x) ?x {}", 1, "SPARQL"),
        ("SELECT ?s {} GROUP BY ?x", 1, "The SELECT contains a variable that is unbound"),
        ("ASK {} ASK {}", 1, "SPARQL"),
    ],
)
def test_syntax_error_has_a_place_and_a_sentence(store: ox.Store, query: str, line: int, words: str) -> None:
    with pytest.raises(MalformedQuery, match=words) as caught:
        answer(store, query)
    assert caught.value.line == line
    assert caught.value.column
    assert "['" not in caught.value.detail


def test_syntax_error_of_a_kind_never_seen_is_told_as_it_is() -> None:
    assert "strange news" in str(explain("strange news"))


def test_function_that_the_engine_lacks_is_a_fault_of_the_query(store: ox.Store) -> None:
    with pytest.raises(MalformedQuery, match="http://e/f"):
        answer(store, "SELECT (<http://e/f>(1) AS ?x) {}")


@pytest.mark.parametrize(
    "request_",
    [
        SparqlRequest("ASK {}"),
        SparqlRequest("", ("a",), (), "", "text/csv"),
        SparqlRequest("é\n\U0001f600", ("a", ""), ("b", "c", "d"), "http://base/", "json"),
    ],
)
def test_request_survives_the_wire(request_: SparqlRequest) -> None:
    assert unpack(request_.pack()) == request_


def test_damaged_request_is_refused() -> None:
    with pytest.raises(ValueError, match="fields"):
        unpack(SparqlRequest("ASK {}", ("a",)).pack()[:-5])
