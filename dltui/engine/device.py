"""Where a run is computed, and why there."""

from __future__ import annotations

import torch

from dltui.engine.memory import free_bytes, in_words
from dltui.lesson.problem import listed, quoted

TINY = 1e6
"""Floating-point operations per step below which launching work on a GPU takes longer than doing it on a CPU."""


class DeviceError(Exception):
    """A device that is not there: one sentence that lists those that are."""


def choose(requested: str, work: float) -> tuple[torch.device, str]:
    """The device for steps of `work` floating-point operations, and the reason in a few words.

    `requested` is auto, cpu, cuda, cuda:N or mps. Raises DeviceError.
    """
    there = available()
    if requested == "auto":
        return _automatic(there, work)
    name = "cuda:0" if requested == "cuda" else requested
    if name not in there:
        raise DeviceError(f"there is no device {quoted(requested)} here, only {listed(there, 'and')}")
    if requested == "cuda":
        return _freest(there)
    return torch.device(name), "you chose it"


def available() -> list[str]:
    """The names of the devices of this machine."""
    gpus = [f"cuda:{index}" for index in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    return ["cpu", *gpus, *(["mps"] if torch.backends.mps.is_available() else [])]


def _automatic(there: list[str], work: float) -> tuple[torch.device, str]:
    if there == ["cpu"]:
        return torch.device("cpu"), "no GPU here"
    if work < TINY:
        return torch.device("cpu"), "tiny model: the CPU is faster"
    return _freest(there) if "cuda:0" in there else (torch.device("mps"), "the GPU of this machine")


def _freest(there: list[str]) -> tuple[torch.device, str]:
    gpus = [torch.device(name) for name in there if name.startswith("cuda")]
    if len(gpus) == 1:
        return gpus[0], "the only GPU"
    free = {gpu: free_bytes(gpu) or 0 for gpu in gpus}
    best = max(gpus, key=lambda gpu: free[gpu])
    return best, f"most free memory: {in_words(free[best])}"
