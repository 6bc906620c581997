"""`dio query`: the question from anywhere, the answer as a table or whole in a format, errors with their place."""

import io
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from diaspora_influence import __version__
from diaspora_influence.cli import main
from diaspora_influence.release.read import CURRENT, MANIFEST, QUADS
from diaspora_influence.sparql.table import render
from diaspora_influence.terms import DIO, GRAPH, ID, RDFS

FACTS = [
    (ID + "club", DIO + "createdBy", f"<{ID}ministry>"),
    (ID + "club", RDFS + "label", '"Club"@en'),
    (ID + "ministry", RDFS + "label", '"Ministry"@en'),
    (ID + "club", DIO + "members", '"40"^^<http://www.w3.org/2001/XMLSchema#integer>'),
]
SLOW = "SELECT (COUNT(*) AS ?n) {" + "".join(f" VALUES ?a{n} {{ {'1 ' * 100} }}" for n in range(6)) + "}"
CREATED = "SELECT ?org ?agent { ?org dio:createdBy ?agent }"
TABLE = """\
org      agent
───────  ───────────
id:club  id:ministry
(1 row)
"""


@pytest.fixture(scope="module")
def release_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a release of four triples in service."""
    folder = tmp_path_factory.mktemp("release")
    (folder / ("0" * 16)).mkdir()
    lines = (f"<{s}> <{p}> {o} <{GRAPH}instances/test> .\n" for s, p, o in FACTS)
    (folder / ("0" * 16) / QUADS).write_text("".join(lines), "utf-8")
    counts = {"triples": 4, "graphs": {}, "files": [], "commit": None, "sources": "0" * 64}
    manifest = {"digest": "0" * 64, "version": __version__} | counts
    (folder / ("0" * 16) / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    (folder / CURRENT).write_text("0" * 16 + "\n", "utf-8")
    return folder


@pytest.fixture(autouse=True)
def local(release_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every command find that release."""
    monkeypatch.setenv("DIO_RELEASE_DIR", str(release_dir))


