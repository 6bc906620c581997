"""The expressions of a query over a graph, in the scope of the variables that are bound."""

from typing import Any

from diaspora_influence.validate.fast.functions import Functions
from diaspora_influence.validate.fast.index import Index
from diaspora_influence.validate.fast.logic import CASTS, CONSTANTS, LOGIC, OF_KINDS, applied
from diaspora_influence.validate.fast.steps import Maker, Row, Value, chained
from diaspora_influence.validate.fast.texts import OF_TEXTS
from diaspora_influence.validate.fast.tree import NotNativeError, Tree

Names = frozenset[str]
THIS = "this"


class Scope:
    """The slots of the variables of one query over one graph, and what gives the value of an expression."""

    def __init__(self, index: Index) -> None:
        self.index, self.functions = index, Functions(index.terms)
        self.slots: dict[str, int] = {THIS: 0}

    def slot(self, name: str) -> int:
        """Return the slot of a variable."""
        return self.slots.setdefault(name, len(self.slots))

    def group(self, elements: list[Any], given: Names, maybe: Names) -> tuple[list[Maker], Names]:
        """Return the steps of a group and what is bound after it."""
        raise NotImplementedError

    def value(self, tree: Tree, bound: Names, maybe: Names) -> Value:
        """Return what gives the value of an expression in a row."""
        kind, *parts = tree
        if kind == "var":
            slot = self.slot(parts[0])
            return (lambda row: row[slot]) if parts[0] in bound | maybe else lambda _: None
        if kind in CONSTANTS:
            constant = CONSTANTS[kind](self.index, parts[0])
            return lambda _: constant
        if kind == "exists":
            makers, _ = self.group(parts[0], bound, maybe)
            return chained(makers, lambda _: True)
        if kind == "STR" and parts[0][0] == "term":
            return self.value(("text", parts[0][1].value), bound, maybe)
        values = [self.value(part, bound, maybe) for part in parts]
        if kind == "STRSTARTS" and parts[0][0] == "STR" and parts[0][1][0] == "var":
            return self._begins(self.value(parts[0][1], bound, maybe), values)
        if kind == "in" and all(part[0] == "term" for part in parts[1:]):
            return self._among(values[0], frozenset(self.index.id(part[1]) for part in parts[1:]))
        return self._call(kind, values)

    def _begins(self, value: Value, values: list[Value]) -> Value:
        """Return what says how the IRI *value* begins, asked once of each for each beginning."""
        plain, known = self._call("STRSTARTS", values), self.index.begins

        def said(row: Row) -> Any:
            node, beginning = value(row), values[1](row)
            if type(node) is not int or not isinstance(beginning, str):
                return plain(row)
            asked = known.setdefault(beginning, {})
            if node not in asked:
                asked[node] = plain(row)
            return asked[node]

        return said

    def _among(self, value: Value, wanted: frozenset[int]) -> Value:
        """Return what says whether a value is one of some IRIs."""

        def said(row: Row) -> bool | None:
            found = value(row)
            return None if found is None else type(found) is int and found in wanted

        return said

    def _call(self, kind: str, parts: list[Value]) -> Value:
        calls = self.functions
        if kind in LOGIC:
            return LOGIC[kind](calls, *parts)
        if kind in OF_TEXTS:
            kinds, function = OF_TEXTS[kind]
            if len(kinds) != len(parts):
                raise NotNativeError(kind)
            reads = [calls.text if each == "t" else calls.number for each in kinds]
            return applied(function, [*zip(reads, parts, strict=True)])
        if kind in OF_KINDS and len(parts) == 1:
            wanted, [part] = OF_KINDS[kind], parts
            return lambda row: calls.kind(part(row), wanted)
        if kind in CASTS and len(parts) == 1:
            whole, [part] = CASTS[kind], parts
            return lambda row: calls.cast(part(row), whole)
        raise NotNativeError(kind)
