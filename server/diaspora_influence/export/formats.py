"""The table of exports: what each is called, what it is, and who writes it."""

from dataclasses import dataclass
from typing import Final, Protocol

import pyoxigraph as ox

from diaspora_influence.export import reifiers


class Writer(Protocol):
    """What turns a release's store into the bytes of one file."""

    def __call__(self, store: ox.Store, *, adverse: bool) -> bytes:
        """Return the file; claims that are adverse to a person only where asked for."""


@dataclass(frozen=True, slots=True)
class Export:
    """One format: what it holds, in one line, and its writer."""

    holds: str
    write: Writer


EXPORTS: Final[dict[str, Export]] = {
    "rdf12": Export("the claims as RDF 1.2 reifiers (Turtle 1.2), nothing of them asserted", reifiers.turtle),
}
