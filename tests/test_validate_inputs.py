"""What `dio validate` takes in: formats, folders, patterns, standard input; where lines are; what is hostile."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence import cli
from diaspora_influence.errors import InputError
from diaspora_influence.terms import PREFIXES, RDF, SH
from diaspora_influence.validate.inputs.files import expanded, read_all
from diaspora_influence.validate.inputs.named import LARGEST, content_of
from diaspora_influence.validate.judge import findings
from diaspora_influence.validate.reading.formats import KINDS, SUFFIXES
from diaspora_influence.validate.reading.nesting import DEEPEST, EXPANSION, MOST

DIO = str(Path(sys.executable).with_name("dio"))
CLUB = "<urn:club>"
XML_HEAD = f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://e.example/">'
SAME = {
    "a.ttl": f"\n<urn:a> a {CLUB} ;\n  <urn:next> <urn:b> .\n",
    "a.trig": f"\n<urn:g> {{ <urn:a> a {CLUB} ;\n  <urn:next> <urn:b> . }}\n",
    "a.nt": f"\n<urn:a> <{RDF}type> {CLUB} .\n<urn:a> <urn:next> <urn:b> .\n",
    "a.nq": f"\n<urn:a> <{RDF}type> {CLUB} <urn:g> .\n<urn:a> <urn:next> <urn:b> .\n",
    "a.rdf": f'{XML_HEAD}\n<rdf:Description rdf:about="urn:a"><rdf:type rdf:resource="urn:club"/>\n'
    '<n:next xmlns:n="urn:" rdf:resource="urn:b"/>\n</rdf:Description></rdf:RDF>\n',
    "a.jsonld": '{"@id": "urn:a",\n "@type": "urn:club",\n "urn:next": {"@id": "urn:b"}}\n',
}
"""One graph in each format; the type stands on line 2."""
HEAD = f"@prefix sh: <{SH}> .\n@prefix rdfs: <{PREFIXES['rdfs']}> .\n@prefix owl: <{PREFIXES['owl']}> .\n"
NAMED = HEAD + (
    "<urn:S> a sh:NodeShape ; sh:targetClass <urn:club> ;\n"
    '  sh:property [ sh:path <urn:name> ; sh:minCount 1 ; sh:message "no name" ] .\n'
)


def put(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text)
    return path


def run(*words: object) -> int:
    return cli.main(["validate", "--no-config", "--no-context", "--format", "json", *map(str, words)])


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[tuple[str, int]]]:
    """What a run printed, as the messages and lines of its findings."""

    def read() -> list[tuple[str, int]]:
        return [(hit["message"], hit["line"]) for hit in json.loads(capsys.readouterr().out)["findings"]]

    return read


# --- formats ---


def test_each_format_has_a_suffix_and_a_case() -> None:
    assert set(SUFFIXES.values()) == KINDS.keys()
    assert {SUFFIXES[Path(name).suffix] for name in SAME} == KINDS.keys()


@pytest.mark.parametrize("name", SAME)
def test_finding_in_each_format_has_its_line(
    name: str, tmp_path: Path, said: Callable[[], list[tuple[str, int]]]
) -> None:
    assert run(put(tmp_path, name, SAME[name]), "--shapes", put(tmp_path, "shapes.ttl", NAMED)) == 1
    assert said() == [("no name", 2)]


@pytest.mark.parametrize("name", SAME)
def test_each_format_gives_the_same_triples(name: str, tmp_path: Path) -> None:
    [file] = read_all([put(tmp_path, name, SAME[name])])
    triples = {line.triple for line in file.lines}
    a, b = ox.NamedNode("urn:a"), ox.NamedNode("urn:b")
    assert triples == {
        ox.Triple(a, ox.NamedNode(RDF + "type"), ox.NamedNode("urn:club")),
        ox.Triple(a, ox.NamedNode("urn:next"), b),
    }


@pytest.mark.parametrize("name", SAME)
def test_format_in_beats_the_suffix(name: str, tmp_path: Path) -> None:
    kind = SUFFIXES[Path(name).suffix]
    assert run(put(tmp_path, "data.txt", SAME[name]), "--format-in", kind) == 0
    other = "turtle" if kind in ("jsonld", "rdfxml") else "jsonld"
    assert run(tmp_path / "data.txt", "--format-in", other) == 2


def test_suffix_that_names_no_format_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(put(tmp_path, "data.txt", SAME["a.ttl"])) == 2
    assert "--format-in turtle|trig|ntriples|nquads|rdfxml|jsonld" in capsys.readouterr().out


BROKEN = {
    "b.ttl": ("<urn:a> <urn:b> 1 .\n<urn:a> <urn:b>\n.\n", 3),
    "b.trig": ("<urn:g> {\n<urn:a> <urn:b> }\n", 2),
    "b.nt": ("<urn:a> <urn:b> <urn:c> .\n<urn:a> .\n", 2),
    "b.nq": ("<urn:a> <urn:b> <urn:c> <urn:g> .\n\n<urn:a> .\n", 3),
    "b.rdf": (f"{XML_HEAD}\n<rdf:Description>\n</rdf:RDF>\n", 3),
    "b.jsonld": ('{"@id": "urn:a",\n nonsense}\n', 2),
    "context.jsonld": ('{\n"@context": "http://e.example/context", "a": 1}\n', 2),
    "import.jsonld": ('{\n"@context": {"@import": "http://e.example/context"}, "a": 1}\n', 2),
}


@pytest.mark.parametrize("name", BROKEN)
def test_syntax_error_in_each_format_is_a_finding_with_its_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, line = BROKEN[name]
    assert run(put(tmp_path, name, text)) == 2
    [hit] = json.loads(capsys.readouterr().out)["findings"]
    assert (hit["shape"].rpartition("#")[2], hit["line"]) == ("syntax", line)


def test_syntax_error_stands_beside_the_findings_of_other_files(
    tmp_path: Path, said: Callable[[], list[tuple[str, int]]]
) -> None:
    put(tmp_path, "data/a.ttl", SAME["a.ttl"])
    put(tmp_path, "data/b.nt", BROKEN["b.nt"][0])
    assert run(tmp_path / "data", "--shapes", put(tmp_path, "shapes.ttl", NAMED)) == 2
    assert {("no name", 2)} < set(said())


def test_relative_iris_start_at_the_file(tmp_path: Path) -> None:
    [file] = read_all([put(tmp_path, "data.ttl", "<> <#part> <other> .\n")])
    assert str(file.lines[0].triple.subject) == f"<{tmp_path.as_uri()}/data.ttl>"


def test_remote_context_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(put(tmp_path, "c.jsonld", BROKEN["context.jsonld"][0]))
    assert "a remote context is not fetched" in capsys.readouterr().out


# --- names ---


def test_folder_stands_for_the_rdf_of_every_format_below_it(tmp_path: Path) -> None:
    for name, text in SAME.items():
        put(tmp_path, f"deep/{name}", text)
    put(tmp_path, "package.json", "{}")
    put(tmp_path, "page.xml", "<page/>")
    assert [path.name for path in expanded([str(tmp_path)])] == sorted(SAME)


def test_pattern_stands_for_the_rdf_that_it_matches(tmp_path: Path) -> None:
    for name in ("x/a.ttl", "x/y/b.nt", "x/notes.md", "z.ttl"):
        put(tmp_path, name, "")
    assert [path.name for path in expanded([f"{tmp_path}/x/**"])] == ["a.ttl", "b.nt"]
    assert [path.name for path in expanded([f"{tmp_path}/*/*.ttl", f"{tmp_path}/x"])] == ["a.ttl", "b.nt"]


def test_file_with_the_marks_of_a_pattern_in_its_name_is_a_file(tmp_path: Path) -> None:
    assert expanded([str(put(tmp_path, "a[1].ttl", ""))]) == [tmp_path / "a[1].ttl"]


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("http://e.example/data.ttl", "nothing is fetched"),
        ("HTTPS://e.example/data.ttl", "nothing is fetched"),
        ("ftp://e.example/data.ttl", "only http and https addresses"),
        ("not-there.ttl", "no such file or folder"),
        ("not-there-*.ttl", "no RDF file matches"),
        ("x" * 5000, "not the name of a file"),
        ("nul\0.ttl", "no such file"),
    ],
)
def test_word_that_stands_for_nothing_is_refused_by_name(word: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        expanded([word])


def test_standard_input_is_read_in_the_named_format() -> None:
    words = [DIO, "validate", "-", "--format-in", "ntriples", "--no-context", "--format", "json"]
    done = subprocess.run(words, input=BROKEN["b.nt"][0], capture_output=True, text=True, check=False)
    [hit] = json.loads(done.stdout)["findings"]
    assert (done.returncode, hit["file"], hit["line"]) == (2, "/dev/stdin", 2)
    assert hit["focus"] == "file:///dev/stdin"


def test_separate_files_are_judged_each_alone(
    tmp_path: Path, said: Callable[[], list[tuple[str, int]]]
) -> None:
    named = put(tmp_path, "b.ttl", '<urn:a> <urn:name> "A" .\n')
    words = [put(tmp_path, "a.ttl", SAME["a.ttl"]), named, "--shapes", put(tmp_path, "shapes.ttl", NAMED)]
    assert run(*words) == 0
    assert said() == []
    assert run(*words, "--separately") == 1
    assert said() == [("no name", 2)]


# --- shapes of one's own, as SHACL has them ---


def judged(folder: Path, shapes: str, data: str, context: str = "") -> list[str]:
    """Return the focus nodes that *shapes* find fault with in *data*, beside a *context*."""
    files = read_all([put(folder, "data.ttl", data)])
    beside = [line.triple for file in read_all([put(folder, "context.ttl", context)]) for line in file.lines]
    return [hit.focus for hit in findings(files, [put(folder, "shapes.ttl", HEAD + shapes)], context=beside)]


NAMELESS = "sh:property [ sh:path <urn:name> ; sh:minCount 1 ] .\n"


def test_class_that_is_a_shape_targets_its_members(tmp_path: Path) -> None:
    shapes = f"{CLUB} a rdfs:Class , sh:NodeShape ; {NAMELESS}"
    assert judged(tmp_path, shapes, f"<urn:a> a {CLUB} .\n") == ["urn:a"]


def test_node_that_is_targeted_by_name_need_not_be_described(tmp_path: Path) -> None:
    assert judged(tmp_path, f"<urn:S> a sh:NodeShape ; sh:targetNode <urn:x> ; {NAMELESS}", "") == ["urn:x"]


def test_node_that_only_the_context_describes_is_not_judged(tmp_path: Path) -> None:
    shapes = f"<urn:S> a sh:NodeShape ; sh:targetClass {CLUB} ; sh:targetNode <urn:x> , <urn:y> ; {NAMELESS}"
    context = f"<urn:x> a {CLUB} .\n<urn:z> a {CLUB} .\n"
    assert judged(tmp_path, shapes, f"<urn:a> a {CLUB} .\n", context) == ["urn:a", "urn:y"]


def test_prefixes_are_followed_through_imports(tmp_path: Path) -> None:
    shapes = (
        '<urn:o> sh:declare [ sh:prefix "u" ; sh:namespace "urn:" ] .\n<urn:p> owl:imports <urn:o> .\n'
        f"<urn:S> a sh:NodeShape ; sh:targetClass {CLUB} ;\n"
        '  sh:sparql [ sh:prefixes <urn:p> ; sh:select "SELECT $this WHERE { $this u:next ?x }" ] .\n'
    )
    assert judged(tmp_path, shapes, SAME["a.ttl"]) == ["urn:a"]


def test_severity_that_shapes_invent_is_told_by_its_iri(tmp_path: Path) -> None:
    shapes = f"<urn:S> a sh:NodeShape ; sh:severity <urn:odd> ; sh:targetNode <urn:x> ; sh:class {CLUB} .\n"
    files = read_all([put(tmp_path, "data.ttl", "")])
    [hit] = findings(files, [put(tmp_path, "shapes.ttl", HEAD + shapes)])
    assert hit.severity == "urn:odd"


def test_file_that_is_data_and_shapes_is_both(tmp_path: Path) -> None:
    both = put(tmp_path, "both.ttl", NAMED + SAME["a.ttl"])
    assert run(both, "--shapes", both) == 1
    assert run(tmp_path, "--shapes", both) == 0  # found in a folder it is shapes alone


# --- hostile input ---

DEEP = 100_000


def nested(opening: str, middle: str, closing: str, depth: int = DEEP) -> str:
    return opening * depth + middle + closing * depth


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "a" * 10}">\n' for n in range(9))
HOSTILE = {
    "terms.ttl": ("<urn:a> <urn:b> " + nested("<<( <urn:a> <urn:b> ", "1", " )>>") + " .", "RDF 1.2"),
    "terms.nq": ("<urn:a> <urn:b> " + nested("<<( <urn:a> <urn:b> ", "<urn:c>", " )>>") + " .", "RDF 1.2"),
    "open.ttl": ("<urn:a> <urn:b> " + "(" * DEEP, "not Turtle"),
    "string.ttl": ('<urn:a> <urn:b> """' + '\\"' * DEEP, "not Turtle"),
    "objects.jsonld": (nested('{"http://e.example/p":', "1", "}"), f"deeper than {DEEPEST}"),
    "lists.jsonld": (
        '{"http://e.example/p":' + nested('{"@list":[', "1", "]}") + "}",
        f"deeper than {DEEPEST}",
    ),
    "open.jsonld": ("[" * DEEP, f"deeper than {DEEPEST}"),
    "quotes.jsonld": ('{"a":"' + '\\"' * DEEP + "[" * DEEP, "not JSON-LD"),
    "elements.rdf": (
        XML_HEAD + nested("<rdf:Description><e:p>", "", "</e:p></rdf:Description>") + "</rdf:RDF>",
        f"deeper than {DEEPEST}",
    ),
    "comments.rdf": ("<!--" * DEEP, "not RDF/XML"),
    "bomb.rdf": (
        f"<!DOCTYPE x [{ENTITIES}]>{XML_HEAD}<rdf:Description><e:p>&e8;</e:p></rdf:Description></rdf:RDF>",
        f"more than {EXPANSION >> 20} MiB",
    ),
    "loop.rdf": (f'<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>{XML_HEAD}</rdf:RDF>', "declared after"),
    "chain.rdf": (
        "<!DOCTYPE x [" + "".join(f'<!ENTITY e{n} "&e{n - 1};">' for n in range(DEEP // 10)) + "]><x/>",
        f"deeper than {DEEPEST}",
    ),
    "attributes.rdf": (
        XML_HEAD + "<rdf:Description " + " ".join(f"e:a{n}='x'" for n in range(DEEP)) + "/></rdf:RDF>",
        f"more than {MOST} attributes",
    ),
    "bases.ttl": ("@base <http://e.example/> .\n" + "@base <a/> .\n" * DEEP, f"more than {MOST} bases"),
    "terms.jsonld": (
        json.dumps({"@context": {f"k{n}": f"k{n + 1}:x" for n in range(9999)}}),
        "rest on each other",
    ),
    "circle.jsonld": (
        json.dumps({"@context": {f"k{n}": {"@id": f"k{(n + 1) % 9999}:x"} for n in range(9999)}}) + "\udcff",
        "rest on each other",
    ),
    "file.rdf": ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hosts">]><x>&e;</x>', "not RDF/XML"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_a_finding(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, sentence = HOSTILE[name]
    assert run(put(tmp_path, name, text)) == 2
    [hit] = json.loads(capsys.readouterr().out)["findings"]
    assert sentence in hit["message"]
    assert hit["shape"].endswith("#syntax")


def test_deep_lists_in_turtle_are_read(tmp_path: Path) -> None:
    [file] = read_all([put(tmp_path, "deep.ttl", "<urn:a> <urn:b> " + nested("(", "", ")", 2000) + " .")])
    assert len(file.lines) == 2 * 2000 + 1 - 2


@pytest.mark.parametrize("mark", ["\n", '\\"', "a"])
def test_long_literal_is_read_and_has_its_line(mark: str, tmp_path: Path) -> None:
    text = f'<urn:a> <urn:b> """{mark * 1_000_000}""" .\n'
    [file] = read_all([put(tmp_path, "long.ttl", text)])
    assert file.lines[0].number == text.count("\n")


@pytest.mark.parametrize("count", [65, 500, 70_000])
def test_lines_are_exact_around_strings_and_comments_of_many_lines(count: int, tmp_path: Path) -> None:
    comment = '# it\'s a """ comment <a\n' * count
    string, end = "x y z\n" * count, " <urn:c> 1 ,\n 2 .\n<urn:a> <urn:d> '''e\n''' .\n"
    text = f'{comment}<urn:a> <urn:b> """{string}""" ;\n{end}'
    [file] = read_all([put(tmp_path, "many.ttl", text)])
    first = 2 * count + 1
    assert [line.number for line in file.lines] == [first, first + 1, first + 2, first + 4]


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("a.ttl", "<urn:a> <urn:b> '", "' ."),
        ("a.nq", '<urn:a> <urn:b> "', '" .'),
    ],
)
def test_literal_beyond_the_parsers_limit_is_a_finding(
    name: str, before: str, after: str, tmp_path: Path, said: Callable[[], list[tuple[str, int]]]
) -> None:
    assert run(put(tmp_path, name, before + "x" * (17 << 20) + after)) == 2
    assert said() == [("a term is longer than the 16 MiB that are read", 1)]


