"""What `dio validate` can be told: where reports go, what fails, what is known, configured, explained, watched."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence import cli
from diaspora_influence.data import ROOT
from diaspora_influence.errors import InputError, InternalError
from diaspora_influence.terms import PREFIXES
from diaspora_influence.terms import SHAPES as SHAPES_SPACE
from diaspora_influence.validate.config import found_above, read
from diaspora_influence.validate.examples import CASES, examples
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.limit import within
from diaspora_influence.validate.lint.words import EXAMPLES
from diaspora_influence.validate.options import KEYS, Options
from diaspora_influence.validate.reports.outputs import FORMATS, outputs
from diaspora_influence.validate.watch import changes

HEAD = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
SHAPES = """\
<urn:shape> a sh:NodeShape ; sh:targetClass <urn:Club> ; sh:property <urn:name> , <urn:size> , <urn:motto> .
<urn:name> a sh:PropertyShape ; sh:path <urn:named> ; sh:minCount 1 ; sh:message "A club has a name."@en .
<urn:size> a sh:PropertyShape ; sh:path <urn:members> ; sh:datatype xsd:integer ; sh:severity sh:Warning .
<urn:motto> a sh:PropertyShape ; sh:path <urn:says> ; sh:maxLength 9 ; sh:severity sh:Info .
"""
GOOD = '<urn:a> a <urn:Club> ; <urn:named> "A" .\n'
INFO = '<urn:b> a <urn:Club> ; <urn:named> "B" ; <urn:says> "far too long" .\n'
WARNING = '<urn:c> a <urn:Club> ; <urn:named> "C" ; <urn:members> "many" .\n'
VIOLATION = "<urn:d> a <urn:Club> .\n"
BROKEN = "<urn:e> a .\n"

Run = Callable[..., int]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of a repository, which the command is called in, with shapes beside it."""
    here = tmp_path / "here"
    (here / ".git").mkdir(parents=True)
    (tmp_path / "shapes.ttl").write_text(HEAD + SHAPES, "utf-8")
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def run(folder: Path) -> Run:
    """The command, judging by the small shapes."""
    shapes = os.path.relpath(folder.parent / "shapes.ttl")
    return lambda *words: cli.main(["validate", "--no-context", "--shapes", shapes, *map(str, words)])


def write(name: str, *content: str) -> str:
    Path(name).write_text(HEAD + "".join(content), "utf-8")
    return name


# --- exit codes ---

CODES = [
    (GOOD, None, 0),
    (INFO, None, 0),
    (WARNING, None, 0),
    (VIOLATION, None, 1),
    (VIOLATION, "never", 0),
    (VIOLATION, "violation", 1),
    (WARNING, "violation", 0),
    (WARNING, "warning", 1),
    (INFO, "warning", 0),
    (INFO, "info", 1),
    (GOOD, "info", 0),
    (BROKEN, None, 2),
    (BROKEN, "never", 2),
]


@pytest.mark.parametrize(("body", "fail_on", "code"), CODES)
def test_the_exit_code_is_that_of_the_heaviest_finding_and_of_what_fails(
    run: Run, body: str, fail_on: str | None, code: int
) -> None:
    assert len(CODES) == 13
    assert run(write("data.ttl", body), *(["--fail-on", fail_on] if fail_on else [])) == code


def test_a_severity_that_shapes_invent_fails_only_on_info(run: Run) -> None:
    Path("../shapes.ttl").write_text(HEAD + SHAPES.replace("sh:Info", "<urn:Grave>"), "utf-8")
    assert run(write("data.ttl", INFO)) == 0
    assert run("data.ttl", "--fail-on", "warning") == 0
    assert run("data.ttl", "--fail-on", "info") == 1


def test_a_file_that_cannot_be_read_ends_in_2_and_the_others_are_judged(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write("bad.ttl", VIOLATION), write("broken.ttl", BROKEN), "--format", "json") == 2
    printed = capsys.readouterr()
    found = {(hit["rule"], hit["file"], hit["line"]) for hit in json.loads(printed.out)["findings"]}
    line = HEAD.count("\n") + 1
    assert found == {("urn:name", "bad.ttl", line), ("syntax", "broken.ttl", line)}
    assert f"broken.ttl:{line}:" in printed.err


