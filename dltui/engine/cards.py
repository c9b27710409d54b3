"""The NVIDIA cards of this machine as their driver sees them: other people's work on them included.

The driver is asked through NVML where the package nvidia-ml-py is installed, else through `nvidia-smi`, which comes
with the driver. Neither makes a CUDA context; `torch.cuda.mem_get_info` would, of hundreds of megabytes on every card.
"""

from __future__ import annotations

import csv
import importlib
import io
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from msgspec import Struct

from dltui.text import one_line

_QUERY = "uuid,name,memory.total,memory.free,utilization.gpu"
_ANSWER_SECONDS = 5.0
_MEBIBYTE = 1 << 20


class Card(Struct, frozen=True, kw_only=True):
    """One card, or one slice (MIG) of a card."""

    title: str
    uuid: str
    total: int
    """Bytes"""
    free: int | None = None
    load: float | None = None
    """Share of the time in which it computes, 0 to 1; slices do not tell."""
    processes: int | None = None
    """That compute on it."""


def nvml(environ: Mapping[str, str], library: Any = None) -> list[Card] | None:
    """The visible cards in CUDA's order by NVML; None where it is not there. `library` stands in for pynvml."""
    try:
        library = library or importlib.import_module("pynvml")
        library.nvmlInit()
    except ImportError:
        return None
    except library.NVMLError:
        return None
    try:
        handles = [library.nvmlDeviceGetHandleByIndex(index) for index in range(library.nvmlDeviceGetCount())]
        uuids = [_text(library.nvmlDeviceGetUUID(handle)) for handle in handles]
        chosen = visible(uuids, environ.get("CUDA_VISIBLE_DEVICES"))
        places = dict(zip(uuids, handles, strict=True))
        return [_card(library, uuid, places.get(uuid)) for uuid in chosen]
    except library.NVMLError:
        return None
    finally:
        with suppress(library.NVMLError):
            library.nvmlShutdown()


def smi(environ: Mapping[str, str], program: Sequence[str] = ("nvidia-smi",)) -> list[Card] | None:
    """The same by the program of the driver; None where it is not there or does not answer."""
    try:
        done = subprocess.run(
            [*program, f"--query-gpu={_QUERY}", "--format=csv,noheader,nounits"],
            capture_output=True, text=True, timeout=_ANSWER_SECONDS, check=True, errors="replace",
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    cards = {}
    for row in csv.reader(io.StringIO(done.stdout), skipinitialspace=True):
        if len(row) == 5 and (total := _number(row[2])) is not None:
            free, load = _number(row[3]), _number(row[4])
            cards[row[0]] = Card(
                title=one_line(row[1], 60), uuid=one_line(row[0], 60), total=int(total * _MEBIBYTE),
                free=None if free is None else int(free * _MEBIBYTE), load=None if load is None else load / 100,
            )  # fmt: skip
    # A slice is not in this list: it stays unknown rather than being taken for its whole card.
    return [cards.get(uuid) or Card(title="GPU", uuid=uuid, total=0)
            for uuid in visible(list(cards), environ.get("CUDA_VISIBLE_DEVICES"))]  # fmt: skip


def visible(uuids: Sequence[str], variable: str | None) -> list[str]:
    """The UUIDs that CUDA numbers 0, 1, …, for the value of CUDA_VISIBLE_DEVICES (None: not set).

    As CUDA reads it: numbers, or UUIDs that may be cut short; the list ends at the first that is not there, and one
    that is named twice leaves none. MIG slices are named in full and are not among the cards: taken as they are.
    """
    if variable is None:
        return list(uuids)
    chosen: list[str] = []
    for word in (part.strip() for part in variable.split(",")):
        if word.startswith("MIG-"):
            found = word
        elif word.startswith("GPU-"):
            matches = [uuid for uuid in uuids if uuid.startswith(word)]
            found = matches[0] if len(matches) == 1 else ""
        else:
            found = uuids[int(word)] if word.isdecimal() and int(word) < len(uuids) else ""
        if not found:
            break
        if found in chosen:
            return []
        chosen.append(found)
    return chosen


def _card(library: Any, uuid: str, handle: Any) -> Card:
    """What the driver tells of one; what it does not tell stays unknown."""
    if handle is None:
        with suppress(library.NVMLError):
            handle = library.nvmlDeviceGetHandleByUUID(uuid)
    if handle is None:
        return Card(title="GPU", uuid=one_line(uuid, 60), total=0)
    title, memory, load, processes = "GPU", None, None, None
    with suppress(library.NVMLError):
        title = one_line(_text(library.nvmlDeviceGetName(handle)), 60)
    with suppress(library.NVMLError):
        memory = library.nvmlDeviceGetMemoryInfo(handle)
    with suppress(library.NVMLError):
        load = library.nvmlDeviceGetUtilizationRates(handle).gpu / 100
    with suppress(library.NVMLError):
        processes = len(library.nvmlDeviceGetComputeRunningProcesses(handle))
    total, free = (int(memory.total), int(memory.free)) if memory else (0, None)
    return Card(title=title, uuid=one_line(uuid, 60), total=total, free=free, load=load, processes=processes)


def _text(told: str | bytes) -> str:
    """Old versions of the library answer in bytes."""
    return told.decode(errors="replace") if isinstance(told, bytes) else told


def _number(word: str) -> float | None:
    """`[N/A]` is no number."""
    try:
        return float(word)
    except ValueError:
        return None