@pytest.mark.parametrize("kind", ["ttl", "rdf"])
def test_many_literals_on_one_line_are_read_in_one_go(kind: str, tmp_path: Path) -> None:
    """Each was looked for on the whole line once: 50,000 would take a hundred seconds."""
    many = range(50_000)
    elements = "".join(f"<e:p>{n}</e:p>" for n in many)
    text = {
        "ttl": "<urn:a> <urn:p> " + ", ".join(f"'{n}'" for n in many) + " .",
        "rdf": f'{XML_HEAD}<rdf:Description rdf:about="urn:a">{elements}</rdf:Description></rdf:RDF>',
    }[kind]
    [file] = read_all([put(tmp_path, f"line.{kind}", text)])
    assert {line.number for line in file.lines} == {1}
    assert len(file.lines) == len(many)


def test_markup_in_strings_is_not_nesting(tmp_path: Path) -> None:
    count = 2 * DEEPEST
    put(tmp_path, "a.ttl", f'<urn:a> <urn:b> "{"<<( " * count}" . # {"<<" * count}\n')
    put(tmp_path, "b.jsonld", json.dumps({"@id": "urn:a", "urn:b": '{["' * count}))
    comment = f"<!-- {'<a>' * count} -->" + f"<e:p><![CDATA[{'<a>' * count}]]></e:p>"
    put(
        tmp_path,
        "c.rdf",
        f'{XML_HEAD}<rdf:Description rdf:about="urn:a">{comment}</rdf:Description></rdf:RDF>',
    )
    assert [len(file.lines) for file in read_all(expanded([str(tmp_path)]))] == [1, 1, 1]


