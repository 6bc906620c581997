"""A look at a query that is so plain that the guard need not read its tokens.

What stands in the whole text bounds what stands in any row or nest of it: where all brackets together are no
more than may be open at one time, and all signs of operators no more than may stand in one chain, the engine
can come to no harm. Most queries are so; counting them takes a tenth of the time. All else is the guard's,
and so is every query that the engine does not read: the guard has the better words for it.
"""

import re
from typing import Final

from diaspora_influence.sparql import words
from diaspora_influence.sparql.limits import Limits

HEAD: Final = re.compile(
    r"(?:\s++|#[^\r\n]*+|PREFIX\s++[^\s<>#:]*+:\s*+<[^<>]*+>|BASE\s++<[^<>]*+>)*+"
    rf"({'|'.join(sorted(words.FORMS))})\b",
    re.IGNORECASE,
)
"""A prologue and the form after it; every quantifier is possessive, so the time is linear."""
OPENING: Final = b"({["
QUOTING: Final = b"<<"
"""What opens a nest: a bracket, or a triple that is quoted."""
SIGNS: Final = b"|&/^!+-*"
"""Every character that an operator is made of; IRIs hold some too, which only makes the count greater."""
SERVICE: Final = words.SERVICE.encode()


def form_at_a_glance(text: str, limits: Limits) -> str | None:
    """Return the form of a query that needs no guard; None where the guard has to read it."""
    head = HEAD.match(text)
    if head is None or len(text) > limits.query_bytes:
        return None
    try:
        content = text.encode().upper()
    except UnicodeEncodeError:  # half of a pair that stands for one character
        return None
    if b"\\" in content or b"\0" in content or SERVICE in content:
        return None
    opened = count(content, OPENING) + content.count(QUOTING)
    if opened > min(limits.nesting, limits.chain):  # a clause has a bracket of its own
        return None
    return head[1].upper() if count(content, SIGNS) <= limits.chain else None


def count(content: bytes, among: bytes) -> int:
    """Return how many bytes of *content* are *among* those, in one pass."""
    return len(content) - len(content.translate(None, among))
