"""What a shape finds at one node, before it is given a place."""

from dataclasses import dataclass

from diaspora_influence.validate.fast.index import Term
from diaspora_influence.validate.fast.plan import Shape


@dataclass(frozen=True, slots=True)
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
