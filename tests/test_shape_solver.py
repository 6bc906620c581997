"""The solver answers as the store does, judging in several processes finds the same, and kept tables change nothing."""

import os
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise, product
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef

from diaspora_influence.convert import to_graph, to_rdflib
from diaspora_influence.data import ROOT, SourceFile, parse_lines, read_file
from diaspora_influence.errors import InternalError
from diaspora_influence.parsed import parse_table
from diaspora_influence.table import Table
from diaspora_influence.terms import PREFIXES
from diaspora_influence.validate.fast.asking import Asking
from diaspora_influence.validate.fast.index import TYPE, Index
from diaspora_influence.validate.fast.judge import packaged, run_of
from diaspora_influence.validate.fast.marks import over
from diaspora_influence.validate.fast.order import terms_for
from diaspora_influence.validate.fast.parted import parted, parts_for
from diaspora_influence.validate.fast.plan import Shape
from diaspora_influence.validate.fast.query import Select
from diaspora_influence.validate.fast.reaching import Reaching
from diaspora_influence.validate.fast.referred import Numbered, Referred
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.fast.run import Run
from diaspora_influence.validate.fast.solve import Solver
from diaspora_influence.validate.fast.standing import Standing
from diaspora_influence.validate.fast.tree import NotNativeError
from diaspora_influence.validate.finding import Finding, in_order
from diaspora_influence.validate.inputs.files import context_for, read_all
from diaspora_influence.validate.inputs.kept import STALE, digest_of, kept, packed, unpacked
from diaspora_influence.validate.inputs.packaged import packaged_table
from diaspora_influence.validate.judge import findings
from diaspora_influence.validate.places.triples import Places, start_of
from mutants import mutated, plainly_spelt

CASES = Path(__file__).parent / "shapes"
CLAIMS = ROOT / "instances" / "miles-2017" / "claims"
HEAD = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in PREFIXES.items())


# --- the solver ---


@pytest.fixture(scope="module")
def run() -> Run:
    """Every case of every shape, in one graph."""
    files = [plainly_spelt(read_file(path, CASES)) for path in sorted(CASES.glob("*/*.ttl"))]
    return run_of(packaged(), files, context_for([]))


def asked(run: Run) -> Iterator[tuple[Shape, Select]]:
    return ((shape, query) for shape in run.plan.asked for query in shape.selects)


def test_solver_knows_every_query_of_ours(run: Run) -> None:
    queries = [query for _, query in asked(run)] + [*run.plan.targets.values()]
    assert len(queries) == 59
    for query in queries:
        assert Solver(run.index, query.tree).made


def test_solver_answers_as_the_store(run: Run) -> None:
    asking, answered = Asking(run.index, run.own), 0
    for shape, query in asked(run):
        focus = [node for node in run.focus(shape) if isinstance(run.index.terms[node], ox.NamedNode)]
        rows, left = Solver(run.index, query.tree).rows(focus)
        known = [node for node in focus if node not in left]
        if known:
            stored = asking._rows(query, over(query, asking.mark(known)))
            ours = [asking._terms(row) for row in rows]
            assert {frozenset(row.items()) for row in ours} == {frozenset(row.items()) for row in stored}, (
                query
            )
            answered += len(rows)
    assert answered > 100


