"""How to mend what breaks a constraint of SHACL Core: said in each report, filled in from the shape."""

import json
from pathlib import Path

import pytest

from diaspora_influence import cli
from diaspora_influence.terms import PREFIXES, SH
from diaspora_influence.validate.mending import COMPONENTS, MENDING, all_mending, mending, spoken
from diaspora_influence.validate.shape_rules import known_rules

HEAD = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
CASES = {
    "sh:minCount 1": ("", "add <p>"),
    "sh:minCount 2": ("<urn:p> 1", "give at least 2 values of <p>"),
    "sh:maxCount 0": ("<urn:p> 1", "take <p> out"),
    "sh:maxCount 1": ("<urn:p> 1 , 2", "keep one value of <p>"),
    "sh:maxCount 2": ("<urn:p> 1 , 2 , 3", "keep at most 2 values of <p>"),
    "sh:datatype xsd:integer": ('<urn:p> "x"', "write <p> as a whole number, without quotes"),
    "sh:datatype xsd:date": ("<urn:p> 1", 'write <p> as "…"^^xsd:date'),
    "sh:datatype rdf:langString": ('<urn:p> "x"', 'write <p> as a text with its language: "…"@en'),
    "sh:class <urn:C>": (
        "<urn:p> <urn:x>",
        "let <p> name a thing that is a urn:C; one that lies in another file is known by --context",
    ),
    "sh:nodeKind sh:IRI": ("<urn:p> 1", "name a thing by its IRI"),
    "sh:in ( 1 2 )": ("<urn:p> 3", "take one of the values that the shape lists for <p>"),
    "sh:hasValue <urn:v>": ("<urn:p> 3", "add <p> urn:v"),
    'sh:pattern "^a+$"': ('<urn:p> "b"', "write <p> so that it matches ^a+$"),
    "sh:minLength 2": ('<urn:p> "b"', "write at least 2 characters"),
    "sh:maxLength 2": ('<urn:p> "bbb"', "write at most 2 characters"),
    "sh:minInclusive 2": ("<urn:p> 1", "give a value of 2 or more"),
    "sh:maxInclusive 2": ("<urn:p> 3", "give a value of 2 or less"),
    "sh:minExclusive 2": ("<urn:p> 2", "give a value over 2"),
    "sh:maxExclusive 2": ("<urn:p> 2", "give a value under 2"),
    "sh:uniqueLang true": ('<urn:p> "a"@en , "b"@en', "keep one text of <p> in each language"),
    'sh:languageIn ( "en" )': ('<urn:p> "a"@de', "tag <p> with a language that the shape lists"),
    "sh:not [ sh:hasValue 1 ]": ("<urn:p> 1", None),
}
"""Constraint to what breaks it and how that is mended; <p> is the path."""


def test_each_parameter_has_a_case() -> None:
    assert {case.split()[0].removeprefix("sh:") for case in CASES} | {"closed"} == {*MENDING, "not"}
    assert len(CASES) == 22
    assert all(component.startswith(SH) for component in COMPONENTS)


@pytest.fixture
def found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[str | None]:
    """How each case is mended, by the reference."""
    monkeypatch.chdir(tmp_path)
    shapes, data = [HEAD], [HEAD]
    for number, (constraint, (said, _)) in enumerate(CASES.items()):
        shapes.append(
            f"<urn:S{number}> a sh:NodeShape ; sh:targetNode <urn:n{number}> ; sh:property <urn:P{number}> .\n"
            f"<urn:P{number}> sh:path <urn:p> ; {constraint} .\n"
        )
        data.append(f"<urn:n{number}> a <urn:T> {';' if said else ''} {said} .\n")
    Path("shapes.ttl").write_text("".join(shapes), "utf-8")
    Path("data.ttl").write_text("".join(data), "utf-8")
    words = ["data.ttl", "--shapes", "shapes.ttl", "--no-config", "--no-context", "--format", "json"]
    assert cli.main(["validate", *words]) == 1
    hits = json.loads(capsys.readouterr().out)["findings"]
    by_node = {hit["focus"]: hit["mend"] for hit in hits}
    assert len(by_node) == len(CASES)
    return [by_node[f"urn:n{number}"] for number in range(len(CASES))]


def test_each_constraint_is_mended_by_its_sentence(found: list[str | None]) -> None:
    expected = [mend.replace("<p>", "urn:p") if mend else None for _, mend in CASES.values()]
    assert found == expected


def test_what_a_closed_shape_does_not_know_is_named() -> None:
    assert (
        mending(f"{SH}ClosedConstraintComponent", {"closed": "true"}, "urn:x")
        == "take urn:x out; the shape lists what may be said"
    )


def test_a_path_of_alternatives_is_spoken_as_such() -> None:
    assert (
        spoken("[ sh:alternativePath ( dio:heldBy dio:holderUnstated ) ]")
        == "dio:heldBy or dio:holderUnstated"
    )
    assert spoken("[ sh:inversePath dio:heldBy ]") == "a value"
    assert spoken("dio:heldBy") == "dio:heldBy"


@pytest.mark.parametrize("asked", [{}, {"nodeKind": "urn:odd"}, {"closed": ""}])
def test_what_nobody_can_know_is_not_said(asked: dict[str, str]) -> None:
    for component in (None, "", f"{SH}SPARQLConstraintComponent", f"{SH}NodeKindConstraintComponent"):
        assert mending(component, asked, None) is None


def test_most_of_our_own_shapes_say_how_to_mend_what_breaks_them() -> None:
    rules = known_rules(None)
    sentences = [sentence for rule in rules.values() for sentence in all_mending(rule.asked)]
    assert len(sentences) > 300
    assert not [sentence for sentence in sentences if "None" in sentence or "  " in sentence]


def test_it_stands_in_each_report_that_has_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shapes.ttl").write_text(
        HEAD
        + "<urn:S> sh:targetNode <urn:n> ; sh:property <urn:P> .\n<urn:P> sh:path <urn:p> ; sh:minCount 1 .\n",
        "utf-8",
    )
    Path("data.ttl").write_text("<urn:n> a <urn:T> .\n", "utf-8")
    names = {
        "text": "\n  mend: add urn:p\n",
        "github": "%0ATo mend it: add urn:p",
        "junit": "\n  mend: add urn:p",
    }
    names |= {
        "html": "<dt>To mend it</dt><dd>add urn:p</dd>",
        "sarif": '"mend": "add urn:p"',
        "json": '"mend": "add urn:p"',
    }
    words = [word for name in names for word in ("--output", f"{name}={name}")]
    cli.main(
        ["validate", "data.ttl", "--shapes", "shapes.ttl", "--no-config", "--no-context", "--quiet", *words]
    )
    for name, text in names.items():
        assert text in Path(name).read_text("utf-8")
