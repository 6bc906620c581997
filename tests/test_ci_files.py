"""Where CI is: the action, the hook and the pipelines that we show are valid by their schemas, and they run."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from diaspora_influence.data import ROOT

BIN = Path(sys.executable).parent
SITE_PACKAGES = sysconfig.get_paths()["purelib"]
GUIDE = ROOT / "shapes" / "README.md"
FAULTY = "@prefix dio: <https://w3id.org/diaspora-influence/ontology#> .\n\n<urn:one> a dio:Claim .\n"
SHAPES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:Club> a sh:NodeShape ; sh:targetClass <urn:club> ;
    sh:property [ sh:path <urn:name> ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "no name" ] .
"""
FINE, FINDINGS, UNREADABLE = 0, 1, 2


def yaml(text: str) -> Any:
    return YAML(typ="safe").load(text)


def pipelines() -> list[str]:
    """Return the pipelines that the guide shows, as they are copied."""
    return re.findall(r"^```yaml\n(.*?)^```$", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def tool(name: str, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(BIN / name), *map(str, words)], capture_output=True, text=True, check=False)


# --- by their schemas ---

VENDORED = ("github-actions", "github-workflows", "gitlab-ci", "citation-file-format")


def schema_says(schema: str, path: Path) -> subprocess.CompletedProcess[str]:
    assert schema in VENDORED
    return tool("check-jsonschema", "--builtin-schema", f"vendor.{schema}", path)


@pytest.mark.parametrize(
    ("schema", "name"), [("github-actions", "action.yml"), ("citation-file-format", "CITATION.cff")]
)
def test_file_is_valid_by_its_schema(schema: str, name: str) -> None:
    said = schema_says(schema, ROOT / name)
    assert said.returncode == 0, said.stdout


def test_hook_is_valid_by_pre_commit() -> None:
    said = tool("pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")
    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize(("number", "schema"), [(0, "github-workflows"), (1, "gitlab-ci")])
def test_pipeline_that_is_shown_is_valid_by_its_schema(number: int, schema: str, tmp_path: Path) -> None:
    (tmp_path / "pipeline.yml").write_text(pipelines()[number], "utf-8")
    said = schema_says(schema, tmp_path / "pipeline.yml")
    assert said.returncode == 0, said.stdout


def test_pre_commit_configuration_that_is_shown_is_valid(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(pipelines()[2], "utf-8")
    said = tool("pre-commit", "validate-config", tmp_path / "config.yaml")
    assert said.returncode == 0, said.stdout


def test_guide_shows_three_pipelines_of_which_the_first_has_ten_lines() -> None:
    assert len(pipelines()[0].splitlines()) == 10
    assert len(pipelines()) == 3


@pytest.mark.parametrize(
    ("schema", "text"), [("github-actions", "runs: {}\n"), ("gitlab-ci", "rdf: { script: 5 }\n")]
)
def test_schema_refuses_what_is_wrong(schema: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "wrong.yml").write_text(text, "utf-8")
    assert schema_says(schema, tmp_path / "wrong.yml").returncode != 0


# --- the action, its steps run as the runner runs them ---


@dataclass(frozen=True)
class Outcome:
    """What a step gave: its exit code, what it printed, and its outputs."""

    code: int
    log: str
    outputs: dict[str, str]


def action() -> dict[str, Any]:
    found: dict[str, Any] = yaml((ROOT / "action.yml").read_text("utf-8"))
    return found


def filled(expression: str, inputs: dict[str, str]) -> str:
    """Return a variable's value as the runner makes it; an unknown expression is an error."""
    known = {f"inputs.{name}": value for name, value in inputs.items()} | {"github.action_path": str(ROOT)}
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda match: known[match[1]], expression)


