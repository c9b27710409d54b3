from __future__ import annotations

from dltui.lesson.datasets import DATASETS, LETTERS, TEXT, WORDS


def test_specs_are_sound() -> None:
    for name, spec in DATASETS.items():
        assert spec.name == name
        row = len(spec.shape) == 1 and not spec.vocabulary
        assert len(spec.inputs) == (spec.shape[0] if row else len(spec.shape))
        assert spec.train_rows > 0
        assert spec.title and not spec.title.endswith(".")
        assert len(spec.title) <= 88  # it is a comment in the printed program
        assert bool(spec.classes) == (spec.target_kind == "class")


def test_kinds_of_targets() -> None:
    kinds = {name: DATASETS[name].target_kind for name in ("digits", "adding30", "sines", "marks", "ring8")}
    assert kinds == {"digits": "class", "adding30": "number", "sines": "number", "marks": "number", "ring8": "none"}


def test_vocabularies() -> None:
    assert len(TEXT) == 113 and len(LETTERS) == DATASETS["templated"].classes == 22
    words = WORDS.split()
    assert len(words) == len(set(words)) == DATASETS["tinycorpus"].classes == 58
    assert {name for name, spec in DATASETS.items() if spec.vocabulary} == {"templated", "tinycorpus"}
