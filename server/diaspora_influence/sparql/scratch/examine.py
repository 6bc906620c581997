"""What of a write is refused before the engine sees it: too long, too deep, LOAD, SERVICE, two datasets.

An update is read by the lexer and the counts that a query is read by. The engine takes words without a
blank between (`LOADex:a`, `USINGex:g`); SPARQL does not, and what it would hide is refused here.
"""

from typing import Final

from diaspora_influence.sparql import words
from diaspora_influence.sparql.errors import LoadRefused, MalformedQuery, QueryTooLarge
from diaspora_influence.sparql.examiner import Examiner, refusal, unescaped
from diaspora_influence.sparql.guard import UNREADABLE, undeclared
from diaspora_influence.sparql.lexer import Token, tokens
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.scratch.write import UPDATE, Write

LOAD: Final = "LOAD"
TEXTS: Final = 16
"""How many times as long as a query an update may be: it carries data."""
OPERATIONS: Final = words.UPDATES - {"USING"}
DATASET: Final = frozenset({"USING", "WITH"})
BEFORE_NAMES: Final = frozenset(
    {"PREFIX", "GRAPH", "INTO", "TO", "USING", "NAMED", "WITH", "COPY", "MOVE", "ADD", "SILENT"}
)
"""Words after which a name may stand outside all brackets."""


class UpdateExaminer(Examiner):
    """Takes the tokens of one update request, which is any number of operations."""

    scoped: Token | None = None
    """The first word that names a dataset in the text itself."""

    @property
    def outside(self) -> bool:
        """Say whether no bracket is open."""
        return len(self.open) == 1

    def take_word(self, token: Token) -> None:
        """Take a keyword; LOAD goes no further, alone or glued to another."""
        word = unescaped(token.text).upper()
        if LOAD in word:
            detail = "LOAD is not allowed: this server fetches nothing."
            raise self.refuse(LoadRefused, token, detail, hint="Send the document itself to /graph-store.")
        if self.outside and word in DATASET:
            self.scoped = self.scoped or token
        super().take_word(token)

    def take_first(self, token: Token, word: str) -> None:
        """Take a word of a prologue, or the first one of an operation."""
        if word in words.FORMS:
            detail = f"{word} is a query, and a query is no update."
            raise self.refuse(
                MalformedQuery, token, detail, hint="Send it as query=, or to be constructed by."
            )
        if word in OPERATIONS:
            self.form = word
        elif word not in words.PROLOGUE:
            raise self.refuse(MalformedQuery, token, f"An operation does not begin with {token.text}.")

    def take_name(self, token: Token) -> None:
        """Take a name, which outside brackets stands only after certain words."""
        if self.outside and not (self.last.kind == "word" and self.last.text.upper() in BEFORE_NAMES):
            raise self.refuse(MalformedQuery, token, f"`{token.text[:64]}` cannot stand here.")
        super().take_name(token)

    def take_mark(self, token: Token) -> None:
        """Take a mark; a semicolon outside brackets ends an operation, and a prologue may follow."""
        if self.outside and token.text == ";":
            self.form = ""
        super().take_mark(token)

    def take_end(self, token: Token) -> None:
        """Take the end, which may come at once: no operation is an update too."""


def check(write: Write, limits: Limits) -> None:
    """Raise the reason for which *write* goes no further; the bodies of graphs are the worker's to judge."""
    if write.operation == UPDATE:
        check_size(write, limits)
        examine(write, limits)


def check_size(write: Write, limits: Limits) -> None:
    """Raise QueryTooLarge where an update is longer than is read."""
    most = TEXTS * limits.query_bytes
    if (size := len(write.pack())) > most:
        detail = f"The update has {size} bytes, of which {most} are read."
        hint = "Send data to /graph-store."
        raise QueryTooLarge(detail, limit=f"{most} bytes an update", hint=hint, settings="query_limit")


def examine(write: Write, limits: Limits) -> None:
    """Read the text of an update once; raise where it is too deep, no update, or refused."""
    text = write.text
    for one in (text, write.base, *write.using, *write.using_named):
        if found := UNREADABLE.search(one):
            raise refusal(MalformedQuery, one, found.start(), "A NUL or a lone surrogate is no text.")
    examiner = UpdateExaminer(text, limits, allow_service=False)
    for token in tokens(text):
        examiner.take(token)
    if examiner.undeclared:
        raise undeclared(next(iter(examiner.undeclared.values())))
    if examiner.scoped and (write.using or write.using_named):
        detail = "The dataset is named by the request and, in USING or WITH, by the update; one of them may."
        raise refusal(MalformedQuery, text, examiner.scoped.at, detail)
