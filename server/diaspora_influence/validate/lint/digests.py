"""Passages whose digest is not that of the source text, where the text is at hand."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.errors import DioError, InputError
from diaspora_influence.later import pattern
from diaspora_influence.terms import SOURCE, SPDX
from diaspora_influence.validate.lint.known import Known

if TYPE_CHECKING:
    from diaspora_influence.passages.nodes import Evidence
    from diaspora_influence.passages.text import SourceText

VARIABLE: Final = "DIO_PAPER"
SLUG: Final = pattern(r"[A-Za-z0-9._-]+")
Mistake = tuple[str, int, str, str, str, str]
"""File, line, focus node, path, value, message."""


def evidence_digest(files: Sequence[SourceFile], known: Known) -> Iterator[Mistake]:
    """Yield each passage that the text denies; without DIO_PAPER, or where it is of another source, none.

    The file of the text is called after its source, as `miles-2017.txt`. Malformed passages are left to the
    shapes, all else that the text decides to `dio verify`.
    """
    path = Path(os.environ.get(VARIABLE, ""))
    if SLUG.fullmatch(path.stem) and f"{SOURCE}{path.stem}-text" in known.terms.used:
        yield from _denials(files, path)


def _denials(files: Sequence[SourceFile], path: Path) -> Iterator[Mistake]:
    from diaspora_influence.passages.audit import is_elsewhere
    from diaspora_influence.passages.nodes import MalformedError, evidence_nodes, index, read_evidence
    from diaspora_influence.passages.text import SourceText

    try:
        text = SourceText.load(path)
    except DioError:  # no text at hand; `dio verify` says so
        return
    for file in files:
        data = index(file.lines)
        for node, line in evidence_nodes(data):
            try:
                said = read_evidence(data, node, line)
            except MalformedError:
                continue
            if not is_elsewhere(said, path.stem) and (message := _denied(said, text)):
                place = (file.name, said.lines["digest"], said.iri)
                yield *place, SPDX + "checksumValue", str(said.digest), message


def _denied(said: "Evidence", text: "SourceText") -> str | None:
    from diaspora_influence.passages.audit import HEX_BINARY

    try:
        passage = text.passage(said.first, said.last, said.start, said.end)
    except InputError as error:
        return f"{error}; dio locate finds the passage"
    if said.digest == ox.Literal(passage.digest, datatype=HEX_BINARY):
        return None
    return (
        f"the text has the digest {passage.digest} here; dio locate finds the passage, dio verify says more"
    )
