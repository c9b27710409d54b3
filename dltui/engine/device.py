"""Where a run is computed, and why there."""

from __future__ import annotations

from collections.abc import Collection
from random import Random
from typing import NamedTuple

import torch

from dltui.engine.inventory import Gpu, Inventory, InventoryError, present, read
from dltui.engine.memory import in_words
from dltui.lesson.problem import listed, quoted

TINY = 1e6
"""Floating-point operations per step below which launching work on a GPU takes longer than doing it on a CPU."""
SPARE = 1e9
"""Bytes that a GPU must have free beside what the model needs: the context of CUDA, and room for others."""

SMALL = "tiny model: the CPU is faster"


class DeviceError(Exception):
    """A device that is not there: one sentence that lists those that are."""


class Choice(NamedTuple):
    device: torch.device
    name: str
    """The device that was chosen; in a rehearsal it is not the one that computes."""
    reason: str
    """In a few words."""


def choose(
    requested: str,
    work: float,
    need: float = 0.0,
    *,
    inventory: Inventory | None = None,
    without: Collection[str] = (),
    random: Random | None = None,
) -> Choice:
    """The device for steps of `work` floating-point operations in `need` bytes.

    `requested` is auto, cpu, cuda, cuda:N, mps or xpu:N. `without` names devices that have failed already; if
    it is one of them that is requested, any other will do. `random` settles ties, so that the users of a server
    spread over its GPUs. Raises DeviceError.
    """
    if requested == "auto" and work < TINY and inventory is None and present():  # no need to ask the driver
        return Choice(torch.device("cpu"), "cpu", SMALL)
    try:
        inventory = inventory or read()
    except InventoryError as error:
        raise DeviceError(str(error)) from None
    there = inventory.names()
    name, reason = requested, "you chose it"
    if requested == "auto" or requested in without:
        name, reason = _automatic(inventory, work, need, without, random or Random())
    elif requested in ("cuda", "xpu"):
        gpus = [gpu for gpu in inventory.gpus if gpu.name.startswith(requested) and gpu.name not in without]
        name, reason = _best(gpus, need, random or Random()) or (gpus[0].name if gpus else requested, "you chose it")
    if name not in there:
        raise DeviceError(f"there is no device {quoted(requested)} here, only {listed(there, 'and')}")
    if inventory.rehearsal and name != "cpu":
        return Choice(torch.device("cpu"), name, f"rehearsal of {name}: {reason}")
    return Choice(torch.device(name), name, reason)


def available() -> list[str]:
    """The names of the devices of this machine, the CPU first; it alone while the file of a rehearsal is none, which
    is for `choose` to tell."""
    try:
        return read().names()
    except InventoryError:
        return ["cpu"]


def _automatic(
    inventory: Inventory, work: float, need: float, without: Collection[str], random: Random
) -> tuple[str, str]:
    left = [gpu for gpu in inventory.gpus if gpu.name not in without]
    if not inventory.gpus:
        return "cpu", inventory.note or "no GPU here"
    if work < TINY:
        return "cpu", SMALL
    if not left:
        return "cpu", "no other GPU"
    return _best(left, need, random) or ("cpu", f"no GPU has {in_words(need + SPARE)} free")


def _best(gpus: list[Gpu], need: float, random: Random) -> tuple[str, str] | None:
    """Of the GPUs with room the least busy, of those the one with most room; None where none has room."""
    fit = [gpu for gpu in gpus if gpu.free is None or gpu.free >= need + SPARE]
    if not fit:
        return None
    best = min(_rank(gpu) for gpu in fit)
    chosen = random.choice([gpu for gpu in fit if _rank(gpu) == best])
    return chosen.name, _why(chosen, gpus)


def _rank(gpu: Gpu) -> tuple[float, float]:
    """Small is good. In steps of a tenth and of a gigabyte: smaller differences are gone before the run begins."""
    return round(gpu.load or 0.0, 1), -round((gpu.free or 0) / 1e9)


def _why(chosen: Gpu, gpus: list[Gpu]) -> str:
    if len(gpus) == 1:
        return "the only GPU"
    facts = []
    if chosen.load is not None:
        facts.append(f"{chosen.load:.0%} busy")
    if chosen.free is not None:
        facts.append(f"{in_words(chosen.free)} free")
    return f"best of {len(gpus)} GPUs: {', '.join(facts)}" if facts else f"one of {len(gpus)} GPUs"
