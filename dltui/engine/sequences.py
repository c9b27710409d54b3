"""Rows that are read step by step, drawn from a seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dltui.engine.rows import Data
from dltui.lesson.datasets import LETTERS, TEXT

Sequences = tuple[NDArray[np.float32], NDArray[np.float32]]
WINDOW = 24
"""Characters of a row of templated."""
TEXT_TEST = 500


def adding(steps: int, rows: int, seed: int) -> Sequences:
    """The adding problem (Hochreiter & Schmidhuber, Long short-term memory, 1997): x (rows, steps, 2) holds uniform
    numbers from 0 to 1 beside a mark, which is 1 at one step of the first half and at one of the second; the target is
    the sum of the two marked numbers. Guessing its mean, 1, leaves a squared error of 1/6."""
    generator = np.random.default_rng(seed)
    x = np.zeros((rows, steps, 2), np.float32)
    x[:, :, 0] = generator.random((rows, steps), np.float32)
    first, second = generator.integers(0, steps // 2, rows), generator.integers(steps // 2, steps, rows)
    x[np.arange(rows), first, 1] = x[np.arange(rows), second, 1] = 1
    return x, x.prod(2).sum(1)


def remember(steps: int, rows: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """x (rows, steps, 5): one of four symbols, one-hot in the first four channels of the first step; after it normal
    noise of 0.3 in the fifth channel. The class is the symbol."""
    generator = np.random.default_rng(seed)
    symbol = generator.integers(0, 4, rows)
    x = np.zeros((rows, steps, 5), np.float32)
    x[np.arange(rows), 0, symbol] = 1
    x[:, 1:, 4] = np.float32(0.3) * generator.standard_normal((rows, steps - 1), np.float32)
    return x, symbol


def sines(rows: int, seed: int) -> Sequences:
    """x (rows, 25, 1): a sine of any phase that turns by 0.1 to 0.6 a step; the target is its next value."""
    generator = np.random.default_rng(seed)
    speed, phase = generator.uniform(0.1, 0.6, (rows, 1)), generator.uniform(0, 2 * np.pi, (rows, 1))
    wave = np.sin(phase + speed * np.arange(26)).astype(np.float32)
    return wave[:, :25, None].copy(), wave[:, 25].copy()


def templated() -> Data:
    """Each 24 characters of the text 40 times over, x (n, 24), with the one that follows; the last 500 are held out."""
    codes = np.array([LETTERS.index(letter) for letter in TEXT * 40])
    x = np.lib.stride_tricks.sliding_window_view(codes[:-1], WINDOW).copy()
    y = codes[WINDOW:]
    return Data(x[:-TEXT_TEST], y[:-TEXT_TEST], x[-TEXT_TEST:], y[-TEXT_TEST:])
