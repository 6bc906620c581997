"""`dio validate` and the network: closed unless a flag opens it, and then bounded, against a real server."""

import http.server
import json
import re
import socket
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from diaspora_influence import cli
from diaspora_influence.errors import InputError
from diaspora_influence.terms import SH
from diaspora_influence.validate.config import read
from diaspora_influence.validate.inputs import fetched
from diaspora_influence.validate.inputs.addresses import called, is_remote
from diaspora_influence.validate.inputs.fetched import HOPS, led
from diaspora_influence.validate.inputs.fetched import fetched as fetch
from diaspora_influence.validate.inputs.named import below
from diaspora_influence.validate.inputs.page import MEDIA_TYPES
from diaspora_influence.validate.reading.formats import KINDS

FAULTY = "\n<urn:a> a <urn:club> ;\n  <urn:next> <urn:b> .\n"
BROKEN = "<urn:a> a <urn:club> .\n<urn:b> .\n"
SHAPES = (
    f"@prefix sh: <{SH}> .\n<urn:S> a sh:NodeShape ; sh:targetClass <urn:club> ;\n"
    '  sh:property [ sh:path <urn:name> ; sh:minCount 1 ; sh:message "no name" ] .\n'
)
JSON_LD = '{"@id": "urn:a", "@type": "urn:club"}'
Answer = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""
TURTLE = {"Content-Type": "text/turtle; charset=utf-8"}


def said(text: str, **headers: str) -> Answer:
    return 200, {name.replace("_", "-"): value for name, value in headers.items()}, text.encode()


