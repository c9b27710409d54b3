"""The lines of numpy that make the corpus for word vectors."""

from __future__ import annotations

from dltui.lesson.datasets import WORDS


def _program() -> str:
    words = WORDS.split()
    lines = [words[:12], words[12:26], words[26:38], words[38:47], words[47:]]
    told = "\n".join(f'    "{" ".join(line)} "' for line in lines)
    at = words.index
    return f"""\
words = (
{told}
).split()
rng = np.random.default_rng(SEED)
kind, sex = rng.integers(6, size=(2400, 1)), rng.integers(2, size=(2400, 1))
about_sex = {at("he")} + 4 * sex + rng.integers(4, size=(2400, 2))  # he, his …, or she, her …
about_kind = {at("walks")} + 3 * kind + rng.integers(3, size=(2400, 2))  # three words for each pair
people = np.hstack([kind + 6 * sex, about_sex, about_kind])
beast = {at("cat")} + rng.integers(4, size=(800, 1))
animals = np.hstack([beast, {at("eats")} + rng.integers(5, size=(800, 3))])
town = rng.integers(4, size=(800, 1))
rest = np.tile({[at("city"), at("of"), at("capital")]}, (800, 1))  # city, of, capital
cities = np.hstack([{at("paris")} + town, {at("france")} + town, rest])
pairs = [
    sentence[:, [i, j]]  # every word with every other one of its sentence
    for sentence in (people, animals, cities)
    for i in range(sentence.shape[1])
    for j in range(sentence.shape[1])
    if i != j
]
x, y = torch.tensor(np.concatenate(pairs)).split(1, dim=1)
y = y[:, 0]
"""


TINYCORPUS = _program()
"""Words as numbers: places in `words`."""
