"""The constraints of SHACL Core that our shapes use: a table from parameter to component and check."""

from collections.abc import Set
from functools import cache
from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import RDFS, SH, XSD
from diaspora_influence.validate.fast.index import TYPE, Term, values_of
from diaspora_influence.validate.fast.reached import Broken, Reached
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.fast.setting import Bind, Check, Setting, number
from diaspora_influence.validate.fast.values import (
    language_in,
    min_length,
    no_less,
    of_class,
    of_datatype,
    of_kind,
    one_of,
    pattern,
)


def min_count(setting: Setting, value: Term) -> Check:
    least = number(setting.shape, value)
    if least == 1:  # the usual case
        return lambda reached: ((node, None, None) for node in reached.bereft)
    return lambda reached: ((node, None, None) for node, many in reached.counts() if many < least)


def max_count(setting: Setting, value: Term) -> Check:
    most = number(setting.shape, value)

    def check(reached: Reached) -> Broken:
        if reached.bare and most:
            return ()
        return ((node, None, None) for node, many in reached.counts() if many > most)

    return check


def has_value(setting: Setting, value: Term) -> Check:
    wanted = setting.index.id(value)

    def check(reached: Reached) -> Broken:
        having = {node for node, each in reached.pairs if each == wanted}
        return ((node, None, None) for node in reached.focus if node not in having)

    return check


def disjoint(setting: Setting, value: Term) -> Check:
    others = setting.index.column(setting.index.id(value)).get
    return lambda reached: (
        (node, None, each) for node, each in reached.pairs if each in values_of(others(node))
    )


def equals(setting: Setting, value: Term) -> Check:
    others = setting.index.column(setting.index.id(value)).get

    def check(reached: Reached) -> Broken:
        for node in reached.focus:
            for each in {*values_of(reached.column.get(node))} ^ {*values_of(others(node))}:
                yield node, None, each

    return check


def closed(setting: Setting, value: Term) -> Check:
    if value != TRUE:
        raise UnsupportedError.of(setting.shape, f"sh:closed {value}")
    index = setting.index
    allowed = {index.id(predicate) for predicate in setting.allowed}

    @cache
    def others(predicates: tuple[int, ...]) -> list[int]:
        return [predicate for predicate in predicates if predicate not in allowed]

    def check(reached: Reached) -> Broken:
        for focus, node in reached.pairs:
            for predicate in others(index.nodes.get(node, ())):
                for each in index.objects(node, predicate):
                    if (index.terms[predicate], index.terms[each]) != (TYPE, RESOURCE):
                        yield focus, index.terms[predicate], each

    return check


def never(setting: Setting, value: Term) -> Check:
    failing = setting.failing(value)
    return lambda reached: reached.with_values(reached.values - failing(reached.values))


def exactly_one(setting: Setting, value: Term) -> Check:
    ways = [setting.failing(shape) for shape in setting.graph.items(value)]

    def broken(values: Set[int]) -> set[int]:
        once, more = set[int](), set[int]()
        for way in ways:
            right = values - way(values)
            more |= once & right
            once |= right
        return {*values} - (once - more)

    return lambda reached: reached.with_values(broken(reached.values))


TRUE: Final = ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))
RESOURCE: Final = ox.NamedNode(RDFS + "Resource")

CHECKS: Final[dict[str, tuple[str, Bind]]] = {
    "minCount": ("MinCount", min_count),
    "maxCount": ("MaxCount", max_count),
    "class": ("Class", of_class),
    "datatype": ("Datatype", of_datatype),
    "nodeKind": ("NodeKind", of_kind),
    "pattern": ("Pattern", pattern),
    "minLength": ("MinLength", min_length),
    "languageIn": ("LanguageIn", language_in),
    "in": ("In", one_of),
    "minInclusive": ("MinInclusive", no_less),
    "hasValue": ("HasValue", has_value),
    "disjoint": ("Disjoint", disjoint),
    "equals": ("Equals", equals),
    "closed": ("Closed", closed),
    "not": ("Not", never),
    "xone": ("Xone", exactly_one),
}
"""Parameter to its component, without `ConstraintComponent`, and what makes the check."""
MANY: Final = {"class", "pattern", "hasValue", "disjoint", "equals", "not", "xone", "property", "sparql"}
"""Parameters that a shape may have several of."""


def component(name: str) -> str:
    """Return the IRI of the component of a parameter."""
    return f"{SH}{CHECKS[name][0]}ConstraintComponent"