ANSWERS: dict[str, Answer] = {
    "/faulty.ttl": (200, TURTLE, FAULTY.encode()),
    "/broken.ttl": (200, TURTLE, BROKEN.encode()),
    "/shapes.ttl": (200, TURTLE, SHAPES.encode()),
    "/named.ttl": (200, TURTLE, b'<urn:a> <urn:name> "A" .\n'),
    "/plain.ttl": said(FAULTY, Content_Type="text/plain"),
    "/silent.ttl": said(FAULTY),
    "/typed": said(FAULTY, Content_Type="text/turtle"),
    "/untyped": said(FAULTY, Content_Type="application/octet-stream"),
    "/wide.ttl": (200, TURTLE, FAULTY.encode("utf-16")),
    "/lies.nt": said(JSON_LD, Content_Type="application/ld+json"),
    "/login.ttl": said("<!DOCTYPE html>", Content_Type="text/html"),
    "/packed.ttl": said(FAULTY, Content_Type="text/turtle", Content_Encoding="gzip"),
    "/gone.ttl": (404, {}, b""),
    "/evil.ttl": (500, {"Content-Type": "text/turtle"}, b""),
    "/short.ttl": (200, TURTLE | {"Content-Length": "9999"}, FAULTY.encode()),
    "/chunks.ttl": (200, TURTLE | {"Transfer-Encoding": "chunked"}, b"2a\r\n<urn:a>"),
    "/huge.ttl": (200, TURTLE | {"Content-Length": str(1 << 40)}, b""),
    "/endless.ttl": (200, TURTLE | {"Content-Length": ""}, b"# " * 40_000),
    "/moved.ttl": (302, {"Location": "/deep/faulty"}, b""),
    "/deep/faulty": (200, TURTLE, b"<> a <urn:club> .\n"),
    "/loop.ttl": (301, {"Location": "/loop.ttl"}, b""),
    "/nowhere.ttl": (301, {}, b""),
    "/ftp.ttl": (301, {"Location": "ftp://e.example/data.ttl"}, b""),
    "/file.ttl": (301, {"Location": "file:///etc/hosts"}, b""),
    "/password.ttl": (301, {"Location": "http://me:secret@e.example/data.ttl"}, b""),
    "/context.jsonld": said('{"@context": "/c", "a": 1}', Content_Type="application/ld+json"),
    "/with space.ttl?q=é": (200, TURTLE, FAULTY.encode()),
}


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by the table, and remembers what was asked for."""

    asked: list[tuple[str, dict[str, str]]]

    def do_GET(self) -> None:
        from urllib.parse import unquote

        self.asked.append((self.path, dict(self.headers)))
        status, headers, body = ANSWERS[unquote(self.path)]
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            if value and not (name == "Content-Length" and "Transfer-Encoding" in headers):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a server on this machine."""
    Handler.asked = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command, judging by the small shapes in an empty folder."""
    (tmp_path / "shapes.ttl").write_text(SHAPES, "utf-8")
    monkeypatch.chdir(tmp_path)
    return lambda *words: cli.main(["validate", "--no-config", "--no-context", *map(str, words)])


def findings(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)["findings"]
    return found


JUDGE = ("--shapes", "shapes.ttl", "--format", "json")
OPEN = "--allow-network"


# --- closed ---


@pytest.mark.parametrize(
    "flag", ["", "--shapes", "--add-shapes", "--ontology", "--add-ontology", "--context"]
)
def test_address_is_refused_without_the_flag_and_nothing_is_asked(
    flag: str, server: str, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("data.ttl").write_text(FAULTY, "utf-8")
    assert run(*(["data.ttl", flag] if flag else []), f"{server}/faulty.ttl") == 2
    said = capsys.readouterr().err
    assert f"{server}/faulty.ttl" in said
    assert OPEN in said
    assert Handler.asked == []


def test_no_configuration_can_open_the_network(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "dio.toml"
    config.write_text("[validate]\nallow-network = true\n", "utf-8")
    with pytest.raises(InputError, match="allow-network cannot be configured; only the flag"):
        read(config)
    config.write_text(f'[validate]\nfiles = ["{server}/faulty.ttl"]\ncontext = false\n', "utf-8")
    assert cli.main(["validate"]) == 2
    assert f"{server}/faulty.ttl: nothing is fetched without" in capsys.readouterr().err
    assert Handler.asked == []
    assert cli.main(["validate", OPEN]) == 0
    assert [path for path, _ in Handler.asked] == ["/faulty.ttl"]


@pytest.mark.parametrize(
    "word",
    [
        *("ftp://e.example/data.ttl", "gopher://e.example/", "http:///data.ttl", "http://[::1/data.ttl"),
        *("http://e.example:99999/", "http://e.example:0/", "https://me:secret@e.example/data.ttl"),
    ],
)
def test_what_is_no_address_to_fetch_is_misuse_even_with_the_flag(word: str) -> None:
    with pytest.raises(InputError, match="not read: ") as error:
        below(word, network=True)
    assert "secret" not in str(error.value)


def test_address_stands_for_itself_and_a_file_for_a_file(tmp_path: Path) -> None:
    url = "https://e.example/a//b c.ttl?x=é#part"
    [path] = below(url, network=True)
    assert (is_remote(path), called(path)) == (True, url)
    (tmp_path / "a.ttl").touch()
    [path] = below(str(tmp_path / "a.ttl"), network=True)
    assert (is_remote(path), called(path)) == (False, str(tmp_path / "a.ttl"))


# --- open ---


def test_document_is_judged_at_its_lines_by_its_address(
    server: str, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(f"{server}/faulty.ttl", OPEN, *JUDGE) == 1
    [hit] = findings(capsys)
    assert (hit["file"], hit["line"], hit["message"]) == (f"{server}/faulty.ttl", 2, "no name")
    assert hit["source"] == "<urn:a> a <urn:club> ;"
    assert "text/turtle" in Handler.asked[0][1]["Accept"]


def test_text_quotes_the_line_with_a_caret_as_of_a_file(
    server: str, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    run(f"{server}/faulty.ttl", OPEN, "--shapes", "shapes.ttl")
    first, second, third, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{server}/faulty.ttl:2:1: violation: no name (urn:a, sh:MinCount")
    assert (second, third) == ("  2 | <urn:a> a <urn:club> ;", "    | ^^^^^^^")


def test_each_report_names_the_address_as_it_is(
    server: str, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"{server}/faulty.ttl"
    names = ("concise", "sarif", "junit", "github", "gitlab", "turtle", "html")
    words = [word for name in names for word in ("--output", f"{name}=report.{name}")]
    run(url, OPEN, *words, "--shapes", "shapes.ttl", "--quiet")
    text = {name: Path(f"report.{name}").read_text("utf-8") for name in names}
    [result] = json.loads(text["sarif"])["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": url}
    assert [suite.get("name") for suite in ET.fromstring(text["junit"]).iter("testsuite")] == [url]
    assert re.search(r"file=([^,]*)", text["github"])[1] == url.replace(":", "%3A")  # type: ignore[index]
    assert json.loads(text["gitlab"])[0]["location"]["path"] == url
    assert text["concise"].startswith(f"{url}:2:1: ")
    assert f"# {url}:2:1\n" in text["turtle"]
    assert f">{url}</h2>" in text["html"]
    assert capsys.readouterr() == ("", "")


def test_name_that_is_no_iri_is_escaped_where_it_has_to_be_one(
    server: str, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"{server}/with space.ttl?q=é"
    assert run(url, OPEN, "--shapes", "shapes.ttl", "--format", "sarif") == 1
    [result] = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": f"{server}/with%20space.ttl?q=%C3%A9"}


@pytest.mark.parametrize("name", ["faulty.ttl", "plain.ttl", "silent.ttl", "typed", "lies.nt"])
def test_format_is_that_of_the_media_type_else_of_the_suffix(
    name: str, server: str, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(f"{server}/{name}", OPEN, *JUDGE) == 1
    assert [hit["message"] for hit in findings(capsys)] == ["no name"]


def test_format_in_beats_both(server: str, run: Callable[..., int]) -> None:
    assert run(f"{server}/untyped", OPEN, *JUDGE) == 2
    assert run(f"{server}/untyped", OPEN, *JUDGE, "--format-in", "turtle") == 1
    assert run(f"{server}/faulty.ttl", OPEN, *JUDGE, "--format-in", "jsonld") == 2
    assert set(MEDIA_TYPES.values()) == KINDS.keys()


def test_redirect_is_followed_and_relative_iris_start_where_it_led(
    server: str, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(f"{server}/moved.ttl", OPEN, *JUDGE) == 1
    [hit] = findings(capsys)
    assert (hit["file"], hit["focus"]) == (f"{server}/moved.ttl", f"{server}/deep/faulty")


def test_shapes_and_context_are_fetched_once_each(server: str, run: Callable[..., int]) -> None:
    Path("data.ttl").write_text(FAULTY, "utf-8")
    words = ["data.ttl", "--shapes", f"{server}/shapes.ttl", "--format", "json", OPEN]
    assert run(*words) == 1
    Path("named.ttl").write_text("<urn:b> a <urn:other> .\n", "utf-8")
    assert run("named.ttl", *words, "--separately", "--context", f"{server}/named.ttl") == 1
    assert [path for path, _ in Handler.asked] == ["/shapes.ttl", "/shapes.ttl", "/named.ttl"]


def test_shape_of_an_address_is_explained(
    server: str, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Handler.asked = []
    assert run("--explain", "urn:S", "--shapes", f"{server}/shapes.ttl", OPEN) in (0, 2)
    assert "Traceback" not in capsys.readouterr().err
    assert [path for path, _ in Handler.asked] == ["/shapes.ttl"]


# --- what is no whole document ---

FAULTS = {
    "gone.ttl": "the server answered 404 Not Found",
    "evil.ttl": "the server answered 500",
    "login.ttl": "the server sent text/html, which is no RDF",
    "packed.ttl": "the server sent it packed (gzip)",
    "untyped": "application/octet-stream and the suffix name no format; say --format-in",
    "short.ttl": "the answer broke off",
    "chunks.ttl": "the answer broke off before its end",
    "huge.ttl": "larger than the 128 MiB that are fetched",
    "loop.ttl": f"more than {HOPS} redirects",
    "nowhere.ttl": "a redirect that names no address",
    "ftp.ttl": "only http and https",
    "file.ttl": "only http and https",
    "password.ttl": "a name or a password in an address",
    "broken.ttl": "not Turtle",
    "wide.ttl": "written in UTF-16",
    "context.jsonld": "a remote context is not fetched",
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_no_whole_document_is_a_finding_that_names_it_and_the_others_are_judged(
    name: str, server: str, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("data.ttl").write_text(FAULTY, "utf-8")
    assert run(f"{server}/{name}", "data.ttl", OPEN, *JUDGE) == 2
    printed = capsys.readouterr()
    by_file = {str(hit["file"]): hit for hit in json.loads(printed.out)["findings"]}
    hit = by_file[f"{server}/{name}"]
    assert FAULTS[name] in str(hit["message"])
    assert hit["rule"] == ("syntax" if name in ("broken.ttl", "wide.ttl", "context.jsonld") else "unreadable")
    assert by_file["data.ttl"]["message"] == "no name"
    assert "secret" not in printed.out + printed.err
    assert f"{server}/{name}:" in printed.err


def test_shapes_that_cannot_be_fetched_end_in_2(
    server: str, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("data.ttl").write_text(FAULTY, "utf-8")
    for flag in ("--shapes", "--context", "--add-ontology"):
        assert run("data.ttl", flag, f"{server}/gone.ttl", OPEN) == 2
        assert f"{server}/gone.ttl: the server answered 404" in capsys.readouterr().err


def test_document_without_end_is_read_to_the_limit(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetched, "LARGEST", 1 << 16)
    with pytest.raises(InputError, match="larger than the 0 MiB"):
        fetch(f"{server}/endless.ttl")


@pytest.mark.parametrize("sends", [b"", b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\n\r\n<urn:a>"])
def test_server_that_never_ends_is_left_at_the_deadline(
    sends: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetched, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/a.ttl"
        holder: list[socket.socket] = []

        def hold() -> None:
            line, _ = listener.accept()
            line.sendall(sends)
            holder.append(line)

        threading.Thread(target=hold, daemon=True).start()
        with pytest.raises(InputError, match=r"no whole answer within 0\.2 seconds"):
            fetch(url)
        for line in holder:
            line.close()


@pytest.mark.parametrize("sends", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000])
def test_server_that_speaks_no_http_is_named(sends: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/a.ttl"

        def answer() -> None:
            line, _ = listener.accept()
            line.recv(65_536)
            line.sendall(sends)
            time.sleep(0.05)
            line.close()

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(InputError, match=re.escape(url) + ": cannot be fetched: ."):
            fetch(url)


def test_nobody_there_no_such_host_and_no_tls_are_named(server: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    for url, why in (
        (f"http://127.0.0.1:{closed}/a.ttl", "Connection refused"),
        ("http://no-such-host.invalid/a.ttl", "."),
        (f"https{server.removeprefix('http')}/faulty.ttl", "no TLS connection: "),
    ):
        with pytest.raises(InputError, match=re.escape(f"{url}: cannot be fetched: ") + why):
            fetch(url)


def test_no_redirect_leads_from_the_public_network_to_ones_own(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first address counts as public here, the second as it is."""
    seen: list[str] = []

    def is_public(address: str) -> bool:
        seen.append(address)
        return len(seen) == 1

    monkeypatch.setattr(fetched, "is_public", is_public)
    with pytest.raises(InputError, match="a redirect from the public network is not followed: 127"):
        fetch(f"{server}/moved.ttl")
    assert [path for path, _ in Handler.asked] == ["/moved.ttl"]


