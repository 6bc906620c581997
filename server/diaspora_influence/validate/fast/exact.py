"""Whether the store can judge a query exactly, for it holds some literals in another form: "01" as "1".

rdflib, on which pyshacl rests, takes them as they are written. So a query is refused where it could meet such
a literal and either tells its spelling from another's or takes it for another literal.
"""

import re
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import FOCUS, RDF, XSD
from diaspora_influence.validate.fast.index import Index, Term
from diaspora_influence.validate.fast.query import Select
from diaspora_influence.validate.fast.reached import values_in
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.fast.sight import compares, constants, is_lexical, is_open, mentioned

LONG: Final = re.compile(r"[+-]?[0-9.]{19,}")
"""How numbers look that the store cannot hold."""
NO_NUMBERS: Final = tuple(XSD + name for name in ("boolean", "date", "time", "g", "duration"))
"""How the datatypes begin that are none of numbers."""
AS_WRITTEN: Final = {XSD + "string", RDF + "langString", XSD + "hexBinary", XSD + "anyURI"}
"""Datatypes that the store keeps as they are written."""


class Spelling:
    """The literals of a graph that the store spells in its own way."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.forms = rewritten([term for term in index.terms if isinstance(term, ox.Literal)])
        self.spelt: dict[Term, list[Term]] = {}
        for term, form in self.forms.items():
            self.spelt.setdefault(form, [form] if form in index.ids and form != term else []).append(term)

    @cached_property
    def places(self) -> dict[str, set[Term]]:
        """Return predicate to the literals among its values that are spelt otherwise."""
        index = self.index
        numbers, found = {index.ids[term] for term in self.forms}, dict[str, set[Term]]()
        for predicate, column in index.columns.items():
            if met := numbers & values_in(column):
                found[index.terms[predicate].value] = {index.terms[value] for value in met}
        return found

    def as_given(self, query: Select, focus: Term, term: Term) -> Term:
        """Return a term of an answer about *focus* as the data write it; refuse where that is open."""
        spelt = self.spelt.get(term, [term])
        if len(spelt) > 1:
            number = self.index.ids.get(focus, -1)  # of a target that binds nothing, or makes its node, none
            node = self.index.nodes.get(number, ())
            near = {value for name in node for value in self.index.objects(number, name)}
            spelt = [each for each in spelt if self.index.ids[each] in near]
        if len(spelt) != 1:
            raise UnsupportedError.of(query.node, f"the spelling of {term}")
        return spelt[0]

    def refuse(self, query: Select) -> None:
        """Raise UnsupportedError where *query* cannot be judged exactly."""
        if not self.forms:
            return
        said = None if is_open(query) else mentioned(query)
        met = (terms for name, terms in self.places.items() if said is None or name in said)
        for literal in sorted({term for terms in met for term in terms}, key=str):
            if is_lexical(query) or self._is_taken_for_another(literal, query):
                raise UnsupportedError.of(query.node, f"the spelling of {literal}")

    def _is_taken_for_another(self, literal: Term, query: Select) -> bool:
        form = self.forms[literal]
        twins = len(self.spelt[form]) > 1 or form == literal
        return (twins and compares(query)) or form.value in constants(query)


def rewritten(literals: list[ox.Literal]) -> dict[Term, Term]:
    """Return those of *literals* that the store holds in another form or cannot hold, with what it holds."""
    doubtful = [term for term in literals if term.datatype.value.startswith(XSD)]
    doubtful = [term for term in doubtful if term.datatype.value not in AS_WRITTEN]
    names = [ox.NamedNode(f"{FOCUS}/{number}") for number in range(len(doubtful))]
    store = ox.Store()
    store.extend(ox.Quad(name, name, term) for name, term in zip(names, doubtful, strict=True))
    held = {quad.subject: quad.object for quad in store}
    forms = ((term, held[name]) for name, term in zip(names, doubtful, strict=True))
    return {term: form for term, form in forms if term != form or is_too_long(term)}


def is_too_long(literal: ox.Literal) -> bool:
    """Say whether a literal is a number that the store cannot hold."""
    return not literal.datatype.value.startswith(NO_NUMBERS) and bool(LONG.fullmatch(literal.value))
