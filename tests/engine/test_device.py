from __future__ import annotations

import pytest
import torch

from dltui.engine import device
from dltui.engine.device import DeviceError, choose


def machine(monkeypatch: pytest.MonkeyPatch, *there: str, free: dict[str, int] | None = None) -> None:
    monkeypatch.setattr(device, "available", lambda: list(there))
    monkeypatch.setattr(device, "free_bytes", lambda gpu: (free or {}).get(str(gpu)))


def test_without_a_gpu_there_is_nothing_to_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, "cpu")
    assert choose("auto", 1e12) == (torch.device("cpu"), "no GPU here")


def test_tiny_models_stay_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, "cpu", "cuda:0")
    assert choose("auto", 9e5) == (torch.device("cpu"), "tiny model: the CPU is faster")
    assert choose("auto", 2e6) == (torch.device("cuda:0"), "the only GPU")


def test_of_several_gpus_the_freest_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, "cpu", "cuda:0", "cuda:1", free={"cuda:0": 2 * 10**9, "cuda:1": 80 * 10**9})
    for asked in ("auto", "cuda"):
        assert choose(asked, 1e9) == (torch.device("cuda:1"), "most free memory: 80 GB")
    assert choose("cuda:0", 1e9) == (torch.device("cuda:0"), "you chose it")


def test_mps_is_used_where_it_is_all_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, "cpu", "mps")
    assert choose("auto", 1e9)[0] == torch.device("mps")
    assert choose("cpu", 1e9) == (torch.device("cpu"), "you chose it")


@pytest.mark.parametrize("asked", ["cuda", "cuda:3", "mps", "tpu", "", "cuda:0\x1b[2J"])
def test_what_is_not_there_is_refused_with_what_is(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, "cpu")
    with pytest.raises(DeviceError, match="there is no device .* here, only cpu") as caught:
        choose(asked, 1.0)
    assert "\x1b" not in str(caught.value)


def test_this_machine_has_a_cpu() -> None:
    assert device.available()[0] == "cpu"
