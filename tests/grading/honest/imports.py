"""Uses much of the standard library."""

from __future__ import annotations

import collections
import dataclasses
import decimal
import enum
import functools
import itertools
import json
import math
import operator
import re
import statistics
import typing
import warnings

import numpy as np

warnings.warn("look here")
Pair = collections.namedtuple("Pair", "w b")


@dataclasses.dataclass
class Line:
    w: np.ndarray
    b: float


def score(w: np.ndarray, b: float, x: np.ndarray) -> float:
    return math.fsum(itertools.starmap(operator.mul, zip(w, x))) + b


def update(w, b, x, y, eta):
    line = Line(w, b)
    if np.sign(score(line.w, line.b, x)) != y:
        line = Line(w + eta * y * x, b + eta * y)
    return Pair(line.w, line.b)
