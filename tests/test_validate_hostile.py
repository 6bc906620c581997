"""`dio validate` as a process, under limits: what is huge, deep, endless or leads elsewhere ends well."""

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from diaspora_influence import cli, terms
from diaspora_influence.terms import OWL, RDF, RDFS, SH
from diaspora_influence.validate.limit import bounded, within

DIO = str(Path(sys.executable).with_name("dio"))
HEAD = f"@prefix sh: <{SH}> .\n@prefix owl: <{OWL}> .\n@prefix rdf: <{RDF}> .\n"
XML_HEAD = f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://e.example/"><rdf:Description rdf:about="urn:a"><e:p>'
SECONDS, MEMORY = 120, 3 << 30
"""Processor time and address space of a run, which end it where it does not end itself."""


def run(folder: Path, *words: str, **files: str | bytes) -> subprocess.CompletedProcess[bytes]:
    """Run the command in *folder* over *files* (the last `_` in a name is its point); fail where it breaks."""
    for name, text in files.items():
        (folder / ".".join(name.rsplit("_", 1))).write_bytes(
            text if isinstance(text, bytes) else text.encode()
        )

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    command = [DIO, "validate", "--format", "json", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, preexec_fn=limited)
    assert done.returncode in (0, 1, 2, 3), done.stderr[-1000:]
    assert b"Traceback" not in done.stderr
    return done


def messages(done: subprocess.CompletedProcess[bytes]) -> list[str]:
    return [hit["message"] for hit in json.loads(done.stdout)["findings"]]


HUGE = 100_000_000
TOO_LONG = ["a term is longer than the 16 MiB that are read"]


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("suffix", "around"), [("ttl", '"'), ("ttl", '"""'), ("trig", "'''"), ("nt", '"'), ("nq", '"')]
)
def test_literal_of_100_mb_is_a_finding(suffix: str, around: str, tmp_path: Path) -> None:
    text = f"<urn:a> <urn:b> {around}{'x' * HUGE}{around} .\n"
    done = run(tmp_path, "--no-context", f"huge.{suffix}", **{f"huge_{suffix}": text})
    assert (done.returncode, messages(done)) == (2, TOO_LONG)


@pytest.mark.nightly
def test_literal_of_100_mb_in_json_ld_is_a_finding(tmp_path: Path) -> None:
    done = run(
        tmp_path, "--no-context", "huge.jsonld", huge_jsonld=json.dumps({"@id": "urn:a", "urn:b": "x" * HUGE})
    )
    assert (done.returncode, messages(done)) == (2, TOO_LONG)


@pytest.mark.nightly
def test_literal_of_100_mb_in_rdf_xml_is_read(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        "--no-context",
        "huge.rdf",
        huge_rdf=f"{XML_HEAD}{'x' * HUGE}</e:p></rdf:Description></rdf:RDF>",
    )
    assert (done.returncode, messages(done)) == (0, [])


@pytest.mark.nightly
@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("[ <urn:p> ", "]"), ("( [ <urn:p> ", "] )")])
def test_turtle_nested_100_000_deep_is_judged(opening: str, closing: str, tmp_path: Path) -> None:
    text = f"<urn:a> <urn:b> {opening * 100_000} 1 {closing * 100_000} .\n"
    assert run(tmp_path, "--no-context", "deep.ttl", deep_ttl=text).returncode == 0


SHAPE = HEAD + "<urn:S> a sh:NodeShape ; sh:targetNode <urn:a> ; "


def path_of(depth: int, kind: str = "inversePath") -> str:
    return f"[ sh:{kind} " * depth + "<urn:p>" + " ]" * depth


PATHS = {
    "deep": f"sh:property [ sh:path {path_of(5000)} ; sh:minCount 1 ] .",
    "deep closures": f"sh:property [ sh:path {path_of(300, 'zeroOrMorePath')} ; sh:minCount 1 ] .",
    "long": f"sh:property [ sh:path ( {'<urn:p> ' * 2000}) ; sh:minCount 1 ] .",
    "its own inverse": "sh:property [ sh:path _:p ; sh:minCount 1 ] . _:p sh:inversePath _:p .",
    "its own step": "sh:property [ sh:path _:p ; sh:minCount 1 ] . _:p rdf:first _:p ; rdf:rest ( <urn:q> ) .",
    "its own rest": "sh:property [ sh:path _:p ; sh:minCount 1 ] . _:p rdf:first <urn:p> ; rdf:rest _:p .",
    "a circle of two": "sh:property [ sh:path _:p ; sh:minCount 1 ] . _:p sh:oneOrMorePath _:q . _:q sh:inversePath _:p .",
    "a text": "sh:property [ sh:path 'p' ; sh:minCount 1 ] .",
}