def step(number: int, folder: Path, runner: Path, **given: str) -> Outcome:
    """Run one step in *folder*, with the defaults for all inputs that are not *given*."""
    inputs = {name: one.get("default", "") for name, one in action()["inputs"].items()}
    inputs |= {name.replace("_", "-"): value for name, value in given.items()}
    said = action()["runs"]["steps"][number]
    told = runner / f"output-{folder.name}"
    told.unlink(missing_ok=True)
    env = {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "HOME": str(runner),
        "RUNNER_TEMP": str(runner),
        "GITHUB_OUTPUT": str(told),
        "PYTHONPATH": SITE_PACKAGES,  # what we lean on; ourselves we are installed by the action
        **{"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"},
        **{name: filled(value, inputs) for name, value in said["env"].items()},
    }
    assert said["shell"] == "bash"
    words = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", said["run"]]
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
    outputs = told.read_text("utf-8").splitlines() if told.exists() else []
    return Outcome(done.returncode, done.stdout + done.stderr, dict(line.split("=", 1) for line in outputs))


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runner on which the first step has installed this checkout, as a wheel."""
    folder = tmp_path_factory.mktemp("runner")
    done = step(0, folder, folder)
    assert done.code == 0, done.log
    [package] = (folder / "dio" / "lib").glob("*/site-packages/diaspora_influence")
    assert (package / "shapes" / "claim.ttl").is_file()
    return folder


def results(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["runs"][0]["results"]
    return found


def test_action_fails_at_a_violation_and_annotates_its_line(runner: Path, tmp_path: Path) -> None:
    (tmp_path / "claim.ttl").write_text(FAULTY, "utf-8")
    done = step(1, tmp_path, runner, files="claim.ttl")
    assert done.code == FINDINGS
    assert re.search(r"^::error .*file=claim\.ttl,line=3", done.log, re.MULTILINE)
    assert done.outputs == {"sarif": "dio.sarif", "exit-code": "1"}
    assert results(tmp_path / "dio.sarif")


def test_action_passes_what_conforms_and_writes_an_empty_sarif(runner: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "instances" / "miles-2017" / "claims" / "georgia.ttl", tmp_path)
    done = step(1, tmp_path, runner, files="*.ttl", sarif="out/found.sarif")
    assert (done.code, done.outputs) == (FINE, {"sarif": "out/found.sarif", "exit-code": "0"}), done.log
    assert results(tmp_path / "out" / "found.sarif") == []


@pytest.mark.parametrize(("fail_on", "code"), [("violation", FINE), ("warning", FINDINGS)])
def test_action_judges_by_shapes_of_ones_own_and_fails_on_what_is_asked(
    fail_on: str, code: int, runner: Path, tmp_path: Path
) -> None:
    (tmp_path / "my clubs.ttl").write_text("<urn:a> a <urn:club> .\n", "utf-8")
    (tmp_path / "shapes.ttl").write_text(SHAPES, "utf-8")
    done = step(1, tmp_path, runner, files="\nmy clubs.ttl\n", shapes="shapes.ttl\n", fail_on=fail_on)
    assert done.code == code, done.log
    assert re.search(r"^::warning .*file=my clubs\.ttl,line=1", done.log, re.MULTILINE)


def test_action_ends_with_2_where_a_file_is_no_rdf(runner: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("<urn:a> <urn:b>\n", "utf-8")
    done = step(1, tmp_path, runner, files="broken.ttl")
    assert (done.code, done.outputs["exit-code"]) == (UNREADABLE, "2")


@pytest.mark.parametrize("name", ["$(touch owned)", "; touch owned", "--output=owned", "`touch owned`"])
def test_input_of_the_action_is_never_a_command(name: str, runner: Path, tmp_path: Path) -> None:
    done = step(1, tmp_path, runner, files=name)
    assert done.code == UNREADABLE
    assert not (tmp_path / "owned").exists()


def test_what_is_installed_shows_the_examples_of_the_tests(runner: Path, tmp_path: Path) -> None:
    words = [runner / "dio" / "bin" / "dio", "validate", "--no-config", "--explain", "Claim-certainty"]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": SITE_PACKAGES}
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (FINE, "")
    for name, head in (("fail", "breaks it:"), ("pass", "keeps it:")):
        case = (ROOT / "tests" / "shapes" / "Claim-certainty" / f"{name}.ttl").read_text("utf-8")
        [line] = re.findall(r"^    dio:certainty .*$", case, re.MULTILINE)
        assert f"  {line}\n" in done.stdout.partition(head)[2]


def test_no_input_stands_in_a_script() -> None:
    assert [one["name"] for one in action()["runs"]["steps"] if "${{" in one["run"]] == []


# --- the hook and the other pipeline, with a repository in place of OWNER's ---

OWNERS = "https://github.com/OWNER/diaspora-influence"
PACKAGED = ("server", "ontology", "instances", "shapes", "tests/shapes")
OFFLINE = {
    "PIP_NO_INDEX": "1",
    "PIP_NO_DEPS": "1",
    "PIP_NO_BUILD_ISOLATION": "0",
    "PYTHONPATH": SITE_PACKAGES,
}
"""What we lean on is here already; ourselves we are installed."""


def shell(words: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {"PATH": f"{BIN}:{env['PATH']}", **more}
    return subprocess.run(
        ["bash", "-ec", words], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def committed(folder: Path, more: str = "") -> None:
    """Make *folder* a repository with all that is in it."""
    who = "-c user.name=A -c user.email=a@example.org -c core.hooksPath=/dev/null"
    done = shell(f"git init -q . && git add -A && git {who} commit -q -m all {more}", folder)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of this checkout as it stands, with the tag that the guide names."""
    folder = tmp_path_factory.mktemp("repository")
    for name in PACKAGED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    committed(folder, "&& git tag v0.1.0")
    return folder


