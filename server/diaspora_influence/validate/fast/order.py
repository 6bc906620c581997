"""What may be asked when: the order of the elements of a group, and what their conditions are made of."""

from collections.abc import Iterator, Set
from typing import Any

from diaspora_influence.validate.fast.tree import Filter, NotNativeError, Pattern, Tree, Union, names_in


def refuse_outside(elements: list[Any], outside: Set[str]) -> None:
    """Raise NotNativeError where a group asks of variables from *outside* that it does not bind itself."""
    own = [element for element in elements if isinstance(element, (Pattern, Union))]
    asking = [element for element in elements if not isinstance(element, (Pattern, Union))]
    if names_in(asking) & outside - names_in(own):
        raise NotNativeError("a group that asks of what stands outside")


def first_of_order(elements: list[Any]) -> int:
    """Return where the first of OPTIONAL and BIND is, before which the order does not matter."""
    fixed = (i for i, element in enumerate(elements) if not isinstance(element, (Pattern, Union)))
    return next(fixed, len(elements))


def anchored(elements: list[Any], bound: Set[str]) -> int:
    """Return which element is next: of those that may be, the first that meets what is bound."""
    for i, element in enumerate(elements[: first_of_order(elements)]):
        ends = (element.subject, element.object) if isinstance(element, Pattern) else element
        if names_in(ends) & bound:
            return i
    return 0


def conditions(condition: Filter) -> Iterator[Filter]:
    """Yield what a filter joins by &&, each part as a filter of its own."""
    kind, *parts = condition.expression
    if kind != "&&":
        yield condition
    for part in parts if kind == "&&" else ():
        yield from conditions(Filter(part))


def terms_for(tree: Tree, name: str) -> set[Any] | None:
    """Return the terms of which a variable is one wherever a condition is met, None where it may be any."""
    kind, *parts = tree
    if kind in ("&&", "||"):
        one, other = (terms_for(part, name) for part in parts)
        if one is None or other is None:
            return (one or other) if kind == "&&" else None
        return one & other if kind == "&&" else one | other
    if kind in ("=", "in") and parts[0] == ("var", name) and all(part[0] == "term" for part in parts[1:]):
        return {part[1] for part in parts[1:]}
    return None