def test_entities_that_stand_for_namespaces_are_read(tmp_path: Path) -> None:
    text = f"""<!DOCTYPE rdf:RDF [<!ENTITY e "http://e.example/"><!ENTITY x "&e;x#">]>
{XML_HEAD}<rdf:Description rdf:about="&x;a"><e:p rdf:resource="&e;b"/></rdf:Description></rdf:RDF>"""
    [file] = read_all([put(tmp_path, "protege.owl", text)])
    assert str(file.lines[0].triple.subject) == "<http://e.example/x#a>"


def test_what_never_ends_is_read_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diaspora_influence.validate.inputs.named.LARGEST", 1 << 20)
    with pytest.raises(InputError, match="larger than the 1 MiB"):
        content_of(Path("/dev/zero"))
    assert LARGEST == 512 << 20


# --- context that is named ---

MEMBER = HEAD + (
    "<urn:S> a sh:NodeShape ; sh:targetClass <urn:club> ;\n"
    '  sh:property [ sh:path <urn:next> ; sh:class <urn:club> ; sh:message "next to no club" ] .\n'
)
NEXT = f"<urn:b> a {CLUB} ; <urn:next> <urn:nobody> .\n"


def test_named_context_is_looked_up_and_never_judged(
    tmp_path: Path, said: Callable[[], list[tuple[str, int]]]
) -> None:
    words = [put(tmp_path, "a.ttl", SAME["a.ttl"]), "--shapes", put(tmp_path, "shapes.ttl", MEMBER)]
    assert run(*words) == 1
    assert said() == [("next to no club", 3)]
    put(tmp_path, "more/b.ttl", NEXT)
    assert run(*words, "--context", tmp_path / "more") == 0
    assert said() == []


