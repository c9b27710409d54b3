from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import torch

from dltui.engine import device
from dltui.engine.assembly import assemble
from dltui.engine.device import DeviceError, choose
from dltui.engine.inventory import Gpu, Inventory
from dltui.lesson.layers import Flatten, Linear, Relu
from dltui.lesson.records import Experiment

Make = Callable[..., Experiment]
CPU = torch.device("cpu")
GB = 1e9


def server(*facts: tuple[float, float]) -> Inventory:
    """GPUs with so much load and so many gigabytes free."""
    return Inventory(gpus=[Gpu(name=f"cuda:{index}", load=load, free=free * GB, total=150 * GB)
                           for index, (load, free) in enumerate(facts)])  # fmt: skip


def chosen(inventory: Inventory, requested: str = "auto", work: float = 1e9, need: float = 0.0, seed: int = 0,
           without: tuple[str, ...] = ()) -> tuple[str, str]:  # fmt: skip
    choice = choose(requested, work, need, inventory=inventory, random=Random(seed), without=without)
    assert str(choice.device) == choice.name
    return choice.name, choice.reason


def test_without_a_gpu_there_is_nothing_to_choose() -> None:
    assert chosen(Inventory(), work=1e12) == ("cpu", "no GPU here")
    assert chosen(Inventory(note="CUDA_VISIBLE_DEVICES hides all GPUs")) == (
        "cpu", "CUDA_VISIBLE_DEVICES hides all GPUs",
    )  # fmt: skip


def test_tiny_models_stay_on_the_cpu() -> None:
    assert chosen(server((0, 80)), work=9e5) == ("cpu", "tiny model: the CPU is faster")
    assert chosen(server((0, 80)), work=2e6) == ("cuda:0", "the only GPU")


def test_the_least_busy_gpu_with_room_is_taken() -> None:
    there = server((0.9, 140), (0.02, 30), (0.0, 3), (0.01, 80))
    assert chosen(there, need=5 * GB) == ("cuda:3", "best of 4 GPUs: 1% busy, 80 GB free")
    assert chosen(there, "cuda", need=5 * GB)[0] == "cuda:3"
    assert chosen(there, need=100 * GB) == ("cuda:0", "best of 4 GPUs: 90% busy, 140 GB free")
    assert chosen(there, "cuda:2", need=100 * GB) == ("cuda:2", "you chose it")


def test_a_gpu_keeps_a_gigabyte_beside_what_the_model_needs() -> None:
    assert chosen(server((0, 3.9)), need=3 * GB) == ("cpu", "no GPU has 4.0 GB free")
    assert chosen(server((0, 4.0)), need=3 * GB) == ("cuda:0", "the only GPU")


def test_equal_gpus_are_shared_out_at_random() -> None:
    even = server((0.01, 80.1), (0.04, 80.3), (0.5, 140))
    assert {chosen(even, seed=seed)[0] for seed in range(20)} == {"cuda:0", "cuda:1"}


def test_of_gpus_of_which_nothing_is_known_any_will_do() -> None:
    unknown = Inventory(gpus=[Gpu(name="cuda:0"), Gpu(name="cuda:1")])
    assert {chosen(unknown, seed=seed) for seed in range(20)} == {
        ("cuda:0", "one of 2 GPUs"), ("cuda:1", "one of 2 GPUs"),
    }  # fmt: skip


def test_what_failed_is_not_taken_again() -> None:
    there = server((0, 80), (0.5, 70))
    assert chosen(there, without=("cuda:0",))[0] == "cuda:1"
    assert chosen(there, "cuda:0", without=("cuda:0",))[0] == "cuda:1"
    assert chosen(there, without=("cuda:0", "cuda:1")) == ("cpu", "no other GPU")


@pytest.mark.parametrize("name", ["mps", "xpu:0"])
def test_other_makes_are_used_where_they_are_all_there_is(name: str) -> None:
    one = Inventory(gpus=[Gpu(name=name)])
    assert chosen(one)[0] == name
    assert chosen(one, "cpu") == ("cpu", "you chose it")


@pytest.mark.parametrize("asked", ["cuda", "cuda:3", "mps", "tpu", "", "xpu", "cuda:0\x1b[2J"])
def test_what_is_not_there_is_refused_with_what_is(asked: str) -> None:
    with pytest.raises(DeviceError, match="there is no device .* here, only cpu") as caught:
        choose(asked, 1.0, inventory=Inventory())
    assert "\x1b" not in str(caught.value)


def test_this_machine_has_a_cpu() -> None:
    assert device.available()[0] == "cpu"


def test_a_rehearsal_chooses_like_a_server_and_computes_on_the_cpu(
    digits: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "server.json"
    file.write_text(json.dumps({"gpus": [{"name": "cuda:0", "free": 5e9}, {"name": "cuda:1", "free": 9e9}]}))
    monkeypatch.setenv("DLTUI_DEVICES", str(file))
    large = digits(model=[Flatten(), Linear(out=500), Relu(), Linear(out=10)], batch=100)
    made = assemble(large, "auto")
    assert (made.device, made.session.device) == ("cuda:1", CPU)
    assert made.device_reason == "rehearsal of cuda:1: best of 2 GPUs: 9.0 GB free"
    assert assemble(large, "auto", without=("cuda:1",)).device == "cuda:0"
    assert assemble(digits(batch=1), "auto").device_reason == "tiny model: the CPU is faster"
    file.write_text("{")
    with pytest.raises(DeviceError, match="DLTUI_DEVICES=.*truncated"):
        assemble(large, "auto")
