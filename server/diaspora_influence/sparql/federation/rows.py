"""Another endpoint's SPARQL JSON as the rows of a VALUES clause (SPARQL 1.1 Query Results JSON Format)."""

import json
import re
from typing import Any, Final

from diaspora_influence.sparql.errors import RemoteError

VARIABLE: Final = re.compile(r"[A-Za-z0-9_\u00b7-\U000effff]+")
IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\ud800-\udfff]*")
TAG: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
UNTEXT: Final = re.compile(r"[\x00\ud800-\udfff]")
ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r"})
NOTHING: Final = "VALUES () { () }"
"""One row that binds nothing: what SERVICE SILENT stands for where it failed."""

Term = dict[str, Any]


def values(body: bytes, most: int) -> str:
    """Return the VALUES clause of a SPARQL JSON answer; RemoteError where it is none or over *most* rows."""
    try:
        document = json.loads(body)
        names = document["head"]["vars"]
        rows = document["results"]["bindings"]
        if len(rows) > most:
            raise RemoteError(f"The endpoint's answer has more than the {most} rows that are joined.")
        return clause(names, rows)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise RemoteError("The endpoint's answer is no whole SPARQL JSON.") from error


def clause(names: list[str], rows: list[dict[str, Term]]) -> str:
    """Return the VALUES clause of *rows*; a name that a row lacks is UNDEF."""
    if not all(VARIABLE.fullmatch(name) for name in names) or len(set(names)) < len(names):
        raise ValueError(names)
    head = " ".join(f"?{name}" for name in names)
    body = " ".join(f"({' '.join(term(row.get(name)) for name in names)})" for row in rows)
    return f"VALUES ({head}) {{ {body} }}"


def term(found: Term | None) -> str:
    """Return one term in SPARQL; what cannot stand in VALUES is refused by name."""
    if found is None:
        return "UNDEF"
    kind, value = found["type"], found["value"]
    if kind == "uri":
        return iri(value)
    if kind in ("literal", "typed-literal"):
        return literal(value, found.get("xml:lang"), found.get("datatype"))
    told = {"bnode": "a blank node", "triple": "a triple term"}.get(kind, "a term of unknown type")
    raise RemoteError(
        f"The endpoint's answer holds {told}, which cannot be joined here.",
        hint="filter such rows out within the SERVICE clause, as with FILTER(!isBlank(?x))",
    )


def iri(value: str) -> str:
    """Return an IRI in its brackets."""
    if not IRI.fullmatch(value):
        raise ValueError(value)
    return f"<{value}>"


def literal(value: str, language: str | None, datatype: str | None) -> str:
    """Return a literal with its language tag or datatype."""
    if UNTEXT.search(value):
        raise ValueError(value)
    text = f'"{value.translate(ESCAPES)}"'
    if language:
        if not TAG.fullmatch(language):
            raise ValueError(language)
        return f"{text}@{language}"
    return f"{text}^^{iri(datatype)}" if datatype else text
