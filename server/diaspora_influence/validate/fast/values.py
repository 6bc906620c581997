"""Constraints that each value node meets or breaks by itself, and what every check is made from."""

import re
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import RDFS
from diaspora_influence.validate.fast.described import Described, sh
from diaspora_influence.validate.fast.index import TYPE, Index, Term, values_of
from diaspora_influence.validate.fast.literals import at_least, well_typed
from diaspora_influence.validate.fast.reached import Broken, Reached
from diaspora_influence.validate.fast.refusal import UnsupportedError

Check = Callable[[Reached], Broken]
"""From focus nodes and their value nodes to what is broken."""
Bind = Callable[["Setting", Term], Check]


@dataclass(frozen=True, slots=True)
class Known:
    """The values that a condition was asked of, and those of them that do not meet it."""

    asked: set[int] = field(default_factory=set)
    broken: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a check is made for: the shape, what is said of it, the graph, and what other checks know.

    *failing* gives for a shape what tells which of some nodes break it.
    """

    shape: Term
    graph: Described
    index: Index
    allowed: frozenset[Term]
    failing: Callable[[Term], Callable[[Set[int]], set[int]]]
    known: dict[object, Known] = field(default_factory=dict)


def number(node: Term, value: Term) -> int:
    """Return a parameter that counts."""
    if not isinstance(value, ox.Literal) or not value.value.isdecimal():
        raise UnsupportedError.of(node, f"{value} as a number")
    return int(value.value)


def each(setting: Setting, name: object, good: Callable[[Term], bool]) -> Check:
    """Return a check that every value passes *good*, which is asked once of each."""
    terms = setting.index.terms
    return each_node(setting, name, lambda value: good(terms[value]))


def each_node(setting: Setting, name: object, good: Callable[[int], bool]) -> Check:
    """Return the same where *good* is asked of numbers."""
    known = setting.known.setdefault(name, Known())

    def check(reached: Reached) -> Broken:
        fresh = reached.values - known.asked
        known.broken.update(value for value in fresh if not good(value))
        known.asked.update(fresh)
        return reached.with_values(reached.values & known.broken)

    return check


def of_class(setting: Setting, value: Term) -> Check:
    index = setting.index
    classes, types = index.below(index.id(value)), index.column(index.id(TYPE)).get
    return each_node(setting, ("class", value), lambda node: not classes.isdisjoint(values_of(types(node))))


def of_datatype(setting: Setting, value: Term) -> Check:
    if value in (ox.NamedNode(RDFS + "Literal"), ox.NamedNode(RDFS + "Datatype")):
        raise UnsupportedError.of(setting.shape, f"sh:datatype {value}")
    return each(
        setting,
        ("datatype", value),
        lambda term: isinstance(term, ox.Literal) and term.datatype == value and well_typed(term),
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
    return each(setting, ("nodeKind", value), lambda term: isinstance(term, KINDS[value]))


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
