"""JSON-LD: each triple has the line on which the text says it, and none where that cannot be told."""

import json
import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence.data import ROOT
from diaspora_influence.terms import PREFIXES, RDF
from diaspora_influence.validate.reading import jsonld
from diaspora_influence.validate.reading.formats import KINDS, read_lines, read_table
from diaspora_influence.validate.reading.jsonld_names import Names
from diaspora_influence.validate.reading.jsonld_text import Document

BASE = "http://e.example/data.jsonld"
CONTEXT = '"@context": {"ex": "http://e.example/", "name": "ex:name", "id": "@id", "type": "@type"}'


def lines(text: str) -> dict[str, int]:
    """Return the line of each value; blank nodes are called by their number."""
    content = text.encode()
    table = read_table(content, "a.jsonld", KINDS["jsonld"], BASE, "b")
    plain = read_lines(content, "a.jsonld", KINDS["jsonld"], BASE)
    assert [line.number for line in plain] == list(table.numbers)
    return {
        f"{line.triple.predicate.value.rpartition('/')[2]} {line.triple.object}": line.number
        for line in table
    }


CASES = {
    "values": (
        f'{{{CONTEXT},\n "id": "ex:a",\n "type": "ex:Club",\n "name": [\n "A",\n "B"]}}',
        {f"{RDF.rpartition('/')[2]}type <http://e.example/Club>": 3, 'name "A"': 5, 'name "B"': 6},
    ),
    "numbers": (
        f'{{{CONTEXT}, "id": "ex:a",\n "ex:n": 5,\n "ex:t": true,\n "ex:d": 2.5, "ex:z": null}}',
        {
            'n "5"^^<http://www.w3.org/2001/XMLSchema#integer>': 2,
            't "true"^^<http://www.w3.org/2001/XMLSchema#boolean>': 3,
            'd "2.5E0"^^<http://www.w3.org/2001/XMLSchema#double>': 4,
        },
    ),
    "value objects": (
        f'{{{CONTEXT}, "id": "ex:a",\n "name": [{{\n "@language": "en",\n "@value": "A"\n}},\n "B"]}}',
        {'name "A"@en': 4, 'name "B"': 6},
    ),
    "nested nodes": (
        f'{{{CONTEXT}, "id": "ex:a",\n "ex:p": [{{\n "name": "x"}},\n {{"name":\n "x",\n "ex:q":\n {{"name": "y"}}}}]}}',
        {"p _:b0": 2, 'name "x"': 5, "p _:b1": 4, "q _:b2": 7, 'name "y"': 7},
    ),
    "nodes without a name": (
        f'{{{CONTEXT}, "@graph": [\n {{"name": "x"}},\n {{"name": "y"}},\n {{"id": "_:l",\n "name": "z"}}]}}',
        {'name "x"': 2, 'name "y"': 3, 'name "z"': 5},
    ),
    "labels": (
        f'{{{CONTEXT}, "@graph": [\n {{"id": "ex:a", "ex:p":\n {{"id": "_:l"}}}},\n {{"id": "_:l",\n "name": "z"}}]}}',
        {"p _:b0": 3, 'name "z"': 5},
    ),
    "lists": (
        f'{{{CONTEXT}, "id": "ex:a", "ex:l":\n {{"@list": [\n "x",\n {{"id":\n "ex:b"}},\n {{"name": "n"}}]}}}}',
        {
            '22-rdf-syntax-ns#first "x"': 3,
            "22-rdf-syntax-ns#first <http://e.example/b>": 5,
            'name "n"': 6,
        },
    ),
    "a context that comes last": (
        f'{{"id": "ex:a",\n "name": "A",\n {CONTEXT}}}',
        {'name "A"': 2},
    ),
    "reversed": (
        f'{{{CONTEXT}, "id": "ex:a",\n "@reverse": {{"ex:p":\n {{"id": "ex:b"}}}}}}',
        {"p <http://e.example/a>": 3},
    ),
    "a map of languages": (
        '{"@context": {"n": {"@id": "http://e.example/n", "@container": "@language"}},\n'
        ' "@id": "http://e.example/a",\n "n":\n {"en": "A"}}',
        {'n "A"@en': 4},
    ),
    "types that make IRIs of texts": (
        '{"@context": {"p": {"@id": "http://e.example/p", "@type": "@id"}},\n "@id": "a",\n "p": "b"}',
        {"p <http://e.example/b>": 3},
    ),
    "relative names": (
        '[{"@id": "#x",\n "http://e.example/p": 1},\n {"@id": "#y",\n "http://e.example/p": 1}]',
        {'p "1"^^<http://www.w3.org/2001/XMLSchema#integer>': 4},
    ),
    "escapes and marks in strings": (
        '{"@id": "urn:a",\n "http://e.example/\\u0070": "{\\"[:,\\\\",\n "http://e.example/q": "\\n"}',
        {'p "{\\"[:,\\\\"': 2, 'q "\\n"': 3},
    ),
    "line ends of Windows": ('{"@id": "urn:a",\r\n "http://e.example/p": "x"}', {'p "x"': 2}),
}


