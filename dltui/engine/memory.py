"""How much memory there is, and how to say so."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import torch

SHARE = 0.6
"""Of the free memory that a model may take."""
COURTESY = 0.9
"""Of the free memory of a GPU that this process may take."""
NO_MEMORY = "There is not enough memory for this run: a smaller model or a smaller batch needs less."
_SHORT = ("can't allocate memory", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED")
PROC = Path("/proc")
CGROUPS = Path("/sys/fs/cgroup")


def free_bytes(device: torch.device) -> int | None:
    """Free memory of the device, or of this machine for `cpu`; None where the system does not tell."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    known = [size for size in (_available(), cgroup_left()) if size is not None]
    return min(known, default=None)


def cap(device: torch.device) -> None:
    """Leave something for the others on a shared GPU: this process may take COURTESY of what is free now."""
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
        ours = torch.cuda.memory_reserved(device)
        torch.cuda.set_per_process_memory_fraction(min(1.0, (COURTESY * free + ours) / total), device)


def give_back() -> None:
    """Let the driver have the memory of GPUs that no tensor uses any more; the context stays until the process ends."""
    if not torch.accelerator.is_available():
        return
    gc.collect()
    if torch.cuda.is_initialized():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()
    elif torch.xpu.is_available():
        torch.xpu.empty_cache()


def short(error: BaseException) -> bool:
    """Whether the error says that memory ran out, on whatever device."""
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and any(words in str(error) for words in _SHORT)
    )


def in_words(size: float) -> str:
    """A number of bytes in decimal units: 5.1 TB, 21 GB, 640 bytes."""
    units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
    while size >= 999.5 and len(units) > 1:
        size /= 1000
        del units[0]
    return f"{size:.1f} {units[0]}" if size < 9.95 and units[0] != "bytes" else f"{size:.0f} {units[0]}"


def cgroup_left(proc: Path = PROC, cgroups: Path = CGROUPS) -> int | None:
    """Limit less use of the memory control groups this process is in, versions 1 and 2; None without a limit.

    Cached file pages count as used but are given back under pressure, so they are taken off.
    """
    try:
        lines = (proc / "self" / "cgroup").read_text().splitlines()
    except OSError:
        return None
    rooms = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers in ("", "memory"):
            root = cgroups / controllers
            here = root / path.lstrip("/")
            # Inside a container the path may be the host's: then the root is the container's own group.
            rooms += [_group_left(group) for group in (here, *here.parents) if group.is_relative_to(root)]
    return min((room for room in rooms if room is not None), default=None)


def _group_left(group: Path) -> int | None:
    for limit, used, cached in (
        ("memory.max", "memory.current", "inactive_file "),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "),
    ):
        try:
            room = int((group / limit).read_text()) - int((group / used).read_text())
            counts = (group / "memory.stat").read_text().splitlines()
        except (OSError, ValueError):  # not there, or `max`: no limit
            continue
        return max(0, room + sum(int(count.split()[1]) for count in counts if count.startswith(cached)))
    return None


def _available() -> int | None:
    """What can be had without swapping, as Linux estimates it; elsewhere all physical memory."""
    try:
        for line in (PROC / "meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError, AttributeError):  # Windows has neither
        return None
