"""The shapes: each with a passing and a failing case, none that looks at nothing, all well spelt.

A case is a Turtle file below `tests/shapes/<rule>/`. `fail.ttl` holds its expected results as SHACL writes
them: focus node, shape or constraint, message.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib import RDF, RDFS

from diaspora_influence.convert import to_graph
from diaspora_influence.data import ROOT, SourceFile, parse_lines, read_file, read_files
from diaspora_influence.edtf import bounds
from diaspora_influence.terms import DIO, PREFIXES, SHAPES
from diaspora_influence.validate.checks import by_program
from diaspora_influence.validate.fast.judge import packaged, run_of, verdict_of
from diaspora_influence.validate.fast.plan import Shape
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.judge import findings
from diaspora_influence.validate.reference.engine import SH_NS, is_asked
from diaspora_influence.validate.reference.judge import judge
from diaspora_influence.validate.reference.shapes import load_shapes

CASES = Path(__file__).parent / "shapes"
NODE_CONSTRAINTS = ("closed", "nodeKind", "pattern", "xone", "class", "in")
RULES = 232


@cache
def shapes_graph() -> rdflib.Graph:
    graph: rdflib.Graph = load_shapes(None).graph
    return graph


def rules() -> list[str]:
    """Return the local name of everything that can give a result."""
    graph = shapes_graph()
    asked = {shape.node for shape in load_shapes(None).shapes if is_asked(shape)}
    found = {
        *graph.subjects(RDF.type, SH_NS.PropertyShape),
        *graph.subjects(RDF.type, SH_NS.SPARQLConstraint),
    }
    found |= {node for name in NODE_CONSTRAINTS for node in graph.subjects(SH_NS[name]) if node in asked}
    found |= set(graph.subjects(SH_NS.deactivated))
    return sorted(str(node).removeprefix(SHAPES) for node in found)


def owners(rule: str) -> list[Shape]:
    """Return the shapes with targets that a rule stands in, or is."""
    node = ox.NamedNode(SHAPES + rule)
    return [
        shape
        for shape in packaged().asked
        if node in (shape.node, *shape.properties, *(select.node for select in shape.selects))
    ]


@cache
def ontology() -> list[ox.Triple]:
    return [
        line.triple
        for path in sorted((ROOT / "ontology").glob("*.ttl"))
        for line in read_file(path, ROOT).lines
    ]


def is_term(subject: object) -> bool:
    return isinstance(subject, ox.NamedNode) and subject.value.startswith(DIO)


def context_for(file: SourceFile) -> list[ox.Triple]:
    own = {line.triple.subject for line in file.lines if not is_term(line.triple.subject)}
    return [triple for triple in ontology() if triple.subject not in own]


def split(path: Path) -> tuple[SourceFile, set[tuple[str, ...]]]:
    """Return the data of a case and its expected results: rule, focus node, message."""
    file = read_file(path, CASES)
    results = {line.triple.subject for line in file.lines if line.triple.object == sh("ValidationResult")}
    said: dict[object, dict[str, str]] = {result: {} for result in results}
    for line in file.lines:
        if line.triple.subject in results:
            value = line.triple.object
            said[line.triple.subject][line.triple.predicate.value] = value.value
    constraint, shape = str(SH_NS.sourceConstraint), str(SH_NS.sourceShape)
    rest = (str(SH_NS.focusNode), str(SH_NS.resultMessage))
    expected = {
        (facts.get(constraint) or facts[shape], *(facts[name] for name in rest)) for facts in said.values()
    }
    lines = tuple(line for line in file.lines if line.triple.subject not in results)
    return SourceFile(file.path, file.name, file.graph, lines), expected


def sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(str(SH_NS[name]))


def judged(rule: str, file: SourceFile) -> set[tuple[str, ...]]:
    """Return what *rule* finds in *file*; the fast engine judges, and agrees with pyshacl on every case.

    It leaves to pyshacl two spellings of one number.
    """
    try:
        verdict = verdict_of(run_of(packaged(), [file], context_for(file)), [file], owners(rule))
    except UnsupportedError:
        verdict = judge([file], None, context_for(file))
    found = [*verdict.findings, *by_program(verdict, [file], ())]
    return {(hit.rule, hit.focus, hit.message) for hit in found if hit.rule == SHAPES + rule}


def test_every_rule_has_its_pair_of_cases() -> None:
    assert sorted(path.name for path in CASES.iterdir() if path.is_dir()) == rules()
    assert len(rules()) == RULES
    for rule in rules():
        assert sorted(path.name for path in (CASES / rule).iterdir()) == ["fail.ttl", "pass.ttl"]


@pytest.mark.parametrize("rule", rules())
def test_failing_case_gives_the_expected_results_and_no_other(rule: str) -> None:
    file, expected = split(CASES / rule / "fail.ttl")
    assert expected
    assert judged(rule, file) == expected


@pytest.mark.parametrize("rule", rules())
def test_passing_case_is_looked_at_and_gives_nothing(rule: str) -> None:
    file, expected = split(CASES / rule / "pass.ttl")
    assert not expected
    assert not judged(rule, file)
    run = run_of(packaged(), [file], context_for(file))
    looked_at = [node for shape in owners(rule) for node in run.focus(shape)]
    assert looked_at or (rdflib.URIRef(SHAPES + rule), SH_NS.deactivated, None) in shapes_graph()


# --- whole datasets ---


def shapes_of(name: str) -> set[str]:
    """Return the node shapes in one file."""
    lines = read_file(ROOT / "shapes" / f"{name}.ttl", ROOT).lines
    return {line.triple.subject.value for line in lines if line.triple.object == sh("NodeShape")}


def style_shapes() -> set[str]:
    """Return the shapes that look at the ontology alone."""
    return shapes_of("style")


def conclusion_shapes() -> set[str]:
    """Return the shapes that look at what rules make of claims, and at nothing that people write."""
    return shapes_of("conclusion")


def focus_counts(files: list[SourceFile], context: Iterable[ox.Triple] = ()) -> dict[str, int]:
    """Return how many nodes of *files* each packaged shape with a target looks at."""
    run = run_of(packaged(), files, context)
    return {shape.node.value: len(run.focus(shape)) for shape in run.plan.asked}


def test_complete_invented_dataset_conforms() -> None:
    file = read_file(CASES / "good.ttl", CASES)
    assert findings([file], context=context_for(file)) == []


def test_complete_invented_dataset_is_looked_at_by_every_shape_for_data() -> None:
    file = read_file(CASES / "good.ttl", CASES)
    counts = focus_counts([file], context_for(file))
    assert {shape for shape, count in counts.items() if not count} <= style_shapes() | conclusion_shapes()


def test_every_shape_has_focus_nodes_in_the_real_data() -> None:
    counts = focus_counts([file for file in read_files() if file.folder != "shapes"])
    assert counts
    assert {shape for shape, count in counts.items() if not count} == conclusion_shapes()


def test_real_data_break_no_shape() -> None:
    files = [file for file in read_files() if file.folder != "shapes"]
    assert [hit for hit in findings(files) if hit.severity == "Violation"] == []


# --- EDTF ---

POINTS = [
    *("2001", "1900", "2000~", "2001?", "2001%", "~2001"),
    *(
        f"{year}-{part:02}"
        for year in (1900, 2000, 2003)
        for part in (*range(1, 13), 21, 22, 23, 24, 37, 38, 39)
    ),
    *(
        "2001-06-~15",
        "2001-06-~15?",
        "2001-06-15",
        "2004-02-29",
        "2001-06-15~",
        "2001~-06",
        "2001-06~",
        "2001-12-31",
    ),
]
TIMES = [*POINTS, *(f"../{point}" for point in POINTS[-8:]), *(f"{point}/.." for point in POINTS[-8:])]
TIMES += ["2001/2003", "2001-06/2001-24", "1999-24/2000-02", "2001-06-~15/2001-07-~15"]


def claim(number: int, time: str, first: object, last: object) -> str:
    dates = (("notBefore", first), ("notAfter", last))
    said = [f'dio:{name} "{day}"^^xsd:date' for name, day in dates if day is not None]
    return f"claim:c{number} a dio:Claim ; {' ; '.join([f'dio:edtf {chr(34)}{time}{chr(34)}^^edtf:EDTF', *said])} ."


def bound_findings(claims: Iterable[str]) -> set[tuple[str, str]]:
    """Return the claims whose bounds, by the shapes, do not follow from their time."""
    head = [f"@prefix {name}: <{PREFIXES[name]}> ." for name in ("claim", "dio", "edtf", "xsd")]
    lines = tuple(parse_lines("\n".join([*head, *claims]).encode(), "made"))
    file = SourceFile(Path("made"), "made", ox.NamedNode("urn:made"), lines)
    found = verdict_of(run_of(packaged(), [file], ontology()), [file], owners("Claim")).findings
    names = {SHAPES + name: name for name in ("Claim-lowerBound", "Claim-upperBound", "Claim-edtf")}
    return {(hit.focus.rpartition("/")[2], names[hit.rule]) for hit in found if hit.rule in names}


def test_bounds_by_the_shapes_are_those_of_the_one_function() -> None:
    assert len(TIMES) == 91
    assert not bound_findings(claim(n, time, *bounds(time)) for n, time in enumerate(TIMES))


def test_every_bound_that_is_missing_or_swapped_is_found() -> None:
    missing = bound_findings(claim(n, time, None, None) for n, time in enumerate(TIMES))
    expected = {
        (f"c{n}", f"Claim-{name}Bound")
        for n, time in enumerate(TIMES)
        for name, day in zip(("lower", "upper"), bounds(time), strict=True)
        if day
    }
    assert missing == expected


@pytest.mark.parametrize(
    "time", ["", "..", "../..", "2001-13", "2001-00", "2001-06-32", "2001-21-05", "June", "20XX", "2001/"]
)
def test_times_that_cannot_be_bounded_are_no_times(time: str) -> None:
    assert ("c0", "Claim-edtf") in bound_findings([claim(0, time, None, None)])


# --- the shapes themselves ---


def vocabulary() -> set[str]:
    file = Path(pyshacl.__file__).parent / "assets" / "shacl.ttl"
    return {str(term) for term in rdflib.Graph().parse(file).subjects(RDFS.isDefinedBy)}


def test_every_shacl_name_is_in_the_vocabulary() -> None:
    graph = load_graph()
    used = {str(term) for triple in graph for term in triple if str(term).startswith(str(SH_NS))}
    assert len(used) > 40
    assert used - vocabulary() == set()


def load_graph(*without: str) -> rdflib.Graph:
    """Return the shape files as they stand, without what pyshacl adds; *without* names some to leave out."""
    files = [file for file in read_files() if file.folder == "shapes" and file.path.stem not in without]
    return to_graph(line.triple for file in files for line in file.lines)


@pytest.mark.parametrize("kind", ["NodeShape", "PropertyShape"])
def test_every_shape_is_named_explained_and_weighed(kind: str) -> None:
    graph = load_graph()
    nodes = list(graph.subjects(RDF.type, SH_NS[kind]))
    assert len(nodes) > 30
    for node in nodes:
        assert isinstance(node, rdflib.URIRef)
        for name in ("name", "description", "message", "severity"):
            assert len(list(graph.objects(node, SH_NS[name]))) == 1, (node, name)
        for name in ("description", "message"):
            assert str(graph.value(node, SH_NS[name])).endswith("."), node


def test_every_sparql_constraint_is_named_and_explained() -> None:
    graph = load_graph()
    for node in graph.subjects(RDF.type, SH_NS.SPARQLConstraint):
        assert isinstance(node, rdflib.URIRef)
        assert len(list(graph.objects(node, SH_NS.message))) == 1
        assert graph.value(node, RDFS.label), node
        assert graph.value(node, RDFS.comment), node


def test_every_shape_that_is_referred_to_is_typed() -> None:
    graph = load_graph()
    typed = {
        node for name in ("NodeShape", "PropertyShape") for node in graph.subjects(RDF.type, SH_NS[name])
    }
    used = {node for name in ("property", "node", "not") for node in graph.objects(None, SH_NS[name])}
    used |= {node for head in graph.objects(None, SH_NS.xone) for node in graph.items(head)}
    assert used <= typed
    constraints = set(graph.objects(None, SH_NS.sparql))
    assert constraints == set(graph.subjects(RDF.type, SH_NS.SPARQLConstraint))


@pytest.mark.parametrize("word", ["VALUES", "MINUS", "SERVICE"])
def test_no_constraint_uses_a_clause_that_pyshacl_refuses(word: str) -> None:
    queries = list(load_graph().objects(None, SH_NS.select))
    assert queries
    assert [query for query in queries if word in query.upper().split()] == []


# --- the engine ---


def test_judging_leaves_rdflib_as_it_was() -> None:
    before = rdflib.NORMALIZE_LITERALS
    file = read_file(CASES / "Person" / "fail.ttl", CASES)
    for setting in (True, False):
        rdflib.NORMALIZE_LITERALS = setting
        assert findings([file], [ROOT / "shapes" / "person.ttl"])  # not all of ours: pyshacl judges
        assert rdflib.NORMALIZE_LITERALS is setting
    rdflib.NORMALIZE_LITERALS = before