@pytest.mark.parametrize("name", FORMATS)
def test_a_syntax_error_is_in_every_format_with_its_place(
    run: Run, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert run(write("broken.ttl", BROKEN), "--format", name) == 2
    said = capsys.readouterr().out
    assert "broken.ttl" in said
    assert str(HEAD.count("\n") + 1) in said
    assert "not Turtle" in said
    assert "syntax" in said


@pytest.mark.parametrize(
    "words",
    [
        ["missing.ttl"],
        ["data.ttl", "--shapes", "missing.ttl"],
        ["data.ttl", "--shapes", "data.ttl"],
        ["data.ttl", "--format", "yaml"],
        ["data.ttl", "--fail-on", "doubt"],
        ["data.ttl", "--time-limit", "0"],
        ["data.ttl", "--time-limit", "nan"],
        ["data.ttl", "--output", "sarf=x"],
        ["data.ttl", "--output", "json="],
        ["data.ttl", "--output", "json=no/folder/x.json"],
        ["data.ttl", "--output", "json=x", "--output", "sarif=./x"],
        ["data.ttl", "--output", "json=data.ttl"],
        ["data.ttl", "--shapes", "../shapes.ttl", "--output", "json=../shapes.ttl"],
        ["data.ttl", "--output", "json=."],
        ["data.ttl", "--baseline", "missing.json"],
        ["data.ttl", "--baseline", "data.ttl"],
        ["data.ttl", "--write-baseline"],
        ["data.ttl", "--config", "missing.toml"],
        ["data.ttl", "--config", "x.toml", "--no-config"],
        ["--explain", "dios:NoSuchShape"],
    ],
)
def test_misuse_ends_in_2_with_a_sentence_and_changes_no_file(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    before = Path(write("data.ttl", GOOD)).read_bytes()
    try:
        code = cli.main(["validate", *words])
    except SystemExit as left:
        code = int(str(left.code))
    assert code == 2
    printed = capsys.readouterr()
    assert "dio validate: " in printed.err
    assert "Traceback" not in printed.err
    assert Path("data.ttl").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == [".git", "data.ttl"]


def test_the_time_limit_ends_in_3_and_says_so() -> None:
    with pytest.raises(InternalError, match=r"0\.05 seconds, the time limit"):
        within(0.05, lambda: time.sleep(60) or 0)


def test_an_engine_that_dies_ends_in_3_and_says_of_what() -> None:
    def die() -> int:
        os.kill(os.getpid(), signal.SIGSEGV)
        return 0

    with pytest.raises(InternalError, match="SIGSEGV"):
        within(60, die)
    assert InternalError.exit_code == 3


@pytest.mark.usefixtures("folder")
def test_within_the_time_limit_the_exit_code_is_that_of_the_run() -> None:
    words = [
        sys.executable,
        "-m",
        "diaspora_influence.cli",
        "validate",
        "--shapes",
        "../shapes.ttl",
        "--time-limit",
        "60",
    ]
    ends = [
        subprocess.run(
            [*words, write("data.ttl", body)], capture_output=True, text=True, check=False, env=os.environ
        )
        for body in (VIOLATION, BROKEN)
    ]
    assert [end.returncode for end in ends] == [1, 2]
    assert "A club has a name." in ends[0].stdout


def test_an_unforeseen_error_ends_in_3_and_shows_no_traceback(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("diaspora_influence.validate.session.read_each", lambda *_, **__: 1 / 0)
    assert run(write("data.ttl", GOOD)) == 3
    assert (
        capsys.readouterr().err
        == "dio validate: dio validate itself failed: ZeroDivisionError: division by zero\n"
    )


@pytest.mark.usefixtures("folder")
def test_a_run_that_takes_longer_than_its_time_limit_ends_in_3() -> None:
    words = ["--shapes", "../shapes.ttl", "--time-limit", "0.001", write("data.ttl", VIOLATION)]
    command = [sys.executable, "-m", "diaspora_influence.cli", "validate", *words]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 3
    assert ended.stderr == "dio validate: not done within 0.001 seconds, the time limit\n"
    assert ended.stdout == ""


# --- where reports go ---


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("more", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_text_is_coloured_on_a_terminal_that_wants_it(more: dict[str, str], coloured: bool) -> None:
    words = ["--shapes", "../shapes.ttl", "--output", "text=report.txt", write("data.ttl", VIOLATION)]
    plain = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "diaspora_influence.cli", "validate", *words]
    subprocess.run(command, stdout=theirs, check=False, env=plain | {"TERM": "xterm"} | more)
    os.close(theirs)
    shown = os.read(ours, 99_999).decode()
    os.close(ours)
    assert "A club has a name." in shown
    assert ("\x1b[1;31m" in shown) == coloured
    assert "\x1b" not in Path("report.txt").read_text("utf-8")


def test_several_reports_are_written_beside_the_one_that_is_printed(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [word for name in FORMATS for word in ("--output", f"{name}=report.{name}")]
    assert run(write("data.ttl", VIOLATION), *words) == 1
    assert capsys.readouterr().out == Path("report.text").read_text("utf-8")
    assert json.loads(Path("report.json").read_text("utf-8"))["counts"]["Violation"] == 1
    assert not list(Path().glob(".*.part"))


def test_a_file_without_a_format_takes_the_printed_report(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write("data.ttl", VIOLATION), "--format", "concise", "--output", "report.txt") == 1
    assert capsys.readouterr().out == ""
    assert Path("report.txt").read_text("utf-8").endswith("1 violation\n")


def test_a_minus_is_standard_output(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write("data.ttl", VIOLATION), "--output", "json=-") == 1
    assert json.loads(capsys.readouterr().out)["counts"]["Violation"] == 1


def test_quiet_prints_nothing_and_still_writes_and_fails(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write("data.ttl", VIOLATION), "--quiet", "--output", "json=report.json") == 1
    assert capsys.readouterr() == ("", "")
    assert Path("report.json").exists()


def test_quiet_still_names_what_cannot_be_read(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write("broken.ttl", BROKEN), "--quiet") == 2
    assert "broken.ttl:" in capsys.readouterr().err


def test_a_report_replaces_a_file_whole_and_follows_a_link(run: Run) -> None:
    Path("real.json").write_text("x" * 99_999, "utf-8")
    Path("link.json").symlink_to("real.json")
    assert run(write("data.ttl", GOOD), "--output", "json=link.json") == 0
    assert Path("link.json").is_symlink()
    assert json.loads(Path("real.json").read_text("utf-8"))["conforms"]


def test_a_report_can_go_to_a_device(run: Run) -> None:
    assert run(write("data.ttl", VIOLATION), "--output", "json=/dev/null") == 1
    assert Path("/dev/null").is_char_device()


def test_a_new_report_is_readable_as_other_new_files_are(run: Run) -> None:
    Path("other").touch()
    run(write("data.ttl", GOOD), "--output", "json=report.json")
    assert Path("report.json").stat().st_mode == Path("other").stat().st_mode


def test_a_name_may_hold_an_equals_sign() -> None:
    assert [(goal.format, goal.file) for goal in outputs(["json=a=b.json"], "text", True)] == [
        ("json", "a=b.json")
    ]


def test_names_of_files_that_mean_harm_come_through_every_format(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [
        "::error file=x::y.ttl",
        "new\nline.ttl",
        "<b>100%25<b>.ttl",
        "\x1b[31m.ttl",
        os.fsdecode(b"latin\xe9.ttl"),
    ]
    for name in FORMATS:
        assert (
            run(
                *(write(file, VIOLATION.replace("urn:d", f"urn:{i}")) for i, file in enumerate(names)),
                "--format",
                name,
            )
            == 1
        )
        assert "\x1b" not in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["text", "json"])
def test_a_terminal_that_knows_no_unicode_gets_escapes(name: str) -> None:
    write("data.ttl", '<urn:x> a <urn:Club> ; <urn:members> "é漢" ; <urn:named> "x" .\n')
    words = ["validate", "data.ttl", "--shapes", "../shapes.ttl", "--format", name]
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    ended = subprocess.run(
        [sys.executable, "-m", "diaspora_influence.cli", *words],
        capture_output=True,
        check=False,
        env=environment,
    )
    assert ended.returncode == 0, ended.stderr
    if name == "json":
        assert "é漢" in json.loads(ended.stdout.decode("utf-8"))["findings"][0]["value"]
    else:
        assert b'"\\xe9\\u6f22"' in ended.stdout


# --- baseline ---


def test_only_what_is_new_fails_although_lines_shift(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write("data.ttl", VIOLATION), "--baseline", "known.json", "--write-baseline") == 0
    printed = capsys.readouterr()
    assert printed.err == "dio validate: known.json: 1 finding written\n"
    assert printed.out == "baseline: 1 known finding left out\nconforms: no findings\n"
    assert run(write("data.ttl", "\n\n", GOOD, VIOLATION), "--baseline", "known.json") == 0
    assert capsys.readouterr().out == "baseline: 1 known finding left out\nconforms: no findings\n"
    assert (
        run(
            write("data.ttl", VIOLATION, VIOLATION.replace("urn:d", "urn:new")),
            "--baseline",
            "known.json",
            "--format",
            "json",
        )
        == 1
    )
    whole = json.loads(capsys.readouterr().out)
    assert [hit["focus"] for hit in whole["findings"]] == ["urn:new"]
    assert whole["baseline"] == {"known": 1, "stale": []}


def test_what_a_baseline_holds_in_vain_is_named(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run(
        write("data.ttl", VIOLATION),
        write("other.ttl", VIOLATION.replace("urn:d", "urn:o")),
        "--baseline",
        "known.json",
        "--write-baseline",
    )
    assert run(write("data.ttl", GOOD), "--baseline", "known.json") == 0
    said = capsys.readouterr().out
    assert "baseline: no longer found: data.ttl: urn:name: urn:d urn:named\n" in said
    assert "other.ttl" not in said
    Path("other.ttl").unlink()
    assert run("data.ttl", "--baseline", "known.json") == 0
    assert "no longer found: other.ttl" in capsys.readouterr().out


def test_blank_nodes_are_known_again_when_their_numbers_shift(run: Run) -> None:
    node = "[] a <urn:Club> ;\n   <urn:members> 5 .\n"
    run(write("data.ttl", node), "--baseline", "known.json", "--write-baseline")
    assert run(write("data.ttl", '[] <urn:other> "node" .\n', node), "--baseline", "known.json") == 0
    assert run(write("data.ttl", node, node), "--baseline", "known.json") == 1


def test_a_baseline_is_the_same_bytes_whenever_it_is_written(run: Run) -> None:
    texts = []
    for body in ([VIOLATION, WARNING], ["\n", WARNING, VIOLATION]):
        run(write("data.ttl", *body), "--baseline", "known.json", "--write-baseline")
        texts.append(Path("known.json").read_bytes())
    assert texts[0] == texts[1]


def test_a_file_that_cannot_be_read_is_never_known(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write("broken.ttl", BROKEN), "--baseline", "known.json", "--write-baseline") == 2
    printed = capsys.readouterr()
    assert printed.err == "dio validate: known.json: not written while a file cannot be read\n"
    assert "broken.ttl:" in printed.out
    assert not Path("known.json").exists()


GARBLED = [
    "",
    "[]",
    "{",
    "[" * 100_000,
    '{"kind": "dio validate baseline"}',
    '{"kind": "dio validate baseline", "version": 2, "findings": []}',
    '{"kind": "dio validate baseline", "version": 1, "findings": {}}',
    '{"kind": "dio validate baseline", "version": 1, "findings": [{"fingerprint": "x"}]}',
    '{"kind": "dio validate baseline", "version": 1, "findings": [{"fingerprint": "x", "count": true, "file": "f", "finding": "n"}]}',
    '{"kind": "dio validate baseline", "version": 1, "findings": [{"fingerprint": "x", "count": -1, "file": "f", "finding": "n"}]}',
    "\udcff",
]


@pytest.mark.parametrize("content", GARBLED)
def test_a_garbled_baseline_is_refused_and_never_replaced(
    run: Run, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    garbled = content.encode("utf-8", "surrogateescape")
    Path("known.json").write_bytes(garbled)
    write("data.ttl", VIOLATION)
    for more in ([], ["--write-baseline"]):
        assert run("data.ttl", "--baseline", "known.json", *more) == 2
        assert "known.json: " in capsys.readouterr().err
    assert Path("known.json").read_bytes() == garbled


# --- configuration ---


@pytest.mark.usefixtures("folder")
def test_a_file_says_what_no_flag_says(capsys: pytest.CaptureFixture[str]) -> None:
    write("data.ttl", WARNING)
    Path("pyproject.toml").write_text(
        '[tool.dio.validate]\nfiles = ["data.ttl"]\nshapes = ["../shapes.ttl"]\nfail-on = "warning"\n'
        'format = "concise"\noutput = ["json=report.json"]\ncontext = false\nengine = "pyshacl"\n',
        "utf-8",
    )
    assert cli.main(["validate"]) == 1
    assert capsys.readouterr().out.endswith("1 warning\n")
    assert Path("report.json").exists()
    assert cli.main(["validate", "--fail-on", "never", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["Warning"] == 1


def test_paths_of_a_file_start_at_its_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("data.ttl", VIOLATION)
    Path("dio.toml").write_text(
        '[validate]\nfiles = ["data.ttl"]\nshapes = ["../shapes.ttl"]\noutput = ["json=out.json"]\n', "utf-8"
    )
    (folder / "deep").mkdir()
    monkeypatch.chdir(folder / "deep")
    assert cli.main(["validate"]) == 1
    assert (folder / "out.json").exists()


def test_the_nearest_file_counts_and_the_search_ends_with_the_repository(folder: Path) -> None:
    (folder.parent / "dio.toml").write_text("[validate]\n", "utf-8")
    assert found_above(folder) is None
    (folder / "pyproject.toml").write_text('[project]\nname = "x"\n', "utf-8")
    assert found_above(folder) is None
    (folder / "pyproject.toml").write_text("[tool.dio.validate]\n", "utf-8")
    assert found_above(folder) == folder / "pyproject.toml"
    (folder / "dio.toml").write_text("", "utf-8")
    assert found_above(folder) == folder / "dio.toml"
    assert read(folder / "dio.toml") == Options()


def test_the_file_that_was_read_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("dio.toml").write_text('[validate]\nshapes = ["../shapes.ttl"]\n', "utf-8")
    assert cli.main(["validate", write("data.ttl", GOOD), "--verbose"]) == 0
    assert f"configuration: {folder / 'dio.toml'}" in capsys.readouterr().err
    assert cli.main(["validate", "data.ttl", "--no-config", "--verbose"]) == 0
    assert "configuration: none" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[validate]\nformt = 'json'\n", "unknown key 'formt'; is it format?"),
        ("[validate]\nzzz = 1\n", "unknown key 'zzz'; there are files, format-in"),
        ("format = 'json'\n", "unknown key 'format'; there is the table"),
        ("[validate]\nformat = 'yaml'\n", "format has to be one of text"),
        ("[validate]\nformat = []\n", "format has to be one of text"),
        ("[validate]\nfail-on = 1\n", "fail-on has to be one of"),
        ("[validate]\nfiles = 'a.ttl'\n", "files has to be a list"),
        ("[validate]\nfiles = [1]\n", "files has to be a list"),
        ("[validate]\ncontext = 'no'\n", "context has to be true or false"),
        ("[validate]\nformat-in = 'word'\n", "format-in has to be one of turtle"),
        ("[validate]\nseparately = 1\n", "separately has to be true or false"),
        ("[validate]\nbaseline = ''\n", "baseline has to be a file"),
        ("[validate]\noutput = ['json=../x']\n", "leads out of the folder"),
        ("[validate]\noutput = ['/tmp/x']\n", "leads out of the folder"),
        ("[validate]\nbaseline = '../../x'\n", "leads out of the folder"),
        ("validate = 1\n", "validate has to be a table"),
        ("[validate\n", "not TOML"),
        ("\udcff", "not TOML"),
        ("x = " + "[" * 100_000, "not TOML"),
    ],
)
def test_a_wrong_file_is_refused_by_name(folder: Path, content: str, sentence: str) -> None:
    Path("dio.toml").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=r"dio\.toml: ") as error:
        read(folder / "dio.toml")
    assert sentence in str(error.value)


def test_every_key_is_an_option_and_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert [key.replace("-", "_") for key in KEYS] == list(Options.__slots__)
    with pytest.raises(SystemExit):
        cli.main(["validate", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert f"[tool.dio.validate], from the working folder up to the repository's: {', '.join(KEYS)}." in said


# --- explain ---


@pytest.mark.parametrize(
    "name",
    ["dios:Claim-certainty", "Claim-certainty", "https://w3id.org/diaspora-influence/shapes#Claim-certainty"],
)
def test_a_shape_is_explained_by_any_of_its_names(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert cli.main(["validate", "--explain", name]) == 0
    said = capsys.readouterr().out
    for words in (
        "dios:Claim-certainty: certainty (violation)",
        "asks:  A claim has exactly one certainty, a dio:CertaintyDegree.",
        "why:   How far the author commits herself.",
        "of:    each thing of the class dio:Claim",
        "see:   https://w3id.org/diaspora-influence/shapes#Claim-certainty",
        "claim.ttl:",
        "sh:path dio:certainty",
    ):
        assert words in said


def test_the_query_of_a_constraint_is_shown_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["validate", "--explain", "dios:Claim-otherClass"]) == 0
    said = capsys.readouterr().out
    assert "FILTER NOT EXISTS { $this dio:claimPredicate ?predicate" in said
    assert said.rstrip().endswith('}""" .')


def test_every_shape_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    from diaspora_influence.validate.shape_rules import known_rules

    names = sorted(rule.name for rule in known_rules(None).values() if rule.message)
    assert len(names) > 200
    for name in [*names[::25], "syntax"]:
        assert cli.main(["validate", "--explain", name]) == 0
        assert capsys.readouterr().out.startswith(name)


def test_a_shape_that_is_not_there_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["validate", "--explain", "Claim-certanty"]) == 2
    assert "is it dios:Claim-certainty" in capsys.readouterr().err


def test_an_example_that_breaks_a_shape_one_that_keeps_it_and_how_to_mend_it_are_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["validate", "--explain", "dios:Claim-certainty"]) == 0
    said = capsys.readouterr().out
    for words in (
        "  mend:  add dio:certainty\n  mend:  keep one value of dio:certainty\n",
        "\nbreaks it:\n  claim:club-created-by-ministry a dio:Claim ;\n      dio:certainty dio:stated , dio:alleged .\n\n",
        "\nkeeps it:\n  claim:club-created-by-ministry a dio:Claim ;\n      dio:certainty dio:probable .\n\n",
    ):
        assert words in said
    assert "ValidationResult" not in said
    assert "@prefix" not in said


def test_every_shape_has_its_examples_as_the_tests_have_them() -> None:
    names = sorted(path.name for path in CASES.iterdir() if path.is_dir())
    assert len(names) > 230
    for name in names:
        wrong, right = examples(SHAPES_SPACE + name) or ("", "")
        assert wrong
        assert right
        assert "ValidationResult" not in wrong + right


def test_what_has_no_example_shows_none() -> None:
    for iri in ("urn:S", SHAPES_SPACE + "../good", SHAPES_SPACE + "NoSuch", SHAPES_SPACE + "evidence-digest"):
        assert examples(iri) is None


@pytest.mark.parametrize("name", sorted(EXAMPLES))
@pytest.mark.usefixtures("folder")
def test_each_example_of_lint_breaks_its_rule_or_keeps_all_of_lint(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = []
    for text in examples(SHAPES_SPACE + name) or ():
        cli.main(["validate", write("data.ttl", text), "--format", "json"])
        hits = json.loads(capsys.readouterr().out)["findings"]
        found.append({hit["rule"] for hit in hits} & {*EXAMPLES, "syntax"})
    assert found == [{name}, set()]


def test_shapes_of_ones_own_are_explained_too(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--explain", "urn:name") == 0
    said = capsys.readouterr().out
    assert "of:    each thing of the class urn:Club" in said
    assert "A club has a name." in said


def test_shapes_in_any_format_say_what_they_are_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = HEAD + SHAPES + '<urn:name> sh:description "So that it can be called."@en .\n'
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    (folder / "shapes.nt").write_bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
    assert cli.main(["validate", "--shapes", "shapes.nt", write("data.ttl", VIOLATION)]) == 1
    assert "why: So that it can be called." in capsys.readouterr().out


# --- watch ---


@pytest.mark.usefixtures("folder")
def test_a_change_is_seen_and_nothing_else() -> None:
    write("data.ttl", GOOD)
    seen = changes(("data.ttl",), ("../shapes.ttl",), 0)
    first = next(seen)
    write("data.ttl", GOOD, GOOD)
    second = next(seen)
    Path("data.ttl").unlink()
    assert first != second != next(seen) == ()


@pytest.mark.usefixtures("folder")
def test_watching_judges_again_after_a_change_and_ends_when_interrupted() -> None:
    words = [
        sys.executable,
        "-u",
        "-m",
        "diaspora_influence.cli",
        "validate",
        "--shapes",
        "../shapes.ttl",
        "--watch",
        "--format",
        "concise",
    ]
    with subprocess.Popen(
        [*words, write("data.ttl", VIOLATION)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as watching:
        try:
            assert watching.stdout
            lines = iter(watching.stdout)
            assert "1 violation\n" in until_waiting(lines)
            write("data.ttl", GOOD)
            assert "conforms: no findings\n" in until_waiting(lines)
            write("data.ttl", BROKEN)
            assert "1 file cannot be read\n" in until_waiting(lines)
            watching.send_signal(signal.SIGINT)
            assert watching.wait(30) == 130
        finally:
            watching.kill()


def until_waiting(lines: Iterator[str]) -> list[str]:
    """Return the lines up to the one that says that it waits."""
    found = []
    for line in lines:
        found.append(line)
        if "waiting for changes" in line:
            return found
    raise AssertionError(found)


def test_the_repository_itself_has_no_configuration_that_tests_could_read() -> None:
    assert found_above(ROOT) is None


def test_lint_and_named_context_can_be_configured(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("data.ttl", "<urn:a> rdfs:seeAlso id:mine , dio:Nothing .\n")
    write("more.ttl", "id:mine a dio:State .\n")
    judge = ["validate", "data.ttl", "--format", "json"]

    def rules() -> list[str]:
        cli.main(judge)
        return sorted(hit["rule"] for hit in json.loads(capsys.readouterr().out)["findings"])

    assert rules() == ["unknown-name", "unknown-term"]
    (folder / "dio.toml").write_text('[validate]\ncontext-files = ["more.ttl"]\n', "utf-8")
    assert rules() == ["unknown-term"]
    (folder / "dio.toml").write_text("[validate]\nlint = false\n", "utf-8")
    assert rules() == []


def test_report_is_not_written_over_named_context(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    more = write("more.ttl", GOOD)
    before = Path(more).read_bytes()
    assert run(write("data.ttl", GOOD), "--context", more, "--output", more) == 2
    assert "not written over" in capsys.readouterr().err
    assert Path(more).read_bytes() == before


# --- which engine judged ---


@pytest.mark.usefixtures("folder")
def test_who_judged_in_place_of_the_fast_engine_is_said_once_and_stands_in_the_reports(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise UnsupportedError.of("urn:some-shape", "a path with *")

    monkeypatch.setattr("diaspora_influence.validate.judge.fast", refuse)
    words = ["validate", write("data.ttl", GOOD), write("more.ttl", INFO), "--no-context", "--separately"]
    said = "pyshacl judges, which takes longer: urn:some-shape: the fast engine does not judge a path with *"
    assert cli.main([*words, "--format", "json", "--output", "sarif=r.sarif", "--output", "html=r.html"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["notes"] == [said]
    assert printed.err == f"dio validate: {said}\n"
    [run] = json.loads(Path("r.sarif").read_text("utf-8"))["runs"]
    assert run["invocations"] == [
        {
            "executionSuccessful": True,
            "toolExecutionNotifications": [{"level": "note", "message": {"text": f"{said}."}}],
        }
    ]
    assert f"<p>{said}</p>" in Path("r.html").read_text("utf-8")
    assert cli.main([*words, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_nothing_is_said_of_the_engine_that_was_to_judge(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write("data.ttl", GOOD), "--format", "json") == 0
    printed = capsys.readouterr()
    assert (json.loads(printed.out)["notes"], printed.err) == ([], "")