@pytest.mark.parametrize("name", CASES)
def test_triple_stands_where_the_text_says_it(name: str) -> None:
    text, expected = CASES[name]
    found = lines(text)
    assert {key: found[key] for key in expected} == expected


def test_a_byte_order_mark_moves_no_line() -> None:
    assert lines('\ufeff{"@id": "urn:a",\n "http://e.example/p": "x"}') == {'p "x"': 2}


@pytest.mark.parametrize("seed", range(3))
def test_every_value_of_the_real_data_is_on_its_line_however_the_keys_are_mixed(seed: int) -> None:
    path = ROOT / "instances" / "miles-2017" / "claims" / "georgia.ttl"
    triples = [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]
    whole = json.loads(ox.serialize(triples, format=ox.RdfFormat.JSON_LD) or b"")
    mixed = random.Random(seed)
    for node in whole:
        keys = list(node)
        mixed.shuffle(keys)
        for key in keys:
            node[key] = node.pop(key)
    text = json.dumps(whole, indent=seed, ensure_ascii=False)
    said = text.split("\n")
    table = read_table(text.encode(), "a.jsonld", KINDS["jsonld"], BASE, "b")
    values = [line for line in table if not isinstance(line.triple.object, ox.BlankNode)]
    assert len(values) > 1000
    for line in values:
        assert json.dumps(line.triple.object.value, ensure_ascii=False) in said[line.number - 1]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "}", "]", "[}", '"', '{"@context"', '{"@context":', '{"@context": {', ":::,,,"),
        *('{"@context": [1, {"a": []}, null, "x"]}', '{"@context": {"a": "b", "b": "a", "": ""}, "a": 1}'),
        *('{"@id": 5, "@type": {}, "@value": []}', '{"a":' * 600 + "1" + "}" * 600, '"' + "\\" * 9999),
        *('{"\\uZZZZ": "\\uD800"}', '{"@context": ' + "[" * 5000 + "]" * 5000 + "}"),
    ],
)
def test_no_text_breaks_the_walk(text: str) -> None:
    document = Document(text.encode(), BASE)
    written = jsonld.Written(document)
    assert written.line(ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.BlankNode())) >= 1


def test_names_are_read_as_contexts_have_them() -> None:
    names = Names(BASE)
    names.add([{"ex": "http://e.example/", "n": "ex:n", "i": "@id", "x": {"@id": "n"}}, {"@vocab": "urn:v:"}])
    said = [names.term(name) for name in ("n", "x", "ex:y", "other", "http://full.example/")]
    assert said == [
        "http://e.example/n",
        "http://e.example/n",
        "http://e.example/y",
        "urn:v:other",
        "http://full.example/",
    ]
    assert (names.keyword("i"), names.keyword("n")) == ("@id", "n")
    assert (names.node("ex:y"), names.node("y")) == ("http://e.example/y", "http://e.example/y")


@pytest.mark.parametrize(("limit", "value"), [("LARGEST", 8), ("MOST", 1)])
def test_of_a_large_document_all_stands_on_the_first_line(
    limit: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonld, limit, value)
    assert lines('{"@id": "urn:a",\n "http://e.example/p": "x"}') == {'p "x"': 1}


def test_finding_in_a_file_has_its_line_and_quotes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from diaspora_influence import cli

    state = f'{{"@context": {{"dio": "{PREFIXES["dio"]}", "id": "{PREFIXES["id"]}"}},\n "@id": "id:x",\n "@type": "dio:Stat"}}'
    (tmp_path / "a.jsonld").write_text(state, "utf-8")
    assert cli.main(["validate", "--no-config", "--format", "json", str(tmp_path / "a.jsonld")]) == 1
    hits = json.loads(capsys.readouterr().out)["findings"]
    [hit] = [hit for hit in hits if hit["rule"] == "unknown-term"]
    assert (hit["line"], hit["source"]) == (3, ' "@type": "dio:Stat"}')
