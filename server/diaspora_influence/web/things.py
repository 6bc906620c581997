"""What stands behind an address of ours: whether it exists, its data, and else the nearest names."""

import difflib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from diaspora_influence.terms import BASE, CLAIM, CONCLUSION, ID, SOURCE
from diaspora_influence.web.dataset import Dataset, query
from diaspora_influence.web.documents import Triples, canonical

KINDS: Final = {"id": ID, "claim": CLAIM, "conclusion": CONCLUSION, "source": SOURCE}
"""First part of a path to the namespace whose things it answers for."""

SLUG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,249}")
"""What a slug may be; everything else is unknown without asking, so that nothing of it reaches a query."""

HELP: Final = 5
LONGEST: Final = 120
"""Names longer than this get no help: comparing takes time in proportion."""


@dataclass(frozen=True, slots=True)
class Status:
    """Whether a thing was withdrawn, for what, and whether search engines should leave it out."""

    withdrawn: bool
    replaced_by: tuple[str, ...]
    adverse: bool


@dataclass(frozen=True)
class Things:
    """The things of a dataset by address."""

    dataset: Dataset

    def status(self, iri: str) -> Status | None:
        """Return the status of *iri*, None where nothing has it as its subject."""
        rows = self.dataset.rows(query("status", this=iri))
        if not rows:
            return None
        replacements = tuple(dict.fromkeys(row["replacement"].value for row in rows if "replacement" in row))
        deprecated = any("deprecated" in row and row["deprecated"].value in ("true", "1") for row in rows)
        adverse = any(row["adverse"].value == "true" for row in rows)
        return Status(deprecated or bool(replacements), replacements, adverse)

    def data(self, iri: str) -> Triples:
        """Return the data of one thing, canonical."""
        return canonical(self.dataset.triples(query("description", this=iri)))

    def nearest(self, name: str) -> list[tuple[str, str]]:
        """Return path and label of the things whose slug or label is most like *name*."""
        wanted = name[: LONGEST + 1].replace("-", " ").casefold()
        if not wanted or len(wanted) > LONGEST:
            return []
        close = difflib.get_close_matches(wanted, self.known, n=4 * HELP, cutoff=0.6)
        return list(dict.fromkeys(self.known[words] for words in close))[:HELP]

    @cached_property
    def known(self) -> dict[str, tuple[str, str]]:
        """Return slug or label, in lower-case words, to path and label; a release never changes."""
        names: dict[str, tuple[str, str]] = {}
        for row in self.dataset.rows(query("names")):
            iri, label = row["thing"].value, row["label"].value
            path = iri.removeprefix(BASE)
            for name in (path.rpartition("/")[2].replace("-", " "), label):
                names.setdefault(name.casefold(), (path, label))
        return names
