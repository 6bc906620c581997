"""The README tells the truth: its commands run and print what it shows, its links and tables hold."""

import re
import shlex
from pathlib import Path

import pytest

from diaspora_influence.cli import COMMANDS, main
from diaspora_influence.data import ROOT
from diaspora_influence.release.read import Release
from diaspora_influence.settings import SETTINGS, Settings, standard

READMES = [ROOT / "README.md", *sorted(ROOT.glob("[!.]*/README.md"))]
FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str]]:
    """Return (command, output) of each `$ dio …` in the README's console blocks."""
    blocks = FENCE.findall((ROOT / "README.md").read_text("utf-8"))
    pairs = [block.partition("\n") for block in blocks if block.startswith("$ ")]
    return [(command.removeprefix("$ "), output) for command, _, output in pairs]


def test_the_readme_shows_five_questions_and_the_counts() -> None:
    assert [command.split()[1] for command, _ in examples()] == ["query"] * 5 + ["stats"]


@pytest.mark.parametrize(("command", "shown"), examples())
def test_a_command_prints_what_the_readme_shows(
    command: str,
    shown: str,
    release: Release,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("DIO_RELEASE_DIR", str(release.directory.parent))
    assert main(shlex.split(command)[1:]) == 0
    printed = capsys.readouterr().out
    assert [line.rstrip() for line in printed.splitlines()] == shown.splitlines()


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert [command for command in COMMANDS if f"`dio {command}" not in text] == []


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_relative_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = {name for path in READMES for name in re.findall(r"`make ([a-z-]+)", path.read_text("utf-8"))}
    assert {"serve", "test"} <= named
    assert {name for name in named if not re.search(rf"^{name}:", makefile, re.MULTILINE)} == set()


def test_the_table_of_settings_is_that_of_the_program() -> None:
    text = (ROOT / "server" / "README.md").read_text("utf-8")
    defaults = Settings()
    rows = [f"| `{s.flag}` | `{s.variable}` | {standard(s, defaults)} | {s.purpose} |" for s in SETTINGS]
    assert [row for row in rows if row not in text] == []