def test_nodes_that_are_passed_over_have_no_row(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    passed_over = 0
    for shape, query in asked(run):
        solver, focus = Solver(run.index, query.tree), run.focus(shape)
        passed_over += len(focus) - len(solver.narrowed(focus))
        told = {tuple(row.items()) for row in solver.rows(focus)[0]}
        with monkeypatch.context() as patch:
            patch.setattr(Solver, "narrowed", lambda _, nodes: [*nodes])
            assert {tuple(row.items()) for row in solver.rows(focus)[0]} == told, query
    for query in run.plan.targets.values():
        solver = Solver(run.index, query.tree)
        selected = solver.matching(run.own)
        passed_over += len(run.own) - len(solver.narrowed(run.own))
        with monkeypatch.context() as patch:
            patch.setattr(Solver, "narrowed", lambda _, nodes: [*nodes])
            assert {*solver.matching(run.own)[0]} == {*selected[0]}, query
    assert passed_over > 1000


NARROWED = [
    ("$this <urn:p> ?x", {"a", "b", "c"}),
    ("$this <urn:p>/<urn:r> ?x", {"a", "b", "c"}),
    ("$this <urn:p> <urn:one>", {"a"}),
    ("$this <urn:p> ?x FILTER(?x = <urn:one> || ?x = <urn:two>)", {"a", "b"}),
    ("$this <urn:q>|<urn:r> ?x", {"b", "d"}),
    ("$this <urn:q>|^<urn:p> ?x", {"a", "b", "c", "d", "e"}),
    ("FILTER(EXISTS { $this <urn:q>|<urn:r> ?x })", {"b", "d"}),
    ("FILTER(!EXISTS { $this <urn:q> ?x })", {"a", "b", "c", "d", "e"}),
    ("{ $this <urn:q> ?x } UNION { $this <urn:p> <urn:one> }", {"a", "b"}),
    ("FILTER(STRSTARTS(STR($this), 'urn:n/a'))", {"a"}),
    ("FILTER(STRSTARTS(STR($this), STR(<urn:n/b>)) && STRSTARTS(STR($this), 'urn:'))", {"b"}),
    ("$this <urn:p> ?x FILTER(!REGEX(STR($this), '^urn:n/[ab]$'))", {"c"}),
    ("FILTER(REGEX(STR($this), 'a'))", {"a", "b", "c", "d", "e"}),
    ("FILTER(!REGEX(STR($this), '(?i)a'))", {"b", "c", "d", "e"}),
    ("FILTER(!REGEX(STR($this), '<'))", {"a", "b", "c", "d", "e"}),
]
"""Group to the nodes that it can have a row for at all."""
NARROWED_OF = """
<urn:n/a> <urn:p> <urn:one> . <urn:n/b> <urn:p> <urn:two> ; <urn:q> 1 . <urn:n/c> <urn:p> <urn:three> .
<urn:n/d> <urn:r> 2 . <urn:n/e> <urn:s> 3 .
"""


@pytest.mark.parametrize(("group", "kept"), NARROWED)
def test_query_is_followed_at_the_nodes_alone_that_can_have_a_row(group: str, kept: set[str]) -> None:
    index = Index()
    nodes = [*index.add(line.triple for line in parse_lines(NARROWED_OF.encode(), "made"))]
    query = Select(ox.NamedNode("urn:q"), (), f"SELECT $this WHERE {{ {group} }}", ())
    narrowed = Solver(index, query.tree).narrowed(nodes)
    assert {index.terms[node].value.removeprefix("urn:n/") for node in narrowed} == kept


def test_cases_of_narrowing_are_all_there() -> None:
    assert len(NARROWED) == 15


@pytest.mark.parametrize("itself", [True, False])
def test_what_a_node_leads_to_is_what_a_walk_from_it_meets(itself: bool) -> None:
    chance, led = Random(5), Counter[bool]()
    for _ in range(60):
        nodes = range(chance.randrange(1, 12))
        ways = {node: [each for each in nodes if chance.random() < 0.15] for node in nodes}
        reaches = Reaching(ways.__getitem__, itself)
        for start, end in sorted(product(nodes, nodes), key=lambda _: chance.random()):
            met = {start} if itself else set()
            waiting = [start]
            while waiting:
                fresh = {*ways[waiting.pop()]} - met
                met |= fresh
                waiting += fresh
            assert reaches(start, end) is (end in met), (ways, start, end)
            led[end in met] += 1
    assert min(led[True], led[False]) > 500


CHAIN = 30_000
"""Claims after each other; a walk from each would meet 450 million."""


def test_long_chain_has_no_circle_and_a_closed_one_is_a_circle_for_each() -> None:
    index, after = Index(), ox.NamedNode("urn:after")
    steps = [ox.NamedNode(f"urn:n{number}") for number in range(CHAIN)]
    index.add(ox.Triple(one, after, other) for one, other in pairwise(steps))
    text = "SELECT $this ?x WHERE { $this <urn:after> ?x . ?x <urn:after>* $this }"
    query = Select(ox.NamedNode("urn:q"), (), text, ())
    assert Solver(index, query.tree).rows(index.nodes) == ([], [])
    index.add([ox.Triple(steps[-1], after, steps[0])])
    assert len(Solver(index, query.tree).rows(index.nodes)[0]) == CHAIN


PATHS_OF = [
    ("?p = <urn:a>", {"a"}),
    ("?p IN (<urn:a>, <urn:b>)", {"a", "b"}),
    ("?p = <urn:a> || ?p = <urn:b>", {"a", "b"}),
    ("?p IN (<urn:a>, <urn:b>) && ?p != <urn:a> && ?p = <urn:b>", {"b"}),
    ("(?p = <urn:a> && ?o = 1) || (?o = 2 && ?p = <urn:b>)", {"a", "b"}),
    ("?p = <urn:a> || ?o = 1", None),
    ("?p != <urn:a>", None),
    ("!(?p = <urn:a>)", None),
    ("?p = 'a'", None),
    ("?o = <urn:a>", None),
]


@pytest.mark.parametrize(("condition", "names"), PATHS_OF)
def test_condition_tells_which_predicates_may_meet_it(condition: str, names: set[str] | None) -> None:
    query = Select(ox.NamedNode("urn:q"), (), f"SELECT $this WHERE {{ $this ?p ?o FILTER({condition}) }}", ())
    expression = query.tree.group[-1].expression
    wanted = None if names is None else {ox.NamedNode(f"urn:{name}") for name in names}
    assert terms_for(expression, "p") == wanted


def test_conditions_on_predicates_are_all_there() -> None:
    assert len(PATHS_OF) == 10


NOT_NATIVE = [
    "SELECT $this WHERE { ?x <urn:p> ?y }",
    "SELECT $this WHERE { $this <urn:p> ?y FILTER(SHA1(?y) = 'x') }",
    "SELECT $this WHERE { $this <urn:p> ?y FILTER(REGEX(?y, '\\\\d')) }",
    "SELECT $this WHERE { OPTIONAL { $this <urn:p> ?y } ?y <urn:q> ?z }",
    "SELECT $this WHERE { BIND(1 AS ?y) $this <urn:p> ?y }",
    "SELECT $this WHERE { $this <urn:p> ?y { $this <urn:q> ?z FILTER(?y = ?z) } }",
    "SELECT $this WHERE { $this <urn:p>? ?y }",
    "SELECT $this WHERE { $this !<urn:p> ?y }",
    "SELECT $this WHERE { $this <urn:p> 'x'@en }",
    "SELECT $this WHERE { $this <urn:p> [] }",
    "SELECT $this WHERE { $this <urn:p> ?y } LIMIT 1",
    "SELECT $this WHERE { $this unknown:p ?y }",
]


@pytest.mark.parametrize("text", NOT_NATIVE)
def test_what_the_solver_does_not_know_is_left_to_the_store(text: str) -> None:
    query = Select(ox.NamedNode("urn:q"), (), text, ())
    with pytest.raises(NotNativeError):
        _ = Solver(Index(), query.tree).made


def test_cases_for_the_store_are_all_there() -> None:
    assert len(NOT_NATIVE) == 12


VALUES = [
    ("5", "'5'^^xsd:integer", 0),
    ("6", "'5'^^xsd:integer", 1),
    ("'5'", "'5'^^xsd:integer", None),
    ("5.0", "'5'^^xsd:integer", 0),
    ("'05'^^xsd:integer", "'5'^^xsd:integer", 0),
    ("5e0", "'5'^^xsd:integer", None),
    ("'x'^^xsd:integer", "'5'^^xsd:integer", None),
    ("'a'@en", "'a'", 1),
    ("<urn:x>", "'5'^^xsd:integer", 1),
]


@pytest.mark.parametrize(("one", "other", "rows"), VALUES)
def test_solver_compares_plain_values_and_leaves_the_others(one: str, other: str, rows: int | None) -> None:
    text = HEAD + f"<urn:x> <urn:p> {one} ; <urn:q> {other} ."
    index = Index()
    [node, *_] = index.add(line.triple for line in parse_lines(text.encode(), "made"))
    query = Select(
        ox.NamedNode("urn:q"), (), "SELECT $this WHERE { $this <urn:p> ?a ; <urn:q> ?b FILTER(?a != ?b) }", ()
    )
    found, left = Solver(index, query.tree).rows([node])
    assert left == ([node] if rows is None else [])
    assert len(found) == (rows or 0)


def test_values_are_all_there() -> None:
    assert len(VALUES) == 9


# --- where results stand ---


def test_results_stand_where_a_note_of_every_triple_has_them(run: Run) -> None:
    files = [plainly_spelt(read_file(path, CASES)) for path in sorted(CASES.glob("*/*.ttl"))]
    found = [*run.results()]
    noted = Places(TYPE, ox.NamedNode(PREFIXES["rdf"] + "value"), start_of(files))
    for file in files:
        for line in file.lines:
            noted.note(*line.triple, (file.name, line.number))
    standing = Standing(files, {result.focus for result in found})
    for result in found:
        asked_for = (result.focus, result.predicates, result.value)
        assert standing.of(*asked_for) == noted.of(*asked_for), result
    assert len({standing.of(result.focus, (), None) for result in found}) > 50


def test_node_that_is_only_named_stands_where_it_is_first_named() -> None:
    text = "<urn:a> <urn:p> <urn:b> .\n<urn:c> <urn:p> <urn:b> .\n<urn:d> <urn:p> <urn:a> ."
    one = SourceFile(Path("f"), "f", ox.NamedNode("urn:f"), tuple(parse_lines(text.encode(), "f")))
    names = [ox.NamedNode(f"urn:{name}") for name in "abcdx"]
    standing = Standing([one], names)
    assert [standing.of(name, (), None)[1] for name in names] == [1, 1, 2, 3, 1]
    assert standing.of(names[1], (), names[0]) == ("f", 1)
    assert Standing([], names).of(names[0], (), None) == ("", 1)


# --- what is referred to rdflib ---


def test_numbered_graph_matches_as_a_graph_of_triples() -> None:
    text = HEAD + "<urn:a> <urn:p> <urn:b> , 5 , 'x'@en ; <urn:q> <urn:b> . <urn:b> <urn:p> <urn:a> , _:b ."
    triples = [line.triple for line in parse_lines(text.encode(), "made")]
    index = Index()
    index.add(triples)
    plain, numbered = to_graph(triples), Graph(store=Numbered(index))
    parts = [{*map(to_rdflib, of), URIRef("urn:unknown"), None} for of in zip(*triples, strict=True)]
    patterns = [*product(*parts)]
    assert len(patterns) == 4 * 4 * 7
    for pattern in patterns:
        assert {*numbered.triples(pattern)} == {*plain.triples(pattern)}, pattern


def test_rdflib_answers_as_the_solver_where_nothing_is_unusual(run: Run) -> None:
    asking, answered = Asking(run.index, run.own), 0
    for shape, query in asked(run):
        solver = Solver(run.index, query.tree)
        for node in run.focus(shape):
            rows, left = solver.rows([node])
            if rows and not left:
                ours = {frozenset(asking._terms(row).items()) for row in rows}
                assert {frozenset(row.items()) for row in asking.referred.rows(query, [node])} == ours, query
                answered += 1
                break
    assert answered > 30


def test_query_that_rdflib_breaks_off_is_refused() -> None:
    index = Index()
    [node] = index.add(line.triple for line in parse_lines(b"<urn:x> <urn:p> 5 .", "made"))
    query = Select(ox.NamedNode("urn:q"), (), "SELECT $this WHERE { $this unknown:p ?y }", ())
    with pytest.raises(UnsupportedError, match="rdflib fails"):
        [*Referred(index).rows(query, [node])]


# --- several processes ---


def test_parts_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diaspora_influence.validate.fast.parted.FEWEST", 10)
    files = read_all([CLAIMS / "azerbaijan.ttl"])
    files, context = mutated(files, 3, 60), context_for(files)
    alone, together = (findings(files, context=context, engine="fast", processes=many) for many in (1, 3))
    assert alone == together
    assert len(alone) > 20


def test_few_nodes_are_judged_by_one_process() -> None:
    assert [parts_for(nodes, 4) for nodes in (0, 9_999, 25_000, 10**6)] == [1, 1, 2, 4]


def hit(task: int) -> Finding:
    return Finding("Violation", "data", task + 1, "urn:x", None, None, "urn:S", "no")


@pytest.mark.parametrize(("tasks", "parts"), [(3, 3), (7, 2), (256, 4)])
def test_findings_of_every_task_arrive_once(tasks: int, parts: int) -> None:
    found = parted(lambda numbers: [hit(number) for number in numbers], tasks, parts)
    assert in_order(found, once=False) == [hit(number) for number in range(tasks)]


HERE = os.getpid()


def refuse(numbers: Iterable[int]) -> list[Finding]:
    raise UnsupportedError(f"task {next(iter(numbers))}")


def die(_: Iterable[int]) -> list[Finding]:
    assert os.getpid() != HERE
    os._exit(0)


@pytest.mark.parametrize(
    ("work", "error", "said"),
    [
        (refuse, UnsupportedError, "task 1"),
        (die, InternalError, "without an answer"),
        (lambda numbers: [{}[number] for number in numbers], KeyError, "1"),
    ],
)
def test_part_that_fails_fails_the_whole(
    work: Callable[[Iterable[int]], list[Finding]], error: type[Exception], said: str
) -> None:
    def fails_elsewhere(numbers: Iterable[int]) -> list[Finding]:
        [first, *_] = tasks = [*numbers]
        return work(tasks) if first else [hit(number) for number in tasks]

    with pytest.raises(error, match=said):
        parted(fails_elsewhere, 2, 2)


def test_what_fails_in_a_process_of_its_own_is_done_again_here() -> None:
    def work(numbers: Iterable[int]) -> list[Finding]:
        tasks = [*numbers]
        if os.getpid() != HERE:
            raise KeyError(tasks)
        return [hit(number) for number in tasks]

    assert in_order(parted(work, 9, 3)) == [hit(number) for number in range(9)]


def test_no_process_is_left_where_the_first_part_fails() -> None:
    with pytest.raises(KeyError):
        parted(lambda numbers: [hit(number) if number else {}[number] for number in numbers], 2, 2)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


# --- tables, and what is kept of them ---


def table() -> Table:
    text = '<urn:a> <urn:p> "x"@en , 5 , _:b . _:b <urn:p> "\U0001f600\\n" .'
    return parse_table(text.encode(), "made", ox.RdfFormat.TURTLE, None, "b")


def test_table_holds_what_lines_hold() -> None:
    for path in sorted(CLAIMS.glob("*.ttl")):
        lines = [*parse_lines(path.read_bytes(), path.name)]
        read = parse_table(path.read_bytes(), path.name, ox.RdfFormat.TURTLE, None, "b")
        assert [line.number for line in read] == [line.number for line in lines]
        assert ox.Dataset(ox.Quad(*line.triple) for line in read) is not None
        assert [line.triple.predicate for line in read] == [line.triple.predicate for line in lines]
        assert Table.of(tuple(read)) == read


def test_table_comes_back_as_it_was_kept() -> None:
    one = table()
    again = unpacked(packed(one, b"d" * 32), b"d" * 32)
    assert again == one
    assert again.terms == one.terms


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    packaged_table.cache_clear()
    yield tmp_path / "cache" / "diaspora-influence" / "tables"  # type: ignore[misc]
    packaged_table.cache_clear()


def made(place: Path) -> tuple[Table, bool]:
    """Return the table at *place* and whether it had to be made."""
    calls: list[int] = []

    def make() -> Table:
        calls.append(1)
        return table()

    return kept(lambda: place, digest_of(iter([("a", b"b")])), make), bool(calls)


def damage_text(place: Path) -> None:
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(content)


def cut(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:-7])


