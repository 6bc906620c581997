"""What kind of value a function takes and gives: where that is told, nothing has to look at each value."""

from typing import Final

from diaspora_influence.terms import XSD
from diaspora_influence.validate.fast.texts import OF_TEXTS
from diaspora_influence.validate.fast.tree import NotNativeError, Tree

ANY: Final = "."
SIGNATURES: Final = {
    **{name: kinds for name, (kinds, _) in OF_TEXTS.items()},
    **{"!": "bb", "&&": "bbb", "||": "bbb", "IF": "b...", "STR": ".t", "BOUND": ".b"},
    **dict.fromkeys(("=", "!=", "<", ">", "<=", ">="), "..b"),
    **dict.fromkeys(("ISIRI", "ISLITERAL", "ISBLANK"), ".b"),
    **dict.fromkeys((XSD + "integer", XSD + "decimal"), ".n"),
}
"""Function to the kinds of its arguments and, last, of what it gives, if anything, as in OF_TEXTS."""
GIVES: Final = {"truth": "b", "exists": "b", "in": "b", "text": "t", "CONCAT": "t", "number": "n"}
"""The same of what has any number of arguments, or none."""


def given(tree: Tree) -> str:
    """Return the kind of value that an expression gives, ANY where only the data tell."""
    name, *parts = tree
    if name in ("IF", "COALESCE"):
        kinds = {given(part) for part in (parts[1:] if name == "IF" else parts)}
        return kinds.pop() if len(kinds) == 1 else ANY
    return GIVES.get(name) or SIGNATURES.get(name, ANY)[-1]


def taken(name: str, parts: int) -> str:
    """Return the kinds of the arguments of a function that is given so many."""
    if name not in SIGNATURES:
        return ("t" if name == "CONCAT" else ANY) * parts
    if len(SIGNATURES[name]) != parts + 1:
        raise NotNativeError(name)
    return SIGNATURES[name][:-1]
