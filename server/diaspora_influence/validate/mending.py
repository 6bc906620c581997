"""How to mend what breaks a constraint of SHACL Core: one sentence for each, filled in from the shape."""

from collections.abc import Callable, Mapping
from typing import Final

from diaspora_influence.terms import SH

Facts = Mapping[str, str]
"""Parameter of a constraint to its value; `path` is what the shape or the finding names."""
WRITTEN: Final = {
    "xsd:string": 'as a text: "…"',
    "rdf:langString": 'as a text with its language: "…"@en',
    "xsd:boolean": "as true or false",
    "xsd:integer": "as a whole number, without quotes",
}
"""Datatype to how its values are written; others are written out."""
KINDS: Final = {
    "sh:IRI": "name a thing by its IRI",
    "sh:Literal": "write a text, a number or a date, and no thing",
    "sh:BlankNode": "describe it on the spot, in [ ]",
    "sh:BlankNodeOrIRI": "name or describe a thing, and write no text",
    "sh:IRIOrLiteral": "name a thing by its IRI or write a text",
    "sh:BlankNodeOrLiteral": "describe it in [ ] or write a text",
}


def least(facts: Facts) -> str:
    """Say what is missing."""
    number = facts["minCount"]
    return f"add {facts['path']}" if number == "1" else f"give at least {number} values of {facts['path']}"


def most(facts: Facts) -> str:
    """Say what is too much."""
    number, path = facts["maxCount"], facts["path"]
    if number == "0":
        return f"take {path} out"
    return f"keep one value of {path}" if number == "1" else f"keep at most {number} values of {path}"


def typed(facts: Facts) -> str:
    """Say how a value of the datatype is written."""
    kind = facts["datatype"]
    return f"write {facts['path']} " + WRITTEN.get(kind, f'as "…"^^{kind}')


def of_class(facts: Facts) -> str:
    """Say which class a value has to be of."""
    return (
        f"let {facts['path']} name a thing that is a {facts['class']}; one that lies in another file is "
        "known by --context"
    )


MENDING: Final[Mapping[str, Callable[[Facts], str]]] = {
    "minCount": least,
    "maxCount": most,
    "datatype": typed,
    "class": of_class,
    "nodeKind": lambda facts: KINDS[facts["nodeKind"]],
    "hasValue": lambda facts: f"add {facts['path']} {facts['hasValue']}",
    "in": lambda facts: f"take one of the values that the shape lists for {facts['path']}",
    "pattern": lambda facts: f"write {facts['path']} so that it matches {facts['pattern']}",
    "minLength": lambda facts: f"write at least {facts['minLength']} characters",
    "maxLength": lambda facts: f"write at most {facts['maxLength']} characters",
    "minInclusive": lambda facts: f"give a value of {facts['minInclusive']} or more",
    "maxInclusive": lambda facts: f"give a value of {facts['maxInclusive']} or less",
    "minExclusive": lambda facts: f"give a value over {facts['minExclusive']}",
    "maxExclusive": lambda facts: f"give a value under {facts['maxExclusive']}",
    "uniqueLang": lambda facts: f"keep one text of {facts['path']} in each language",
    "languageIn": lambda facts: f"tag {facts['path']} with a language that the shape lists",
    "closed": lambda facts: f"take {facts['path']} out; the shape lists what may be said",
}
"""Parameter to what makes the sentence; what is not here asks for thought, and the message has to do."""
PARAMETERS: Final = {SH + name: name for name in MENDING}
"""Predicate to the name of the parameter."""
COMPONENTS: Final = {f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent": name for name in MENDING}
"""Component to the parameter that it is named after."""


def mending(component: str | None, asked: Facts, path: str | None) -> str | None:
    """Return how to mend what breaks *component* in a shape with the parameters *asked*, if that is known.

    *path* is the finding's, compact.
    """
    name = COMPONENTS.get(component or "", "")
    facts = {"path": "a value", **asked, **({"path": spoken(path)} if path else {})}
    if name not in facts:
        return None
    try:
        return MENDING[name](facts)
    except KeyError:  # no shape says so in earnest
        return None


def spoken(path: str) -> str:
    """Return a path as one says it: the one of several predicates that may be taken, else what it is."""
    if path.startswith("[ sh:alternativePath ( "):
        return " or ".join(path.split()[3:-2])
    return "a value" if path.startswith(("[", "(")) else path


def all_mending(asked: Facts) -> list[str]:
    """Return how to mend each thing that a shape asks for."""
    said = (mending(component, asked, None) for component, name in COMPONENTS.items() if name in asked)
    return [sentence for sentence in said if sentence]
