"""What the fast engine asks of a graph: shapes with their targets, constraints and queries."""

from collections.abc import Callable

from diaspora_influence.record import field, record
from diaspora_influence.validate.fast.described import Described
from diaspora_influence.validate.fast.index import Term
from diaspora_influence.validate.fast.paths import Path
from diaspora_influence.validate.fast.query import Select


@record
class Shape:
    """One shape: its path, what it says where it is broken, its targets, and all that it asks."""

    node: Term
    path: Path | None
    severity: str
    messages: tuple[str, ...]
    targets: tuple[tuple[str, Term], ...]
    parameters: tuple[tuple[str, Term], ...]
    properties: tuple[Term, ...]
    selects: tuple[Select, ...]
    deactivated: bool


class Shapes(dict[Term, Shape]):
    """Shapes by their nodes; one that is missing is read when it is asked for."""

    def __init__(self, read: Callable[[Term], Shape]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, node: Term) -> Shape:
        found = self[node] = self.read(node)
        return found


@record
class Plan:
    """The shapes of a graph by their nodes, with the queries of their targets.

    Shapes that are *known* to be of the engine's kind are not looked through before they are asked.
    """

    graph: Described
    shapes: dict[Term, Shape]
    targets: dict[Term, Select]
    known: bool
    prefixes: dict[tuple[Term, ...], tuple[tuple[str, str], ...]] = field(default_factory=dict)

    @property
    def asked(self) -> list[Shape]:
        """Return the shapes that look for nodes themselves."""
        return [shape for shape in self.shapes.values() if shape.targets and not shape.deactivated]