@pytest.mark.parametrize("name", PATHS)
def test_path_without_end_is_a_bad_shape(name: str, tmp_path: Path) -> None:
    done = run(
        tmp_path,
        "--no-context",
        "d.ttl",
        "--shapes",
        "s.ttl",
        d_ttl="<urn:a> <urn:p> <urn:a> .",
        s_ttl=SHAPE + PATHS[name],
    )
    assert done.returncode == 2
    assert done.stderr.startswith(b"dio validate: ")
    assert len(done.stderr) < 1000


RECURSIVE = {
    "node": "sh:node <urn:S> .",
    "property": "sh:property [ sh:path <urn:p> ; sh:node <urn:S> ] .",
    "not": "sh:not <urn:S> .",
    "or": "sh:or ( <urn:S> <urn:S> ) .",
    "qualified": "sh:property [ sh:path <urn:p> ; sh:qualifiedValueShape <urn:S> ; sh:qualifiedMinCount 1 ] .",
    "two": "sh:node <urn:T> . <urn:T> a sh:NodeShape ; sh:node <urn:S> .",
}


@pytest.mark.parametrize("name", RECURSIVE)
def test_shape_that_refers_to_itself_is_a_bad_shape(name: str, tmp_path: Path) -> None:
    data = "<urn:a> <urn:p> <urn:a> .\n"
    done = run(
        tmp_path, "--no-context", "d.ttl", "--shapes", "s.ttl", d_ttl=data, s_ttl=SHAPE + RECURSIVE[name]
    )
    assert done.returncode == 2
    assert b"refers to itself" in done.stderr or b"path too deep" in done.stderr


@pytest.mark.parametrize("engine", ["auto", "pyshacl", "fast"])
def test_pattern_without_end_ends_with_the_time(engine: str, tmp_path: Path) -> None:
    data, shapes = (
        f"<urn:a> <urn:p> '{'a' * 50}!' .\n",
        "sh:property [ sh:path <urn:p> ; sh:message 'm' ; sh:pattern '^(a+)+$' ] ; sh:message 'm' .",
    )
    words = ["--no-context", "d.ttl", "--shapes", "s.ttl", "--engine", engine, "--time-limit", "2"]
    done = run(tmp_path, *words, d_ttl=data, s_ttl=SHAPE + shapes)
    assert done.returncode == 3
    assert b"not done within 2 seconds" in done.stderr


def test_shapes_of_ones_own_have_to_end_although_no_limit_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("diaspora_influence.validate.limit.PATIENCE", 1.0)
    (tmp_path / "d.ttl").write_text(f"<urn:a> <urn:p> '{'a' * 50}!' .\n")
    (tmp_path / "s.ttl").write_text(SHAPE + "sh:property [ sh:path <urn:p> ; sh:pattern '^(a+)+$' ] .")
    words = [str(tmp_path / "d.ttl"), "--shapes", str(tmp_path / "s.ttl")]
    assert cli.main(["validate", "--no-config", "--no-context", *words]) == 3
    assert "not done within 1 seconds" in capsys.readouterr().err


def test_what_names_the_square_of_its_agents_has_to_end_although_no_limit_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("diaspora_influence.validate.limit.PATIENCE", 1.0)
    namesakes = (f"<urn:{n}> a <{terms.DIO}Organization> ; <{RDFS}label> 'x'@en .\n" for n in range(4000))
    (tmp_path / "d.ttl").write_text("".join(namesakes))
    assert cli.main(["validate", "--no-config", str(tmp_path / "d.ttl")]) == 3
    assert "not done within 1 seconds" in capsys.readouterr().err


@pytest.mark.parametrize("limited", [within, bounded])
def test_a_run_takes_no_more_memory_than_there_is(limited: Callable[[float, Callable[[], int]], int]) -> None:
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")

    def fill() -> int:
        try:
            return len(bytes(there)) and 0
        except MemoryError:
            return 5

    assert limited(60, fill) == 5


# --- what leads elsewhere ---


