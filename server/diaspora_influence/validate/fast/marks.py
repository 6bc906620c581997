"""Queries over many focus nodes at once: `$this` is bound by a graph of marks.

SHACL binds `$this` before a query runs, everywhere in it. Here each group that names `$this` begins with a
pattern over the marks instead, which comes to the same as long as the query has none of FORBIDDEN. Groups of
EXISTS and OPTIONAL need no pattern, for they see what stands around them.
"""

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from diaspora_influence.terms import FOCUS
from diaspora_influence.validate.fast.query import Select
from diaspora_influence.validate.fast.words import Token


def over(query: Select, focus: ox.NamedNode) -> str:
    """Return the query over the nodes that are marked as *focus*."""
    mark = f" GRAPH <{FOCUS}> {{ $this <{FOCUS}> {focus} }} . "
    parts, last = [query.head], 0
    for place in bindings(query.words):
        parts += [query.text[last:place], mark]
        last = place
    return "".join([*parts, query.text[last:]])


def bindings(words: Sequence[Token]) -> Iterator[int]:
    """Yield where each group that has to bind `$this` begins."""
    exists: list[bool] = []
    for i, token in enumerate(words):
        if token.text == "{":
            before = words[i - 1].word
            exists.append(before == "EXISTS" or any(exists))
            needless = exists[-1] or before == "OPTIONAL" or not names_this(words[i:])
            if words[i + 1].word != "SELECT" and (len(exists) == 1 or not needless):
                yield token.end
        elif token.text == "}":
            exists.pop()


def names_this(words: Sequence[Token]) -> bool:
    """Say whether the group that *words* begin with names `$this`."""
    depth = 0
    for token in words:
        depth += (token.text == "{") - (token.text == "}")
        if token.word == "$this":
            return True
        if not depth:
            break
    return False
