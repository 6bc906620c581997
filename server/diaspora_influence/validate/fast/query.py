"""The queries of SPARQL constraints and targets, read as far as the engine has to know them."""

from functools import cached_property
from typing import Final

from diaspora_influence.record import record
from diaspora_influence.validate.fast.grammar import QueryReader
from diaspora_influence.validate.fast.index import Term
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.fast.tree import Query
from diaspora_influence.validate.fast.words import Token, tokens

FORBIDDEN: Final = frozenset(
    (
        *("ASK", "AVG", "BASE", "BNODE", "CONSTRUCT", "COUNT", "DESCRIBE", "FROM", "GRAPH"),
        *("GROUP", "GROUP_CONCAT", "HAVING", "LIMIT", "MAX", "MIN", "MINUS"),
        *("NOW", "OFFSET", "ORDER", "PREFIX", "RAND", "SAMPLE", "SERVICE", "STRUUID", "SUM"),
        *("UUID", "VALUES", "$PATH", "$currentShape", "$shapesGraph"),
        *("$failure",),
    )
)
"""What the engine cannot bind `$this` in; queries with one of these words are refused by name."""


@record
class Select:
    """A query of a SPARQL constraint or target, read as far as the engine has to know it."""

    node: Term
    prefixes: tuple[tuple[str, str], ...]
    text: str
    messages: tuple[str, ...]

    @cached_property
    def words(self) -> tuple[Token, ...]:
        """Hold its words; few queries of many are asked."""
        return tuple(tokens(self.text))

    def refuse(self) -> None:
        """Raise UnsupportedError where it has what the engine cannot bind."""
        node, words = self.node, self.words
        said = {token.word for token in words if token.kind in ("word", "var")}
        if said & FORBIDDEN:
            raise UnsupportedError.of(node, f"{', '.join(sorted(said & FORBIDDEN))} in a query")
        for i, token in enumerate(words):
            opening = next((j for j in range(i, len(words)) if words[j].text == "{"), len(words))
            if token.word == "SELECT" and "$this" not in [word.word for word in words[i:opening]]:
                raise UnsupportedError.of(node, "a query that does not select $this")
        if not words or words[0].word != "SELECT":
            raise UnsupportedError.of(node, "a query that is no SELECT")

    @cached_property
    def tree(self) -> Query:
        """Hold the query as a tree; NotNativeError where it is of another part of SPARQL."""
        return QueryReader(self.words, dict(self.prefixes)).query()

    @property
    def whole(self) -> str:
        """Return the query as it stands, with its prefixes."""
        return self.head + self.text

    @property
    def head(self) -> str:
        """Return its prefixes as SPARQL writes them."""
        return "".join(f"PREFIX {name}: <{space}>\n" for name, space in self.prefixes)
