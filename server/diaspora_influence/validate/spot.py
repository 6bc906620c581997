"""Where in a line the term stands that a finding means."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.tokens import Token, meaning, words

NAMED: Final = re.compile(r"<([^<>]*)>")


def at_column(line: str, column: int) -> tuple[int, int] | None:
    """Return the token at *column*, from 1, or that one character; a place beyond the line is its end."""
    at = min(column - 1, len(line))
    found = (token for token in words(line) if token.start <= at < token.end)
    token = next(found, None)
    return (at, token.end) if token else (at, at + 1)


def where(
    finding: Finding, line: Sequence[Token], prefixes: Mapping[str, str], alone: bool
) -> tuple[int, int] | None:
    """Return where the value stands, else the path's predicate, the focus node, the only word if *alone*."""
    said = [(token, meaning(token, prefixes, finding.value)) for token in line]
    predicates = named(finding.path)
    behind = next((i + 1 for i, (_, term) in enumerate(said) if term in predicates), 0)
    values = [*said[behind:], *said[:behind]]  # a value stands behind its predicate, if both are on the line
    for order, wanted in ((values, {finding.value}), (said, predicates), (said, {finding.focus})):
        for token, term in order:
            if term is not None and term in wanted:
                return token.start, token.end
    return (line[0].start, line[0].end) if len(line) == 1 and alone else None


def named(path: str | None) -> set[str]:
    """Return the predicates in a path as findings write it."""
    if path is None or not path.startswith(("[", "(")):
        return {path} if path else set()
    return set(NAMED.findall(path))
