"""What is kept while there is room, in bytes; what was not asked for longest goes first."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")

SPENT: Final = 400
"""Bytes that keeping a thing costs beside the thing itself, about."""


class Shelf(Generic[Key, Thing]):
    """Things by key, together of at most so many bytes; one thread uses it."""

    def __init__(self, room: int) -> None:
        """Begin empty, with *room* bytes; 0 keeps nothing."""
        self.room, self.used = room, 0
        self.things: OrderedDict[Key, tuple[Thing, int]] = OrderedDict()

    def get(self, key: Key) -> Thing | None:
        """Return the thing of *key*, which was asked for last from now on."""
        if (found := self.things.get(key)) is None:
            return None
        self.things.move_to_end(key)
        return found[0]

    def put(self, key: Key, thing: Thing, size: int) -> None:
        """Keep *thing*, which takes *size* bytes, where it fits at all; others make way."""
        size += SPENT
        if size > self.room:
            return
        if key in self.things:
            self.used -= self.things.pop(key)[1]
        while self.used + size > self.room:
            _, (_, freed) = self.things.popitem(last=False)
            self.used -= freed
        self.things[key] = (thing, size)
        self.used += size
