"""The terms and paths of a query, read token by token."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.terms import RDF, XSD
from diaspora_influence.validate.fast.tree import NotNativeError, Tree, Var
from diaspora_influence.validate.fast.words import Token

END: Final = Token("end", "", 0)


class Reader:
    """Reads the tokens of one query, from the left."""

    def __init__(self, words: Sequence[Token], prefixes: Mapping[str, str]) -> None:
        self.words, self.prefixes, self.at = [*words, END, END, END], prefixes, 0
        self.texts = tuple(word.text.upper() for word in self.words)

    @property
    def next(self) -> Token:
        """Return the token that comes next."""
        return self.words[self.at]

    def is_next(self, *texts: str) -> bool:
        """Say whether the next tokens are these."""
        return self.texts[self.at : self.at + len(texts)] == texts

    def take(self, *texts: str) -> bool:
        """Go past the next tokens if they are these, and say whether they were."""
        found = self.is_next(*texts)
        self.at += len(texts) if found else 0
        return found

    def need(self, *texts: str) -> None:
        """Go past the next tokens, which have to be these."""
        if not self.take(*texts):
            raise NotNativeError(self.next.text)

    def var(self) -> Var:
        """Read a variable."""
        if self.next.kind != "var":
            raise NotNativeError(self.next.text)
        self.at += 1
        return Var(self.words[self.at - 1].text[1:])

    def term(self) -> Any:
        """Read a variable or a term."""
        if self.next.kind == "var":
            return self.var()
        token = self.next
        self.at += 1
        if token.kind == "string":
            return ox.Literal(self.text(token))
        if token.word in ("TRUE", "FALSE"):
            return ox.Literal(token.text.lower(), datatype=ox.NamedNode(XSD + "boolean"))
        return self.iri(token)

    def text(self, token: Token) -> str:
        """Return what a string says; escapes, tags and datatypes are left to another engine."""
        if "\\" in token.text or token.text[:3] in ('"""', "'''") or self.next.text in ("@", "^"):
            raise NotNativeError(token.text)
        return token.text[1:-1]

    def iri(self, token: Token) -> ox.NamedNode:
        """Return the IRI that a token is."""
        if token.kind == "iri" and ":" in token.text:
            return ox.NamedNode(token.text[1:-1])
        prefix, _, local = token.text.partition(":")
        if token.kind != "name" or prefix not in self.prefixes or local.endswith("."):
            raise NotNativeError(token.text)
        return ox.NamedNode(self.prefixes[prefix] + local)

    def verb(self) -> Any:
        """Read a variable or a path."""
        return self.var() if self.next.kind == "var" else self.path()

    def path(self) -> Tree:
        """Read the alternatives of a path."""
        ways = [self.steps()]
        while self.take("|"):
            ways.append(self.steps())
        return ways[0] if len(ways) == 1 else ("|", *ways)

    def steps(self) -> Tree:
        """Read the steps of a path."""
        found = [self.step()]
        while self.take("/"):
            found.append(self.step())
        return found[0] if len(found) == 1 else ("/", *found)

    def step(self) -> Tree:
        """Read one step of a path."""
        back = self.take("^")
        if self.take("("):
            found = self.path()
            self.need(")")
        else:
            token = self.next
            self.at += 1
            found = ("p", ox.NamedNode(RDF + "type") if token.text == "a" else self.iri(token))
        for mark in "*+":
            found = (mark, found) if self.take(mark) else found
        return ("^", found) if back else found
