"""What keeps a rule and what breaks it: the cases that the tests hold every shape to, and those of lint."""

import re
from pathlib import Path
from typing import Final

from diaspora_influence.data import ROOT
from diaspora_influence.terms import BASE, SHAPES
from diaspora_influence.validate.lint.names import HOST
from diaspora_influence.validate.lint.words import EXAMPLES

# A wheel carries the cases inside the package; a checkout has them among the tests.
CASES: Final = next(
    (place for place in (ROOT / "examples", ROOT / "tests" / "shapes") if place.is_dir()), ROOT / "examples"
)
NAME: Final = re.compile(r"[A-Za-z0-9-]+")
APART: Final = re.compile(r"\n\s*\n")
PREFIX: Final = re.compile(r"^@prefix [^\n]*\n", re.MULTILINE)
RESULT: Final = "[] a sh:ValidationResult"
"""How a failing case begins each result that it expects, which is no part of the example."""


def examples(iri: str) -> tuple[str, str] | None:
    """Return what breaks the rule called *iri* and what keeps it, without prefixes, if anything is held."""
    name = iri.removeprefix(SHAPES)
    if name in EXAMPLES:
        wrong, right = (text.format(base=BASE, host=HOST) for text in EXAMPLES[name])
        return wrong, right
    if not iri.startswith(SHAPES) or not NAME.fullmatch(name):
        return None
    try:
        return shown(CASES / name / "fail.ttl"), shown(CASES / name / "pass.ttl")
    except OSError:
        return None


def shown(path: Path) -> str:
    """Return what a case says, without its prefixes and the results that it expects."""
    blocks = APART.split(PREFIX.sub("", path.read_text("utf-8")).strip())
    return "\n\n".join(block for block in blocks if not block.startswith(RESULT))
