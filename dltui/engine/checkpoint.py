"""A training session on disk: arrays by name and a few words of JSON in one .npz file, written and read unpickled."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import torch
from torch import Size, Tensor, dtype

from dltui.engine import npz
from dltui.engine.session import State
from dltui.journal.folder import CHECKPOINT

FILE = CHECKPOINT
FORMAT = 1
ANOTHER = "the checkpoint belongs to another experiment, or the experiment was changed since"
_ABOUT = "about"


class CheckpointError(Exception):
    """A checkpoint that cannot be used: one sentence."""


class Variant(msgspec.Struct, frozen=True):
    """One run of a comparison; its arrays are called `N.name`."""

    digest: str = ""
    step: int = 0
    position: int = 0
    seconds: float = 0.0
    over: bool = False


class About(msgspec.Struct, frozen=True):
    """What stands beside the arrays."""

    format: int
    digest: str
    """Of the experiment, so that another one's weights are refused."""
    step: int
    position: int
    seconds: float
    torch: str
    variants: dict[int, Variant] = {}


@dataclass(frozen=True)
class Checkpoint:
    state: State
    """Of a comparison: no tensors, and the step of the one that is farthest."""
    digest: str
    seconds: float
    """Training time until then."""
    variants: Mapping[int, Checkpoint | None] = field(default_factory=dict)
    """The runs of a comparison by their numbers; None: it is over."""


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Replace the file in one move: whenever the power goes, the old or the new one is there. Raises OSError."""
    state = checkpoint.state
    variants = {number: _about(each) for number, each in checkpoint.variants.items()}
    about = About(FORMAT, checkpoint.digest, state.step, state.position, checkpoint.seconds, str(torch.__version__),
                  variants)  # fmt: skip
    arrays = {name: tensor.cpu().numpy() for name, tensor in state.tensors.items()}
    for number, each in checkpoint.variants.items():
        tensors = {} if each is None else each.state.tensors
        arrays |= {f"{number}.{name}": tensor.cpu().numpy() for name, tensor in tensors.items()}
    arrays[_ABOUT] = np.frombuffer(msgspec.json.encode(about), dtype=np.uint8)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with fresh.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]  # numpy types all keywords as allow_pickle: bool
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def load(path: Path) -> Checkpoint:
    """Read a checkpoint. Raises CheckpointError for a file that is missing, damaged or something else."""
    try:
        arrays = npz.read(path)
        about = msgspec.json.decode(arrays.pop(_ABOUT).tobytes(), type=About)
        tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
    except FileNotFoundError:
        raise CheckpointError(f"there is no checkpoint {path.name} in the run's folder: train it anew") from None
    except (npz.NpzError, msgspec.MsgspecError, KeyError, TypeError, ValueError):
        raise CheckpointError(f"the checkpoint {path.name} is damaged or not one of dltui's: train anew") from None
    if about.format != FORMAT:
        raise CheckpointError(f"the checkpoint {path.name} has format {about.format}, this dltui reads {FORMAT}")
    variants = {number: _variant(each, f"{number}.", tensors) for number, each in about.variants.items()}
    whole = {} if variants else tensors
    return Checkpoint(State(about.step, about.position, whole), about.digest, about.seconds, variants)


def _about(variant: Checkpoint | None) -> Variant:
    if variant is None:
        return Variant(over=True)
    return Variant(variant.digest, variant.state.step, variant.state.position, variant.seconds)


def _variant(about: Variant, prefix: str, tensors: Mapping[str, Tensor]) -> Checkpoint | None:
    if about.over:
        return None
    own = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
    return Checkpoint(State(about.step, about.position, own), about.digest, about.seconds)


def verify(checkpoint: Checkpoint, digest: str, shapes: dict[str, tuple[Size, dtype]]) -> None:
    """Check that the checkpoint belongs to this experiment and fits this model. Raises CheckpointError."""
    if checkpoint.digest != digest:
        raise CheckpointError(ANOTHER)
    found = {name: (tensor.shape, tensor.dtype) for name, tensor in checkpoint.state.tensors.items()}
    for name in sorted(shapes.keys() | found.keys()):
        if found.get(name) != shapes.get(name):
            raise CheckpointError(
                f"the checkpoint does not fit the model: {name} is {_said(found.get(name))} there,"
                f" {_said(shapes.get(name))} here"
            )


def _said(kind: tuple[Size, dtype] | None) -> str:
    if kind is None:
        return "missing"
    return f"{'×'.join(map(str, kind[0])) or 'one'} {str(kind[1]).removeprefix('torch.')}"
