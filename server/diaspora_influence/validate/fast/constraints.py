"""The constraints of SHACL Core that our shapes use: a table from parameter to component and check."""

from typing import Final

import pyoxigraph as ox

from diaspora_influence.terms import RDFS, SH, XSD
from diaspora_influence.validate.fast.index import TYPE, Term, Values
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.fast.values import (
    Bind,
    Broken,
    Check,
    Setting,
    language_in,
    min_length,
    no_less,
    number,
    of_class,
    of_datatype,
    of_kind,
    one_of,
    pattern,
)


def min_count(setting: Setting, value: Term) -> Check:
    least = number(setting.shape, value)
    return lambda _, values: ((None, None),) if len(values) < least else ()


def max_count(setting: Setting, value: Term) -> Check:
    most = number(setting.shape, value)
    return lambda _, values: ((None, None),) if len(values) > most else ()


def has_value(setting: Setting, value: Term) -> Check:
    wanted = setting.index.id(value)
    return lambda _, values: () if wanted in values else ((None, None),)


def disjoint(setting: Setting, value: Term) -> Check:
    objects, other = setting.index.objects, setting.index.id(value)

    def check(focus: int, values: Values) -> Broken:
        if values:
            others = objects(focus, other)
            yield from ((None, each) for each in values if each in others)

    return check


def equals(setting: Setting, value: Term) -> Check:
    objects, other = setting.index.objects, setting.index.id(value)
    return lambda focus, values: ((None, each) for each in {*values} ^ {*objects(focus, other)})


def closed(setting: Setting, value: Term) -> Check:
    if value != TRUE:
        raise UnsupportedError.of(setting.shape, f"sh:closed {value}")
    index = setting.index
    allowed = {index.id(predicate) for predicate in setting.allowed}

    def check(_: int, values: Values) -> Broken:
        for node in values:
            for predicate in index.nodes.get(node, {}).keys() - allowed:
                for each in index.objects(node, predicate):
                    if (index.terms[predicate], index.terms[each]) != (TYPE, RESOURCE):
                        yield index.terms[predicate], each

    return check


def never(setting: Setting, value: Term) -> Check:
    conforms = setting.conforms(value)
    return lambda _, values: ((None, each) for each in values if conforms(each))


def exactly_one(setting: Setting, value: Term) -> Check:
    ways = [setting.conforms(shape) for shape in setting.graph.items(value)]
    return lambda _, values: ((None, each) for each in values if sum(way(each) for way in ways) != 1)


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
OF_NOTHING: Final = {"minCount", "hasValue", "equals"}
"""What has something to say of a node without values."""
MANY: Final = {"class", "pattern", "hasValue", "disjoint", "equals", "not", "xone", "property", "sparql"}
"""Parameters that a shape may have several of."""


def component(name: str) -> str:
    """Return the IRI of the component of a parameter."""
    return f"{SH}{CHECKS[name][0]}ConstraintComponent"
