"""What is refused before the engine sees it: too long, too deep, no query, SERVICE, an update.

The engine recurses over brackets and chains until its stack ends, and calls out for SERVICE from
inside; neither can be switched off. The guard reads tokens once and keeps counts, nothing more.
"""

import difflib
import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from diaspora_influence.sparql.errors import MalformedQuery, QueryTooLarge
from diaspora_influence.sparql.examiner import Examiner, Undeclared, refusal
from diaspora_influence.sparql.lexer import tokens
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.terms import PREFIXES

UNREADABLE: Final = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Guarded:
    """What the guard learnt of a query that it lets through: its form and what it lacks."""

    form: str
    undeclared: tuple[Undeclared, ...]


def check(request: SparqlRequest, limits: Limits, allow_service: bool = False) -> Guarded:
    """Return what the guard learnt of *request*, or raise the reason for which it goes no further."""
    for text in (request.query, request.base, *request.default_graphs, *request.named_graphs):
        if found := unreadable(text):
            raise refusal(MalformedQuery, text, found.start(), "A NUL or a lone surrogate is no text.")
    if (size := len(request.pack())) > limits.query_bytes:
        limit = f"{limits.query_bytes} bytes a query"
        detail = f"The query has {size} bytes, of which {limits.query_bytes} are read."
        raise QueryTooLarge(detail, limit=limit, settings="query_limit")
    guarded = examine(request.query, limits, allow_service)
    if guarded.undeclared:
        raise undeclared(guarded.undeclared[0])
    return guarded


def unreadable(text: str) -> re.Match[str] | None:
    """Return the first character of *text* that is none; what is in ASCII need not be searched for one."""
    return UNREADABLE.search(text) if "\0" in text or not text.isascii() else None


def decode(content: bytes) -> str:
    """Return the text of a query, without a BOM; MalformedQuery with the place where it is not UTF-8."""
    content = content.removeprefix(BOM_UTF8)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        text = content[: error.start].decode()
        raise refusal(MalformedQuery, text, len(text), "The query is not UTF-8.") from error


@lru_cache(maxsize=256)
def examine(text: str, limits: Limits, allow_service: bool = False) -> Guarded:
    """Read *text* once and return its form; raise where it is too deep, no query, or refused.

    Prefixes that lack a declaration are told, not refused: `dio query` adds those of the house.
    """
    examiner = Examiner(text, limits, allow_service)
    for token in tokens(text):
        examiner.take(token)
    return Guarded(examiner.form, tuple(examiner.undeclared.values()))


def undeclared(lack: Undeclared) -> MalformedQuery:
    """Return the error of a missing prefix, with the line to add where the house knows it."""
    namespace = PREFIXES.get(lack.prefix)
    near = difflib.get_close_matches(lack.prefix, PREFIXES, n=1)
    guess = f"Did you mean `{near[0]}:`? Then add: PREFIX {near[0]}: <{PREFIXES[near[0]]}>" if near else None
    hint = f"Add: PREFIX {lack.prefix}: <{namespace}>" if namespace else guess
    detail = f"The prefix `{lack.prefix}:` is not declared."
    return MalformedQuery(detail, lack.line, lack.column, hint=hint)