@pytest.mark.parametrize(
    ("here", "location", "there"),
    [
        ("https://a.example/x", "https://b.example/y", "https://b.example/y"),
        ("http://a.example/x", "https://b.example/y#part", "https://b.example/y"),
        ("https://a.example/x/y", "../z", "https://a.example/z"),
        ("https://a.example/x", "//b.example/y", "https://b.example/y"),
        ("https://a.example/x", "http://a.example/x", None),
        ("https://a.example/x", "HTTP://a.example/x", None),
        ("http://a.example/x", "file:///etc/hosts", None),
        ("http://a.example/x", "http://me@b.example/", None),
        ("http://a.example/x", "", None),
        ("http://a.example/x", None, None),
    ],
)
def test_redirect_keeps_to_http_and_never_leaves_tls(
    here: str, location: str | None, there: str | None
) -> None:
    if there:
        assert led(here, location) == there
    else:
        with pytest.raises(ValueError, match=r"."):
            led(here, location)


def test_nothing_in_the_environment_has_a_say(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(f"{server}/faulty.ttl").content == FAULTY.encode()


def test_baseline_of_an_address_that_is_not_judged_is_not_stale(
    server: str, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("data.ttl").write_text('<urn:a> a <urn:club> ; <urn:name> "A" .\n', "utf-8")
    words = ["--shapes", "shapes.ttl", "--baseline", "known.json", OPEN]
    assert run(f"{server}/faulty.ttl", *words, "--write-baseline") == 0
    capsys.readouterr()
    assert run("data.ttl", *words) == 0
    assert "no longer found" not in capsys.readouterr().out
    assert run(f"{server}/faulty.ttl", *words) == 0