class Ears(BaseHTTPRequestHandler):
    """Remembers what was asked for."""

    heard: list[str]

    def do_GET(self) -> None:
        """Answer with one triple."""
        self.heard.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<urn:x> <urn:y> 1 .")

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def ears() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and what it was asked for."""
    kind = type("Ears", (Ears,), {"heard": []})
    server = HTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/x", kind.heard
    server.shutdown()
    thread.join()
    server.server_close()


def query(form: str) -> str:
    return f"sh:sparql [ sh:select '''{form}''' ] ."


OUTWARD = {
    "imports": "sh:class <urn:C> . <> owl:imports <{0}> . <urn:S> owl:imports <{0}> ; sh:shapesGraph <{0}> .",
    "service": query("SELECT $this WHERE {{ SERVICE <{0}> {{ $this ?p ?o }} }}"),
    "service and a comment": query("SELECT $this WHERE {{ SERVICE#\n<{0}> {{ $this ?p ?o }} }}"),
    "from": query("SELECT $this FROM <{0}> WHERE {{ $this ?p ?o }}"),
    "from named": query("SELECT $this FROM NAMED <{0}> WHERE {{ GRAPH ?g {{ $this ?p ?o }} }}"),
    "target": "sh:class <urn:C> ; sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT ?this WHERE {{ SERVICE <{0}> {{ ?this ?p ?o }} }}' ] .",
    "script": "sh:js [ sh:jsLibrary [ sh:jsLibraryURL '{0}' ] ; sh:jsFunctionName 'f' ] .",
    "rule": "sh:rule [ a sh:SPARQLRule ; sh:construct 'CONSTRUCT {{ $this <urn:b> 1 }} WHERE {{ SERVICE <{0}> {{ $this ?p ?o }} }}' ] .",
}


@pytest.mark.parametrize("name", OUTWARD)
def test_shapes_fetch_nothing(name: str, tmp_path: Path, ears: tuple[str, list[str]]) -> None:
    place, heard = ears
    data = f"<> <{OWL}imports> <{place}> ; <{SH}shapesGraph> <{place}> .\n<urn:a> <urn:p> 1 .\n"
    run(
        tmp_path,
        "--no-context",
        "d.ttl",
        "--shapes",
        "s.ttl",
        d_ttl=data,
        s_ttl=SHAPE + OUTWARD[name].format(place),
    )
    assert heard == []


@pytest.mark.parametrize(
    "content",
    [
        '{{"@context": "{0}", "@id": "{0}"}}',
        '{{"@context": {{"@import": "{0}"}}}}',
        '{{"@id": "urn:a", "@context": ["{0}"]}}',
    ],
)
def test_contexts_are_not_fetched(content: str, tmp_path: Path, ears: tuple[str, list[str]]) -> None:
    place, heard = ears
    done = run(tmp_path, "--no-context", "d.jsonld", d_jsonld=content.format(place))
    assert (done.returncode, heard) == (2, [])


@pytest.mark.parametrize("system", ["file:///etc/hostname", "{0}"])
def test_external_entities_are_not_read(system: str, tmp_path: Path, ears: tuple[str, list[str]]) -> None:
    place, heard = ears
    bomb = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{system.format(place)}"><!ENTITY % p SYSTEM "{system.format(place)}"> %p;]>'
    done = run(
        tmp_path, "--no-context", "d.rdf", d_rdf=f"{bomb}{XML_HEAD}&e;</e:p></rdf:Description></rdf:RDF>"
    )
    assert (done.returncode, heard) == (2, [])
    assert Path("/etc/hostname").read_text("utf-8").strip() not in done.stdout.decode()


def test_links_in_a_circle_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").symlink_to("b.ttl")
    (tmp_path / "b.ttl").symlink_to("a.ttl")
    (tmp_path / "again").symlink_to(".")
    for word in ("a.ttl", ".", "*.ttl", "again/again"):
        done = run(tmp_path, "--no-context", word)
        assert done.returncode == 2
        assert done.stderr.startswith(b"dio validate: ")


@pytest.mark.parametrize("word", ["json=../out.json", "json=link/out.json", "json=out.json"])
def test_configuration_writes_nothing_outside_of_its_folder(word: str, tmp_path: Path) -> None:
    inner, outer = tmp_path / "inner", tmp_path / "outer"
    inner.mkdir()
    outer.mkdir()
    (inner / "link").symlink_to(outer)
    (inner / "out.json").symlink_to(outer / "out.json")
    done = run(inner, "d.ttl", d_ttl="", dio_toml=f'[validate]\noutput = ["{word}"]\n')
    assert done.returncode == 2
    assert b"leads out of the folder" in done.stderr
    assert [*outer.iterdir(), *tmp_path.glob("*.json")] == []
