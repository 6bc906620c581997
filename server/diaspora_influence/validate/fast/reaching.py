"""Whether steps of one kind lead from one node to another, however many they are.

Nodes that reach each other have one number, and no node reaches one of a higher number (Tarjan, 1972): most
questions are answered by that alone, where to walk from each node of a long chain would take its square.
"""

from collections.abc import Iterator
from itertools import count

from diaspora_influence.validate.fast.routes import Step


class Reaching:
    """What is known of the nodes that were met; with *itself* a node is reached by no step at all."""

    def __init__(self, step: Step, itself: bool) -> None:
        self.step, self.itself = step, itself
        self.numbers: dict[int, int] = {}
        self.known: dict[tuple[int, int], bool] = {}
        self._next = count()

    def __call__(self, start: int, end: int) -> bool:
        """Say whether *start* leads to *end*."""
        found = self.known.get((start, end))
        if found is None:
            found = self.known[start, end] = self._leads(start, end)
        return found

    def _leads(self, start: int, end: int) -> bool:
        if start == end:
            return self.itself or any(each == start or self(each, start) for each in self.step(start))
        if start not in self.numbers:
            self._number(start)
        highest, wanted = self.numbers[start], self.numbers.get(end)
        if wanted is None or highest < wanted:
            return False
        return highest == wanted or self._is_met(start, wanted)

    def _is_met(self, start: int, wanted: int) -> bool:
        """Say whether a node of a lower number is met on the way from *start*."""
        met, waiting = {start}, [start]
        while waiting:
            for each in self.step(waiting.pop()):
                number = self.numbers[each]
                if number == wanted:
                    return True
                if number > wanted and each not in met:
                    met.add(each)
                    waiting.append(each)
        return False

    def _number(self, root: int) -> None:
        """Number all that *root* leads to, and then itself."""
        entered, low, still_open = {root: 0}, {root: 0}, [root]
        path: list[tuple[int, Iterator[int]]] = [(root, iter(self.step(root)))]
        while path:
            node, ways = path[-1]
            fresh = None
            for each in ways:
                if each in self.numbers:
                    continue
                if each not in entered:
                    fresh = each
                    break
                low[node] = min(low[node], entered[each])
            if fresh is not None:
                entered[fresh] = low[fresh] = len(entered)
                still_open.append(fresh)
                path.append((fresh, iter(self.step(fresh))))
                continue
            path.pop()
            if path:
                above = path[-1][0]
                low[above] = min(low[above], low[node])
            if low[node] == entered[node]:
                self._close(node, still_open)

    def _close(self, first: int, still_open: list[int]) -> None:
        """Give one number to the nodes that reach each other, of which *first* was met first."""
        number = next(self._next)
        while self.numbers.get(first) != number:
            self.numbers[still_open.pop()] = number
