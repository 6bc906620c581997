"""Whether literals are well typed and how they compare: plainly where that is plain, else by the reference.

What pyshacl accepts follows from Python's own readers of numbers and dates; where a form is unusual it is
asked itself, so that both engines agree. It is imported only then.
"""

import re
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.later import pattern
from diaspora_influence.terms import RDF, XSD

PLAIN: Final[dict[str, re.Pattern[str]]] = {
    XSD + "integer": pattern(r"[+-]?[0-9]+"),
    XSD + "decimal": pattern(r"[+-]?[0-9]+([.][0-9]+)?"),
    XSD + "boolean": pattern(r"true|false"),
    XSD + "date": pattern(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
    XSD + "hexBinary": pattern(r"(?:[0-9a-fA-F]{16})*(?:[0-9a-fA-F]{2})+"),
    XSD + "string": pattern(r".*", re.DOTALL),
    RDF + "langString": pattern(r".*", re.DOTALL),
}
"""Datatype to forms that are well typed beyond doubt."""
DATE: Final = XSD + "date"
KNOWN: Final = (XSD, RDF)
"""Where the datatypes live whose forms the reference judges; a literal of another is taken as it is."""


def is_formed(literal: ox.Literal, datatype: str) -> bool:
    """Say whether a literal is of the form that its datatype, whose IRI is told, asks for."""
    if not datatype.startswith(KNOWN):
        return True
    plain = PLAIN.get(datatype)
    match = plain.fullmatch(literal.value) if plain else None
    if match and (datatype != DATE or _is_day(match)):
        return True
    return _well_typed_by_reference(literal)


def at_least(literal: ox.Literal, bound: ox.Literal) -> bool:
    """Say whether a literal is no less than *bound*."""
    integer = PLAIN[XSD + "integer"]
    numbers = (literal, bound)
    if all(n.datatype.value == XSD + "integer" and integer.fullmatch(n.value) for n in numbers):
        return int(literal.value) >= int(bound.value)
    return _at_least_by_reference(literal, bound)


def _is_day(match: re.Match[str]) -> bool:
    from datetime import date

    try:
        date(*map(int, match.groups()))
    except ValueError:
        return False
    return True


def _well_typed_by_reference(literal: ox.Literal) -> bool:
    from pyshacl.constraints.core.value_constraints import DatatypeConstraintComponent as Reference

    from diaspora_influence.convert import to_rdflib
    from diaspora_influence.validate.reference.graph import quiet

    with quiet():
        told = to_rdflib(literal)
        typed = told.datatype or literal.datatype.value  # type: ignore[union-attr]
        reference: Any = Reference
        return not getattr(told, "ill_typed", False) and bool(
            reference._assert_actual_datatype(None, told, typed)
        )


def _at_least_by_reference(literal: ox.Literal, bound: ox.Literal) -> bool:
    from pyshacl.rdfutil.compare import compare_literal

    from diaspora_influence.convert import to_rdflib
    from diaspora_influence.validate.reference.graph import quiet

    with quiet():
        one, other = to_rdflib(literal), to_rdflib(bound)
        if isinstance(one.value, str) is not isinstance(other.value, str):  # type: ignore[union-attr]
            return False
        try:
            reference: Any = compare_literal
            return bool(reference(one, other) >= 0)
        except (TypeError, NotImplementedError):
            return False