def of_other_content(place: Path) -> None:
    place.write_bytes(packed(Table(), digest_of(iter([("a", b"c")]))))


def writable_by_others(place: Path) -> None:
    place.write_bytes(packed(Table(), digest_of(iter([("a", b"b")]))))
    place.chmod(0o666)


def link(place: Path) -> None:
    place.rename(place.with_suffix(".other"))
    place.with_suffix(".other").write_bytes(packed(Table(), digest_of(iter([("a", b"b")]))))
    place.symlink_to(place.with_suffix(".other"))


def pipe(place: Path) -> None:
    place.unlink()
    os.mkfifo(place)


def folder(place: Path) -> None:
    place.unlink()
    place.mkdir()


SPOILT = (damage_text, cut, of_other_content, writable_by_others, link, pipe, folder, Path.unlink)


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_kept_table_that_cannot_be_trusted_is_made_anew(
    spoil: Callable[[Path], object], tmp_path: Path
) -> None:
    place = tmp_path / "below" / "table"
    assert made(place) == (table(), True)
    assert made(place) == (table(), False)
    spoil(place)
    assert made(place) == (table(), True)


def test_ways_to_spoil_a_table_are_all_there() -> None:
    assert len(SPOILT) == 8


def test_tables_of_long_ago_are_thrown_away_when_another_is_kept(tmp_path: Path) -> None:
    made(tmp_path / "of-another-checkout")
    made(tmp_path / "of-this")
    long_ago = time.time() - STALE - 1
    os.utime(tmp_path / "of-another-checkout", (long_ago, long_ago))
    (tmp_path / "folder").mkdir()
    os.utime(tmp_path / "folder", (long_ago, long_ago))
    made(tmp_path / "new")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder", "new", "of-this"]


def test_table_that_cannot_be_kept_is_used_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    assert made(tmp_path / "file" / "table") == (table(), True)
    assert made(tmp_path / "file" / "table") == (table(), True)


def test_numbers_beyond_the_terms_are_no_table() -> None:
    wrong = Table([ox.NamedNode("urn:a")], *(array("I", [7]) for _ in range(4)))
    with pytest.raises(ValueError, match="number"):
        unpacked(packed(wrong, b"d" * 32), b"d" * 32)


def test_findings_are_the_same_with_and_without_what_is_kept(home: Path) -> None:
    files = read_all([CLAIMS / "georgia.ttl"])
    told = []
    for _ in range(2):
        packaged_table.cache_clear()
        packaged.cache_clear()
        told.append(findings(mutated(files, 5, 40), context=context_for(files), engine="fast"))
        assert len([*home.iterdir()]) == 2
    damaged = sorted(home.iterdir())
    for place in damaged:
        place.write_bytes(b"damaged")
    packaged_table.cache_clear()
    packaged.cache_clear()
    told.append(findings(mutated(files, 5, 40), context=context_for(files), engine="fast"))
    assert told[0] == told[1] == told[2]
    assert told[0]
    assert all(len(place.read_bytes()) > 1000 for place in damaged)
