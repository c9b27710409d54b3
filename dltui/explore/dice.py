"""A random generator as a value: drawing hands back the next generator, so that undo and replay are exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Dice:
    """The state of numpy's legacy generator (MT19937), whose sequences numpy promises never to change."""

    key: bytes
    position: int
    has_normal: int
    normal: float
    """The second of a pair of normal numbers, kept for the next draw where has_normal is 1."""

    @classmethod
    def of(cls, generator: np.random.RandomState) -> Dice:
        state = generator.get_state(legacy=True)
        assert isinstance(state, tuple)  # a dictionary comes only with legacy=False
        _, key, position, has_normal, normal = state
        return cls(key.tobytes(), position, has_normal, normal)

    @classmethod
    def seeded(cls, seed: int) -> Dice:
        return cls.of(np.random.RandomState(seed))

    def generator(self) -> np.random.RandomState:
        """A new generator in this state."""
        generator = np.random.RandomState(0)
        key = np.frombuffer(self.key, dtype=np.uint32)
        generator.set_state(("MT19937", key, self.position, self.has_normal, self.normal))
        return generator

    def choice(self, count: int) -> tuple[int, Dice]:
        """One of 0 … count - 1 as `RandomState.choice(count)` draws it, and the generator after that."""
        generator = self.generator()
        return int(generator.choice(count)), Dice.of(generator)
