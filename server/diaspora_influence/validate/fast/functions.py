"""Values of expressions, as terms, texts, truth values and numbers.

A value is the number of a term, or a text, a truth value, a number; None is an error, as SPARQL has it.
Where engines could differ, which is where literals are of unusual types or forms, NotNativeError leaves the
query to the reference.
"""

from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from diaspora_influence.later import pattern
from diaspora_influence.terms import RDF
from diaspora_influence.validate.fast.index import Term
from diaspora_influence.validate.fast.numeric import PLAIN, Whole, is_number, kind_of, number_of
from diaspora_influence.validate.fast.readings import STRING, Plain, Texts
from diaspora_influence.validate.fast.tree import NotNativeError

if TYPE_CHECKING:
    from fractions import Fraction

NO_NUMBER: Final = pattern("inf|nan")
"""Words that some readers take for numbers."""
SAME: Final = (STRING, RDF + "langString")
"""Datatypes whose literals are equal where they are the same, and else different."""


class Functions:
    """The functions, over the terms of one graph."""

    def __init__(self, terms: list[Term]) -> None:
        self.terms, self.texts, self.literals = terms, Texts(terms), Plain(terms)
        self.known: tuple[dict[str, Whole | Fraction], dict[str, Whole | Fraction]] = {}, {}

    def plain(self, value: Any) -> Any:
        """Return a value as a text or a number; an IRI is an error."""
        return self.literals[value] if type(value) is int else value

    def truth(self, value: Any) -> bool | None:
        """Return the truth value of what a filter gives."""
        if value is None or isinstance(value, bool):
            return value
        raise NotNativeError("no truth value")

    def equal(self, one: Any, other: Any) -> bool | None:
        """Say whether two values are equal."""
        if one is None or other is None:
            return None
        if type(one) is int and type(other) is int:
            return self._equal_terms(one, other)
        if type(one) is type(other):
            return bool(one == other)
        one, other = (self.plain(value) if self._is_literal(value) else value for value in (one, other))
        if type(one) is int or type(other) is int:
            return False  # an IRI or a blank node is no text and no number
        return self.alike(one, other)

    def _is_literal(self, value: Any) -> bool:
        return type(value) is int and isinstance(self.terms[value], ox.Literal)

    def _equal_terms(self, one: int, other: int) -> bool:
        first, second = self.terms[one], self.terms[other]
        if not isinstance(first, ox.Literal) or not isinstance(second, ox.Literal):
            return one == other
        if first.datatype.value in SAME and second.datatype.value in SAME:
            return one == other
        return self.alike(self.plain(one), self.plain(other))

    def alike(self, one: Any, other: Any) -> bool:
        """Say whether two texts, truth values or numbers are equal."""
        if kind_of(one) is not kind_of(other):
            raise NotNativeError("values of different types")
        return bool(one == other)

    def less(self, one: Any, other: Any) -> bool | None:
        """Say whether one value is less than another."""
        first, second = self.plain(one), self.plain(other)
        if first is None or second is None:
            return None
        if type(first) is type(second):
            return bool(first < second)
        if kind_of(first) is not kind_of(second):
            raise NotNativeError("values of different types")
        return bool(first < second)

    def text(self, value: Any) -> str | None:
        """Return a value that has to be a text."""
        found = self.literals[value] if type(value) is int else value
        if found is None or isinstance(found, str):
            return found
        raise NotNativeError("no text")

    def number(self, value: Any) -> "Whole | Fraction | None":
        """Return a value that has to be a number."""
        found = self.plain(value)
        if found is None or is_number(found):
            return found
        raise NotNativeError("no number")

    def written(self, value: Any) -> str | None:
        """Return STR of a value; of a blank node its label, as the reference has it."""
        if type(value) is int:
            return self.texts[value]
        if isinstance(value, str) or value is None:
            return value
        if isinstance(value, Whole):
            return str(int(value))
        raise NotNativeError("a number as a text")

    def cast(self, value: Any, whole: bool) -> "Whole | Fraction | None":
        """Return a text read as a number; what is malformed or unusual is left to the reference."""
        found = self.plain(value)
        if isinstance(found, str):
            if found in self.known[whole]:
                return self.known[whole][found]
            if PLAIN.fullmatch(found) and not (whole and "." in found):
                return self.known[whole].setdefault(found, number_of(found))
            if found and not any(map(str.isnumeric, found)) and not NO_NUMBER.search(found.lower()):
                return None
            raise NotNativeError(found)
        if found is None or (is_number(found) and not whole):
            return found
        raise NotNativeError("a cast")

    def kind(self, value: Any, wanted: type) -> bool | None:
        """Say whether a value is a term of a kind."""
        if value is None:
            return None
        return isinstance(self.terms[value], wanted) if type(value) is int else wanted is ox.Literal
