"""The driver's answers, played by fakes: no machine of ours has eight GPUs."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dltui.engine.cards import Card, nvml, smi, visible

UUIDS = ["GPU-aa11", "GPU-aa22", "GPU-bb33"]


class Refused(Exception):
    pass


class Driver:
    """What nvidia-ml-py offers, for three cards; a slice of the last is known by its UUID alone."""

    NVMLError = Refused

    def __init__(self, starts: bool = True) -> None:
        self._starts = starts
        self.open = False

    def nvmlInit(self) -> None:
        if not self._starts:
            raise Refused("driver not loaded")
        self.open = True

    def nvmlShutdown(self) -> None:
        self.open = False

    def nvmlDeviceGetCount(self) -> int:
        return len(UUIDS)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> str:
        return UUIDS[index]

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> str:
        if uuid != "MIG-cc":
            raise Refused("no such device")
        return uuid

    def nvmlDeviceGetUUID(self, handle: str) -> bytes:
        return handle.encode()

    def nvmlDeviceGetName(self, handle: str) -> str:
        return f"H200 {handle[-2:]}\x1b[2J"

    def nvmlDeviceGetMemoryInfo(self, handle: str) -> Any:
        return SimpleNamespace(total=100, free=10 * int(handle[-1]) if handle[-1].isdecimal() else 5)

    def nvmlDeviceGetUtilizationRates(self, handle: str) -> Any:
        if handle.startswith("MIG"):
            raise Refused("not supported")
        return SimpleNamespace(gpu=25, memory=3)

    def nvmlDeviceGetComputeRunningProcesses(self, handle: str) -> list[int]:
        return [1, 2]


@pytest.mark.parametrize(
    ("variable", "found"),
    [
        (None, UUIDS), ("", []), ("-1", []), ("2,0", ["GPU-bb33", "GPU-aa11"]), ("1, 7, 0", ["GPU-aa22"]),
        ("0,0", []), ("GPU-bb", ["GPU-bb33"]), ("GPU-aa", []), ("GPU-aa22,GPU-bb33", ["GPU-aa22", "GPU-bb33"]),
        ("GPU-aa22,GPU-zz,GPU-aa11", ["GPU-aa22"]), ("MIG-cc", ["MIG-cc"]), ("nonsense", []),
    ],
)  # fmt: skip
def test_cuda_visible_devices_is_read_as_cuda_reads_it(variable: str | None, found: list[str]) -> None:
    assert visible(UUIDS, variable) == found


def test_nvml_tells_of_the_visible_cards_in_their_order() -> None:
    driver = Driver()
    found = nvml({"CUDA_VISIBLE_DEVICES": "2,0"}, driver)
    assert found is not None
    assert [(card.uuid, card.total, card.free, card.load, card.processes) for card in found] == [
        ("GPU-bb33", 100, 30, 0.25, 2), ("GPU-aa11", 100, 10, 0.25, 2),
    ]  # fmt: skip
    assert "\x1b" not in found[0].title
    assert not driver.open


def test_what_a_slice_does_not_tell_stays_unknown() -> None:
    assert nvml({"CUDA_VISIBLE_DEVICES": "MIG-cc"}, Driver()) == [
        Card(title="H200 cc�[2J", uuid="MIG-cc", total=100, free=5, load=None, processes=2)
    ]
    assert nvml({"CUDA_VISIBLE_DEVICES": "MIG-dd"}, Driver()) == [Card(title="GPU", uuid="MIG-dd", total=0)]


def test_no_driver_and_no_library_are_no_error() -> None:
    assert nvml({}, Driver(starts=False)) is None
    assert smi({}, ["/no/such/program"]) is None
    assert smi({}, [sys.executable, "-c", "raise SystemExit(9)"]) is None


def test_the_drivers_program_tells_the_same(tmp_path: Path) -> None:
    told = "GPU-aa11, NVIDIA H200, 143771, 81000, 7\nGPU-aa22, NVIDIA H200, 143771, [N/A], [N/A]\nnonsense\n"
    program = [sys.executable, "-c", f"print({told!r}, end='')"]
    found = smi({"CUDA_VISIBLE_DEVICES": "1,0"}, program)
    assert found == [
        Card(title="NVIDIA H200", uuid="GPU-aa22", total=143771 << 20),
        Card(title="NVIDIA H200", uuid="GPU-aa11", total=143771 << 20, free=81000 << 20, load=0.07),
    ]
