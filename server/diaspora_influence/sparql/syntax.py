"""The engine's syntax errors, which are one line of text, as errors with a place and a sentence."""

import re
from typing import Final

from diaspora_influence.sparql.errors import MalformedQuery

PLACE: Final = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
SENTENCE: Final = re.compile(r"(?:^|, )((?:[A-Z][a-z]+|The)(?: [\w()?$:-]+)+)")
"""What the parser says in words among what it expected."""
TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\b[A-Z]{2,}\b')
ANYTHING: Final = "[_]"
"""How the parser spells any character."""
SHOWN: Final = 8
"""How many expected tokens are told."""


def explain(text: str) -> MalformedQuery:
    """Return the error of which pyoxigraph says *text*; without a place where it gives none."""
    found = PLACE.match(text)
    if not found:
        return MalformedQuery(f"The query is not SPARQL: {text}.")
    line, column, expected = int(found[1]), int(found[2]), found[3]
    return MalformedQuery(f"The query is not SPARQL: {reason(expected)}.", line=line, column=column)


def reason(expected: str) -> str:
    """Return the parser's sentence, or the first few tokens that could have stood there."""
    if sentence := SENTENCE.search(expected):
        return sentence[1]
    if ANYTHING in expected:  # then the tokens beside it are those of some branch, and no advice
        return "this cannot stand here"
    tokens = TOKEN.findall(re.sub(r"\[.*?\]", "", expected, flags=re.DOTALL))[:SHOWN]
    return f"expected {' or '.join(tokens)}" if tokens else "this cannot stand here"
