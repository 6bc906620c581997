"""The dataset of the protocol, written into the text of an update as USING clauses.

pyoxigraph takes no dataset for an update. Before the WHERE of every operation that has one goes the
same dataset as clauses; `DELETE WHERE { … }`, which takes none, becomes the long form that SPARQL 1.1
Update 3.1.3.3 defines it by. Nothing else of the text changes.
"""

from dataclasses import dataclass
from itertools import pairwise

from diaspora_influence.sparql.lexer import Token, tokens
from diaspora_influence.sparql.scratch.write import Write


@dataclass(frozen=True, slots=True)
class Insertion:
    """What is written in, and where in the old text, in code points."""

    at: int
    text: str


def insertions(write: Write) -> list[Insertion]:
    """Return what is to be written into the text of *write*, from left to right."""
    clauses = [f"USING <{iri}> " for iri in write.using]
    clauses += [f"USING NAMED <{iri}> " for iri in write.using_named]
    if not clauses:
        return []
    text, using, found = write.text, "".join(clauses), list[Insertion]()
    outer = outside(text)
    for before, token in pairwise([Token("mark", "", 0), *outer]):
        if is_word(token, "WHERE"):
            pattern = whole_group(text, outer, token) if is_word(before, "DELETE") else ""
            found.append(Insertion(token.at, f"{pattern} {using}"))
    return found


def outside(text: str) -> list[Token]:
    """Return the tokens of *text* outside all brackets, and the outermost brackets."""
    depth, found = 0, list[Token]()
    for token in tokens(text):
        depth -= token.kind == "close"
        if not depth:
            found.append(token)
        depth += token.kind == "open"
    return found


def whole_group(text: str, outer: list[Token], where: Token) -> str:
    """Return the text from the bracket after *where* to the one that closes it, both with it."""
    after = [token for token in outer if token.at > where.at][:2]
    return text[after[0].at : after[1].at + len(after[1].text)] if len(after) == 2 else ""


def is_word(token: Token, word: str) -> bool:
    """Say whether *token* is the keyword *word*."""
    return token.kind == "word" and token.text.upper() == word


def applied(text: str, found: list[Insertion]) -> str:
    """Return *text* with every insertion in its place."""
    for one in reversed(found):
        text = text[: one.at] + one.text + text[one.at :]
    return text
