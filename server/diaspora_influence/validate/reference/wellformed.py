"""Whether foreign shapes say what SHACL lets them say (the syntax rules of its section 4, a value at a time).

pyshacl breaks off at some of what is wrong, and lets some pass in silence: a severity that is a text never
fails a run, a shape that is deactivated by one never judges.
"""

from collections.abc import Callable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Final

import rdflib
from rdflib import RDF, XSD
from rdflib.term import Node

from diaspora_influence.errors import InputError
from diaspora_influence.terms import SH

Fits = Callable[[rdflib.Graph, Node], bool]


def is_iri(_: rdflib.Graph, value: Node) -> bool:
    """Say whether a value is an IRI."""
    return isinstance(value, rdflib.URIRef)


def is_literal(_: rdflib.Graph, value: Node) -> bool:
    """Say whether a value is a literal."""
    return isinstance(value, rdflib.Literal)


def is_no_literal(_: rdflib.Graph, value: Node) -> bool:
    """Say whether a value is an IRI or a blank node."""
    return not isinstance(value, rdflib.Literal)


def is_text(_: rdflib.Graph, value: Node) -> bool:
    """Say whether a value is a string, in a language or none."""
    return isinstance(value, rdflib.Literal) and (value.datatype in (None, XSD.string, RDF.langString))


def is_boolean(_: rdflib.Graph, value: Node) -> bool:
    """Say whether a value is true or false."""
    return isinstance(value, rdflib.Literal) and value.datatype == XSD.boolean and str(value) in BOOLEAN


def is_node_kind(_: rdflib.Graph, value: Node) -> bool:
    """Say whether a value is one of the six kinds of nodes."""
    return str(value).removeprefix(SH) in KINDS and isinstance(value, rdflib.URIRef)


def is_list(graph: rdflib.Graph, value: Node) -> bool:
    """Say whether a value is a list that ends, each part of which has one value and one rest."""
    while value != RDF.nil:
        firsts, rests = ([*graph.objects(value, name)] for name in (RDF.first, RDF.rest))
        if len(firsts) != 1 or len(rests) != 1:
            return False
        value = rests[0]
    return True


BOOLEAN: Final = frozenset(["true", "false", "1", "0"])
KINDS: Final = frozenset(
    ["IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]
)
IRI, LITERAL, LIST = (is_iri, "an IRI"), (is_literal, "a literal"), (is_list, "a list that ends")
SHAPE, TEXT, BOOL = (is_no_literal, "a shape"), (is_text, "a text"), (is_boolean, "true or false")
PARAMETERS: Final[Mapping[str, tuple[Fits, str]]] = {
    **dict.fromkeys(("class", "datatype", "equals", "disjoint", "lessThan", "lessThanOrEquals"), IRI),
    **dict.fromkeys(("severity", "targetClass", "targetSubjectsOf", "targetObjectsOf"), IRI),
    **dict.fromkeys(("minInclusive", "maxInclusive", "minExclusive", "maxExclusive"), LITERAL),
    **dict.fromkeys(("in", "languageIn", "ignoredProperties", "and", "or", "xone"), LIST),
    **dict.fromkeys(("node", "not", "property", "qualifiedValueShape"), SHAPE),
    **dict.fromkeys(("pattern", "flags", "message"), TEXT),
    **dict.fromkeys(("closed", "deactivated", "uniqueLang"), BOOL),
    "nodeKind": (is_node_kind, f"one of sh:{', sh:'.join(sorted(KINDS))}"),
}
"""Parameter to what says whether a value fits, and to what fits."""


def refuse_ill_formed(graph: rdflib.Graph) -> None:
    """Raise InputError, which names the shape, where *graph* holds what no shape can mean."""
    _refuse_endless_lists(graph)
    for name, (fits, what) in PARAMETERS.items():
        for shape, value in sorted(graph.subject_objects(rdflib.URIRef(SH + name))):
            if not fits(graph, value):
                raise InputError(
                    f"the shapes are not well-formed: {shape}: sh:{name} has to be {what}, not {value.n3()}"
                )


def _refuse_endless_lists(graph: rdflib.Graph) -> None:
    order: TopologicalSorter[Node] = TopologicalSorter()
    for node, after in graph.subject_objects(RDF.rest):
        order.add(node, after)
    try:
        order.prepare()
    except CycleError as error:
        raise InputError("the shapes are not well-formed: a list comes back to itself") from error
