"""The house itself: imports point one way, one IRI has one place, one version is written once."""

import ast
import re
import tomllib
from pathlib import Path
from string import ascii_lowercase

import pyoxigraph as ox
import pytest

from diaspora_influence import __version__
from diaspora_influence.data import ROOT, read_turtle
from diaspora_influence.passages.text import SourceText
from diaspora_influence.terms import CLAIM, DCTERMS, RDFS, SKOS

PACKAGE = ROOT / "server" / "diaspora_influence"
ORDER = [
    *(
        "terms",
        "errors",
        "record",
        "later",
        "terminal",
        "origin",
        "dial",
        "offspring",
        "lines",
        "table",
        "parsed",
        "data",
        "convert",
        "edtf",
        "passages",
        "drafting",
        "derive",
    ),
    *(
        "reason",
        "validate",
        "release",
        "sparql",
        "why",
        "explain",
        "stats",
        "export",
        "settings",
        "web",
        "cli",
        "commands",
    ),
]
"""The rooms, lowest first: a room imports only from those before it, or from itself."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(module: str) -> str:
    return module.split(".")[1]


def imported_rooms(path: Path) -> set[str]:
    """Return the rooms that a module imports, at its top or within a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = node.module == "diaspora_influence"
            found |= {f"{node.module}.{a.name}" for a in node.names} if whole else {node.module}
    ours = (name for name in found if name.startswith("diaspora_influence."))
    return {room(name) for name in ours} - {"__version__"}


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_point_upwards(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own == "__init__":
        return
    assert own in ORDER, f"{own} has no place in the order of rooms"
    late = {name for name in imported_rooms(path) if ORDER.index(name) > ORDER.index(own)}
    assert late == set()


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_no_module_but_terms_writes_an_iri_of_ours(path: Path) -> None:
    text = path.read_text("utf-8")
    assert path.name == "terms.py" or "w3id.org/diaspora-influence" not in text


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("__init__.py")), ids=lambda p: p.parent.name)
def test_package_files_do_nothing(path: Path) -> None:
    nodes = ast.parse(path.read_text("utf-8")).body
    allowed = (ast.Expr, ast.Assign, ast.ImportFrom)
    assert all(isinstance(node, allowed) for node in nodes)


def test_the_version_is_written_once_and_repeated_truly() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    ontology = (ROOT / "ontology" / "diaspora-influence.ttl").read_text("utf-8")
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert project["version"] == __version__
    assert f'owl:versionInfo "{__version__}"' in ontology
    assert f"ontology/{__version__}> ;" in ontology
    assert re.search(rf"^version: {re.escape(__version__)}$", citation, re.MULTILINE)


def test_every_dependency_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    listed = [line for line in lines if re.match(r'    "[a-z0-9]+[><=]', line)]
    assert len(listed) >= 10
    assert [line for line in listed if "#" not in line] == []


RUN = 8
"""So many words in a row, names cut out, are the paper's and not ours."""


def test_no_words_of_the_paper_are_in_the_repository(paper: SourceText) -> None:
    names = names_of_the_dataset()
    theirs = runs(" ".join(paper.lines), names)
    borrowed = {
        path.relative_to(ROOT).as_posix(): sorted(shared)
        for path in written_text()
        if (shared := runs(path.read_text("utf-8"), names) & theirs)
    }
    assert len(theirs) > 1000
    assert borrowed == {}


def runs(text: str, names: re.Pattern[str]) -> set[str]:
    """Return every run of RUN words in *text* that no name interrupts."""
    found = set()
    for stretch in names.split(text.replace("’", "'")):
        words = re.findall(r"[\w']+", stretch.lower())
        found |= {" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}
    return found


SMALL = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"])
"""Words that a name may hold in lower case."""


def is_name(words: str) -> bool:
    """Return whether *words* is a proper name or a title, and no description of ours."""
    return all(word[:1] not in ascii_lowercase for word in re.split(r"[\s-]+", words) if word not in SMALL)


def test_a_name_has_capitals_and_a_description_has_not() -> None:
    assert is_name("Foundation for the Russian and Georgian Nations Unity")
    assert not is_name("members of Gruppa 24 in Europe")


def names_of_the_dataset() -> re.Pattern[str]:
    """Return a pattern of the names and titles that the instances hold; labels in our words are no names."""
    kinds = {RDFS + "label", SKOS + "altLabel", DCTERMS + "title"}
    found = {
        line.triple.object.value.replace("’", "'")
        for path in (ROOT / "instances").rglob("*.ttl")
        for line in read_turtle(path)
        if line.triple.predicate.value in kinds
        and not str(line.triple.subject).startswith(f"<{CLAIM}")
        and isinstance(line.triple.object, ox.Literal)
        and len(line.triple.object.value.split()) <= 25
        and (
            line.triple.object.language != "en"
            or line.triple.predicate.value.startswith(DCTERMS)
            or is_name(line.triple.object.value)
        )
    }
    longest_first = sorted(found, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)


def written_text() -> list[Path]:
    """Return what people write, not what is built or fetched."""
    folders = ("ontology", "instances", "shapes", "server", "tests", ".ci")
    ends = {".ttl", ".csv", ".py", ".md", ".rq", ".html", ".txt", ".css"}
    inside = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in ends]
    return [*inside, *ROOT.glob("*.md"), ROOT / "CITATION.cff"]
