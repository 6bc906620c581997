"""The expressions of a query over a graph, in the scope of the variables that are bound."""

from collections.abc import Set
from typing import Any

from diaspora_influence.validate.fast.functions import Functions
from diaspora_influence.validate.fast.index import Index, Term
from diaspora_influence.validate.fast.kinds import ANY, given, taken
from diaspora_influence.validate.fast.logic import CASTS, CONSTANTS, LOGIC, OF_KINDS, applied
from diaspora_influence.validate.fast.steps import Maker, Row, Step, Value, chained
from diaspora_influence.validate.fast.texts import OF_TEXTS
from diaspora_influence.validate.fast.tree import NotNativeError, Tree, names_in

Names = frozenset[str]
THIS = "this"


class Scope:
    """The slots of the variables of one query over one graph, and what gives the value of an expression.

    A term of a pattern has a slot as a variable has, and stands in it from the beginning.
    """

    def __init__(self, index: Index, functions: Functions | None = None) -> None:
        self.index, self.functions = index, functions or Functions(index.terms)
        self.slots: dict[str, int] = {THIS: 0}
        self.fixed: dict[int, int] = {}

    def slot(self, name: str) -> int:
        """Return the slot of a variable."""
        return self.slots.setdefault(name, len(self.slots))

    def fixed_slot(self, term: Term) -> int:
        """Return the slot of a term."""
        slot = self.slot(str(term))  # no variable is written so
        self.fixed[slot] = self.index.id(term)
        return slot

    def row(self) -> Row:
        """Return a row in which no variable is bound."""
        return [self.fixed.get(slot) for slot in range(len(self.slots))]

    def group(self, elements: list[Any], given: Names, maybe: Names) -> tuple[list[Maker], Names]:
        """Return the steps of a group and what is bound after it."""
        raise NotImplementedError

    def value(self, tree: Tree, bound: Names, maybe: Names) -> Value:
        """Return what gives the value of an expression in a row."""
        kind, *parts = folded(tree)
        if kind == "var":
            slot = self.slot(parts[0])
            return (lambda row: row[slot]) if parts[0] in bound | maybe else lambda _: None
        if kind in CONSTANTS:
            constant = CONSTANTS[kind](self.index, parts[0])
            return lambda _: constant
        if kind == "exists":
            makers, _ = self.group(parts[0], bound, maybe)
            return chained(makers, lambda _: True)
        if kind == "STR" and parts[0][0] == "var" and parts[0][1] in bound:  # which is a term
            term, texts = self.slot(parts[0][1]), self.functions.texts
            return lambda row: texts[row[term]]
        if kind == "STRSTARTS" and folded(parts[1])[0] == "text":
            return self._begins(self.read("t", parts[0], bound, maybe), folded(parts[1])[1])
        if kind in ("in", "=", "!=") and all(part[0] == "term" for part in parts[1:]):
            among = self._among(self.value(parts[0], bound, maybe), parts[1:])
            return LOGIC["!"](self.functions, among) if kind == "!=" else among
        kinds = taken(kind, len(parts))
        call = self._call(kind, [self.read(*each, bound, maybe) for each in zip(kinds, parts, strict=True)])
        names = names_in(tree)
        once = kind in OF_TEXTS and len(names) == 1 and names <= bound - {THIS}
        return self._known(call, *names) if once else call

    def read(self, wanted: str, tree: Tree, bound: Names, maybe: Names) -> Value:
        """Return what gives the value of an expression as one of the *wanted* kind."""
        value, calls = self.value(tree, bound, maybe), self.functions
        if wanted in (ANY, given(tree)):
            return value
        read = {"b": calls.truth, "t": calls.text, "n": calls.number}[wanted]
        return lambda row: read(value(row))

    def remembered(self, holds: Step, names: Set[str]) -> Step:
        """Return *holds*, which depends on *names*, asked once of each value of the one name if it is one."""
        if len(names) != 1 or THIS in names:
            return holds
        slot, known = self.slot(*names), dict[Any, bool]()

        def asked(row: Row) -> bool:
            key = row[slot]
            found = known.get(key)
            if found is None:
                found = known[key] = bool(holds(row))
            return found

        return asked

    def _known(self, value: Value, name: str) -> Value:
        """Return *value*, which depends on one variable that is a term, told once of each term."""
        slot, known = self.slot(name), dict[int, Any]()

        def told(row: Row) -> Any:
            key = row[slot]
            if key not in known:
                known[key] = value(row)
            return known[key]

        return told

    def _begins(self, value: Value, beginning: str) -> Value:
        """Return what says whether a text begins so."""

        def said(row: Row) -> bool | None:
            text = value(row)
            return None if text is None else text.startswith(beginning)

        return said

    def _among(self, value: Value, terms: list[Tree]) -> Value:
        """Return what says whether a value is one of some IRIs."""
        wanted = frozenset(self.index.id(term) for _, term in terms)

        def said(row: Row) -> bool | None:
            found = value(row)
            return None if found is None else type(found) is int and found in wanted

        return said

    def _call(self, kind: str, parts: list[Value]) -> Value:
        calls = self.functions
        if kind in LOGIC:
            return LOGIC[kind](calls, *parts)
        if kind in OF_TEXTS:
            return applied(OF_TEXTS[kind][1], parts)
        if kind in OF_KINDS:
            wanted, [part] = OF_KINDS[kind], parts
            return lambda row: calls.kind(part(row), wanted)
        if kind in CASTS:
            whole, [part] = CASTS[kind], parts
            return lambda row: calls.cast(part(row), whole)
        raise NotNativeError(kind)


def folded(tree: Tree) -> Tree:
    """Return the STR of an IRI as the text that it is, any other expression as it stands."""
    return ("text", tree[1][1].value) if tree[0] == "STR" and tree[1][0] == "term" else tree
