"""Measures of agreement: precision, recall and F1 of finding; percentage, kappa and AC1 of judging."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

NO_PAIR: Final = "nothing was matched"
NO_UNIT: Final = "a coder has no unit here"
ONE_VALUE: Final = "one value only: nothing could have been judged otherwise, so chance has no measure"


@dataclass(frozen=True, slots=True)
class Search:
    """How well two coders found the same units; the first is held to be the reference."""

    first: int
    second: int
    matched: int

    @property
    def precision(self) -> float | None:
        """Return which part of the second coder's units the first has too, 0 to 1."""
        return self.matched / self.second if self.second else None

    @property
    def recall(self) -> float | None:
        """Return which part of the first coder's units the second has too, 0 to 1."""
        return self.matched / self.first if self.first else None

    @property
    def f1(self) -> float | None:
        """Return the harmonic mean of both, the same whoever is the reference."""
        return 2 * self.matched / (self.first + self.second) if self.first and self.second else None


@dataclass(frozen=True, slots=True)
class Judging:
    """How two coders judged the same units: one pair of values for each."""

    pairs: Sequence[tuple[str, str]]

    @property
    def table(self) -> Counter[tuple[str, str]]:
        """Return how often each pair of values was given."""
        return Counter(self.pairs)

    @property
    def values(self) -> list[str]:
        """Return every value that was given, the most frequent first, then by name."""
        given = Counter(value for pair in self.pairs for value in pair)
        return sorted(given, key=lambda value: (-given[value], value))

    @property
    def same(self) -> int:
        """Return how many units were judged alike."""
        return sum(one == other for one, other in self.pairs)

    @property
    def share(self) -> float | None:
        """Return which part of the units were judged alike, 0 to 1."""
        return self.same / len(self.pairs) if self.pairs else None

    @property
    def undefined(self) -> str | None:
        """Return why there is no measure beyond chance, or None where there is one."""
        if not self.pairs:
            return NO_PAIR
        return ONE_VALUE if len(self.values) == 1 else None

    @property
    def kappa(self) -> float | None:
        """Return Cohen's kappa (1960): chance is that of each coder's own frequencies."""
        if self.undefined:
            return None
        units = len(self.pairs)
        first, second = (Counter(pair[coder] for pair in self.pairs) for coder in (0, 1))
        # In whole numbers as far as can be, so that 0 and 1 come out as such.
        chance = sum(first[value] * second[value] for value in self.values)
        return (self.same * units - chance) / (units * units - chance)

    @property
    def ac1(self) -> float | None:
        """Return Gwet's AC1 (2008): chance is that of a value's being hard to judge.

        The categories are the values that were given. With those that could have been it would be higher.
        """
        if self.undefined:
            return None
        units, values = len(self.pairs), self.values
        given = Counter(value for pair in self.pairs for value in pair)
        parts = [given[value] / (2 * units) for value in values]
        chance = sum(part * (1 - part) for part in parts) / (len(values) - 1)
        return (self.same / units - chance) / (1 - chance)
