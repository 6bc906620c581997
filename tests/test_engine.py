"""The engine, for real: worker processes, deadlines, deaths and what they mean to others."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence.sparql import confine, wire
from diaspora_influence.sparql.client import Answer, Pool
from diaspora_influence.sparql.errors import (
    AnswerTooLarge,
    Busy,
    DeadlineExceeded,
    EngineUnavailable,
    MalformedQuery,
    MemoryExceeded,
    QueryTooComplex,
    SparqlError,
    UpdateRefused,
    WorkerDied,
)
from diaspora_influence.sparql.keeper import ASIDE, Keeper
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.page import CRASH, Page, Verdict
from diaspora_influence.sparql.presence import Presence
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.sparql.store import opened, opener
from diaspora_influence.sparql.worker import Room
from processes import HANG, eventually, is_alive

LIMITS = Limits(workers=2, queue=8, time=1.0, memory=64, rows=5000, bytes=1_000_000)
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
BOMB = "SELECT (STRLEN(?a4) AS ?n) {{ BIND('{}' AS ?a0) {} }}".format(
    "x" * 1000,
    " ".join(f"BIND(CONCAT({', '.join([f'?a{n}'] * 40)}) AS ?a{n + 1})" for n in range(4)),
)
CRASH_QUERY = "SELECT * " + "{" * 30_000 + "}" * 30_000
NUMBERS = " ".join(map(str, range(40)))
SLOW_ANYWHERE = (
    "SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{n} {{ {NUMBERS} }}" for n in range(8)) + " }"
)
"""A query that takes long whatever the data."""


def quads(subjects: int) -> str:
    lines = (f'<http://e/s{n}> <http://e/p> "{n}" <http://e/g{n % 2}> .\n' for n in range(subjects))
    return "".join(lines) + "_:b <http://e/q> _:b <http://e/g0> .\n"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of some 3,000 quads in two graphs, with metadata; no blank label is in both files."""
    folder = tmp_path_factory.mktemp("release")
    (folder / "dump.nq").write_text(quads(3000), "utf-8")
    (folder / "metadata.nq").write_text("_:m <http://e/about> _:m <http://e/meta> .\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def pool(release: Path) -> Iterator[Pool]:
    """A running pool of two workers with narrow limits."""
    with Pool(release, LIMITS) as pool:
        yield pool


def ask(pool: Pool, query: str, **members: object) -> Answer:
    return pool.ask(SparqlRequest(query, **members))  # type: ignore[arg-type]


def values(pool: Pool, query: str, **members: object) -> list[str]:
    """Return the sorted values of a query's one column."""
    body = ask(pool, query, media_type="csv", **members).body.decode()
    return sorted(body.split("\r\n")[1:-1])


def past_the_guard(pool: Pool, query: str) -> Answer:
    """Hand *query* to a worker as the pool does, unguarded."""
    return pool.exchange(pool.running_engine(), SparqlRequest(query).pack(), Presence())


def children(pid: int) -> list[int]:
    """Return the children of a process, but those that have ended and wait to be buried."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    return [child for child in map(int, found) if is_alive(child)]


def test_default_graph_is_the_union_of_all_named_graphs(pool: Pool) -> None:
    assert values(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == ["3002"]
    assert values(pool, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }") == [
        "http://e/g0", "http://e/g1", "http://e/meta",
    ]  # fmt: skip


def test_blank_node_is_the_same_in_both_graphs_and_another_in_another_file(pool: Pool) -> None:
    assert (
        ask(pool, "ASK { ?b <http://e/q> ?b . GRAPH ?g { ?b <http://e/q> ?b } }", media_type="csv").body
        == b"true"
    )
    query = "ASK { ?b <http://e/q> ?x ; <http://e/about> ?y }"
    assert ask(pool, query, media_type="csv").body == b"false"


DEFAULT = "SELECT (COUNT(*) AS ?n) { ?s <http://e/p> ?o }"
NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <http://e/p> ?o } }"
FROM_G0 = DEFAULT.replace(" {", " FROM <http://e/g0> {", 1)
DATASETS = [
    (DEFAULT, (), (), "3000"), (NAMED, (), (), "3000"), (DEFAULT, ("http://e/g0",), (), "1500"),
    (NAMED, ("http://e/g0",), (), "0"), (DEFAULT, (), ("http://e/g0",), "0"), (NAMED, (), ("http://e/g0",), "1500"),
    (DEFAULT, ("http://e/g0", "http://e/g1"), (), "3000"), (DEFAULT, ("http://e/none",), (), "0"), (FROM_G0, (), (), "1500"),
    (FROM_G0, ("http://e/g1",), (), "1500"), (FROM_G0, ("http://e/none",), (), "0"),
    (NAMED.replace(" {", " FROM <http://e/g0> {", 1), (), (), "0"), (NAMED, ("http://e/g0",), ("http://e/g1",), "1500"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "default", "named", "rows"), DATASETS)
def test_named_dataset_is_the_whole_dataset(
    pool: Pool, query: str, default: tuple[str, ...], named: tuple[str, ...], rows: str
) -> None:
    assert values(pool, query, default_graphs=default, named_graphs=named) == [rows]


def test_graph_name_that_is_no_iri_is_a_fault_of_the_query(pool: Pool) -> None:
    with pytest.raises(MalformedQuery):
        ask(pool, "ASK {}", default_graphs=("not an IRI",))


def test_relative_iris_resolve_against_the_base(pool: Pool) -> None:
    query = "SELECT ?o { <s7> <p> ?o }"
    assert values(pool, query, base="http://e/") == ["7"]
    with pytest.raises(MalformedQuery):
        ask(pool, query)


def test_house_prefixes_are_not_added(pool: Pool) -> None:
    with pytest.raises(MalformedQuery):
        ask(pool, "ASK { ?s skos:prefLabel ?o }")


def test_deadline_ends_a_query_and_the_worker_is_replaced(pool: Pool) -> None:
    for _ in range(3):
        with pytest.raises(DeadlineExceeded, match="1 s") as caught:
            ask(pool, SLOW)
        assert (caught.value.status, caught.value.limit) == (504, "1 s a query")
    assert ask(pool, "ASK {}").rows == 1


def test_a_query_that_runs_long_steps_aside(pool: Pool) -> None:
    """Others have the processors before it; whoever takes its place has the usual priority."""
    assert pool.engine
    engine = pool.engine.process.pid
    with ThreadPoolExecutor(1) as threads:
        asking = threads.submit(ask, pool, SLOW)
        assert eventually(lambda: sum(rank(pid) > rank(engine) for pid in children(engine)) == 1)
        with pytest.raises(DeadlineExceeded):
            asking.result()
    assert eventually(lambda: {rank(pid) for pid in children(engine)} == {rank(engine)})


def test_a_worker_that_has_stepped_aside_takes_no_other_query(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(Limits())
    assert room.is_left(1.0)
    monkeypatch.setattr("diaspora_influence.sparql.worker.priority", lambda: room.rank + 10)
    assert not room.is_left(1.0)
    assert room.is_left(0.0)  # so quick a query has not been told to


def test_a_question_asked_aside_is_answered_and_its_worker_makes_way(pool: Pool) -> None:
    engine = pool.running_engine()
    frame = SparqlRequest("ASK {}").pack()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(engine.folder / wire.SOCKET))
        slot, generation, _ = wire.GREETING.unpack(wire.receive(connection, wire.GREETING.size))
        connection.sendall(wire.LENGTH.pack(len(frame) | wire.ASIDE) + frame)
        head = json.loads(wire.receive_frame(connection, 1 << 16))
        assert (head["rows"], head["last"]) == (1, True)
        assert wire.receive(connection, head["bytes"])
    usual = [rank(os.getpid())] * LIMITS.workers
    assert eventually(lambda: [rank(pid) for pid in children(engine.process.pid)] == usual)
    assert engine.page.verdict(slot, generation) is None
    assert ask(pool, "ASK {}").rows == 1


def rank(pid: int) -> int:
    """Return the priority of a process; that of one which has ended is the usual."""
    try:
        return os.getpriority(os.PRIO_PROCESS, pid)
    except ProcessLookupError:
        return 0


def test_a_query_is_long_by_the_processor_and_not_by_the_clock(tmp_path: Path) -> None:
    with closing(Page(tmp_path / "page", 2)) as page, socket.socket(socket.AF_UNIX) as listener:
        keeper = Keeper(opener, listener, page, LIMITS)  # type: ignore[arg-type]
        looks = [(5.0, 1.0), (5.0, 1.0), (5.0, 1.0 + ASIDE / 2), (9.0, 1.2), (9.0, 1.2 + 2 * ASIDE)]
        assert [keeper.is_long(1, *look) for look in looks] == [False, False, False, False, True]
        assert not keeper.is_long(0, 9.0, 7.0)
    assert confine.spent(os.getpid()) > 0.0
    assert confine.spent((1 << 22) - 1) == 0.0


def test_memory_bomb_ends_its_worker_alone(pool: Pool) -> None:
    with pytest.raises(MemoryExceeded, match="64 MiB") as caught:
        ask(pool, BOMB)
    assert caught.value.status == 507
    assert ask(pool, "ASK {}").rows == 1


def test_crash_of_a_worker_is_one_error(pool: Pool) -> None:
    with pytest.raises(WorkerDied, match="SIGSEGV") as caught:
        past_the_guard(pool, CRASH_QUERY)
    assert caught.value.status == 507
    assert ask(pool, "ASK {}").rows == 1


def test_guard_stands_before_the_engine(pool: Pool) -> None:
    with pytest.raises(QueryTooComplex):
        ask(pool, CRASH_QUERY)
    with pytest.raises(UpdateRefused):
        ask(pool, "INSERT DATA { <http://e/a> <http://e/b> 1 }")


def test_deaths_drop_no_other_query(pool: Pool) -> None:
    def hostile(query: str) -> type[SparqlError]:
        with pytest.raises(SparqlError) as caught:
            past_the_guard(pool, query)
        return type(caught.value)

    with ThreadPoolExecutor(8) as threads:
        deaths = [threads.submit(hostile, query) for query in (CRASH_QUERY, BOMB, CRASH_QUERY, SLOW)]
        answers = [threads.submit(values, pool, f"SELECT ?o {{ <http://e/s{n}> ?p ?o }}") for n in range(200)]
        assert [answer.result(HANG) for answer in answers] == [[str(n)] for n in range(200)]
        kinds = [death.result(HANG) for death in deaths]
    assert kinds[0] is kinds[2] is WorkerDied
    assert kinds[3] is DeadlineExceeded
    assert kinds[1] is MemoryExceeded


def test_row_and_byte_limits_refuse(pool: Pool) -> None:
    assert ask(pool, "SELECT * { ?s <http://e/p> ?o }").rows == 3000
    with pytest.raises(AnswerTooLarge, match="5000 rows"):
        ask(pool, "SELECT ?s { ?s ?p ?o . ?t ?q ?r }")
    with pytest.raises(AnswerTooLarge, match="1000000 bytes"):
        ask(pool, f"SELECT (CONCAT({', '.join(['STR(?s)'] * 60)}) AS ?x) {{ ?s ?p ?o }}")


def test_answer_of_many_bytes_arrives_whole(release: Path) -> None:
    query = f"SELECT (CONCAT({', '.join(['STR(?s)'] * 100)}) AS ?x) {{ ?s <http://e/p> ?o }}"
    with Pool(release, replace(LIMITS, workers=1, time=10.0, bytes=1 << 25)) as pool:
        body = ask(pool, query).body
    assert len(body) > 4_000_000
    assert sum(1 for _ in ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)) == 3000


def listening() -> socket.socket:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.5)
    return listener


def called(listener: socket.socket) -> bool:
    """Say whether somebody has connected."""
    try:
        listener.accept()[0].close()
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_service_past_the_guard_makes_no_connection(pool: Pool, silent: str) -> None:
    with closing(listening()) as listener:
        query = (
            f"SELECT * {{ SERVICE {silent}<http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
        )
        with nullcontext() if silent else pytest.raises(SparqlError):
            past_the_guard(pool, query)
        assert not called(listener)


def test_service_would_make_one_where_nothing_keeps_it() -> None:
    with closing(listening()) as listener:
        query = (
            f"SELECT * {{ SERVICE SILENT <http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
        )
        thread = threading.Thread(target=lambda: list(ox.Store().query(query)))  # type: ignore[call-overload]
        thread.start()
        assert called(listener)
        thread.join(HANG)


def test_no_descriptor_can_be_opened_while_a_query_runs() -> None:
    with confine.no_new_descriptors(), pytest.raises(OSError, match="Too many open files"):
        socket.socket().close()
    socket.socket().close()


def test_network_is_left_where_the_kernel_allows_it(tmp_path: Path) -> None:
    script = (
        "from diaspora_influence.sparql import confine; import socket, sys\n"
        "left = confine.leave_network()\n"
        "try: socket.create_connection(('127.0.0.1', int(sys.argv[1])), 2); print(left, 'connected')\n"
        "except OSError: print(left, 'alone')\n"
    )
    with closing(listening()) as listener:
        command = [sys.executable, "-c", script, str(listener.getsockname()[1])]
        said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert said.strip() in ("True alone", "False connected")


def test_client_that_leaves_frees_its_worker(pool: Pool) -> None:
    engine = pool.running_engine()
    for _ in range(LIMITS.workers):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(engine.folder / wire.SOCKET))
            wire.receive(connection, wire.GREETING.size)
            wire.send_frame(connection, SparqlRequest(SLOW).pack())
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(engine.folder / wire.SOCKET))
    assert eventually(lambda: not list(engine.page.busy()))
    assert ask(pool, "ASK {}").rows == 1
    assert eventually(lambda: len(children(engine.process.pid)) == LIMITS.workers)


def test_one_query_too_many_is_told_when_to_come_back(release: Path) -> None:
    with Pool(release, replace(LIMITS, workers=1, queue=1)) as pool, ThreadPoolExecutor(2) as threads:
        taken = [threads.submit(ask, pool, SLOW) for _ in range(2)]
        assert eventually(lambda: pool.turns.free == 0 and pool.turns.waiting == 1)
        with pytest.raises(Busy, match="queue is full") as caught:
            ask(pool, "ASK {}")
        assert (caught.value.status, caught.value.retry_after) == (503, 1)
        kinds = {type(one.exception(HANG)) for one in taken}
        assert DeadlineExceeded in kinds
        assert kinds <= {DeadlineExceeded, Busy}
        assert ask(pool, "ASK {}").rows == 1


def test_a_question_of_the_house_waits_behind_no_stranger(release: Path) -> None:
    limits = replace(LIMITS, workers=1, queue=3, time=HANG)
    request = SparqlRequest("ASK {}")
    with Pool(release, limits, reserve=1) as pool, ThreadPoolExecutor(3) as threads:
        taken = [threads.submit(ask, pool, SLOW) for _ in range(3)]
        assert eventually(lambda: pool.turns.free == 0 and pool.turns.waiting == 2)
        assert pool.ask(request, own=True).rows == 1
        assert not any(one.done() for one in taken)
        pool.stop()
        for one in taken:
            assert isinstance(one.exception(HANG), SparqlError)


def test_worker_that_dies_idle_is_replaced(pool: Pool) -> None:
    engine = pool.running_engine()
    before = children(engine.process.pid)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: len(set(children(engine.process.pid)) - set(before)) == LIMITS.workers)
    assert ask(pool, "ASK {}").rows == 1


def test_stop_leaves_no_process_and_no_folder(release: Path) -> None:
    pool = Pool(release, LIMITS)
    pool.start()
    engine = pool.running_engine()
    pids = [engine.process.pid, *children(engine.process.pid)]
    assert len(pids) == 1 + LIMITS.workers
    assert oct(engine.folder.stat().st_mode)[-3:] == "700"
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(ask, pool, SLOW)
        assert eventually(lambda: list(engine.page.busy()))
        pool.stop()
        assert isinstance(running.exception(HANG), EngineUnavailable)
    assert not pool.alive
    assert eventually(lambda: not any(map(is_alive, pids)))
    assert not engine.folder.exists()
    with pytest.raises(EngineUnavailable):
        ask(pool, "ASK {}")


def test_engine_told_to_terminate_ends_cleanly(release: Path) -> None:
    with Pool(release, LIMITS) as pool:
        engine = pool.running_engine()
        pids = children(engine.process.pid)
        engine.process.terminate()
        assert engine.process.wait(HANG) == 0
        assert not any(map(is_alive, pids))
        assert not engine.folder.exists()


def test_engine_that_is_gone_is_started_again(release: Path) -> None:
    with Pool(release, LIMITS) as pool:
        lost = pool.running_engine()
        pids = children(lost.process.pid)
        lost.process.kill()
        lost.process.wait()
        assert eventually(lambda: not any(map(is_alive, pids)))
        assert ask(pool, "ASK {}").rows == 1
        assert not lost.folder.exists()


def test_front_that_is_killed_takes_engine_and_workers_along(release: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from diaspora_influence.sparql.client import Pool; from diaspora_influence.sparql.limits import Limits\n"
        "pool = Pool(Path(sys.argv[1]), Limits(workers=2)); pool.start()\n"
        "print(pool.engine.process.pid, pool.engine.folder, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(release)], stdout=subprocess.PIPE, text=True
    ) as front:
        assert front.stdout
        pid, folder = front.stdout.readline().split()
        pids = [int(pid), *children(int(pid))]
        front.kill()
    assert eventually(lambda: not any(map(is_alive, pids)))
    assert eventually(lambda: not Path(folder).exists())


def test_release_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="holds no release"):
        Pool(tmp_path, LIMITS).start()
    (tmp_path / "dump.nq").write_text("nonsense\n", "utf-8")
    with pytest.raises(EngineUnavailable, match="did not start"):
        Pool(tmp_path, LIMITS).start()


def test_large_release_is_read_from_its_store(release: Path, tmp_path: Path) -> None:
    (tmp_path / "dump.nq").write_text(quads(100_000), "utf-8")
    store = ox.Store(str(tmp_path / "store"))
    store.add(ox.Quad(ox.NamedNode("http://e/only"), ox.NamedNode("http://e/p"), ox.Literal("on disk")))
    store.flush()
    del store
    with Pool(tmp_path, LIMITS) as pool:
        assert values(pool, "SELECT ?o { ?s ?p ?o }") == ["on disk"]
        with pytest.raises(WorkerDied):
            past_the_guard(pool, CRASH_QUERY)
        assert values(pool, "SELECT ?o { ?s ?p ?o }") == ["on disk"]
    assert len(opener(release)().whole) == len(opened(release)) == 6004


def test_verdict_is_about_one_generation(tmp_path: Path) -> None:
    page, other = Page(tmp_path / "page", 2), Page(tmp_path / "page", 2)
    page.judge(1, 65, Verdict(CRASH, 11))
    assert other.verdict(1, 65) == Verdict(CRASH, 11)
    assert other.verdict(1, 1) is other.verdict(0, 65) is other.verdict(1, 129) is None
    page.begin(1, 5.0)
    assert list(other.busy()) == [(1, 5.0)]
    other.end(1)
    assert list(page.busy()) == []
    page.close()
    other.close()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A release folder of both kinds: N-Quads for memory, and a store on disk that says which one it is."""
    (tmp_path / "dump.nq").write_text(quads(5), "utf-8")
    store = ox.Store(str(tmp_path / "store"))
    store.add(ox.Quad(ox.NamedNode("http://e/only"), ox.NamedNode("http://e/p"), ox.Literal("on disk")))
    store.flush()
    return tmp_path


def test_quick_pool_answers_from_disk_until_one_in_memory_takes_over(small: Path) -> None:
    with (
        Pool(small, replace(LIMITS, time=0.5), reserve=1, quick=True) as pool,
        ThreadPoolExecutor(2) as threads,
    ):
        first = pool.running_engine()
        assert values(pool, "SELECT ?o { ?s ?p ?o }") == ["on disk"]
        slow = threads.submit(ask, pool, SLOW_ANYWHERE)
        assert eventually(lambda: list(first.page.busy()))
        over = threads.submit(pool.take_over)
        assert eventually(lambda: pool.engine is not first)
        assert len(values(pool, "SELECT ?o { ?s ?p ?o }")) == 6
        assert isinstance(slow.exception(HANG), DeadlineExceeded)  # what it was asked before it still tells
        over.result(HANG)
        assert not first.alive
        assert not first.folder.exists()
        pool.take_over()  # there is nothing more to take over
        assert len(children(pool.running_engine().process.pid)) == LIMITS.workers + 1


def test_quick_engine_that_is_gone_is_started_again_and_taken_over_from(small: Path) -> None:
    with Pool(small, replace(LIMITS, time=0.1), quick=True) as pool:
        lost = pool.running_engine()
        lost.process.kill()
        lost.process.wait()
        assert values(pool, "SELECT ?o { ?s ?p ?o }") == ["on disk"]
        pool.take_over()
        assert len(values(pool, "SELECT ?o { ?s ?p ?o }")) == 6


def test_pool_that_is_stopped_ends_both_its_engines(small: Path) -> None:
    pool = Pool(small, replace(LIMITS, time=60.0), quick=True)
    pool.start()
    first = pool.running_engine()
    with ThreadPoolExecutor(1) as threads:
        over = threads.submit(pool.take_over)
        assert eventually(lambda: pool.engine is not first)
        second = pool.running_engine()
        pool.stop()
        over.result(HANG)  # it does not wait for the minute that a question may take
        assert not first.alive
        assert not second.alive
    pool.take_over()
    assert pool.engine is None


def test_taking_over_that_fails_leaves_the_engine_on_disk(small: Path) -> None:
    with Pool(small, LIMITS, quick=True) as pool:
        (small / "dump.nq").write_text("nonsense\n", "utf-8")
        with pytest.raises(EngineUnavailable, match="did not start"):
            pool.take_over()
        assert values(pool, "SELECT ?o { ?s ?p ?o }") == ["on disk"]


def test_large_release_is_not_taken_over(small: Path) -> None:
    (small / "dump.nq").write_text(quads(100_000), "utf-8")
    with Pool(small, LIMITS, quick=True) as pool:
        first = pool.running_engine()
        pool.take_over()
        assert pool.running_engine() is first
