"""What a shape finds at one node, before it is given a place, and what it says."""

from diaspora_influence.record import record
from diaspora_influence.validate.fast.index import Term
from diaspora_influence.validate.fast.plan import Shape
from diaspora_influence.validate.fast.query import Select


@record
class Result:
    """One result: the focus node, the path as written, the predicates in it, the value, what was broken."""

    focus: Term
    path: str | None
    predicates: tuple[Term, ...]
    value: Term | None
    shape: Shape
    message: str
    component: str
    constraint: Term | None = None


def message_of(shape: Shape, query: Select, words: dict[str, Term]) -> str:
    """Return the message of a result of *query*, its `{?name}` replaced; else the shape's."""
    said = {worded(message, words) for message in (*query.messages, *shape.messages)}
    return " ".join(sorted(said - {*shape.messages} or said))


def worded(message: str, words: dict[str, Term]) -> str:
    """Return *message* with each `{?name}` and `{$name}` replaced by the term of that name."""
    for name, term in words.items():
        for mark in "?$":
            message = message.replace(f"{{{mark}{name}}}", term.value)
    return message
