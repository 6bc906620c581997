"""What lint finds that shapes do not: names that do not exist, terms given up, twins, and literals."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from diaspora_influence import cli
from diaspora_influence.errors import InputError
from diaspora_influence.passages.evidence import evidence_turtle
from diaspora_influence.passages.structure import place
from diaspora_influence.passages.text import SourceText
from diaspora_influence.terms import BASE, PREFIXES, SHAPES
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.inputs.files import read_all
from diaspora_influence.validate.inputs.packaged import own_files
from diaspora_influence.validate.lint.names import SEARCHED
from diaspora_influence.validate.lint.run import OF_FILES, OF_IRIS, OF_LITERALS, OF_MADE, lint
from diaspora_influence.validate.rule import OF_LINT, OF_READING

HEAD = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
HTTP = BASE.replace("https:", "http:")
GIVEN_UP = "dio:old a owl:ObjectProperty ; owl:deprecated true ; "

Hit = tuple[str, str, str]
"""Name of a rule, severity, and a part of the message."""

FAILING: list[tuple[str, str, str]] = [
    ("unknown-term", "id:a a dio:Persn .", "there is no dio:Persn in this release; is it dio:Person?"),
    ("unknown-term", 'id:a dio:purpos "x"@en .', "is it dio:purpose?"),
    ("unknown-term", "id:a a dio:STATE .", "is it dio:State?"),
    ("unknown-term", "id:a a dio:Xyzzyq .", "there is no dio:Xyzzyq in this release"),
    ("unknown-term", "id:a rdfs:seeAlso dios:Claim-certanty .", "is it dios:Claim-certainty?"),
    ("unknown-name", "id:a rdfs:seeAlso id:goergia .", "nothing describes id:goergia"),
    ("unknown-name", "claim:a dcterms:source source:miles-2071 .", "is it source:miles-2017?"),
    (
        "deprecated-term",
        GIVEN_UP + "dcterms:isReplacedBy dio:State .\nid:a dio:old id:a .",
        "write dio:State",
    ),
    (
        "deprecated-term",
        GIVEN_UP + 'skos:changeNote "no use"@en .\nid:a dio:old id:a .',
        "deprecated: no use",
    ),
    ("twin-namespace", f"id:a a <{HTTP}/ontology#State> .", "write dio:State"),
    ("twin-namespace", f"id:a a <{BASE}/ontology/State> .", "write dio:State"),
    ("twin-namespace", f"id:a a <{BASE}/ontologyState> .", "write dio:State"),
    ("twin-namespace", f"id:a a <{BASE.replace('//', '//www.')}/ontology#State> .", "write dio:State"),
    ("twin-namespace", f"id:a rdfs:seeAlso <{BASE}/id#georgia> .", "write id:georgia"),
    ("twin-namespace", f"<{HTTP}/id/new> rdfs:seeAlso id:georgia ; rdfs:label 'x'@en .", "write id:new"),
    ("undeclared-prefix", "id:a a <dio:State> .", '"dio": "'),
    ("undeclared-prefix", "id:a rdfs:seeAlso <id:georgia> .", "declare the prefix"),
    (
        "literal-datatype",
        'id:a dio:rank "five"@en .',
        "dio:rank takes xsd:integer, and this is a text in “en”",
    ),
    ("literal-datatype", 'id:a dio:rank "5" .', "and this is xsd:string"),
    ("malformed-literal", 'id:a dio:notBefore "2017-02-30"^^xsd:date .', "“2017-02-30” is no xsd:date"),
    ("malformed-literal", 'id:a rdfs:seeAlso "many"^^xsd:integer .', "is no xsd:integer"),
    ("language-tag", 'id:a rdfs:label "x"@ua .', "write @uk"),
    ("language-tag", 'id:a rdfs:label "x"@ENG-gb .', "write @en-gb"),
]
"""Rule, data that break it once, and a part of what is said."""
PASSING: list[tuple[str, str]] = [
    ("unknown-term", "id:a a dio:State ; rdfs:seeAlso dios:Claim-certainty , dio:alleged ."),
    ("unknown-term", "dio:mine a owl:Class . id:a a dio:mine ."),
    (
        "unknown-term",
        f"id:a rdfs:isDefinedBy <{BASE}/ontology> , <{BASE}/ontology#> ; rdfs:seeAlso skos:Nothing .",
    ),
    (
        "unknown-name",
        "id:a rdfs:seeAlso id:b , id:georgia , claim:mine . id:b a dio:State . claim:mine a dio:Claim .",
    ),
    ("unknown-name", "<urn:a> rdfs:seeAlso <http://e.example/id/nothing> ."),
    ("deprecated-term", GIVEN_UP + "dcterms:isReplacedBy dio:State ."),
    ("deprecated-term", "<urn:old> owl:deprecated true . id:a <urn:old> id:a ."),
    (
        "twin-namespace",
        f"id:a rdfs:seeAlso <{BASE}/ontology/0.1.0> , <{BASE}/shapes/> , <{BASE}/static/logo.svg> .",
    ),
    ("twin-namespace", f"id:a rdfs:seeAlso <{BASE}-2/ontology/State> , <http://e.example/ontology#State> ."),
    ("undeclared-prefix", "id:a rdfs:seeAlso <id:nowhere> , <urn:dio:State> , <rdfs:label> , <source:1> ."),
    ("literal-datatype", 'id:a dio:rank 5 , "5"^^xsd:int , "5"^^xsd:positiveInteger ; dio:purpose "x" .'),
    ("literal-datatype", 'id:a <urn:rank> "five" .'),
    (
        "malformed-literal",
        'id:a rdfs:seeAlso "2016-02-29Z"^^xsd:date , "-0044-03-15"^^xsd:date , "1e3"^^xsd:double .',
    ),
    ("malformed-literal", '<urn:a> rdfs:seeAlso "many"^^xsd:integer , "x"^^<urn:type> .'),
    ("language-tag", 'id:a rdfs:label "x"@en , "y"@uk , "z"@tg-Latn , "w"@se , "v"@ban .'),
    ("language-tag", '<urn:a> rdfs:label "x"@ua .'),
]
"""Rule, and data that come near to breaking it."""


def linted(folder: Path, *texts: str, whole: bool = True) -> list[Finding]:
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"{number}.ttl")
        paths[-1].write_text(HEAD + text, "utf-8")
    from diaspora_influence.validate.inputs.files import context_for

    files = read_all(paths)
    return lint(files, [*context_for(files)] if whole else [], whole)


@pytest.fixture
def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, list[dict[str, object]]]]:
    """The command over one file: its exit code and the findings of lint."""

    def call(text: str, *words: object) -> tuple[int, list[dict[str, object]]]:
        path = tmp_path / "data.ttl"
        path.write_text(HEAD + text, "utf-8")
        code = cli.main(["validate", "--no-config", "--format", "json", str(path), *map(str, words)])
        hits = json.loads(capsys.readouterr().out)["findings"]
        return code, [hit for hit in hits if hit["shape"] in OF_LINT]

    return call


# --- the rules ---


def test_each_rule_has_its_judge_its_words_and_both_cases() -> None:
    rules = {iri.removeprefix(SHAPES) for iri in OF_LINT}
    assert len(rules) == 9
    assert OF_IRIS.keys() | OF_LITERALS.keys() | OF_FILES.keys() == OF_LINT.keys()
    assert set(OF_MADE) < OF_IRIS.keys()
    assert not OF_READING.keys() & OF_LINT.keys()
    assert {rule for rule, _, _ in FAILING} == rules - {"evidence-digest"} == {rule for rule, _ in PASSING}
    assert (len(FAILING), len(PASSING)) == (23, 16)


@pytest.mark.parametrize(("rule", "text", "said"), FAILING)
def test_failing_case_breaks_its_rule_once_and_no_other(
    rule: str, text: str, said: str, tmp_path: Path
) -> None:
    [hit] = linted(tmp_path, text)
    assert (hit.shape, hit.severity) == (SHAPES + rule, OF_LINT[SHAPES + rule].severity)
    assert hit.line == HEAD.count("\n") + 1 + text.count("\n")
    assert said in hit.message


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_passing_case_breaks_no_rule(rule: str, text: str, tmp_path: Path) -> None:
    assert linted(tmp_path, text) == [], rule


def test_the_real_data_break_no_rule() -> None:
    files = read_all(own_files())
    assert len(files) > 15
    assert lint(files, [], whole=True) == []


@pytest.mark.parametrize("path", own_files(), ids=lambda path: path.stem)
def test_each_real_file_alone_breaks_no_rule(path: Path) -> None:
    from diaspora_influence.validate.inputs.files import context_for

    files = read_all([path])
    assert lint(files, [*context_for(files)], whole=True) == []


# --- digests, which need the text ---

TEXT = "It began.\n\nMeadow\n\nThe choir sang. Nobody paid. All left.\n"
SONGS = SourceText.parse(TEXT.encode())
PASSAGE = SONGS.passage(5, 5, 0, 15)
RIGHT = evidence_turtle("songs", PASSAGE, place(SONGS, PASSAGE))
WRONG = RIGHT.replace(PASSAGE.digest, PASSAGE.digest[::-1])
BEYOND = RIGHT.replace("oa:end 15", "oa:end 1500")


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """What puts the text into a file and names it by DIO_PAPER."""

    def put(name: str) -> None:
        (tmp_path / name).write_text(TEXT, "utf-8")
        monkeypatch.setenv("DIO_PAPER", str(tmp_path / name))

    return put


@pytest.mark.parametrize(("turtle", "said"), [(WRONG, PASSAGE.digest), (BEYOND, "dio locate")])
def test_passage_that_the_text_denies_is_found_at_its_digest(
    turtle: str, said: str, tmp_path: Path, paper: Callable[[str], None]
) -> None:
    paper("songs.txt")
    [hit] = linted(tmp_path, turtle, whole=False)
    assert (hit.shape, hit.severity) == (SHAPES + "evidence-digest", "Violation")
    assert hit.line == HEAD.count("\n") + 1 + turtle[: turtle.index("spdx:checksumValue")].count("\n")
    assert said in hit.message
    assert "choir" not in hit.message


def test_passage_that_is_in_the_text_is_right(tmp_path: Path, paper: Callable[[str], None]) -> None:
    paper("songs.txt")
    assert linted(tmp_path, RIGHT, whole=False) == []


@pytest.mark.parametrize("name", ["other.txt", "so ngs.txt", None])
def test_without_the_text_of_the_source_digests_are_not_judged(
    name: str | None, tmp_path: Path, paper: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    if name:
        paper(name)
    else:
        monkeypatch.setenv("DIO_PAPER", str(tmp_path / "gone" / "songs.txt"))
    assert linted(tmp_path, WRONG, whole=False) == []


# --- where and how ---


def test_finding_stands_at_the_term_that_is_wrong(
    run: Callable[..., tuple[int, list[dict[str, object]]]],
) -> None:
    _, hits = run("id:a a dio:Persn ;\n  dio:purpos 'x'@en ;\n  rdfs:label 'x'@ua .")
    start = HEAD.count("\n") + 1
    assert [(hit["rule"], hit["line"], hit["column"]) for hit in hits] == [
        ("unknown-term", start, 8),
        ("unknown-term", start + 1, 3),
        ("language-tag", start + 2, 14),
    ]


def test_each_place_of_a_wrong_name_is_found(tmp_path: Path) -> None:
    hits = linted(tmp_path, "id:a a dio:Persn .\nid:b a dio:Persn .")
    assert len({hit.line for hit in hits}) == 2


def test_name_made_in_another_file_of_the_run_is_known(tmp_path: Path) -> None:
    assert linted(tmp_path, "id:a rdfs:seeAlso id:b .", "id:b a dio:State .") == []


def test_without_context_names_of_things_are_not_judged_but_terms_are(tmp_path: Path) -> None:
    [hit] = linted(tmp_path, "id:a a dio:Persn ; rdfs:seeAlso id:b .", whole=False)
    assert hit.shape == SHAPES + "unknown-term"


def test_literal_that_a_shape_finds_is_not_found_twice(
    tmp_path: Path, run: Callable[..., tuple[int, list[dict[str, object]]]]
) -> None:
    text = 'claim:a a dio:Claim ; dio:subjectUnstated "yes" .'
    assert run(text) == (1, [])
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(HEAD + "<urn:s> a sh:NodeShape ; sh:targetNode <urn:nobody> ; sh:nodeKind sh:IRI .")
    assert [hit["rule"] for hit in run(text, "--shapes", shapes)[1]] == ["literal-datatype"]


def test_no_lint_leaves_all_of_it_out(run: Callable[..., tuple[int, list[dict[str, object]]]]) -> None:
    text = "<urn:a> rdfs:seeAlso dio:Persn ."
    assert [hit["rule"] for hit in run(text)[1]] == ["unknown-term"]
    assert run(text)[0] == 1
    assert run(text, "--no-lint") == (0, [])


def test_warning_of_lint_fails_only_where_warnings_do(
    run: Callable[..., tuple[int, list[dict[str, object]]]],
) -> None:
    text = "<urn:a> rdfs:seeAlso id:goergia ."
    assert run(text)[0] == 0
    assert run(text, "--fail-on", "warning")[0] == 1


@pytest.mark.parametrize("name", [iri.removeprefix(SHAPES) for iri in OF_LINT])
def test_each_rule_is_explained_and_in_the_readme(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["validate", "--no-config", "--explain", name]) == 0
    said = capsys.readouterr().out
    rule = OF_LINT[SHAPES + name]
    assert said.startswith(f"{name}: ")
    assert str(rule.message) in said
    assert str(rule.description) in said
    table = (Path(__file__).parents[1] / "shapes" / "README.md").read_text("utf-8")
    assert f"| `{name}` | {rule.severity.lower()} |" in table


# --- undeclared prefixes, which are errors of syntax ---

UNDECLARED = [
    ("a.ttl", "<urn:a> a dio:State .", f"add @prefix dio: <{PREFIXES['dio']}> ."),
    ("a.trig", "<urn:g> { <urn:a> a skos:Concept . }", f"add @prefix skos: <{PREFIXES['skos']}> ."),
    (
        "a.rdf",
        f'<rdf:RDF xmlns:rdf="{PREFIXES["rdf"]}"><dio:State rdf:about="urn:a"/></rdf:RDF>',
        f'add xmlns:dio="{PREFIXES["dio"]}"',
    ),
]


@pytest.mark.parametrize(("name", "text", "said"), UNDECLARED)
def test_syntax_error_of_a_house_prefix_names_what_declares_it(
    name: str, text: str, said: str, tmp_path: Path
) -> None:
    assert len(UNDECLARED) == 3
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(InputError) as error:
        read_all([tmp_path / name])
    assert said in str(error.value)


def test_syntax_error_of_another_prefix_proposes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<urn:a> a foo:State .", "utf-8")
    with pytest.raises(InputError, match=r"has not been declared$"):
        read_all([tmp_path / "a.ttl"])


# --- hostile and large ---


def test_name_of_a_million_letters_is_cut_and_compared_with_nothing(tmp_path: Path) -> None:
    [hit] = linted(tmp_path, f"id:a a dio:{'x' * 1_000_000} .")
    assert len(hit.message) < 300


def test_after_some_unknown_names_no_nearest_is_looked_for(tmp_path: Path) -> None:
    hits = linted(tmp_path, "\n".join(f"<urn:a> rdfs:seeAlso dio:Persn{n} ." for n in range(3 * SEARCHED)))
    assert len(hits) == 3 * SEARCHED
    assert sum("is it" in hit.message for hit in hits) <= SEARCHED


def test_blank_nodes_are_named_as_the_shapes_name_them(tmp_path: Path) -> None:
    hits = linted(tmp_path, "[] a dio:State .\n[] a dio:Persn .")
    assert [hit.focus for hit in hits] == ["_:b2"]
