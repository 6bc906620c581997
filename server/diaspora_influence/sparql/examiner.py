"""Takes the tokens of one query and keeps counts: how deep, how long a chain, which words and prefixes."""

import re
from dataclasses import dataclass, field
from typing import Final

from diaspora_influence.sparql import words
from diaspora_influence.sparql.errors import (
    MalformedQuery,
    QueryTooComplex,
    ServiceRefused,
    SparqlError,
    UpdateRefused,
)
from diaspora_influence.sparql.lexer import Token, is_operand
from diaspora_influence.sparql.limits import Limits

ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
OPERATORS: Final = frozenset({"||", "&&", "/", "|", "^", "!", "+", "-", "*", "^^"})
SEPARATORS: Final = frozenset({",", ";", "."})


@dataclass(frozen=True, slots=True)
class Undeclared:
    """A prefix that is used and not declared, and where first."""

    prefix: str
    line: int
    column: int


@dataclass(slots=True)
class Counts:
    """What one bracket holds so far: operators since the last separator, and clauses of each kind."""

    operators: int = 0
    clauses: dict[str, int] = field(default_factory=dict)


class Examiner:
    """Takes the tokens of one query in their order."""

    def __init__(self, text: str, limits: Limits, allow_service: bool) -> None:
        """Begin before the first token."""
        self.text, self.limits, self.allow_service = text, limits, allow_service
        self.form = ""
        self.declared: set[str] = {"_"}
        self.undeclared: dict[str, Undeclared] = {}
        self.open = [Counts()]
        self.last = Token("mark", "", 0)
        self.suspect: Token | None = None
        self.takers = {
            "open": self.take_open,
            "close": self.take_close,
            "mark": self.take_mark,
            "word": self.take_word,
            "name": self.take_name,
            "number": self.take_number,
            "end": self.take_end,
            "torn": self.take_torn,
        }

    def take(self, token: Token) -> None:
        """Take one token."""
        if taker := self.takers.get(token.kind):
            taker(token)
        self.last = token

    def refuse(self, kind: type[SparqlError], token: Token, detail: str, **members: str) -> SparqlError:
        """Return the refusal of the query because of *token*."""
        return refusal(kind, self.text, token.at, detail, **members)

    def take_open(self, token: Token) -> None:
        """Count the bracket; a name before a brace is `SERVICE` and a name in the engine's eyes."""
        if self.suspect is self.last and token.text == "{":
            self.refuse_service(self.last)
        if len(self.open) > self.limits.nesting:
            limit = f"{self.limits.nesting} brackets open at one time"
            raise self.refuse(
                QueryTooComplex,
                token,
                "The query is nested too deeply.",
                limit=limit,
                settings="nesting_limit",
            )
        self.open.append(Counts())

    def take_close(self, _: Token) -> None:
        """Forget the counts of the bracket that ends."""
        self.open.pop()

    def take_mark(self, token: Token) -> None:
        """Count an operator; a separator begins a new count."""
        if token.text in SEPARATORS:
            self.open[-1].operators = 0
        elif token.text in OPERATORS and not (token.text == "^^" and self.last.kind == "string"):
            self.count_operator(token, len(token.text) if token.text == "^^" else 1)

    def take_number(self, token: Token) -> None:
        """Count the operator that a sign is when a value stands before it: `1+1` is two numbers."""
        if token.text[0] in "+-" and is_operand(self.last):
            self.count_operator(token, 1)

    def count_operator(self, token: Token, by: int) -> None:
        """Count operators of one chain, of whatever kinds."""
        self.open[-1].operators += by
        self.limit_chain(token, self.open[-1].operators)

    def limit_chain(self, token: Token, count: int) -> None:
        """Refuse a chain that has got too long with *token*."""
        if count > self.limits.chain:
            limit = f"{self.limits.chain} of {token.text[:8]} and its like in one row"
            raise self.refuse(
                QueryTooComplex, token, "The query has too long a chain.", limit=limit, settings="chain_limit"
            )

    def take_word(self, token: Token) -> None:
        """Take a keyword or the name of a function."""
        word = unescaped(token.text).upper()
        if words.SERVICE in word:
            self.refuse_service(token)
        if word not in words.KNOWN:
            raise self.refuse(MalformedQuery, token, f"`{token.text}` is not a word of SPARQL.")
        if not self.form:
            self.take_first(token, word)
        if word in words.CLAUSES:
            counts = self.open[max(-words.CLAUSES[word], -len(self.open))]
            counts.operators = 0
            counts.clauses[word] = counts.clauses.get(word, 0) + 1
            self.limit_chain(token, counts.clauses[word])

    def take_first(self, token: Token, word: str) -> None:
        """Take a word of the prologue, or the first one after it: the form."""
        if word in words.UPDATES:
            detail = f"{word} is an update, and what is served here does not change."
            raise self.refuse(UpdateRefused, token, detail, hint="`dio serve --scratch` takes updates.")
        if word in words.FORMS:
            self.form = word
        elif word not in words.PROLOGUE:
            raise self.refuse(MalformedQuery, token, f"A query does not begin with {token.text}.")

    def take_name(self, token: Token) -> None:
        """Note a prefix where it is declared, and where it is used without."""
        prefix = token.text.partition(":")[0]
        if not self.form and self.last.text.upper() == "PREFIX":
            self.declared.add(prefix)
            return
        if words.SERVICE in prefix.upper() and self.last.text.upper() != "GRAPH":
            self.suspect = token
        if prefix not in self.declared:
            self.undeclared.setdefault(prefix, Undeclared(prefix, *place(self.text, token.at)))

    def take_torn(self, token: Token) -> None:
        """Refuse a text that breaks off in a string."""
        raise self.refuse(MalformedQuery, token, "A string does not end.")

    def take_end(self, token: Token) -> None:
        """Refuse a text without a query."""
        if not self.form:
            raise self.refuse(MalformedQuery, token, "There is no query.")

    def refuse_service(self, token: Token) -> None:
        """Refuse a SERVICE clause, where they are not allowed."""
        if not self.allow_service:
            raise self.refuse(ServiceRefused, token, "SERVICE is not allowed: this server calls no other.")


def refusal(kind: type[SparqlError], text: str, at: int, detail: str, **members: str) -> SparqlError:
    """Return an error about the place *at* in *text*."""
    line, column = place(text, at)
    return kind(detail, line, column, **members)  # type: ignore[arg-type]


def place(text: str, at: int) -> tuple[int, int]:
    """Return line and column of the code point *at*, both from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def unescaped(word: str) -> str:
    r"""Return *word* with `\u0053` and `\U00000053` as the characters they stand for."""
    if "\\" not in word:
        return word
    return ESCAPE.sub(lambda found: chr(min(int(found[1] or found[2], 16), 0x10FFFF)), word)
