from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from dltui.engine import cards
from dltui.engine.cards import Card
from dltui.engine.inventory import Gpu, Inventory, InventoryError, matched, present, read, rehearsed


def cuda(monkeypatch: pytest.MonkeyPatch, count: int, found: list[Card] | None) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
    monkeypatch.setattr(cards, "nvml", lambda environ: found)
    monkeypatch.setattr(cards, "smi", lambda environ: None)


def card(title: str, uuid: str = "GPU-1") -> Card:
    return Card(title=title, uuid=uuid, total=100, free=40, load=0.5, processes=1)


def test_cards_get_the_names_of_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    cuda(monkeypatch, 1, [card("H200")])
    assert read({}) == Inventory(
        gpus=[Gpu(name="cuda:0", title="H200", total=100, free=40, load=0.5, processes=1, uuid="GPU-1")], source="NVML"
    )


def test_another_number_of_cards_than_torch_sees_is_not_relied_on(monkeypatch: pytest.MonkeyPatch) -> None:
    cuda(monkeypatch, 2, [card("H200")])
    told = read({})
    assert told.gpus == [Gpu(name="cuda:0"), Gpu(name="cuda:1")]
    assert (told.source, "nvidia-ml-py" in told.note) == ("torch", True)


@pytest.mark.parametrize(
    ("environ", "certain"),
    [({}, False), ({"CUDA_DEVICE_ORDER": "PCI_BUS_ID"}, True), ({"CUDA_VISIBLE_DEVICES": "GPU-1,GPU-2"}, True),
     ({"CUDA_VISIBLE_DEVICES": "1,0"}, False)],
)  # fmt: skip
def test_numbers_of_cards_of_several_kinds_need_an_order(environ: dict[str, str], certain: bool) -> None:
    told = matched([card("H200"), card("T4", "GPU-2")], "NVML", environ)
    assert [gpu.free is not None for gpu in told.gpus] == [certain, certain]
    assert bool(told.note) is not certain


def test_hidden_gpus_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "smi", lambda environ: None)
    assert read({"CUDA_VISIBLE_DEVICES": ""}).note == "CUDA_VISIBLE_DEVICES hides all GPUs"
    monkeypatch.setattr(torch.version, "cuda", None)
    monkeypatch.setattr(cards, "smi", lambda environ: [card("H200")])
    assert "built for the CPU alone" in read({}).note


def test_a_rehearsal_takes_the_place_of_the_machine(tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    file.write_text(json.dumps({"gpus": [{"name": "cuda:0", "title": "a\x1b[2Jb", "free": 1e9, "load": 0.25}]}))
    told = read({"DLTUI_DEVICES": str(file)})
    assert told.rehearsal
    assert told.names() == ["cpu", "cuda:0"]
    assert "\x1b" not in told.gpus[0].title
    assert not present({"DLTUI_DEVICES": str(file)})


@pytest.mark.parametrize("text", ["", "[]", '{"gpus": [{"title": "no name"}]}', '{"gpus": [], "x": 1}', None])
def test_a_file_that_is_none_is_one_sentence(text: str | None, tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(InventoryError, match="^DLTUI_DEVICES=.*f.json: "):
        rehearsed(file)