def dio(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run `dio query` and return its exit code and what it wrote."""
    code = main(["query", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_rows_are_a_table_with_the_house_prefixes(capsys: pytest.CaptureFixture[str]) -> None:
    assert dio(capsys, CREATED) == (0, TABLE, "")


def test_query_is_read_from_a_file_and_from_standard_input(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "question.rq").write_text(CREATED, "utf-8")
    assert dio(capsys, "-f", str(tmp_path / "question.rq")) == (0, TABLE, "")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CREATED.encode())))
    assert dio(capsys, "-") == (0, TABLE, "")


@pytest.mark.parametrize("words", [(), (CREATED, "-f", "x.rq"), ("-f", "/nowhere/x.rq")])
def test_query_stands_in_one_place(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    code, out, err = dio(capsys, *words)
    assert (code, out) == (2, "")
    assert err.startswith("dio query: ")


ANSWERS = [
    (CREATED, "csv", f"org,agent\r\n{ID}club,{ID}ministry\r\n"),
    (CREATED, "tsv", f"?org\t?agent\n<{ID}club>\t<{ID}ministry>\n"),
    (CREATED, "table", TABLE),
    ("ASK { ?org dio:createdBy ?agent }", "table", "true\n"),
    ("ASK { ?org dio:dissolvedBy ?agent }", "csv", "false\n"),
    ("CONSTRUCT { ?o dio:created ?s } { ?s dio:createdBy ?o }", "turtle",
     f"@prefix dio: <{DIO}> .\n@prefix id: <{ID}> .\nid:ministry dio:created id:club .\n"),
    ("CONSTRUCT WHERE { ?s dio:createdBy ?o }", "nt", f"<{ID}club> <{DIO}createdBy> <{ID}ministry> .\n"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "name", "expected"), ANSWERS)
def test_format_is_what_was_asked_for(
    capsys: pytest.CaptureFixture[str], query: str, name: str, expected: str
) -> None:
    assert dio(capsys, query, "--format", name) == (0, expected, "")


@pytest.mark.parametrize("name", ["json", "xml"])
def test_result_documents_parse(capsys: pytest.CaptureFixture[str], name: str) -> None:
    _, out, _ = dio(capsys, CREATED, "--format", name)
    form = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML}[name]
    solutions = ox.parse_query_results(out, format=form)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [row["org"] for row in solutions] == [ox.NamedNode(ID + "club")]


@pytest.mark.parametrize(
    ("query", "name"), [(CREATED, "turtle"), (CREATED, "html"), ("CONSTRUCT WHERE { ?s ?p ?o }", "table")]
)
def test_format_that_the_answer_has_not_is_misuse(
    capsys: pytest.CaptureFixture[str], query: str, name: str
) -> None:
    code, out, err = dio(capsys, query, "--format", name)
    assert (code, out) == (2, "")
    assert "there are" in err


def test_graph_comes_as_turtle_unless_told_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = dio(capsys, "DESCRIBE id:ministry")
    assert code == 0
    assert 'id:ministry rdfs:label "Ministry"@en .' in out


@pytest.mark.parametrize(
    ("query", "place", "line"),
    [
        ("SELECT * {\n  ?s dio:createdBy ?o ;; . }\n}", "line 3, column", "}"),
        ("SELECT * {\n  ?s dio:createdBy nope:x }", "line 2, column 20", "  ?s dio:createdBy nope:x }"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> {} }", "line 1, column 12", "SELECT * { SERVICE"),
    ],
)
def test_place_of_an_error_is_that_in_the_query_as_written(
    capsys: pytest.CaptureFixture[str], query: str, place: str, line: str
) -> None:
    code, out, err = dio(capsys, query)
    first, quoted, caret = err.splitlines()[:3]
    assert (code, out) == (2, "")
    assert place in first
    assert quoted.startswith("  " + line)
    assert caret.strip() == "^"


def test_limit_ends_with_exit_code_3(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = dio(capsys, SLOW, "--time-limit", "0.5")
    assert (code, out) == (3, "")
    assert "0.5 s" in err
    code, out, err = dio(capsys, "SELECT * { ?s ?p ?o }", "--row-limit", "3")
    assert (code, out) == (3, "")
    assert "3 rows" in err


def test_no_release_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = dio(capsys, CREATED, "--release-dir", str(tmp_path))
    assert code == 2
    assert "dio build" in err


def test_help_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["query", "--help"])
    said = capsys.readouterr().out
    for word in ("--file", "--endpoint", "--format", "--time-limit", "--release-dir", "exit code", "turtle"):
        assert word in said


def bindings(names: list[str], rows: list[dict[str, dict[str, str]]]) -> bytes:
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()


def test_table_aligns_numbers_and_wide_characters() -> None:
    number = "http://www.w3.org/2001/XMLSchema#integer"
    rows = [
        {
            "n": {"type": "literal", "value": "5", "datatype": number},
            "t": {"type": "literal", "value": "日本"},
        },
        {
            "n": {"type": "literal", "value": "1000", "datatype": number},
            "t": {"type": "literal", "value": "abcde"},
        },
        {"t": {"type": "bnode", "value": "b0"}},
    ]
    lines = render(bindings(["t", "n"], rows), None).splitlines()
    assert lines == ["t         n", "─────  ────", "日本      5", "abcde  1000", "_:b0", "(3 rows)"]


def test_table_too_wide_for_the_terminal_is_a_block_for_each_row() -> None:
    rows = [
        {
            "a": {"type": "uri", "value": "http://e/" + "x" * 40},
            "long": {"type": "literal", "value": "y" * 40},
        }
    ]
    text = render(bindings(["a", "long"], rows), 60)
    assert text == f"a     <http://e/{'x' * 40}>\nlong  {'y' * 40}\n\n(1 row)\n"


def test_table_lets_no_control_character_through() -> None:
    rows = [{"a": {"type": "literal", "value": "one\x1b[2Jtwo\nthree"}}]
    assert "one\\x1b[2Jtwo\\nthree" in render(bindings(["a"], rows), None)


def test_table_without_columns_still_counts() -> None:
    assert render(bindings([], [{}]), 80).endswith("(1 row)\n")


class Remote(BaseHTTPRequestHandler):
    """An endpoint that answers as the test has it, and keeps what it was asked."""

    status, media_type, body, extra, asked = 200, "application/sparql-results+json", b"", (), [""]

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        type(self).asked = [form["query"][0], self.headers["Accept"]]
        self.send_response(self.status)
        self.send_header("Content-Type", self.media_type)
        for name, value in self.extra:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def remote() -> Iterator[tuple[type[Remote], str]]:
    """A running endpoint: its class, to be told what to answer, and its URL."""
    handler = type("Handler", (Remote,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield handler, f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()
        thread.join()


ROW = bindings(["org"], [{"org": {"type": "uri", "value": ID + "club"}}])


def test_endpoint_is_asked_with_the_prefixes_it_needs(
    capsys: pytest.CaptureFixture[str], remote: tuple[type[Remote], str]
) -> None:
    handler, url = remote
    handler.body = ROW
    code, out, _ = dio(capsys, "SELECT ?org { ?org dio:createdBy ?a }", "--endpoint", url)
    assert (code, out.splitlines()[2:]) == (0, ["id:club", "(1 row)"])
    assert handler.asked[0] == f"PREFIX dio: <{DIO}>\nSELECT ?org {{ ?org dio:createdBy ?a }}"
    assert handler.asked[1] == "application/sparql-results+json"


def test_endpoint_may_call_others(
    capsys: pytest.CaptureFixture[str], remote: tuple[type[Remote], str]
) -> None:
    handler, url = remote
    handler.body = ROW
    query = "SELECT ?org { SERVICE <http://127.0.0.1:1/> { ?org ?p ?o } }"
    assert dio(capsys, query, "--endpoint", url)[0] == 0


PROBLEM = {"title": "Bad", "detail": "It is wrong here.", "line": 2, "column": 4, "hint": "Mend it."}
FAILURES = [
    (
        "a problem document",
        400,
        "application/problem+json",
        json.dumps(PROBLEM).encode(),
        (),
        2,
        "line 1, column 4: ",
    ),
    ("its hint", 400, "application/problem+json", json.dumps(PROBLEM).encode(), (), 2, "Mend it."),
    (
        "a refusal in text",
        400,
        "text/plain",
        b"Parse error\nline 7",
        (),
        2,
        "400 Bad Request: Parse error line 7",
    ),
    ("a page of HTML", 500, "text/html", b"<p>Oops</p>", (), 3, "500 Internal Server Error."),
    ("a deadline", 504, "application/problem+json", b'{"detail": "Too slow."}', (), 3, "Too slow."),
    ("broken JSON", 503, "application/json", b"{", (), 3, "503"),
    ("HTML with 200", 200, "text/html", b"<p>Welcome</p>", (), 3, "text/html"),
    ("no content", 204, "text/plain", b"", (), 3, "204"),
    ("half a document", 200, "application/json", ROW[:-20], (), 3, "no whole"),
    ("fewer bytes than told", 200, "application/json", ROW, (("Content-Length", "9999"),), 3, "broke off"),
    ("a confessed cut", 200, "application/json", ROW, (("X-SPARQL-MaxRows", "1"),), 3, "part of the answer"),
    (
        "a confessed failure",
        200,
        "application/json",
        ROW,
        (("X-SQL-State", "S1TAT"),),
        3,
        "part of the answer",
    ),
]


@pytest.mark.parametrize(
    ("status", "media_type", "body", "extra", "expected", "words"),
    [case[1:] for case in FAILURES],
    ids=[case[0] for case in FAILURES],
)
def test_endpoint_without_a_whole_answer_is_an_error(
    capsys: pytest.CaptureFixture[str],
    remote: tuple[type[Remote], str],
    status: int,
    media_type: str,
    body: bytes,
    extra: tuple[tuple[str, str], ...],
    expected: int,
    words: str,
) -> None:
    handler, url = remote
    handler.status, handler.media_type, handler.body, handler.extra = status, media_type, body, extra  # type: ignore[assignment]
    code, out, err = dio(capsys, "SELECT ?org { ?org dio:createdBy ?a }", "--endpoint", url)
    assert (code, out) == (expected, "")
    assert words in err


@pytest.mark.parametrize(
    ("url", "code"), [("file:///etc/passwd", 2), ("example.org", 2), ("http://127.0.0.1:9/sparql", 3)]
)
def test_endpoint_that_is_none_is_told(capsys: pytest.CaptureFixture[str], url: str, code: int) -> None:
    found, out, err = dio(capsys, "ASK {}", "--endpoint", url)
    assert (found, out) == (code, "")
    assert url in err


def test_endpoint_answer_over_the_byte_limit_is_refused(
    capsys: pytest.CaptureFixture[str], remote: tuple[type[Remote], str]
) -> None:
    handler, url = remote
    handler.body = bindings(["a"], [{"a": {"type": "literal", "value": "x" * 2000}}])
    code, out, err = dio(capsys, "SELECT ?a {}", "--endpoint", url, "--byte-limit", "1024")
    assert (code, out) == (3, "")
    assert "1024 bytes" in err
