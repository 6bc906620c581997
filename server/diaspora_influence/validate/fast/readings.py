"""What terms say, each read once for all queries: reading one takes longer than most that is done with it."""

from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.terms import XSD
from diaspora_influence.validate.fast.index import Term
from diaspora_influence.validate.fast.numeric import PLAIN, number_of
from diaspora_influence.validate.fast.tree import NotNativeError

NUMBERS: Final = (XSD + "integer", XSD + "decimal")
STRING: Final = XSD + "string"


class Texts(dict[int, str]):
    """How terms are written, each read once."""

    def __init__(self, terms: list[Term]) -> None:
        super().__init__()
        self.terms = terms

    def __missing__(self, number: int) -> str:
        found = self[number] = self.terms[number].value
        return found


class Plain(dict[int, Any]):
    """The texts and numbers that literals stand for, each read once; None for what is no literal."""

    def __init__(self, terms: list[Term]) -> None:
        super().__init__()
        self.terms = terms

    def __missing__(self, number: int) -> Any:
        found = self[number] = self._read(self.terms[number])
        return found

    def _read(self, term: Term) -> Any:
        if not isinstance(term, ox.Literal):
            return None
        kind, said = term.datatype.value, term.value
        if kind == STRING:
            return said
        if kind in NUMBERS and PLAIN.fullmatch(said) and (kind == NUMBERS[1] or "." not in said):
            return number_of(said)
        raise NotNativeError(str(term))