@pytest.fixture(scope="module")
def users(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of somebody who has taken over what the guide shows for pre-commit."""
    folder = tmp_path_factory.mktemp("users")
    (folder / ".pre-commit-config.yaml").write_text(pipelines()[2].replace(OWNERS, str(repository)), "utf-8")
    (folder / "fine.ttl").write_text("", "utf-8")
    (folder / "faulty.ttl").write_text(FAULTY, "utf-8")
    (folder / "notes.json").write_text("no RDF", "utf-8")
    (folder / "--output=text=out").mkdir()
    (folder / "--output=text=out" / "owned.ttl").write_text("", "utf-8")
    (folder / "out").mkdir()
    committed(folder)
    return folder


CHOSEN = {"fine.ttl": FINE, "faulty.ttl": FINDINGS, "notes.json": FINE, "--output=text=out/owned.ttl": FINE}


@pytest.mark.parametrize("name", CHOSEN)
def test_hook_runs_in_pre_commit_as_the_guide_shows_it(name: str, users: Path) -> None:
    home = str(users.parent / "pre-commit")
    done = shell(f"pre-commit run --files='{name}'", users, PRE_COMMIT_HOME=home, **OFFLINE)
    assert done.returncode == CHOSEN[name], done.stdout + done.stderr
    assert ("faulty.ttl:3:1: violation" in done.stdout) == (name == "faulty.ttl")
    assert ("Skipped" in done.stdout) == (name == "notes.json")
    assert list((users / "out").iterdir()) == []


def test_gitlab_pipeline_installs_itself_and_writes_its_report_either_way(
    repository: Path, tmp_path: Path
) -> None:
    job = yaml(pipelines()[1])["rdf"]
    assert "".join(job["script"]).count(OWNERS) == 1
    script = "\n".join(job["script"]).replace(OWNERS, f"file://{repository}")
    # An environment of its own, as the job's image is: pip takes what it installs out of where it runs.
    assert shell(f"'{sys.executable}' -m venv job", tmp_path).returncode == 0
    place = {"PATH": f"{tmp_path}/job/bin:{os.environ['PATH']}"}
    (tmp_path / "data").mkdir()
    for text, code in ((FAULTY, FINDINGS), ("", FINE)):
        (tmp_path / "data" / "claim.ttl").write_text(text, "utf-8")
        done = shell(script, tmp_path, **OFFLINE | place)
        assert done.returncode == code, done.stderr
        report = json.loads((tmp_path / job["artifacts"]["reports"]["codequality"]).read_text("utf-8"))
        assert bool(report) == (code == FINDINGS)
        assert {one["location"]["path"] for one in report} <= {"data/claim.ttl"}
        script = script.partition("\n")[2]
    assert (tmp_path / "job" / "bin" / "dio").is_file()
    assert (BIN / "dio").is_file()
