"""What a small run does not wait for: modules and patterns that it has no need of."""

import gc
import re
import subprocess
import sys
from pathlib import Path

import pytest

from diaspora_influence.later import pattern
from diaspora_influence.validate.collector import without_collector

TINY = """\
@prefix dio: <https://w3id.org/diaspora-influence/ontology#> .
@prefix id: <https://w3id.org/diaspora-influence/id/> .
id:kremlin a dio:StateOrgan .
"""
SLOW = (
    "dataclasses",
    "inspect",
    "ast",
    "json",
    "fractions",
    "decimal",
    "shutil",
    "tomllib",
    "hashlib",
    "difflib",
)
FOREIGN = ("rdflib", "pyshacl", "flask", "uvloop", "httptools", "owlready2")
NO_HELP = ("pyoxigraph", "pathlib", "urllib.parse", "diaspora_influence.validate.session")
TOLD = "import sys\nfrom diaspora_influence.cli import main\ntry:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"


def imported(*words: str, cwd: Path) -> set[str]:
    """Return the modules that the command imports."""
    code = TOLD + "print(*sys.modules, file=sys.stderr)"
    run = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, cwd=cwd
    )
    assert run.stdout
    return set(run.stderr.split())


@pytest.mark.parametrize("context", [(), ("--no-context",)])
@pytest.mark.parametrize("form", ["text", "concise"])
def test_small_run_imports_nothing_slow(context: tuple[str, ...], form: str, tmp_path: Path) -> None:
    (tmp_path / "tiny.ttl").write_text(TINY, "utf-8")
    found = imported("validate", "--no-config", "--format", form, *context, "tiny.ttl", cwd=tmp_path)
    assert "diaspora_influence.validate.fast.judge" in found
    assert found.isdisjoint((*SLOW, *FOREIGN))


@pytest.mark.parametrize("words", [("--help",), ("validate", "--help")])
def test_help_imports_nothing_that_reads(words: tuple[str, ...], tmp_path: Path) -> None:
    assert imported(*words, cwd=tmp_path).isdisjoint((*SLOW, *FOREIGN, *NO_HELP))


def test_pattern_is_compiled_when_it_is_first_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    compiled = re.compile
    monkeypatch.setattr(re, "compile", lambda text, flags=0: asked.append(text) or compiled(text, flags))
    lazy = pattern("A(.)", re.IGNORECASE)
    assert asked == []
    assert lazy.findall("ab ac") == ["b", "c"]
    assert lazy.findall("ad") == ["d"]
    assert asked == ["A(.)"]
    assert lazy.sub("x", "ab") == "x"
    assert lazy.pattern == "A(.)"


def test_what_is_made_without_the_collector_is_not_searched_when_it_is_back() -> None:
    assert gc.isenabled()
    with without_collector():
        assert not gc.isenabled()
        made = [[number] for number in range(5000)]
        with without_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    assert not any(thing is made[0] for thing in gc.get_objects(generation=0))
    assert gc.get_freeze_count() == 0


def test_what_a_server_has_frozen_stays_frozen() -> None:
    gc.freeze()
    try:
        before = gc.get_freeze_count()
        with without_collector():
            pass
        assert gc.get_freeze_count() == before > 0
    finally:
        gc.unfreeze()
