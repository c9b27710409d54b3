from __future__ import annotations

import torch

from dltui.engine.noise import Noise

CPU = torch.device("cpu")


def drawn(noise: Noise) -> float:
    with noise:
        return float(torch.rand(1))


def test_the_numbers_inside_do_not_depend_on_what_happens_outside() -> None:
    quiet, loud = Noise(3, CPU, used=True), Noise(3, CPU, used=True)
    first = [drawn(quiet) for _ in range(3)]
    second = []
    for _ in range(3):
        torch.rand(5)
        second.append(drawn(loud))
    assert first == second
    assert len(set(first)) == 3
    assert drawn(Noise(4, CPU, used=True)) != first[0]


def test_the_numbers_outside_do_not_depend_on_what_happens_inside() -> None:
    torch.manual_seed(0)
    expected = float(torch.rand(1))
    torch.manual_seed(0)
    drawn(Noise(3, CPU, used=True))
    assert float(torch.rand(1)) == expected


def test_unused_it_leaves_the_generators_alone() -> None:
    torch.manual_seed(0)
    expected = float(torch.rand(1))
    torch.manual_seed(0)
    assert drawn(Noise(3, CPU, used=False)) == expected
    assert Noise(3, CPU, used=False).states == {}
