"""The competency questions as examples: each file's first comment is the question."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from diaspora_influence.data import ROOT


@dataclass(frozen=True, slots=True)
class Example:
    """A question in words and in SPARQL; the slug is the file's name."""

    slug: str
    title: str
    query: str


def question_files(root: Path) -> list[Path]:
    """Return the files of the questions below *root*, in the order of their names."""
    return sorted((root / "ontology" / "questions").glob("*.rq"))


@cache
def examples(root: Path = ROOT) -> tuple[Example, ...]:
    """Return the questions below *root*, in the order of their file names."""
    return tuple(map(example, question_files(root)))


def example(path: Path) -> Example:
    """Read one question; without a comment it is called after its file."""
    lines = path.read_text("utf-8").splitlines()
    while lines and (not lines[-1].strip() or lines[-1].startswith("#")):
        lines.pop()  # the expected rows, which the tests read
    comments = (line.lstrip("#").strip() for line in lines if line.startswith("#"))
    title = next(filter(None, comments), path.stem.replace("-", " "))
    return Example(path.stem, title, "\n".join(lines) + "\n")
