"""Which FILTER or MINUS takes away everything that a group matches."""

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Final

from diaspora_influence.explain.ask import Questions
from diaspora_influence.explain.hints import Wrap, written
from diaspora_influence.explain.near import Near
from diaspora_influence.explain.patterns import REMOVING, Element, Group
from diaspora_influence.explain.record import Cause, Hint, shown

EQUALS: Final = re.compile(r"""\(\s*[?$](\w+)\s*=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\)$""")
"""A filter that compares a variable with a string without language."""
EXISTS: Final = re.compile(r"\b(?:NOT\s+)?EXISTS\b", re.IGNORECASE)


def filter_causes(
    questions: Questions, near: Near, group: Group, kept: Sequence[Element], wrap: Wrap
) -> Iterator[Cause]:
    """Yield the filters that alone leave nothing of what *kept* matches, or the smallest set that does so."""
    removing = [one for one in group if one.kind in REMOVING]

    def leaves(some: Sequence[Element]) -> bool:
        wanted = {id(one) for one in (*kept, *some)}
        texts = "\n".join(one.text for one in group if id(one) in wanted)
        return questions.match([wrap(texts)])

    alone = [one for one in removing if not leaves([one])]
    if alone:
        for one in alone:
            unknown = map(near.hint, near.unknown(one.iris))
            hints = (*unknown, *filter_hints(questions, one, kept, wrap))
            yield Cause(one.kind, sentence(one), (one,), hints)
        return
    smallest = list(removing)
    for one in removing:
        rest = [other for other in smallest if other is not one]
        if rest and not leaves(rest):
            smallest = rest
    listed = " and ".join(f"`{shown(one.text)}`" for one in smallest)
    yield Cause("filter", f"The patterns match, but nothing is left by {listed} together.", tuple(smallest))


def sentence(element: Element) -> str:
    """Return what a filter or MINUS does to all that matches."""
    does = "takes away every match" if element.kind == "minus" else "holds for no match"
    return f"The patterns match, but `{shown(element.text)}` {does}."


def filter_hints(
    questions: Questions, element: Element, kept: Sequence[Element], wrap: Wrap
) -> Iterator[Hint]:
    """Yield what is wrong with a filter: variables that nothing binds, a string without its language."""
    if not EXISTS.search(element.text) and element.kind != "minus":
        yield from unbound(element, kept)
    if found := EQUALS.search(element.text):
        yield from other_value(questions, found[1], found[2], kept, wrap)


def other_value(
    questions: Questions, variable: str, string: str, kept: Sequence[Element], wrap: Wrap
) -> Iterator[Hint]:
    """Yield the value with the same characters and another language or datatype."""
    patterns = "\n".join(one.text for one in kept)
    body = wrap(f"{patterns}\nFILTER(STR(?{variable}) = {string})")
    if questions.match([body]):
        rows = questions.rows(f"SELECT DISTINCT ?{variable} {{ {body} }} LIMIT 3")
        values = ", ".join(f"`{written(row[variable])}`" for row in rows if variable in row)
        said = f"; there is {values}" if values else ""
        yield Hint("value", f"The value has another language or datatype{said}: compare STR(?{variable}).")


def unbound(element: Element, kept: Sequence[Element]) -> Iterator[Hint]:
    """Yield the variables of a filter that nothing in its group binds, or an OPTIONAL alone."""
    bound = frozenset[str]().union(*(one.variables for one in kept))
    required = frozenset[str]().union(*(one.variables for one in kept if one.kind != "optional"))
    for name in sorted(element.variables - bound):
        near = difflib.get_close_matches(name, sorted(bound), n=1)
        meant = f" Did you mean ?{near[0]}?" if near else ""
        yield Hint(
            "variable", f"No pattern of the same group binds ?{name}: what is said of it is not true.{meant}"
        )
    for name in sorted((element.variables & bound) - required):
        said = f"Only an OPTIONAL binds ?{name}; where it is unbound, what is said of it is not true."
        yield Hint("variable", said)
