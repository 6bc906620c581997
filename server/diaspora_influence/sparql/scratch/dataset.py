"""The scratch dataset itself: evaluates nothing, and takes over what a write left that ended well."""

from typing import BinaryIO, Final

import pyoxigraph as ox

from diaspora_influence.sparql.errors import WorkerDied
from diaspora_influence.sparql.scratch.change import read_result, rebuilt

SPARE: Final = 1000
"""Dead quads that are borne with in a small dataset."""


class ScratchDataset:
    """A store in memory, which children are forked with."""

    def __init__(self) -> None:
        """Begin empty."""
        self.store = ox.Store()
        self.dead = 0

    def commit(self, result: BinaryIO) -> dict[str, object]:
        """Apply the change that a write left in *result*, and return what its client is told."""
        try:
            head, change = read_result(result)
        except ValueError:
            return WorkerDied("The worker left no whole result; nothing was changed.").to_wire()
        self.dead += change.apply(self.store)
        self.clean()
        return head

    def clean(self) -> None:
        """Make the store anew where it holds more dead quads than living: it frees none that is removed."""
        if self.dead > len(self.store) + SPARE:
            self.store, self.dead = rebuilt(self.store), 0
