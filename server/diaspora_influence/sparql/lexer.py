"""The tokens of a SPARQL query, read once from left to right, as the engine reads them.

Whether `<` begins an IRI or compares depends on the place: `?a<'>'` is a comparison with a string
inside an expression, where the grammar's own tokens make it an IRI and a string that never ends.
The engine goes by the place, so this lexer does too; a reader that does not can be made to take
the rest of a query for a string. Every pattern is possessive: the time is linear in the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple


def wide(ascii_ones: str) -> str:
    """Return the class of *ascii_ones*, as a class has them, and of all characters beyond ASCII.

    It is written as what it leaves out: a range up to U+10FFFF takes a hundred times as long to compile.
    """
    inside = re.compile(f"[{ascii_ones}]")
    return f"[^{re.escape(''.join(filter(lambda one: not inside.match(one), map(chr, range(0x80)))))}]"


LETTERS: Final = r"A-Za-z\\"
BEGINNING: Final = r"A-Za-z0-9_:%\\-"
"""What may follow the dots in a local name."""
ALTERNATIVES: Final = {
    "string": r'"""(?:"{0,2}+(?:[^"\\]|\\.))*+"""'
    r"|'''(?:'{0,2}+(?:[^'\\]|\\.))*+'''"
    r'|"(?!"")(?:[^"\\\r\n]|\\.)*+"'
    r"|'(?!'')(?:[^'\\\r\n]|\\.)*+'",
    "torn": r"[\"']",
    "iri": r'<[^\x00-\x20<>"{}|^`]*+>',
    "variable": rf"[?$]{wide('A-Za-z0-9_')}++",
    # A prefix is looked for no further than so many steps: `a.a.a…` would be read again at each dot.
    "name": rf"(?:{wide('A-Za-z_')}(?:{wide('A-Za-z0-9_-')}|\.(?={wide('.A-Za-z0-9_:-')})){{0,63}}+)?:"
    rf"(?:{wide('A-Za-z0-9_:%-')}|\.++(?={wide(BEGINNING)})|\\[_~.\-!$&'()*+,;=/?#@%])*+",
    "number": r"[+-]?+(?:[0-9]++(?:\.[0-9]++)?+|\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+",
    "word": rf"{wide(LETTERS)}{wide(LETTERS + '0-9_')}*+",
    "tag": r"@[A-Za-z0-9-]++",
    "open": r"<<|[({[]",
    "close": r">>|[)}\]]",
    "mark": r"\^\^|\|\||&&|!=|<=|>=|.",
    "end": r"\Z",
}
BLANK: Final = r"(?:[ \t\r\n]++|#[^\r\n]*+)*+"


@cache
def pattern(*without: str) -> re.Pattern[str]:
    """Return the pattern of one token after any blanks and comments, some kinds left out.

    It is compiled when the first query is read, which takes longer than the start of a command may.
    """
    kinds = (f"(?P<{kind}>{text})" for kind, text in ALTERNATIVES.items() if kind not in without)
    return re.compile(f"{BLANK}(?:{'|'.join(kinds)})", re.DOTALL)


OPENING: Final = ("iri", "open")
"""What does not follow an operand in an expression: there `<` never opens anything."""

CLOSERS: Final = {"(": ")", "{": "}", "[": "]", "<<": ">>"}
OPERANDS: Final = frozenset({"string", "iri", "variable", "name", "number", "tag", "close"})
LAST: Final = frozenset({"end", "torn"})
PLAIN: Final = frozenset({"string", "iri", "variable", "tag", "torn", "end"})
"""Tokens that are what they are wherever they stand, and change nothing for those behind them."""
TERMS_AS_WORDS: Final = frozenset({"a", "true", "false"})


class Token(NamedTuple):
    """One token: its kind, its text and where it begins, in code points from 0."""

    kind: str
    text: str
    at: int


@dataclass(slots=True)
class Frame:
    """An open bracket and how its inside is read.

    *mood* is `group` (patterns), `select` (clauses of a query), `terms` (collections, property
    lists, paths), `expression`, or `data` (rows of VALUES).
    """

    opener: str
    mood: str
    values: bool = False
    """VALUES was read, its rows not yet."""
    filtering: bool = False
    """FILTER was read; the next parenthesis holds an expression whatever stands before it."""


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of *text*, the last one of kind `end`.

    Where a string does not end the last token is its quotation mark, of kind `torn`. A bracket that
    closes nothing is a `mark`, a number in the rows of VALUES a `datum`.
    """
    anywhere, after_operand = pattern(), pattern(*OPENING)
    frames = [Frame("", "select")]
    token = Token("mark", "", 0)
    at = 0
    while token.kind not in LAST:
        comparing = frames[-1].mood == "expression" and is_operand(token)
        found = (after_operand if comparing else anywhere).match(text, at)
        assert found
        kind = found.lastgroup
        assert kind
        start, at = found.span(kind)  # what a token's pattern takes ends with the token
        last, token = token, Token(kind, text[start:at], start)
        if kind not in PLAIN:
            token = placed(token, last, frames)
        yield token


def is_operand(token: Token) -> bool:
    """Say whether a value may end with *token*, so that an operator may follow."""
    return token.kind in OPERANDS or (token.kind == "word" and token.text in TERMS_AS_WORDS)


def placed(token: Token, before: Token, frames: list[Frame]) -> Token:
    """Keep *frames* in step with *token* and return it, as a mark where it closes no frame."""
    frame = frames[-1]
    if token.text in CLOSERS and token.kind in ("open", "mark"):
        frames.append(Frame(token.text, mood(token.text, before, frame)))
        frame.filtering = False
        frame.values = frame.values and token.text != "{"
        return token._replace(kind="open")
    if token.kind == "close":
        if CLOSERS.get(frame.opener) != token.text:
            return token._replace(kind="mark")
        frames.pop()
    elif token.kind in ("word", "name"):
        note_keyword(token, before, frame)
    elif token.kind == "number" and frame.mood == "data":
        return token._replace(kind="datum")
    return token


def mood(opener: str, before: Token, frame: Frame) -> str:
    """Return how the inside of *opener* is read, after *before* in *frame*."""
    if frame.mood == "data" or frame.values:
        return "data"
    if opener != "(":
        return "group" if opener == "{" else "terms"
    called = before.kind == "word" and before.text not in TERMS_AS_WORDS
    expects = frame.mood in ("expression", "select") or frame.filtering or called
    return "expression" if expects else "terms"


def note_keyword(token: Token, before: Token, frame: Frame) -> None:
    """Note the words that change how the next bracket is read.

    The engine reads `FILTERex:f(…)` as a filter where `ex:` is declared, so a prefix counts too.
    """
    word = token.text.partition(":")[0].upper()
    frame.filtering = frame.filtering or "FILTER" in word
    if token.kind == "word" and word == "VALUES":
        frame.values = True
    if token.kind == "word" and word == "SELECT" and before.text == "{" and frame.mood == "group":
        frame.mood = "select"
