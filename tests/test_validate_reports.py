"""The formats of `dio validate`, each read back by a parser of its own, with contents that mean harm."""

import json
import re
import subprocess
import unicodedata
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from urllib.parse import unquote_to_bytes, urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, XSD

from diaspora_influence.data import ROOT, read_turtle
from diaspora_influence.terminal import columns
from diaspora_influence.terms import DIO, SH, SHAPES
from diaspora_influence.validate.baseline import Known, compared
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.places.excerpt import WIDTH, Text
from diaspora_influence.validate.places.spelling import Spelling
from diaspora_influence.validate.places.spot import Said
from diaspora_influence.validate.reports.outputs import FORMATS
from diaspora_influence.validate.reports.prints import fingerprint
from diaspora_influence.validate.reports.report import Report, Reporter, path_of
from diaspora_influence.validate.reports.shown import visible
from diaspora_influence.validate.reports.text import in_colour
from diaspora_influence.validate.reports.writers import WRITERS
from diaspora_influence.validate.rule import page_of, rule_of
from diaspora_influence.validate.shape_rules import known_rules, rules_of
from report_cases import HARM, PLAIN, SYNTAX_ERROR, WARNING, hostile, hostile_report, report

MULTITOOL = (
    ROOT / ".venv" / "sarif" / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
)
SH_NS = rdflib.Namespace(SH)


def written(name: str, whole: Report | None = None) -> str:
    return WRITERS[name](hostile_report() if whole is None else whole)


def clean(text: str) -> str:
    """Return *text* as UTF-8 can hold it."""
    return text.encode("utf-8", "replace").decode()


def test_the_table_holds_the_formats_that_the_command_offers() -> None:
    assert tuple(WRITERS) == FORMATS
    assert len(FORMATS) == 9


