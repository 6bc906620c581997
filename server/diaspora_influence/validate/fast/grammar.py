"""The part of SPARQL that our shapes are written in, as a tree; what is beyond it is left to others."""

from collections.abc import Iterator
from typing import Any, Final

from diaspora_influence.validate.fast.expressions import ExpressionReader
from diaspora_influence.validate.fast.tree import (
    Bind,
    Filter,
    Maybe,
    NotNativeError,
    Pattern,
    Query,
    Tree,
    Union,
    hidden,
)

ENDS: Final = {".", "}", "{", ""}


class QueryReader(ExpressionReader):
    """Reads a query and its groups."""

    def query(self) -> Query:
        """Read the whole query."""
        found = self.select()
        if self.next.kind != "end":
            raise NotNativeError(self.next.text)
        return found

    def select(self) -> Query:
        """Read SELECT, names and group. Rows are told once in any case."""
        self.need("SELECT")
        self.take("DISTINCT")
        selected: dict[str, Tree] = {}
        while not self.is_next("{") and not self.take("WHERE"):
            if self.take("("):
                value = self.expression()
                self.need("AS")
                selected[self.var().name] = value
                self.need(")")
            else:
                name = self.var().name
                selected[name] = ("var", name)
        return Query(selected, self.group())

    def group(self) -> list[Any]:
        """Read what stands between braces."""
        self.need("{")
        found: list[Any] = []
        while not self.take("}"):
            found += self.element()
            self.take(".")
        return found

    def element(self) -> Iterator[Any]:
        """Read one element of a group, or the patterns of one subject."""
        if self.take("FILTER"):
            yield Filter(self.primary())
        elif self.take("OPTIONAL"):
            yield Maybe(self.group())
        elif self.take("BIND", "("):
            value = self.expression()
            self.need("AS")
            yield Bind(value, self.var().name)
            self.need(")")
        elif self.is_next("{", "SELECT"):
            yield self.inner()
        elif self.is_next("{"):
            groups = [self.group()]
            while self.take("UNION"):
                groups.append(self.group())
            yield Union(groups)
        else:
            yield from self.patterns()

    def inner(self) -> Union:
        """Read a query in a query; it has to be one whose inner names are its own."""
        self.need("{")
        query = self.select()
        self.need("}")
        if any(value != ("var", name) for name, value in query.selected.items()):
            raise NotNativeError("a selected expression")
        local = f"-{self.at}"  # no variable is called so
        return Union([[hidden(element, query.selected, local) for element in query.group]])

    def patterns(self) -> Iterator[Pattern]:
        """Read a subject and all that is said of it."""
        subject = self.term()
        more = True
        while more:
            path = self.verb()
            yield Pattern(subject, path, self.term())
            while self.take(","):
                yield Pattern(subject, path, self.term())
            more = False
            while self.take(";"):
                more = self.next.text not in ENDS
