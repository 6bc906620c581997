"""The two engines of `dio validate` find the same, result by result; what the fast one cannot judge it refuses."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib import RDF

from diaspora_influence.convert import to_graph
from diaspora_influence.data import ROOT, Line, SourceFile, parse_lines, read_file, read_files
from diaspora_influence.errors import InputError, PlacedError
from diaspora_influence.terms import DIO, PREFIXES
from diaspora_influence.validate.fast.exact import rewritten
from diaspora_influence.validate.fast.judge import packaged
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.inputs.files import context_for, read_all
from diaspora_influence.validate.judge import ENGINES, findings
from diaspora_influence.validate.reference.case import case_of
from diaspora_influence.validate.reference.engine import SH_NS
from diaspora_influence.validate.reference.graph import JudgedGraph
from diaspora_influence.validate.reference.judge import by_shapes
from diaspora_influence.validate.reference.shapes import load_shapes
from mutants import MUTATIONS, mutated, respell

CASES = Path(__file__).parent / "shapes"
CLAIMS = ROOT / "instances" / "miles-2017" / "claims"
HEAD = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())


# --- parity ---


def made(body: str) -> list[Line]:
    return [*parse_lines((HEAD + body).encode(), "made")]


def both(files: Sequence[SourceFile], context: Sequence[ox.Triple] = ()) -> list[Finding]:
    """Return what both engines find in *files*; fail where they differ."""
    ours, theirs = (findings(files, context=context, engine=engine) for engine in ("fast", "pyshacl"))
    assert set(ours) - set(theirs) == set()
    assert set(theirs) - set(ours) == set()
    assert ours == theirs
    return ours


@cache
def ontology() -> tuple[ox.Triple, ...]:
    paths = sorted((ROOT / "ontology").glob("*.ttl"))
    return tuple(line.triple for path in paths for line in read_file(path, ROOT).lines)


def apart(file: SourceFile, number: int) -> SourceFile:
    """Return a case whose own nodes no other case has, so that all stand in one graph and none mends another."""
    terms = {triple.subject for triple in ontology()}
    own = {line.triple.subject for line in file.lines} - terms

    def renamed(term: object) -> object:
        mine = term in own and isinstance(term, ox.NamedNode)
        return ox.NamedNode(f"{term.value}-case-{number}") if mine else term  # type: ignore[attr-defined]

    triples = ((ox.Triple(*map(renamed, line.triple)), line.number) for line in file.lines)
    return replace(file, lines=tuple(Line(*pair) for pair in triples))


def cases() -> list[SourceFile]:
    """Return every case of every shape, apart from each other."""
    paths = sorted(CASES.glob("*/*.ttl"))
    assert {path.name for path in paths} == {"pass.ttl", "fail.ttl"}
    return [apart(read_file(path, CASES), number) for number, path in enumerate(paths)]


def test_engines_agree_on_every_case_of_every_shape() -> None:
    found = both(cases(), ontology())
    assert len({hit.rule for hit in found}) > 150
    assert len(found) > 1000


@pytest.mark.parametrize("seed", [1, 2])
def test_engines_agree_on_mutants_of_real_claims(seed: int) -> None:
    files = read_all([CLAIMS / "azerbaijan.ttl"])
    found = both(mutated(files, seed, 60), list(context_for(files)))
    assert len({hit.rule for hit in found}) > 20


PASSAGE = """
source:text-l83-43-78 a oa:SpecificResource ; oa:hasSource source:text-text ; oa:hasSelector <urn:lines> .
<urn:lines> a oa:FragmentSelector ; rdf:value {} ; oa:refinedBy <urn:place> .
<urn:place> a oa:TextPositionSelector ; oa:start {} ; oa:end {} .
"""
CLAIM = """
claim:one a dio:Claim ; dio:claimPredicate dio:createdBy ; dio:claimSubject id:club .
id:club a dio:Organization . dio:createdBy rdfs:domain {} .
"""
UNUSUAL = {
    "a text with a language is cast": (PASSAGE.format('"line=82,83"@en', 43, 78), "Evidence-slug", 1),
    "a number with blanks is cast": (PASSAGE.format('"line=82,83"', 43, "' 500 '^^xsd:hexBinary"), "Evidence-longSpan", 1),
    "a class that is truth": (CLAIM.format("true"), "Claim-subjectFitsDomain", 1),
    "a class that is falsehood fits everything": (CLAIM.format("false"), "Claim-subjectFitsDomain", 0),
    "a class that is 0 fits everything": (CLAIM.format("0"), "Claim-subjectFitsDomain", 0),
    "a class that is no text fits everything": (CLAIM.format("''"), "Claim-subjectFitsDomain", 0),
    "a type that is a text": ("id:state a dio:Entity , 'A sentence.' . dio:C rdfs:subClassOf dio:Claim .", "Node-folder", 0),
    "a type that is no truth value is below everything": ("id:state a dio:Entity , 'A sentence.'^^xsd:boolean . dio:C rdfs:subClassOf dio:Claim .", "Node-folder", 1),
}  # fmt: skip
"""What rdflib, and with it pyshacl, answers in its own way: data, rule, how often it is broken."""


@pytest.mark.parametrize("kind", UNUSUAL)
def test_engines_agree_on_literals_where_none_should_stand(kind: str) -> None:
    body, rule, times = UNUSUAL[kind]
    found = both([SourceFile(Path("data"), "data", ox.NamedNode("urn:data"), tuple(made(body)))])
    assert len([hit for hit in found if hit.rule.endswith(f"#{rule}")]) == times


def test_unusual_literals_are_all_there() -> None:
    assert len(UNUSUAL) == 8


@pytest.mark.nightly
def test_engines_agree_on_the_real_data() -> None:
    both([file for file in read_files() if file.folder != "shapes"])


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(12))
def test_engines_agree_on_mutants_of_all_real_data(seed: int) -> None:
    files = [file for file in read_files() if file.folder != "shapes"]
    assert len({hit.rule for hit in both(mutated(files, seed, 150))}) > 50


@pytest.mark.nightly
@pytest.mark.parametrize("name", sorted(path.name for path in CLAIMS.glob("*.ttl")))
@pytest.mark.parametrize("seed", range(100, 110))
def test_engines_agree_on_mutants_of_one_file(name: str, seed: int) -> None:
    files = read_all([CLAIMS / name])
    assert both(mutated(files, seed, 60), list(context_for(files)))


@pytest.fixture
def normalising() -> Iterator[None]:
    before = rdflib.NORMALIZE_LITERALS
    yield
    rdflib.NORMALIZE_LITERALS = before


def key(*terms: object) -> tuple[str, ...]:
    return tuple("" if term is None else str(term) for term in terms)


@pytest.mark.nightly
@pytest.mark.usefixtures("normalising")
def test_reference_gives_the_results_of_pyshacl_itself() -> None:
    """The ontology is mixed in whole: pyshacl's `ont_graph` drops types that are not OWL's."""
    files, shapes = cases(), load_shapes(None)
    case = case_of(files, shapes, ontology())
    ours = {key(hit.focus, hit.shape, hit.constraint) for hit in by_shapes(case, shapes.shapes)}
    data = JudgedGraph()  # nine tenths of pyshacl's time go to parsing each query anew for each node
    data.extend([*ontology(), *(line.triple for file in files for line in file.lines)])
    given = to_graph(line.triple for file in read_files() if file.folder == "shapes" for line in file.lines)
    _, report, _ = pyshacl.validate(data, shacl_graph=given, inference="none", advanced=True, inplace=True)
    names = ("focusNode", "sourceShape", "sourceConstraint")
    theirs = {
        tuple(report.value(result, SH_NS[name]) for name in names)
        for result in report.subjects(RDF.type, SH_NS.ValidationResult)
    }
    own = set(case.places.subjects)
    assert len(ours) > 1000
    assert ours == {key(case.text(hit[0]), *hit[1:]) for hit in theirs if hit[0] in own}


# --- what is refused ---


def test_every_packaged_shape_is_judged_by_the_fast_engine() -> None:
    assert len(packaged().asked) == sum(1 for shape in load_shapes(None).shapes if shape_is_asked(shape))


def shape_is_asked(shape: object) -> bool:
    from diaspora_influence.validate.reference.engine import is_asked

    return is_asked(shape)  # type: ignore[arg-type]


SHAPE = "<urn:S> a sh:NodeShape ; sh:message 'no' ; sh:targetClass <urn:Club> ; "
QUERY = SHAPE + "sh:sparql [ sh:message 'no' ; sh:select '''{}''' ] .\n"
REFUSED = [
    (SHAPE + "sh:qualifiedValueShape <urn:T> .", "qualifiedValueShape"),
    (SHAPE + "sh:uniqueLang true .", "uniqueLang"),
    (SHAPE + "sh:lessThan <urn:p> .", "lessThan"),
    (SHAPE + "sh:pattern 'a' ; sh:flags 'i' .", "flags"),
    (SHAPE + "sh:minCount 1 , 2 .", "several values"),
    (SHAPE + "sh:closed false .", "closed"),
    (SHAPE + "sh:nodeKind sh:Iri .", "nodeKind"),
    (SHAPE + "sh:in <urn:list> .", "not well-formed"),
    (SHAPE + "a rdfs:Class .", "a class that is a shape"),
    (SHAPE + "sh:property [ sh:message 'm' ; sh:path [ sh:zeroOrMorePath <urn:p> ] ; sh:minCount 1 ] .", "a path"),
    (SHAPE + "sh:property [ sh:path <urn:p> ; sh:minCount 1 ] .", "without sh:message"),
    (SHAPE + "sh:property [ sh:message 'm' ; sh:path <urn:p> ; sh:property <urn:S> ] .", "refers to itself"),
    (QUERY.format("SELECT $this WHERE { VALUES ?x { 1 } $this a ?y }"), "VALUES"),
    (QUERY.format("SELECT $this WHERE { $this a ?y MINUS { $this <urn:p> ?z } }"), "MINUS"),
    (QUERY.format("SELECT $this WHERE { SERVICE <urn:s> { $this a ?y } }"), "SERVICE"),
    (QUERY.format("SELECT $this (COUNT(?y) AS ?value) WHERE { $this a ?y } GROUP BY $this"), "COUNT, GROUP"),
    (QUERY.format("SELECT $this WHERE { $this a ?y } LIMIT 1"), "LIMIT"),
    (QUERY.format("SELECT $this WHERE { $this $PATH ?y }"), "PATH"),
    (QUERY.format("SELECT ?y WHERE { $this a ?y }"), "does not select"),
    (QUERY.format("SELECT $this WHERE { $this a ?y { SELECT ?y WHERE { ?x a ?y } } }"), "does not select"),
    (QUERY.format("ASK { $this a ?y }"), "ASK"),
    ("<urn:C> a sh:ConstraintComponent . " + SHAPE + "sh:nodeKind sh:IRI .", "components of one's own"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "what"), REFUSED)
def test_what_the_fast_engine_does_not_know_is_refused_by_name(body: str, what: str) -> None:
    with pytest.raises(UnsupportedError, match=what) as error:
        judged(body)
    assert "--engine pyshacl" in str(error.value)


def test_cases_of_refusal_are_all_there() -> None:
    assert len(REFUSED) == 22


SCRIPT = SHAPE + "sh:js [ a sh:JSConstraint ; sh:jsFunctionName 'f' {} ] ."
SCRIPTED = [
    SCRIPT.format(""),
    SCRIPT.format("; sh:deactivated false"),
    "<urn:S> a sh:NodeShape ; sh:target [ a sh:JSTarget ; sh:jsFunctionName 'f' ] ; sh:nodeKind sh:Literal .",
]
UNSCRIPTED = [
    SCRIPT.format("; sh:deactivated true"),
    SCRIPT.format("") + " <urn:S> sh:deactivated true .",
    "<urn:f> a sh:JSFunction ; sh:jsFunctionName 'f' . " + SHAPE + "sh:nodeKind sh:IRI .",
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("body", SCRIPTED)
def test_shapes_that_ask_by_a_script_are_refused_by_every_engine(body: str, engine: str) -> None:
    with pytest.raises(PlacedError, match="SHACL-JS is not supported") as error:
        judged(body, engine)
    assert error.value.exit_code == 2
    assert (error.value.file, error.value.line) == ("shapes", HEAD.count("\n") + 1)


@pytest.mark.parametrize("body", UNSCRIPTED)
def test_shapes_that_have_scripts_and_never_ask_them_are_judged(body: str) -> None:
    assert judged(body, "auto") == []


def test_cases_of_scripts_are_all_there() -> None:
    assert (len(SCRIPTED), len(UNSCRIPTED)) == (3, 3)


def judged(body: str, engine: str = "fast", data: str = "<urn:club> a <urn:Club> .") -> list[Finding]:
    """Return what the shapes in *body* find in *data*."""
    files = [
        SourceFile(
            Path(name), name, ox.NamedNode(f"urn:{name}"), tuple(parse_lines((HEAD + text).encode(), name))
        )
        for name, text in (("data", data), ("shapes", body))
    ]
    return findings(files, [Path("shapes")], engine=engine)


def test_fast_engine_without_a_shape_is_an_input_error() -> None:
    with pytest.raises(InputError, match="no shape"):
        judged("")


SUPPORTED = [
    SHAPE + "sh:property <urn:P> . <urn:P> sh:message 'p' ; sh:path ( <urn:next> <urn:name> ) ; sh:minLength 3 ; sh:maxCount 1 .",
    SHAPE + "sh:property <urn:P> . <urn:P> sh:message 'p' ; sh:path <urn:next> ; sh:property <urn:Q> . <urn:Q> sh:message 'q' ; sh:path <urn:name> ; sh:languageIn ( 'en' ) .",
    SHAPE + "sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:xone ( <urn:A> <urn:B> ) . <urn:A> a sh:NodeShape ; sh:message 'a' ; sh:class <urn:Club> . <urn:B> a sh:NodeShape ; sh:message 'b' ; sh:pattern '2$' .",
    QUERY.format("SELECT $this ?value WHERE { { $this <urn:next> ?value } UNION { $this <urn:name> ?value } FILTER EXISTS { $this a ?kind } }"),
    QUERY.format("SELECT $this ?path ?value WHERE { $this a ?kind . OPTIONAL { $this ?path ?value . FILTER(isLiteral(?value)) } { FILTER(STRLEN(STR($this)) > 3) } }"),
    SHAPE + "sh:property <urn:P> , <urn:Q> . <urn:P> sh:message 'p' ; sh:path [ sh:alternativePath ( <urn:next> <urn:other> [ sh:inversePath <urn:next> ] ) ] ; sh:minCount 3 ; sh:maxCount 1 ; sh:class <urn:Club> . <urn:Q> sh:message 'q' ; sh:path ( <urn:other> <urn:next> ) ; sh:minCount 2 ; sh:hasValue <urn:club> .",
    SHAPE + "sh:property <urn:P> ; sh:not <urn:N> . <urn:P> sh:message 'p' ; sh:path <urn:next> ; sh:equals <urn:other> ; sh:disjoint <urn:same> ; sh:maxCount 0 . <urn:N> a sh:NodeShape ; sh:message 'n' ; sh:property <urn:Q> . <urn:Q> sh:message 'q' ; sh:path <urn:next> ; sh:property <urn:R> . <urn:R> sh:message 'r' ; sh:path <urn:name> ; sh:maxCount 2 .",
    "<urn:S> a sh:NodeShape ; sh:message 'no' ; sh:severity sh:Info ; sh:targetObjectsOf <urn:next> ; sh:targetNode <urn:club2> , <urn:nowhere> ; sh:nodeKind sh:Literal ; sh:minLength 9 .",
]  # fmt: skip
CLUBS = """
<urn:club> a <urn:Club> ; <urn:next> <urn:club2> , <urn:club3> , "none" ; <urn:name> "one \\\\ \\"a\\"\\nb"@en , "no" .
<urn:club2> a <urn:Club> ; <urn:next> <urn:club> ; <urn:other> <urn:club> , <urn:club3> ; <urn:name> 5 , "två"@sv .
<urn:club> <urn:same> <urn:club3> , "none" .
<urn:club3> a <urn:Sub> ; <urn:name> "x"@en-GB . <urn:Sub> rdfs:subClassOf <urn:Club> .
"""


@pytest.mark.parametrize("body", SUPPORTED)
def test_engines_agree_on_shapes_that_are_not_ours(body: str) -> None:
    fast, reference = (judged(body, engine, CLUBS) for engine in ("fast", "pyshacl"))
    assert fast == reference
    assert fast


def test_engines_tell_a_value_of_two_nodes_twice() -> None:
    body = (
        SHAPE + "sh:property <urn:P> . <urn:P> sh:message 'p' ; sh:path <urn:next> ; sh:property <urn:Q> . "
    )
    body += "<urn:Q> sh:message 'q' ; sh:path <urn:name> ; sh:minCount 1 ."
    data = "<urn:a> a <urn:Club> ; <urn:next> <urn:c> . <urn:b> a <urn:Club> ; <urn:next> <urn:c> ."
    fast, reference = (judged(body, engine, data) for engine in ("fast", "pyshacl"))
    assert fast == reference
    assert [hit.focus for hit in fast] == ["urn:c", "urn:c"]


def test_engines_agree_on_targets_that_nothing_describes() -> None:
    query = "sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT ?this WHERE { ?x <urn:next> ?this FILTER(isIRI(?this)) }' ]"
    targets = ["sh:targetNode <urn:absent>", "sh:targetNode 'text'", "sh:targetObjectsOf <urn:next>", query]
    for target in targets:
        body = f"<urn:S> a sh:NodeShape ; sh:message 'no' ; {target} ; sh:class <urn:Club> ."
        fast, reference = (
            judged(body, engine, "<urn:a> <urn:next> <urn:b> .") for engine in ("fast", "pyshacl")
        )
        assert fast == reference
        assert len(fast) == 1


# --- spelling ---


def test_store_spells_some_literals_otherwise() -> None:
    kinds = {
        "integer": ("7", "007"),
        "decimal": ("7.5", "7.50"),
        "boolean": ("true", "1"),
        "string": ("07", "7 "),
    }
    given = [
        ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + kind))
        for kind, texts in kinds.items()
        for text in texts
    ]
    assert [literal.value for literal in rewritten(given)] == ["007", "7.50", "1"]


@pytest.mark.parametrize("seed", [1, 2])
def test_engines_agree_where_the_store_spells_otherwise(seed: int) -> None:
    files = read_all([CASES / "good.ttl"])
    files, context = mutated(files, seed, 60, [respell]), list(context_for(files))
    assert both(files, context)


def test_query_that_needs_the_store_is_refused_where_it_spells_otherwise() -> None:
    body = QUERY.format(
        "SELECT $this ?value WHERE { $this <urn:name> ?value FILTER(SHA1(STR(?value)) = '5') }"
    )
    data = "<urn:club> a <urn:Club> ; <urn:name> 007 ."
    with pytest.raises(UnsupportedError, match="spelling of"):
        judged(body, data=data)
    assert judged(body, "auto", data) == []


def test_query_that_asks_for_the_label_of_a_blank_node_is_refused() -> None:
    body = QUERY.format("SELECT $this WHERE { $this a <urn:Club> FILTER(STR($this) != 'club') }")
    with pytest.raises(UnsupportedError, match="STR of a blank node"):
        judged(body, data="[] a <urn:Club> .")
    assert len(judged(body, "auto", "[] a <urn:Club> .")) == 1


def test_number_with_a_point_is_judged_by_the_fast_engine() -> None:
    body = f"claim:one a dio:Claim ; dio:claimPredicate dio:hasFigureFor ; dio:value 130.0 ; dio:unit <{DIO}percent> .\n"
    file = SourceFile(
        Path("data"), "data", ox.NamedNode("urn:data"), tuple(parse_lines((HEAD + body).encode(), "data"))
    )
    found = both([file], ontology())
    hit = next(hit for hit in found if hit.rule.endswith("Figure-percent"))
    assert hit.value == '"130.0"^^<http://www.w3.org/2001/XMLSchema#decimal>'


def test_every_mutation_changes_something() -> None:
    files = read_all([CLAIMS / "azerbaijan.ttl"])
    for mutation in {*MUTATIONS, respell}:
        assert [file.lines for file in mutated(files, 1, 50, [mutation])] != [file.lines for file in files]
