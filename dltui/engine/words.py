"""The made-up corpus for word vectors: which words stand together, as pairs."""

from __future__ import annotations

import numpy as np

from dltui.engine.rows import Data
from dltui.lesson.datasets import WORDS

PEOPLE, ANIMALS, CITIES = 2400, 800, 800
"""Sentences of each kind."""


def tinycorpus(seed: int) -> Data:
    """Every ordered pair of words of each of 4000 sentences: a word as x (n, 1), one that stands with it as the class.

    A sentence holds a person, two words for the sex and two for the kind; or an animal and three words for animals; or
    a city, its country, and "city", "of", "capital".
    """
    at = {word: place for place, word in enumerate(WORDS.split())}
    generator = np.random.default_rng(seed)
    kind, sex = generator.integers(6, size=(PEOPLE, 1)), generator.integers(2, size=(PEOPLE, 1))
    about_sex = at["he"] + 4 * sex + generator.integers(4, size=(PEOPLE, 2))
    about_kind = at["walks"] + 3 * kind + generator.integers(3, size=(PEOPLE, 2))
    people = np.hstack([at["man"] + 6 * sex + kind, about_sex, about_kind])
    animal = at["cat"] + generator.integers(4, size=(ANIMALS, 1))
    animals = np.hstack([animal, at["eats"] + generator.integers(5, size=(ANIMALS, 3))])
    town = generator.integers(4, size=(CITIES, 1))
    rest = np.tile([at["city"], at["of"], at["capital"]], (CITIES, 1))
    cities = np.hstack([at["paris"] + town, at["france"] + town, rest])
    pairs = [
        words[:, [one, other]]
        for words in (people, animals, cities)
        for one in range(words.shape[1])
        for other in range(words.shape[1])
        if one != other
    ]
    found = np.concatenate(pairs)
    return Data(found[:, :1].copy(), found[:, 1].copy())
