"""What an author may put side by side, and where the complaint points."""

from __future__ import annotations

from pathlib import Path

import pytest

from dltui.lesson.lint import lint

LESSON = """format = 1
id = "a"
title = "T"
minutes = 5
goals = ["see"]
[[step]]
id = "train"
kind = "experiment"
title = "XOR"
data = "xor"
model = [{{ layer = "linear", out = 8 }}, {{ layer = "tanh" }}, {{ layer = "linear", out = 2 }}]
loss = "cross_entropy"
optimizer = {{ kind = "adam", lr = 0.05 }}
steps = 10
compare = {compare}
"""


@pytest.mark.parametrize(
    ("compare", "said"),
    [
        ('{ "optimizer.lr" = [0.1, 1.0], seed = [1, 2, 3] }', ""),
        ('{ lr = [0.1, 1.0], "model.1.layer" = ["tanh", "relu"] }', ""),
        ("{ lr = [0.1] }", "15:1: there is nothing to compare: give at least two values"),
        ("{ lrr = [0.1, 1.0] }", '15:13: the experiment has no setting "lrr" — did you mean “lr”?'),
        ("{ lr = [0.1, -1.0] }", "15:24: lr cannot be -1.0: it must be a number, above 0 and at most 1000000"),
        ("{ seed = [1, 2, 1] }", "15:27: 1 is here for the second time"),
        ('{ "model.2.out" = [2, 3] }', "needs 2 outputs"),
        ("{ seed = [1], epochs = [], lr = [1] }", "epochs"),
    ],
)
def test_what_is_compared(tmp_path: Path, compare: str, said: str) -> None:
    path = tmp_path / "01-a.toml"
    path.write_text(LESSON.format(compare=compare))
    found = [str(problem).removeprefix(f"{path}:") for problem in lint([path])]
    if not said:
        assert found == []
    else:
        assert len(found) == 1
        assert said in found[0]


def test_too_many_runs(tmp_path: Path) -> None:
    values = [round(0.01 * (place + 1), 2) for place in range(17)]
    path = tmp_path / "01-a.toml"
    path.write_text(LESSON.format(compare=f"{{ lr = {values}, seed = {list(range(17))} }}"))
    (problem,) = lint([path])
    assert "289 runs" in str(problem)


@pytest.mark.parametrize("name", ["lr", '"optimizer.lr"'])
def test_what_is_compared_is_no_knob(tmp_path: Path, name: str) -> None:
    path = tmp_path / "01-a.toml"
    knob = '[[step.knobs]]\nset = "optimizer.lr"\nlabel = "learning rate"\nvalues = [0.05, 0.1]\n'
    path.write_text(LESSON.format(compare=f"{{ {name} = [0.1, 0.2] }}") + knob)
    (problem,) = lint([path])
    assert "is a knob too, which would turn nothing: keep one of them" in str(problem)
    path.write_text(LESSON.format(compare="{ seed = [1, 2] }") + knob)
    assert lint([path]) == []
