"""The printed lines are run: they leave the same arrays behind as the engine makes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from mirror import arrays, parts

from dltui.engine import mnist
from dltui.engine.data import make
from dltui.engine.fetch import save
from dltui.lesson.datasets import DATASETS
from dltui.lesson.source_data import data_code

torch.set_num_threads(1)

HEAD = "import numpy as np\nimport torch\nfrom dltui.places import assets_dir, data_dir\n"


@pytest.mark.parametrize("name", DATASETS)
def test_the_lines_fit_on_a_screen(name: str) -> None:
    lines = data_code(name, 2**31 - 1).splitlines()
    assert max(map(len, lines)) <= 92
    assert len(lines) <= 26
    assert "SEED" not in "".join(lines) and "STEPS" not in "".join(lines)


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("seed", [0, 3])
def test_data_are_the_engine_s(name: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if DATASETS[name].fetched:
        small = arrays()
        monkeypatch.setattr(mnist, "PARTS", parts(small))
        save(small, mnist.file())
    names: dict[str, Any] = {}
    exec(compile(HEAD + data_code(name, seed), "printed", "exec"), names)
    rows, spec = make(name, seed), DATASETS[name]
    made = {"x": rows.train_x, "y": rows.train_y, "x_test": rows.test_x, "y_test": rows.test_y}
    if spec.target_kind == "none":
        made["y"] = None
    for key, array in made.items():
        assert (key in names) == (array is not None)
        if array is not None:
            assert names[key].numpy().dtype == array.dtype
            assert np.array_equal(names[key].numpy(), array)
