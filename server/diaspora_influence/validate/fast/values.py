"""Constraints that each value node meets or breaks by itself."""

import re
from collections.abc import Callable, Iterable, Set
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import RDFS
from diaspora_influence.validate.fast.described import sh
from diaspora_influence.validate.fast.index import Term
from diaspora_influence.validate.fast.literals import at_least, is_formed
from diaspora_influence.validate.fast.reached import Broken, Reached
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.fast.setting import Check, Known, Setting, number


class OfValues:
    """A check of values by themselves: *broken* tells which of them do not pass."""

    def __init__(self, broken: Callable[[Set[int]], Set[int]]) -> None:
        self.broken = broken

    def __call__(self, reached: Reached) -> Broken:
        """Return what of that which is reached breaks it."""
        return reached.with_values(self.broken(reached.values))


def once(setting: Setting, name: object, breaking: Callable[[Set[int]], Iterable[int]]) -> Check:
    """Return a check of values of which *breaking*, which tells those that do not pass, is asked once."""
    known = setting.known.setdefault(name, Known())

    def broken(values: Set[int]) -> Set[int]:
        fresh = values - known.asked
        if fresh:
            known.broken.update(breaking(fresh))
            known.asked.update(fresh)
        return values & known.broken

    return OfValues(broken)


def each(setting: Setting, name: object, good: Callable[[Term], bool]) -> Check:
    """Return a check that every value passes *good*, which is asked once of each."""
    terms = setting.index.terms
    return once(setting, name, lambda values: [value for value in values if not good(terms[value])])


def of_class(setting: Setting, value: Term) -> Check:
    index, cls = setting.index, setting.index.id(value)
    return OfValues(lambda values: values - index.members(cls))


def of_datatype(setting: Setting, value: Term) -> Check:
    if value in (ox.NamedNode(RDFS + "Literal"), ox.NamedNode(RDFS + "Datatype")):
        raise UnsupportedError.of(setting.shape, f"sh:datatype {value}")
    wanted = value.value if isinstance(value, ox.NamedNode) else None
    return each(
        setting,
        ("datatype", value),
        lambda term: (
            isinstance(term, ox.Literal) and term.datatype.value == wanted and is_formed(term, wanted)
        ),
    )


KINDS: Final[dict[Term, tuple[type, ...]]] = {
    sh("IRI"): (ox.NamedNode,),
    sh("BlankNode"): (ox.BlankNode,),
    sh("Literal"): (ox.Literal,),
    sh("BlankNodeOrIRI"): (ox.BlankNode, ox.NamedNode),
    sh("BlankNodeOrLiteral"): (ox.BlankNode, ox.Literal),
    sh("IRIOrLiteral"): (ox.NamedNode, ox.Literal),
}


def of_kind(setting: Setting, value: Term) -> Check:
    if value not in KINDS:
        raise UnsupportedError.of(setting.shape, f"sh:nodeKind {value}")
    kinds, terms = KINDS[value], setting.index.terms
    return once(
        setting,
        ("nodeKind", value),
        lambda values: [each for each in values if not isinstance(terms[each], kinds)],
    )


def pattern(setting: Setting, value: Term) -> Check:
    if setting.graph.values(setting.shape, sh("flags")) or not isinstance(value, ox.Literal):
        raise UnsupportedError.of(setting.shape, "sh:flags, or a pattern that is no literal")
    try:
        found = re.compile(value.value).search
    except re.error as error:
        raise UnsupportedError.of(setting.shape, f"a pattern that is none ({error})") from error
    return each(
        setting,
        ("pattern", value),
        lambda term: not isinstance(term, ox.BlankNode) and found(term.value) is not None,
    )


def min_length(setting: Setting, value: Term) -> Check:
    least = number(setting.shape, value)
    return each(
        setting,
        ("minLength", least),
        lambda term: least == 0 or (not isinstance(term, ox.BlankNode) and len(term.value) >= least),
    )


def language_in(setting: Setting, value: Term) -> Check:
    tags = {tag.value.lower() for tag in setting.graph.items(value) if isinstance(tag, ox.Literal)}

    def good(term: Term) -> bool:
        tag = term.language if isinstance(term, ox.Literal) else None
        return bool(tag) and ("*" in tags or tag in tags or str(tag).partition("-")[0] in tags)

    return each(setting, ("languageIn", frozenset(tags)), good)


def one_of(setting: Setting, value: Term) -> Check:
    members = frozenset(setting.graph.items(value))
    return each(setting, ("in", members), lambda term: term in members)


def no_less(setting: Setting, value: Term) -> Check:
    if not isinstance(value, ox.Literal):
        raise UnsupportedError.of(setting.shape, f"sh:minInclusive {value}")
    return each(
        setting,
        ("minInclusive", value),
        lambda term: isinstance(term, ox.Literal) and at_least(term, value),
    )
