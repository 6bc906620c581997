"""Rows as people read them on a terminal: aligned, IRIs shortened, a block for each row where too wide."""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from diaspora_influence.terminal import columns
from diaspora_influence.terms import PREFIXES, XSD

CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
LOCAL: Final = re.compile(r"[\w.-]*")
NUMBERS: Final = frozenset(XSD + name for name in ("integer", "decimal", "double", "float"))
GAP: Final = "  "

Term = dict[str, Any]
"""A term as SPARQL JSON has it."""


def render(body: bytes, width: int | None) -> str:
    """Return the JSON answer *body* as a table that fits in *width* columns; None knows no bound."""
    answer = json.loads(body)
    if "boolean" in answer:
        return "true\n" if answer["boolean"] else "false\n"
    names, rows = answer["head"]["vars"], answer["results"]["bindings"]
    cells = [[cell(row.get(name)) for name in names] for row in rows]
    widths = [max(map(columns, column)) for column in zip(names, *cells, strict=True)]
    fits = width is None or sum(widths) + len(GAP) * (len(widths) - 1) <= width
    return (grid(names, rows, cells, widths) if fits else blocks(names, cells)) + count(len(rows))


def grid(
    names: Sequence[str],
    rows: Sequence[dict[str, Term]],
    cells: Sequence[Sequence[str]],
    widths: Sequence[int],
) -> str:
    """Return a line for each row below the names and a rule; columns of numbers to the right."""
    right = [bool(rows) and all(is_number(row.get(name)) for row in rows) for name in names]
    lines = [names, ["─" * width for width in widths], *cells]
    return "".join(GAP.join(map(padded, line, widths, right)).rstrip() + "\n" for line in lines)


def blocks(names: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return a block of lines for each row: each name with its value."""
    width = max(map(columns, names))
    return "".join(
        "".join(
            f"{padded(name, width, False)}{GAP}{value}".rstrip() + "\n"
            for name, value in zip(names, row, strict=True)
        )
        + "\n"
        for row in cells
    )


def count(rows: int) -> str:
    """Return how many rows there are, in words."""
    return f"({rows} row{'' if rows == 1 else 's'})\n"


def cell(term: Term | None) -> str:
    """Return *term* as it is shown: without quotes, without type, and without control characters."""
    if term is None:
        return ""
    if term["type"] == "triple":
        return f"<<( {' '.join(cell(part) for part in term['value'].values())} )>>"
    shown = {"uri": curie, "bnode": "_:{}".format}.get(term["type"], str)(term["value"])
    return CONTROL.sub(lambda found: repr(found[0])[1:-1], shown)


def curie(iri: str) -> str:
    """Return *iri* with the longest prefix of the house that leaves a plain name, else in brackets."""
    fitting = [(space, prefix) for prefix, space in PREFIXES.items() if iri.startswith(space)]
    space, prefix = max(fitting, key=lambda pair: len(pair[0]), default=("", ""))
    local = iri.removeprefix(space)
    return f"{prefix}:{local}" if space and LOCAL.fullmatch(local) else f"<{iri}>"


def is_number(term: Term | None) -> bool:
    """Say whether *term* belongs in a column of numbers; an unbound one does no harm there."""
    return term is None or term.get("datatype") in NUMBERS


def padded(text: str, width: int, right: bool) -> str:
    """Return *text* with blanks up to *width* columns."""
    blanks = " " * (width - columns(text))
    return blanks + text if right else text + blanks
