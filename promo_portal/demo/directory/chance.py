"""Drawing lots, as quickly as a million organisations need it."""

from bisect import bisect
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Lots:
    """One batch's source of chance."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)  # noqa: S311 - a demonstration
        self.chance = self._random.random
        self.spread = self._random.gauss

    def pick(self, choices: Sequence[T]) -> T:
        """One of several, all alike."""
        return choices[int(self.chance() * len(choices))]

    def weighted(self, choices: Sequence[T], added_up: Sequence[float]) -> T:
        """One of several by weights that are added up."""
        return choices[bisect(added_up, self.chance() * added_up[-1])]

    def happens(self, share: float) -> bool:
        """Whether something happens that happens in this share of cases."""
        return self.chance() < share

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """Up to ``count`` different ones, in their order from a chance start."""
        size = len(choices)
        if not size:
            return []
        start = int(self.chance() * size)
        return [choices[(start + step) % size] for step in range(min(count, size))]
