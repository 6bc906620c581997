"""The expressions of a query, read by their precedence."""

from collections.abc import Callable
from typing import Any, Final

from diaspora_influence.validate.fast.reader import Reader
from diaspora_influence.validate.fast.tree import Tree

COMPARED: Final = ("!=", "<=", ">=", "=", "<", ">")
"""The longest first."""


class ExpressionReader(Reader):
    """Reads expressions; the groups in them are read by what is built on it."""

    def group(self) -> list[Any]:
        """Read what stands between braces."""
        raise NotImplementedError

    def expression(self) -> Tree:
        """Read an expression."""
        return self.chain(self.conjunction, "||", ("|", "|"))

    def conjunction(self) -> Tree:
        """Read what && joins."""
        return self.chain(self.comparison, "&&", ("&", "&"))

    def chain(self, part: Callable[[], Tree], name: str, mark: tuple[str, ...]) -> Tree:
        """Read parts with a mark between them."""
        found = part()
        while self.take(*mark):
            found = (name, found, part())
        return found

    def comparison(self) -> Tree:
        """Read what is compared, or looked for in a list."""
        left = self.sum()
        if self.take("NOT", "IN"):
            return ("!", ("in", left, *self.arguments()))
        if self.take("IN"):
            return ("in", left, *self.arguments())
        for mark in COMPARED:
            if self.take(*mark):
                return (mark, left, self.sum())
        return left

    def sum(self) -> Tree:
        """Read what is added or taken away."""
        found = self.product()
        while self.next.text in ("+", "-"):
            mark = self.next.text
            self.at += 1
            found = (mark, found, self.product())
        return found

    def product(self) -> Tree:
        """Read what is multiplied or divided."""
        found = self.unary()
        while self.next.text in ("*", "/"):
            mark = self.next.text
            self.at += 1
            found = (mark, found, self.unary())
        return found

    def unary(self) -> Tree:
        """Read what may be denied."""
        return ("!", self.unary()) if self.take("!") else self.primary()

    def primary(self) -> Tree:
        """Read one value, call or condition."""
        if self.take("("):
            found = self.expression()
            self.need(")")
            return found
        if self.take("NOT", "EXISTS"):
            return ("!", ("exists", self.group()))
        if self.take("EXISTS"):
            return ("exists", self.group())
        if self.next.kind == "var":
            return ("var", self.var().name)
        if self.next.kind == "number" and self.next.text.isdecimal():
            self.at += 1
            return ("number", int(self.words[self.at - 1].text))
        return self.call_or_constant()

    def call_or_constant(self) -> Tree:
        """Read a call, a truth value, a text or an IRI."""
        token = self.next
        self.at += 1
        if token.kind in ("word", "name") and self.is_next("("):
            name = token.text.upper() if token.kind == "word" else self.iri(token).value
            return (name, *self.arguments())
        if token.kind == "string":
            return ("text", self.text(token))
        if token.word in ("TRUE", "FALSE"):
            return ("truth", token.word == "TRUE")
        return ("term", self.iri(token))

    def arguments(self) -> list[Tree]:
        """Read expressions between brackets."""
        self.need("(")
        found = [self.expression()]
        while self.take(","):
            found.append(self.expression())
        self.need(")")
        return found