def test_the_cases_are_all_there() -> None:
    assert len(hostile_report().entries) == len(hostile()) == len(HARM) == 20


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_utf8_ends_a_line_and_depends_on_the_findings_alone(name: str) -> None:
    found = [PLAIN, WARNING, SYNTAX_ERROR]
    once, again = WRITERS[name](report(found)), WRITERS[name](report(reversed(found)))
    assert once == again
    for text in (once, written(name)):
        assert text.endswith("\n")
        text.encode("utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_say_that_nothing_was_found(name: str) -> None:
    assert written(name, Reporter().report([], ["data.ttl"]))


# --- logs: text, concise, github ---


@pytest.mark.parametrize("name", ["text", "concise", "github"])
def test_what_goes_to_a_log_moves_no_cursor_and_turns_no_writing(name: str) -> None:
    kinds = Counter(unicodedata.category(character) for character in written(name) if character != "\n")
    assert {"Cc", "Cf", "Cs", "Zl", "Zp"} & kinds.keys() == set()


def commands(log: str) -> list[str]:
    """Return the lines that GitHub's runner, and those of Azure and TeamCity, take for commands."""
    return [
        line for line in log.split("\n") if line.lstrip().startswith("::") or re.search(r"##[\w-]*\[", line)
    ]


@pytest.mark.parametrize("name", ["text", "concise"])
def test_no_content_commands_the_runner_that_reads_the_log(name: str) -> None:
    assert commands(written(name)) == []
    named = replace(PLAIN, file="::error::x")
    assert commands(written(name, report([named]))) == []


def test_github_has_one_command_a_finding_and_it_reads_back() -> None:
    found, entries = commands(written("github")), hostile_report().entries
    assert len(found) == len(entries) == len(HARM)
    for line, entry in zip(found, entries, strict=True):
        match = re.fullmatch(r"::(error|warning|notice) ([^\r\n]*?)::([^\r\n]*)", line)
        assert match
        said = dict(pair.split("=", 1) for pair in match[2].split(","))
        assert unescaped(said["file"]) == visible(entry.path)
        assert said["line"] == str(entry.finding.line)
        assert said["title"] == "dios%3AThing-label"
        mend = f"To mend it: {entry.mend}"
        parts = (entry.finding.message, mend, entry.rule.description, f"See {entry.rule.page}")
        assert unescaped(match[3]) == "\n".join(visible(str(part)) for part in parts if part)


def unescaped(value: str) -> str:
    for code, sign in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        value = value.replace(code, sign)
    return value


def test_text_quotes_the_line_with_a_caret_under_the_place() -> None:
    source = f'@prefix dio: <{DIO}> .\n<urn:club> dio:label "漢字" ; dio:certainty\tdio:stated .\n'
    reporter = Reporter({}, Text(source.encode()).excerpt)
    lines = WRITERS["text"](reporter.report([PLAIN])).splitlines()
    assert lines[0].startswith("data/club.ttl:2:43: violation: ")
    quoted, caret = lines[1], lines[2]
    assert quoted == '  2 | <urn:club> dio:label "漢字" ; dio:certainty dio:stated .'
    start = columns(quoted[: quoted.index("dio:stated")])
    assert caret == f"{'    | '.ljust(start)}{'^' * len('dio:stated')}"


def test_colour_changes_nothing_but_the_colour() -> None:
    whole = report([PLAIN, WARNING, SYNTAX_ERROR])
    coloured = in_colour(whole)
    assert coloured.count("\x1b[1;31m") >= 2
    assert "\x1b[1;33mwarning:" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == WRITERS["text"](whole)


def test_what_a_rule_is_for_is_said_at_its_first_finding_alone() -> None:
    rules = known_rules(None)
    twice = Reporter(rules).report([PLAIN, replace(PLAIN, line=9)])
    said = WRITERS["text"](twice)
    assert said.count("why: How far the author commits herself.") == 1
    assert said.count(f"see: {SHAPES}Claim-certainty") == 1
    assert said.count("path dio:certainty, value dio:stated") == 2


# --- formats for programs ---


def test_json_holds_every_string_as_it_is() -> None:
    whole = json.loads(written("json"))
    assert [hit["message"] for hit in whole["findings"]] == [
        clean(entry.finding.message) for entry in hostile_report().entries
    ]
    assert not whole["conforms"]
    assert whole["fails"]


def test_turtle_holds_every_string_as_it_is() -> None:
    text = written("turtle")
    graph = rdflib.Graph().parse(data=text, format="turtle")
    assert {str(message) for message in graph.objects(None, SH_NS.resultMessage)} == set(map(clean, HARM))
    assert len(set(graph.objects(None, SH_NS.result))) == len(HARM)
    assert len(list(ox.parse(text, format=ox.RdfFormat.TURTLE))) == len(graph)


def test_turtle_of_shapes_without_names_and_of_severities_of_their_own_is_turtle() -> None:
    odd = replace(PLAIN, shape="b1x0", severity="http://example.org/Grave", constraint=None, value="_:b1")
    graph = rdflib.Graph().parse(data=written("turtle", report([odd])), format="turtle")
    [result] = graph.subjects(RDF.type, SH_NS.ValidationResult)
    assert isinstance(graph.value(result, SH_NS.sourceShape), rdflib.BNode)
    assert graph.value(result, SH_NS.resultSeverity) == rdflib.URIRef("http://example.org/Grave")


def test_junit_has_a_suite_a_file_a_case_a_rule_and_true_totals() -> None:
    whole = Reporter().report(
        [PLAIN, replace(PLAIN, line=9), WARNING, SYNTAX_ERROR],
        ["data/club.ttl", "data/good.ttl", "data/broken.ttl"],
    )
    root = ET.fromstring(written("junit", whole))
    cases = {
        suite.get("name"): [(case.get("name"), [part.tag for part in case]) for case in suite]
        for suite in root
    }
    assert cases == {
        "data/broken.ttl": [("syntax", ["error"])],
        "data/club.ttl": [("dios:Case-used", ["system-out"]), ("dios:Claim-certainty", ["failure"])],
        "data/good.ttl": [("all shapes", [])],
    }
    assert [(name, root.get(name)) for name in ("tests", "failures", "errors", "skipped")] == [
        ("tests", "4"), ("failures", "1"), ("errors", "1"), ("skipped", "0")]  # fmt: skip
    [failure] = root.iter("failure")
    assert "2 findings" in str(failure.get("message"))
    assert "data/club.ttl:9" in str(failure.text)


def test_junit_of_harm_is_xml_of_junit_elements_alone() -> None:
    root = ET.fromstring(written("junit").encode())
    assert {element.tag for element in root.iter()} == {"testsuites", "testsuite", "testcase", "failure"}
    assert len(list(root.iter("testcase"))) == int(str(root.get("tests"))) == len(HARM)
    assert any("]]><injected/>" in str(failure.text) for failure in root.iter("failure"))


def test_gitlab_has_what_code_quality_needs_and_no_fingerprint_twice() -> None:
    twice = report([PLAIN, PLAIN, WARNING, SYNTAX_ERROR])
    for whole in (twice, hostile_report()):
        issues = json.loads(written("gitlab", whole))
        assert len({issue["fingerprint"] for issue in issues}) == len(issues) == len(whole.entries)
        for issue, entry in zip(issues, whole.entries, strict=True):
            assert issue["description"]
            assert issue["location"] == {"path": clean(entry.path), "lines": {"begin": entry.finding.line}}
    severities = [issue["severity"] for issue in json.loads(written("gitlab", twice))]
    assert severities == ["blocker", "major", "major", "minor"]


def sarif(whole: Report) -> dict[str, object]:
    log = json.loads(written("sarif", whole))
    [run] = log["runs"]
    assert log["version"] == "2.1.0"
    return dict(run)


def test_sarif_has_rules_with_help_and_results_with_places_and_fingerprints() -> None:
    source = f"@prefix dio: <{DIO}> .\n<urn:club> dio:certainty dio:stated .\n"
    run = sarif(Reporter(known_rules(None), Text(source.encode()).excerpt).report([PLAIN, SYNTAX_ERROR]))
    rules = run["tool"]["driver"]["rules"]  # type: ignore[index]
    broken, plain = run["results"]  # type: ignore[misc]
    assert [rule["id"] for rule in rules] == ["dios:Claim-certainty", "syntax"]
    assert rules[0]["helpUri"] == SHAPES + "Claim-certainty"
    assert "How far the author commits herself." in rules[0]["help"]["text"]
    assert [rules[hit["ruleIndex"]]["id"] for hit in (broken, plain)] == [broken["ruleId"], plain["ruleId"]]
    place = plain["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 2, "startColumn": 26, "endColumn": 36}
    assert place["artifactLocation"] == {"uri": "data/club.ttl", "uriBaseId": "%SRCROOT%"}
    assert re.fullmatch(r"[0-9a-f]{32}:1", plain["partialFingerprints"]["primaryLocationLineHash"])
    region = broken["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 7, "startColumn": 4, "endColumn": 5}


def test_sarif_names_files_by_uris_that_lead_back_to_them() -> None:
    entries, results = hostile_report().entries, sarif(hostile_report())["results"]
    for entry, hit in zip(entries, results, strict=True):  # type: ignore[call-overload]
        uri = urlsplit(hit["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        assert (uri.scheme, uri.netloc, uri.query, uri.fragment) == ("", "", "", "")
        assert (
            unquote_to_bytes(uri.path) == entry.path.encode("utf-8", "surrogatepass")
            or "\ud83d" in entry.path
        )


@pytest.mark.skipif(not MULTITOOL.exists(), reason="the SARIF Multitool is not installed (make sarif)")
def test_sarif_is_valid_by_the_schema_and_by_the_rules_of_code_scanning(tmp_path: Path) -> None:
    good = [Reporter(known_rules(None)).report([PLAIN, WARNING, SYNTAX_ERROR]), hostile_report(), report([])]
    for number, whole in enumerate(good):
        (tmp_path / f"good{number}.sarif").write_text(written("sarif", whole), "utf-8")
    bad = json.loads(written("sarif", good[0]))
    bad["runs"][0]["results"][0]["locations"] = []
    bad["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    (tmp_path / "bad.sarif").write_text(json.dumps(bad), "utf-8")
    faults = judged_by_multitool(tmp_path)
    assert {"JSON1008", "GH1015"} <= {rule for file, rule in faults if file == "bad.sarif"}
    assert [fault for fault in faults if fault[0] != "bad.sarif"] == []


def judged_by_multitool(folder: Path) -> list[tuple[str, str]]:
    """Return (file, rule) of each thing that Microsoft's validator finds in the SARIF of *folder*."""
    found = folder / "found.json"
    environment = {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "HOME": str(folder), "PATH": "/usr/bin:/bin"}
    words = ["validate", "*.sarif", "--rule-kind", "Sarif;Ghas", "--output", str(found)]
    ran = subprocess.run(
        [MULTITOOL, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert found.exists(), ran.stdout + ran.stderr
    [run] = json.loads(found.read_text("utf-8-sig"))["runs"]
    assert f"{len(list(folder.glob('*.sarif')))} files scanned" in ran.stdout
    results = run.get("results", [])
    uris = [hit["locations"][0]["physicalLocation"]["artifactLocation"] for hit in results]
    names = [uri.get("uri") or run["artifacts"][uri["index"]]["location"]["uri"] for uri in uris]
    return [(Path(name).name, hit["ruleId"]) for name, hit in zip(names, results, strict=True)]


class Page(HTMLParser):
    """A page as a browser builds it: elements, ids, what refers to an id, addresses, and what is left open."""

    VOID = frozenset(["meta"])

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.ids, self.refers, self.links = Counter[str](), list[str](), set[str](), list[str]()
        self.attributes, self.open = set[str](), list[str]()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.open += [] if tag in self.VOID else [tag]
        for name, value in attrs:
            self.attributes.add(name)
            self.ids += [str(value)] if name == "id" else []
            self.links += [str(value)] if name == "href" else []
            self.refers |= {str(value)} if name == "aria-labelledby" else set()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_of_harm_holds_its_own_elements_alone() -> None:
    page = Page(written("html"))
    assert page.tags.keys() <= {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "h1",
        "p",
        "nav",
        "ul",
        "li",
        "a",
        "section",
        "h2",
        "article",
        "h3",
        "span",
        "pre",
        "code",
        "mark",
        "dl",
        "dt",
        "dd",
    }
    assert page.attributes <= {
        "lang",
        "charset",
        "name",
        "content",
        "http-equiv",
        "id",
        "class",
        "href",
        "tabindex",
        "role",
        "aria-label",
        "aria-labelledby",
    }
    assert page.tags["article"] == len(HARM)
    assert page.open == []


def test_html_can_be_walked_by_headings_and_links() -> None:
    page = Page(written("html"))
    assert page.tags["h1"] == page.tags["main"] == page.tags["title"] == 1
    assert len(set(page.ids)) == len(page.ids)
    assert page.refers <= set(page.ids)
    inside = [link.removeprefix("#") for link in page.links if link.startswith("#")]
    assert len(inside) == len(HARM)
    assert set(inside) <= set(page.ids)
    assert {urlsplit(link).scheme for link in page.links if not link.startswith("#")} == {"https"}


@pytest.mark.parametrize(
    "iri",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "urn:x",
        'https://e.org/"><',
        "https://e.org/ x",
        "https://e.org/\x1b",
    ],
)
def test_nothing_but_http_is_a_page_to_link_to(iri: str) -> None:
    assert page_of(iri) is None


# --- rules ---


def test_each_finding_has_what_its_shape_says() -> None:
    rule = rule_of(PLAIN, known_rules(None))
    assert (rule.name, rule.title, rule.severity) == ("dios:Claim-certainty", "certainty", "Violation")
    assert rule.description == "How far the author commits herself."
    assert rule.page == SHAPES + "Claim-certainty"


def test_a_shape_without_a_name_goes_by_its_component() -> None:
    component = SH + "MinCountConstraintComponent"
    assert (
        rule_of(replace(PLAIN, shape="b12x0", component=component), {}).name
        == "sh:MinCountConstraintComponent"
    )


def test_of_words_in_several_languages_the_english_are_taken() -> None:
    shape, message = ox.NamedNode("urn:s"), ox.NamedNode(SH + "message")
    words = [ox.Literal("Aber nein", language="de"), ox.Literal("But no", language="en")]
    assert rules_of(ox.Triple(shape, message, word) for word in words)["urn:s"].message == "But no"


# --- where in the line ---

PREFIXES = f"@prefix dio: <{DIO}> .\n@prefix ex: <http://example.org/> .\n"


def at(line: str, before: str = "", **facts: object) -> str | None:
    """Return what of *line* is marked for a finding at ex:s, with *before* as the lines before it."""
    text = f"{PREFIXES}{before}{line}\n"
    base = Finding("Violation", "f", text.count("\n"), "http://example.org/s", None, None, "urn:s", "m")
    excerpt = Text(text.encode()).excerpt(replace(base, **facts))  # type: ignore[arg-type]
    assert excerpt
    assert excerpt.text == line
    return None if excerpt.start is None else line[excerpt.start : excerpt.end]


E = "http://example.org/"


@pytest.mark.parametrize(
    ("line", "facts", "marked"),
    [
        ("ex:s a ex:C .", {}, "ex:s"),
        ("<http://example.org/s> a ex:C .", {}, "<http://example.org/s>"),
        (r"<http://example.org/\u0073> a ex:C .", {}, r"<http://example.org/\u0073>"),
        ("ex:s a ex:C .", {"value": E + "C", "path": str(RDF.type)}, "ex:C"),
        ("ex:s a ex:C , ex:D .", {"path": str(RDF.type)}, "a"),
        ("ex:s ex:p ex:s .", {"value": E + "s", "path": E + "p"}, "ex:s"),
        ("ex:x ex:p 15 , 5 .", {"value": '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'}, "5"),
        ("ex:x ex:p 1.5 , true.", {"value": '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'}, "true"),
        ('ex:x ex:p "5" , "a # b"@en ; # "c"', {"value": '"a # b"@en'}, '"a # b"@en'),
        ('ex:x ex:p "x"^^ex:t .', {"value": '"x"^^<http://example.org/t>'}, '"x"^^ex:t'),
        (r'ex:x ex:p "say \"so\"\t" .', {"value": r'"say \"so\"\t"'}, r'"say \"so\"\t"'),
        ('ex:x ex:p """long""" .', {"value": '"long"'}, '"""long"""'),
        ("ex:x ex:p 'single' .", {"value": '"single"'}, "'single'"),
        ("    ex:stated .", {"path": E + "p"}, "ex:stated"),
        ("ex:x ex:y ex:z .", {}, None),
        ("[] ex:y ex:z .", {"focus": "_:b1"}, None),
        ("ex:x ex:q ex:z .", {"path": f"[ sh:alternativePath ( <{E}p> <{E}q> ) ]"}, "ex:q"),
        (r"ex:a\,b ex:y ex:z .", {"focus": E + "a,b"}, r"ex:a\,b"),
        ("ex:s.t ex:y ex:z.", {"value": E + "z"}, "ex:z"),
        ('ex:x ex:p "ex:s" . # ex:s', {}, None),
        ("no:s ex:p ex:q .", {}, None),
        ("ex:x ex:p 5 .", {"column": 6}, "ex:p"),
        ("ex:x ex:p 5 .", {"column": 5}, " "),
        (r"<http://e/\UFFFFFFFF> ex:p ex:q .", {}, None),
    ],
)  # fmt: skip
def test_the_place_in_the_line_is_that_of_the_term_that_is_meant(
    line: str, facts: dict[str, object], marked: str | None
) -> None:
    assert at(line, **facts) == marked


PIECES = (
    *(
        "ex:s",
        "ex:st",
        "ex:s.",
        "a",
        "5",
        "05",
        "-5",
        "5.0",
        "_:b",
        "é",
        "\u00a0",
        "\t",
        "\r",
        ";",
        ",",
        ".",
        ".",
    ),
    *(
        '"ex:s"',
        '"5"',
        '"a 5"@en',
        '"5"^^xsd:integer',
        "'5'",
        '"""5',
        '"',
        "'",
        "<http://e/#ex:s>",
        "<urn:x,5>",
    ),
    *(
        "<http://example.org/s>",
        "<no ex:s>",
        "# ex:s",
        "<",
        ">",
        "(",
        ")",
        "[",
        "]",
        "{",
        "^^",
        "@en",
        "|",
        "::",
    ),
)
"""What a line is made of, and what could be taken for the word that is looked for."""
MEANT = (
    *(E + "s", E + "st", str(RDF.type), "http://e/#ex:s", '"a 5"@en', '"5"'),
    *(f'"{number}"^^<http://www.w3.org/2001/XMLSchema#integer>' for number in ("5", "-5", "05")),
)


def test_a_word_that_is_looked_for_stands_where_reading_all_words_finds_it() -> None:
    spelling, chance, found = Spelling({"ex": E, "xsd": str(XSD)}), Random(7), 0
    for _ in range(4000):
        line = "".join(
            chance.choice(PIECES) + chance.choice(("", "", " ")) for _ in range(chance.randrange(9))
        )
        looked, read = Said(line, spelling), Said(line, spelling)
        read.looked = None
        for term in MEANT:
            assert [*looked.of(term)] == [*read.of(term)], (line, term)
            assert [*looked.first(term)] == [*read.first(term)], (line, term)
            found += len(looked.of(term))
    assert found > 1000


REAL = ["instances/miles-2017/claims/georgia.ttl", "instances/miles-2017/agents.ttl", "ontology/schemes.ttl"]


@pytest.mark.parametrize("name", REAL)
def test_every_object_of_the_real_data_is_found_in_its_line(name: str) -> None:
    text, told = Text((ROOT / name).read_bytes()), 0
    head = "".join(f"@prefix {prefix}: <{space}> ." for prefix, space in text.prefixes.items())
    for line in read_turtle(ROOT / name):
        subject, predicate, term = line.triple
        if isinstance(term, ox.BlankNode) or isinstance(subject, ox.BlankNode):
            continue
        value = str(term) if isinstance(term, ox.Literal) else str(getattr(term, "value", term))
        said = (subject.value, predicate.value, value, "urn:s", "m")
        excerpt = text.excerpt(Finding("Violation", "f", line.number, *said))
        if excerpt is None or excerpt.column is None or excerpt.end_column is None:
            assert value.endswith("#nil") or "\\n" in value, (line.number, value)
            continue
        found = text.line(line.number).decode()[excerpt.column - 1 : excerpt.end_column - 1]
        word = f"<{RDF.type}>" if found == "a" else found
        [quad] = ox.parse(f"{head} <urn:s> <urn:p> {word} .", format=ox.RdfFormat.TURTLE)
        assert quad.object == term, (line.number, found)
        told += 1
    assert told > 100


def test_a_value_that_is_the_focus_too_is_marked_behind_its_predicate() -> None:
    line = "ex:s ex:q ex:s ; ex:p ex:s ."
    finding = Finding("Violation", "f", 3, E + "s", E + "p", E + "s", "urn:s", "m")
    excerpt = Text(f"{PREFIXES}{line}".encode()).excerpt(finding)
    assert excerpt
    assert excerpt.start == line.rindex("ex:s")


def test_what_stands_in_a_string_of_several_lines_is_no_term() -> None:
    before = 'ex:x ex:p """\n'
    assert at('ex:s ex:q """ , ex:z .', before, value=E + "z") == "ex:z"
    assert at('ex:s ex:q """ , ex:z .', before, focus=E + "s") is None
    middle = Text(f'{PREFIXES}{before}ex:s ex:q\n""" .\n'.encode())
    excerpt = middle.excerpt(Finding("Violation", "f", 4, E + "s", None, None, "urn:s", "m"))
    assert excerpt
    assert (excerpt.text, excerpt.column) == ("ex:s ex:q", None)
    assert at("ex:s ex:q ex:z .", 'ex:x ex:p "a \\"\\"\\" # b" . # """\n', focus=E + "s") == "ex:s"


def test_a_long_line_is_cut_around_the_place() -> None:
    line = f"ex:x ex:p {'ex:o , ' * 1000} ex:s ; {'ex:q ex:r ;' * 500}"
    finding = Finding("Violation", "f", 3, E + "s", None, None, "urn:s", "m")
    excerpt = Text(f"{PREFIXES}{line}".encode()).excerpt(finding)
    assert excerpt
    assert excerpt.text.startswith("…")
    assert len(excerpt.text) == WIDTH + 2
    assert excerpt.text[excerpt.start : excerpt.end] == "ex:s"
    assert line[(excerpt.column or 0) - 1 : (excerpt.end_column or 0) - 1] == "ex:s"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b'"""' * 99_999,
        b"<" * 99_999,
        b'"\\' * 99_999,
        b"'''\n" * 9999,
        b"a" * 10_000_000,
    ],
)
def test_no_text_breaks_the_search_for_a_place(content: bytes) -> None:
    text = Text(content)
    for line in (1, 2, 99_999):
        excerpt = text.excerpt(replace(PLAIN, line=line, value='"x"'))
        assert excerpt is None or len(excerpt.text) <= WIDTH + 2


def test_windows_line_ends_and_a_mark_of_byte_order_leave_places_right() -> None:
    text = Text(b"\xef\xbb\xbf@prefix ex: <http://example.org/> .\r\nex:s a ex:C .\r\n")
    excerpt = text.excerpt(Finding("Violation", "f", 2, E + "s", None, None, "urn:s", "m"))
    assert excerpt
    assert (excerpt.text, excerpt.column) == ("ex:s a ex:C .", 1)


# --- what fails, and what a finding is known by ---


def test_a_file_that_cannot_be_read_fails_whatever_else_does() -> None:
    whole = report([PLAIN, SYNTAX_ERROR], fail_on="never")
    assert [entry.fails for entry in whole.entries] == [True, False]
    assert (whole.fails, whole.unread, whole.counts["Violation"]) == (True, 1, 1)


def test_a_file_that_cannot_be_read_is_new_although_a_baseline_holds_it() -> None:
    entries = report([PLAIN, SYNTAX_ERROR]).entries
    known = [Known(entry.print, 1, entry.path, "n") for entry in entries]
    assert [entry.rule.name for entry in compared(entries, known, []).new] == ["syntax"]


def test_a_fingerprint_survives_lines_that_shift_and_words_that_change() -> None:
    moved = replace(PLAIN, line=99, message="Said otherwise.", severity="Warning")
    assert fingerprint(moved, "f", "") == fingerprint(PLAIN, "f", "")


@pytest.mark.parametrize(
    "facts",
    [{"focus": "urn:x"}, {"shape": "urn:x"}, {"path": "urn:x"}, {"value": "urn:x"}, {"constraint": "urn:x"}],
)
def test_a_fingerprint_tells_findings_apart(facts: dict[str, str]) -> None:
    assert fingerprint(replace(PLAIN, **facts), "f", "") != fingerprint(PLAIN, "f", "")  # type: ignore[arg-type]
    assert fingerprint(PLAIN, "g", "") != fingerprint(PLAIN, "f", "")


def test_a_blank_node_is_known_by_its_line_and_not_by_its_number() -> None:
    one, other = (replace(PLAIN, focus=name) for name in ("_:b1", "_:b7"))
    assert fingerprint(one, "f", "oa:start 9 ;") == fingerprint(other, "f", "oa:start 9 ;")
    assert fingerprint(one, "f", "oa:start 9 ;") != fingerprint(one, "f", "oa:start 8 ;")


def test_a_file_is_named_from_the_folder_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = ["./a/b.ttl", "a/../a/b.ttl", str(tmp_path / "a" / "b.ttl")]
    assert {path_of(name) for name in names} == {"a/b.ttl"}
    assert path_of("/elsewhere/b.ttl") == "/elsewhere/b.ttl"