def test_named_context_gives_way_to_what_the_files_describe(
    tmp_path: Path, said: Callable[[], list[tuple[str, int]]]
) -> None:
    shapes = put(tmp_path, "shapes.ttl", MEMBER)
    both = put(tmp_path, "b.ttl", NEXT)
    old = put(tmp_path, "old.ttl", f"<urn:nobody> a {CLUB} .\n<urn:b> <urn:next> <urn:gone> .\n")
    assert run(both, "--shapes", shapes, "--context", old) == 0
    assert said() == []


def test_file_that_is_data_and_context_is_judged(
    tmp_path: Path, said: Callable[[], list[tuple[str, int]]]
) -> None:
    path = put(tmp_path, "b.ttl", NEXT)
    assert run(path, "--shapes", put(tmp_path, "shapes.ttl", MEMBER), "--context", path) == 1
    assert said() == [("next to no club", 1)]


def test_named_context_stands_beside_what_is_packaged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in ("id", "dio", "rdfs"))
    mine = put(tmp_path, "mine.ttl", names + "<urn:a> rdfs:seeAlso id:mine , id:georgia .\n")
    more = put(tmp_path, "more.ttl", names + "id:mine a dio:State .\n")
    words = ["validate", "--no-config", "--format", "json", str(mine)]
    assert cli.main(words) == 0
    assert [hit["value"] for hit in json.loads(capsys.readouterr().out)["findings"]] == [
        PREFIXES["id"] + "mine"
    ]
    assert cli.main([*words, "--context", str(more), "--fail-on", "warning"]) == 0


@pytest.mark.parametrize("content", [None, "<urn:a> .\n"])
def test_context_that_cannot_be_read_ends_in_2(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "more.ttl"
    if content is not None:
        put(tmp_path, "more.ttl", content)
    assert run(put(tmp_path, "a.ttl", SAME["a.ttl"]), "--context", path) == 2
    assert "more.ttl" in capsys.readouterr().err


def test_standard_input_is_not_both_data_and_context(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("-", "--format-in", "turtle", "--context", "-") == 2
    assert "standard input" in capsys.readouterr().err
