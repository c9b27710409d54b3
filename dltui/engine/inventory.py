"""The devices of this machine beside its CPU, as data: what a choice of device is made from.

The variable DLTUI_DEVICES names a JSON file that takes the place of the machine's own devices, to rehearse what would
be chosen on a server; what is chosen is then computed on the CPU. Bytes and shares, what is not known left out:
{"gpus": [{"name": "cuda:0", "title": "H200", "total": 150e9, "free": 90e9, "load": 0.4, "processes": 2}]}
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import torch
from msgspec import Struct

from dltui.engine import cards
from dltui.engine.cards import Card
from dltui.text import one_line

REHEARSAL = "DLTUI_DEVICES"


class InventoryError(Exception):
    """A file for a rehearsal that cannot be read: one sentence."""


class Gpu(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A device that torch can compute on."""

    name: str
    """As torch names it: cuda:0, xpu:0, mps."""
    title: str = "GPU"
    total: float = 0
    """Bytes; 0: unknown."""
    free: float | None = None
    load: float | None = None
    """Share of the time in which it computes, 0 to 1."""
    processes: int | None = None
    uuid: str = ""


class Inventory(Struct, frozen=True, kw_only=True):
    gpus: list[Gpu] = []
    source: str = ""
    """Where the facts come from: NVML, nvidia-smi, torch, or the file of a rehearsal."""
    note: str = ""
    """What one should know about them: one sentence."""
    rehearsal: bool = False

    def names(self) -> list[str]:
        """Of all devices, the CPU first."""
        return ["cpu", *(gpu.name for gpu in self.gpus)]


def present(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether there is any GPU that torch can use; quickly, without asking what it is doing."""
    return not environ.get(REHEARSAL) and torch.accelerator.is_available()


def read(environ: Mapping[str, str] = os.environ) -> Inventory:
    """What is there now. Raises InventoryError for a rehearsal whose file cannot be read."""
    if file := environ.get(REHEARSAL):
        return rehearsed(Path(file))
    if torch.cuda.is_available():
        return _cuda(environ)
    if torch.backends.mps.is_available():
        return Inventory(gpus=[Gpu(name="mps", title="Apple GPU")], source="torch")
    if torch.xpu.is_available():
        count = torch.xpu.device_count()
        return Inventory(gpus=[Gpu(name=f"xpu:{index}", title="Intel GPU") for index in range(count)], source="torch")
    return Inventory(note=_unused(environ))


def rehearsed(file: Path) -> Inventory:
    """The devices of a file. Raises InventoryError."""
    try:
        told = msgspec.json.decode(file.read_bytes(), type=_File)
    except OSError as error:
        raise InventoryError(f"{REHEARSAL}={one_line(str(file), 200)}: {error.strerror or error}") from None
    except msgspec.MsgspecError as error:
        raise InventoryError(f"{REHEARSAL}={one_line(str(file), 200)}: {one_line(str(error), 200)}") from None
    gpus = [msgspec.structs.replace(gpu, title=one_line(gpu.title, 60), name=one_line(gpu.name, 20))
            for gpu in told.gpus]  # fmt: skip
    return Inventory(gpus=gpus, source=one_line(file.name, 60), rehearsal=True)


class _File(Struct, forbid_unknown_fields=True):
    gpus: list[Gpu]


def _cuda(environ: Mapping[str, str]) -> Inventory:
    count = torch.cuda.device_count()
    sources: list[tuple[str, Callable[[Mapping[str, str]], list[Card] | None]]]
    sources = [("NVML", cards.nvml), ("nvidia-smi", cards.smi)]
    for source, ask in sources:
        found = ask(environ)
        if found is not None and len(found) == count:
            return matched(found, source, environ)
    gpus = [Gpu(name=f"cuda:{index}") for index in range(count)]
    note = "" if count == 1 else "who else uses these GPUs is not known: pip install nvidia-ml-py"
    return Inventory(gpus=gpus, source="torch", note=note)


def matched(found: list[Card], source: str, environ: Mapping[str, str]) -> Inventory:
    """Cards under the names that torch gives them.

    The driver counts them by their place on the bus, CUDA the fastest first unless CUDA_DEVICE_ORDER says otherwise:
    with cards of several kinds the numbers may mean different cards, and then the facts are not to be relied on.
    """
    gpus = [
        Gpu(name=f"cuda:{index}", title=card.title, total=card.total, free=card.free, load=card.load,
            processes=card.processes, uuid=card.uuid)
        for index, card in enumerate(found)
    ]  # fmt: skip
    by_uuid = not environ.get("CUDA_VISIBLE_DEVICES", "0").strip()[:1].isdecimal()
    alike = len({card.title for card in found}) < 2
    if alike or by_uuid or environ.get("CUDA_DEVICE_ORDER") == "PCI_BUS_ID":
        return Inventory(gpus=gpus, source=source)
    unknown = [Gpu(name=gpu.name) for gpu in gpus]
    note = "the GPUs differ: set CUDA_DEVICE_ORDER=PCI_BUS_ID, so that their numbers are certain"
    return Inventory(gpus=unknown, source="torch", note=note)


def _unused(environ: Mapping[str, str]) -> str:
    if torch.version.cuda is None and torch.version.hip is None and cards.smi({}):
        return "there is an NVIDIA GPU, but this PyTorch was built for the CPU alone"
    if environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return "CUDA_VISIBLE_DEVICES hides all GPUs"
    return ""
