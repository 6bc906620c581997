"""The scratch dataset: what is promised of it when updates fail, run out of time or memory, or die."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence.sparql.errors import (
    Busy,
    DatasetTooLarge,
    DeadlineExceeded,
    EngineUnavailable,
    LoadRefused,
    MalformedData,
    MalformedQuery,
    MemoryExceeded,
    QueryTooComplex,
    QueryTooLarge,
    ServiceRefused,
    SparqlError,
    UnknownGraph,
    UpdateFailed,
    WorkerDied,
)
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.sparql.scratch.client import ScratchPool
from diaspora_influence.sparql.scratch.examine import check
from diaspora_influence.sparql.scratch.using import applied, insertions
from diaspora_influence.sparql.scratch.write import DELETE, POST, PUT, Part, Write, unpack, update

LIMITS = Limits(workers=2, queue=4, time=2.5, memory=192, bytes=1 << 19)
BASE = "http://example.org/"
KEPT = f"INSERT DATA {{ <{BASE}kept> <{BASE}p> 1 }}"
SLOW = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(8))
MANY = " ".join(str(n) for n in range(100))
BOMB = " ".join(f"BIND(CONCAT({', '.join([f'?x{n}'] * 10)}) AS ?x{n + 1})" for n in range(8))


@pytest.fixture
def pool() -> Iterator[ScratchPool]:
    """A scratch dataset that holds one triple."""
    with ScratchPool(LIMITS) as running:
        running.write(update(KEPT, BASE))
        yield running


def truth(pool: ScratchPool, pattern: str) -> bool:
    """Say whether *pattern* matches."""
    return b"true" in pool.ask(SparqlRequest(f"ASK {{ {pattern} }}", base=BASE)).body


def count(pool: ScratchPool) -> int:
    """Return how many quads there are."""
    question = SparqlRequest("SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
    return pool.ask(question).rows


FATAL: list[tuple[type[SparqlError], str]] = [
    (DeadlineExceeded, f"INSERT {{ <x> <y> ?n }} WHERE {{ {SLOW} VALUES ?v {{ {MANY} }} VALUES ?w {{ {MANY} }} VALUES ?x {{ {MANY} }} VALUES ?y {{ {MANY} }} VALUES ?z {{ {MANY} }} FILTER(?v + ?w + ?x + ?y + ?z < 0) }}"),
    (MemoryExceeded, f'INSERT {{ <x> <y> ?x8 }} WHERE {{ BIND("12345678" AS ?x0) {BOMB} }}'),
    (DatasetTooLarge, f"INSERT {{ ?u <y> ?v }} WHERE {{ VALUES ?v {{ {MANY} }} VALUES ?w {{ {MANY} }} BIND(UUID() AS ?u) }}"),
    (UpdateFailed, "INSERT DATA { <x> <y> 1 } ; CREATE GRAPH <g> ; CREATE GRAPH <g>"),
    (UpdateFailed, "INSERT DATA { <x> <y> 1 } ; INSERT { GRAPH ?g { <x> <y> 1 } } WHERE { BIND(BNODE() AS ?g) }"),
    (UpdateFailed, "INSERT DATA { <x> <y> " + "<<( <a> <b> " * 17 + "1" + " )>>" * 17 + " }"),
    (MalformedQuery, "INSERT DATA { <x> <y> 1 } ; CLEAR XYZ"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), FATAL, ids=lambda one: getattr(one, "__name__", ""))
def test_a_write_that_comes_to_nothing_changes_nothing(
    pool: ScratchPool, kind: type[SparqlError], text: str
) -> None:
    """Deadline, memory, size, conflict, syntax: what was acknowledged is there, and the next write is made."""
    with pytest.raises(kind):
        pool.write(update(text, BASE))
    assert truth(pool, "<kept> <p> 1")
    assert count(pool) == 1
    assert pool.write(update("INSERT DATA { <x> <y> 1 }", BASE)) is False
    assert count(pool) == 2


BODIES: list[tuple[type[SparqlError] | None, str, bytes]] = [
    (None, "application/ld+json", b'{"http://e/p":' * 50_000 + b"1" + b"}" * 50_000),
    (None, "application/ld+json", b"[" * 100_000),
    (None, "text/turtle", b"<http://e/s> <http://e/p> " + b"[ <http://e/p> " * 60_000),
    (None, "text/turtle", b"<http://e/s> <http://e/p> " + b"( " * 100_000),
    (None, "application/rdf+xml", b"<a>" * 100_000),
    (MalformedData, "application/rdf+xml", b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "' + b"&a;" * 9 + b'">]><r>&b;'),
    (MalformedData, "application/rdf+xml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"><rdf:Description><e:p>&x;</e:p></rdf:Description></rdf:RDF>'),
    (MalformedData, "application/ld+json", b'{"@context": "http://127.0.0.1:9/c", "a": 1}'),
    (MalformedData, "text/turtle", b"\xff\xfe"),
    (MalformedData, "application/n-triples", b"<http://e/s> <http://e/p> \x00 ."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "media_type", "body"), BODIES)
def test_a_hostile_body_ends_at_most_its_own_worker(
    pool: ScratchPool, kind: type[SparqlError] | None, media_type: str, body: bytes
) -> None:
    """Nested, cut, or reaching out: an error, and the dataset is as it was."""
    expected = (
        (kind,) if kind else (MalformedData, WorkerDied, MemoryExceeded, DeadlineExceeded, UpdateFailed)
    )
    with pytest.raises(expected):
        pool.write(Write(PUT, (Part(media_type, body),), graph=BASE + "g", base=BASE))
    assert truth(pool, "<kept> <p> 1")
    assert not truth(pool, "GRAPH <g> {}")


def test_a_worker_that_is_killed_from_outside_changes_nothing(pool: ScratchPool) -> None:
    """Whoever kills it: the client is told, and the dataset is as it was."""
    errors: list[SparqlError] = []
    thread = threading.Thread(target=lambda: errors.append(failure(pool, FATAL[0][1])))
    thread.start()
    child = only_child(pool)
    os.kill(child, signal.SIGKILL)
    thread.join(30)
    assert [type(error) for error in errors] == [MemoryExceeded]
    assert count(pool) == 1


def failure(pool: ScratchPool, text: str) -> SparqlError:
    """Return the error that an update ends in."""
    with pytest.raises(SparqlError) as caught:
        pool.write(update(text, BASE))
    return caught.value


def only_child(pool: ScratchPool) -> int:
    """Return the process that does the write, once it runs."""
    assert pool.engine
    engine = pool.engine.process.pid
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with open(f"/proc/{engine}/task/{engine}/children") as file:  # noqa: PTH123
            if children := file.read().split():
                return int(children[0])
        time.sleep(0.01)
    raise AssertionError("no child")


def test_a_dataset_that_is_lost_is_never_an_empty_one(pool: ScratchPool) -> None:
    """Where the engine itself ends, everything is refused from then on, and the error says why."""
    assert pool.engine
    pool.engine.process.kill()
    pool.engine.process.wait(10)
    for ask in (lambda: count(pool), lambda: pool.write(update("CLEAR ALL", BASE))):
        with pytest.raises(EngineUnavailable, match="lost"):
            ask()
    assert not pool.alive


def test_queries_go_on_while_a_write_runs(pool: ScratchPool) -> None:
    """They see the dataset as it was before."""
    thread = threading.Thread(target=lambda: failure(pool, FATAL[0][1]))
    thread.start()
    only_child(pool)
    assert count(pool) == 1
    assert thread.is_alive()
    thread.join(30)


def test_writes_take_turns_and_none_is_lost(pool: ScratchPool) -> None:
    """Several at the same time are made one after the other, and each is there."""
    threads = [
        threading.Thread(target=lambda n=n: pool.write(update(f"INSERT DATA {{ <s{n}> <p> {n} }}", BASE)))
        for n in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert count(pool) == 6


def test_more_writes_than_may_wait_are_refused() -> None:
    """One runs, the queue holds its number, and the next is told at once."""
    with ScratchPool(Limits(workers=1, queue=0, time=2.0)) as pool:
        pool.write(update(KEPT, BASE))
        thread = threading.Thread(target=lambda: failure(pool, FATAL[0][1]))
        thread.start()
        only_child(pool)
        with pytest.raises(Busy):
            pool.write(update("CLEAR ALL", BASE))
        thread.join(30)


def test_blank_nodes_of_two_writes_are_two(pool: ScratchPool) -> None:
    """Each worker is a fresh process, and none draws the labels that another drew."""
    for _ in range(3):
        pool.write(update("INSERT { [] <q> ?u } WHERE { BIND(STRUUID() AS ?u) }", BASE))
    question = SparqlRequest("SELECT DISTINCT ?s ?u { ?s <q> ?u }", base=BASE)
    body = pool.ask(question).body
    solutions = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    assert isinstance(solutions, ox.QuerySolutions)
    rows = [(str(row["s"]), str(row["u"])) for row in solutions]
    assert len({node for node, _ in rows}) == len({text for _, text in rows}) == 3


def test_graphs_come_and_go_with_their_names(pool: ScratchPool) -> None:
    """An empty graph is kept, a dropped one is not."""
    assert pool.write(Write(PUT, (Part("text/turtle", b""),), graph=BASE + "g", base=BASE)) is True
    assert truth(pool, "GRAPH <g> {}")
    assert (
        pool.write(Write(POST, (Part("text/turtle", b"<a> <b> <c> ."),), graph=BASE + "g", base=BASE))
        is False
    )
    pool.write(update("CLEAR GRAPH <g>", BASE))
    assert truth(pool, "GRAPH <g> {}")
    pool.write(Write(DELETE, graph=BASE + "g"))
    assert not truth(pool, "GRAPH <g> {}")
    with pytest.raises(UnknownGraph):
        pool.write(Write(DELETE, graph=BASE + "g"))


def test_what_cannot_be_written_as_a_label_survives(pool: ScratchPool) -> None:
    """Literals with everything in them, languages, directions and triple terms come through the journal whole."""
    text = 'INSERT DATA { <s> <p> "a\\n\\"\\\\ . \\u0000 \\U0001F600 <<(", "x"@en, "y"@ar--rtl, <<( <a> <b> "c" )>>, 1e0, 01 }'
    pool.write(update(text.replace("\\u0000", ""), BASE))
    pool.write(update("INSERT { <t> <p> ?o } WHERE { <s> <p> ?o } ; DELETE WHERE { <s> ?p ?o }", BASE))
    assert count(pool) == 7
    assert truth(pool, '<t> <p> "x"@en, <<( <a> <b> "c" )>>, 1e0 FILTER NOT EXISTS { <s> ?p ?o }')


REFUSED: list[tuple[type[SparqlError], str]] = [
    (LoadRefused, "LOAD <http://127.0.0.1:1/>"),
    (LoadRefused, "LoAd SILENT <file:///etc/passwd> INTO GRAPH <g>"),
    (LoadRefused, "CLEAR ALL; LOAD <http://127.0.0.1:1/>"),
    (LoadRefused, "CLEAR ALL;LOAD<http://127.0.0.1:1/>"),
    (LoadRefused, "LOADSILENT<http://127.0.0.1:1/>"),
    (LoadRefused, "\\u004cOAD <http://127.0.0.1:1/>"),
    (LoadRefused, "INSERT DATA { <s> <p> '''x''' } ;# '''\nLOAD <http://127.0.0.1:1/>"),
    (MalformedQuery, "PREFIX LOADex: <http://a/> PREFIX ex: <http://127.0.0.1:1/> LOADex:a"),
    (MalformedQuery, "PREFIX USINGex: <http://a/> PREFIX ex: <http://a/> INSERT{}USINGex:g WHERE{}"),
    (MalformedQuery, "PREFIX WITHex: <http://a/> PREFIX ex: <http://a/> WITHex:g INSERT{} WHERE{}"),
    (ServiceRefused, "INSERT {} WHERE { SERVICE <http://127.0.0.1:1/> {} }"),
    (ServiceRefused, "INSERT {} WHERE { SERVICE SILENT ?s {} }"),
    (ServiceRefused, "DELETE {} WHERE { { SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> {} } } }"),
    (MalformedQuery, "ASK {}"),
    (MalformedQuery, "USING <g> INSERT {} WHERE {}"),
    (MalformedQuery, "INSERT DATA { <s> <p> 'x"),
    (MalformedQuery, "INSERT DATA { ex:s <p> 1 }"),
    (MalformedQuery, "NONSENSE"),
    (MalformedQuery, "CLEAR ALL\x00"),
    (MalformedQuery, "INSERT DATA { <s> <p> '\ud800' }"),
    (QueryTooComplex, "INSERT {} WHERE " + "{" * 100 + "}" * 100),
    (QueryTooComplex, "INSERT {} WHERE { FILTER(" + "||".join("1" * 300) + ") }"),
    (QueryTooLarge, "INSERT DATA { <s> <p> '" + "x" * (1 << 20) + "' }"),
]


@pytest.mark.parametrize(("kind", "text"), REFUSED)
def test_the_guard_refuses_before_any_engine_sees_it(kind: type[SparqlError], text: str) -> None:
    """LOAD and SERVICE in every spelling, what is no update, too deep or too long."""
    with pytest.raises(kind):
        check(update(text, BASE), Limits())


def test_the_guard_lets_every_operation_of_sparql_through() -> None:
    """Prologues between operations, all keywords, and the empty update."""
    texts = [
        "", " # nothing\n", ";", "PREFIX ex: <http://e/>", "CLEAR ALL ;", "CLEAR SILENT GRAPH <g>; DROP DEFAULT; DROP NAMED",
        "CREATE SILENT GRAPH <g>; ADD <a> TO <b>; MOVE DEFAULT TO GRAPH <b>; COPY GRAPH <a> TO DEFAULT",
        "PREFIX ex: <http://e/> COPY ex:a TO ex:b ; PREFIX ey: <http://e/> INSERT DATA { ey:a ex:b [ ex:c ( 1 2 ) ] }",
        "BASE <http://e/> WITH <g> DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } USING <h> USING NAMED <i> WHERE { ?s ?p ?o FILTER(?o < 2) }",
        "DELETE DATA { GRAPH <g> { <s> <p> <o> } } ; DELETE WHERE { ?s ?p ?o }",
        "PREFIX upload: <http://e/> INSERT DATA { upload:a upload:LOAD 'LOAD <x>' } # LOAD",
    ]  # fmt: skip
    assert len(texts) == 11
    for text in texts:
        check(update(text, BASE), Limits())
        ox.Store().update(
            text.replace("MOVE DEFAULT TO GRAPH <b>;", "")
            .replace("ADD <a> TO <b>;", "")
            .replace("COPY GRAPH <a> TO DEFAULT", "")
            .replace("COPY ex:a TO ex:b ;", ""),
            base_iri=BASE,
        )


GRAPHS = ("", f"{BASE}g", f"{BASE}h", f"{BASE}i")
PATTERNS = [
    "?s ?p ?o",
    "GRAPH ?g { ?s ?p ?o }",
    f"GRAPH <{BASE}g> {{ ?s ?p ?o }}",
    "{ ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } }",
    "{ SELECT ?s ?p ?o WHERE { ?s ?p ?o } }",
    f"?s ?p ?o FILTER NOT EXISTS {{ GRAPH <{BASE}h> {{ ?s ?p ?o }} }}",
    "?s ?p ?o OPTIONAL { GRAPH ?x { ?s ?q ?o } } FILTER(?o<3) # WHERE { {",
    '?s ?p ?o BIND("} WHERE {" AS ?t)',
]
DATASETS = [
    ((), (GRAPHS[1],)), ((GRAPHS[1],), ()), ((GRAPHS[1], GRAPHS[2]), ()), ((GRAPHS[1],), (GRAPHS[2],)),
    ((GRAPHS[3],), (GRAPHS[3], GRAPHS[1])), ((), (GRAPHS[1], GRAPHS[2], GRAPHS[3])), ((f"{BASE}none",), ()),
]  # fmt: skip


def small_world() -> ox.Store:
    """Return a store with triples of its own in every graph."""
    store = ox.Store()
    for number, name in enumerate(GRAPHS):
        graph = ox.NamedNode(name) if name else ox.DefaultGraph()
        for value in (number, 3):
            node, link = ox.NamedNode(f"{BASE}s{number}"), ox.NamedNode(f"{BASE}p")
            store.add(ox.Quad(node, link, ox.Literal(value), graph))
    return store


@pytest.mark.parametrize(("pattern", "dataset"), list(product(PATTERNS, DATASETS)))
def test_using_matches_what_a_query_of_that_dataset_matches(
    pattern: str, dataset: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    """The clauses written in select the same solutions as the same dataset given to a query."""
    using, named = dataset
    store = small_world()
    solutions = store.query(
        f"SELECT DISTINCT ?s ?o WHERE {{ {pattern}\n}}",
        default_graph=[ox.NamedNode(iri) for iri in using],
        named_graphs=[ox.NamedNode(iri) for iri in named],
    )
    assert isinstance(solutions, ox.QuerySolutions)
    expected = {(str(row["s"]), str(row["o"])) for row in solutions}
    text = f"INSERT {{ GRAPH <{BASE}out> {{ ?s <{BASE}found> ?o }} }}\nWHERE {{ {pattern}\n}} ; CREATE GRAPH <{BASE}last>"
    write = update(text, BASE, using, named)
    store.update(applied(text, insertions(write)))
    out = store.quads_for_pattern(None, None, None, ox.NamedNode(f"{BASE}out"))
    assert {(str(quad.subject), str(quad.object)) for quad in out} == expected
    assert store.contains_named_graph(ox.NamedNode(f"{BASE}last"))


@pytest.mark.parametrize("dataset", DATASETS)
def test_using_deletes_by_the_short_form_what_the_long_form_deletes(
    dataset: tuple[tuple[str, ...], tuple[str, ...]],
) -> None:
    """`DELETE WHERE` matches in the dataset, and deletes where its pattern says."""
    using, named = dataset
    clauses = [f"USING <{iri}>" for iri in using] + [f"USING NAMED <{iri}>" for iri in named]
    pattern = f"{{ ?s ?p ?o . GRAPH <{BASE}g> {{ <{BASE}s1> ?p 3 }} # }}\n }}"
    short, long = small_world(), small_world()
    text = f"DELETE WHERE {pattern}"
    short.update(applied(text, insertions(update(text, BASE, using, named))))
    long.update(f"DELETE {pattern} {' '.join(clauses)} WHERE {pattern}")
    assert set(short) == set(long)


def test_without_a_dataset_nothing_is_written_in() -> None:
    """The text goes to the engine as it came."""
    assert insertions(update("DELETE WHERE { ?s ?p ?o }", BASE)) == []


def test_a_write_crosses_the_wire_whole() -> None:
    """Bodies of any bytes, and every member."""
    write = Write(PUT, (Part("a/b", b"\x00\xff"), Part("c/d", b"")), "http://g/é", BASE, ("u",), ("n", "m"))
    assert unpack(write.pack()) == write


def test_what_was_removed_takes_no_memory() -> None:
    """pyoxigraph frees no quad that is removed; the engine begins a new store in time, empty graphs with it."""
    with ScratchPool(Limits(workers=1, time=20.0)) as pool:
        assert pool.engine
        pool.write(update(f"{KEPT} ; CREATE GRAPH <empty>", BASE))
        resident = Path(f"/proc/{pool.engine.process.pid}/statm")
        sizes = []
        for turn in range(24):
            lines = (f'<{BASE}{turn}/{n}> <{BASE}p> "{turn} {n}" .\n' for n in range(2000))
            part = Part("application/n-triples", "".join(lines).encode())
            pool.write(Write(PUT, (part,), graph=BASE + "g", base=BASE))
            sizes.append(int(resident.read_text().split()[1]))
        assert count(pool) == 2001
        assert truth(pool, "GRAPH <empty> {}")
        assert not truth(pool, "GRAPH <none> {}")
        assert sizes[-1] <= 1.25 * sizes[6]
