"""A training session on disk: arrays by name and a few words of JSON in one .npz file, written and read unpickled."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import torch
from torch import Size, dtype

from dltui.engine import npz
from dltui.engine.session import State
from dltui.journal.folder import CHECKPOINT

FILE = CHECKPOINT
FORMAT = 1
_ABOUT = "about"


class CheckpointError(Exception):
    """A checkpoint that cannot be used: one sentence."""


class About(msgspec.Struct, frozen=True):
    """What stands beside the arrays."""

    format: int
    digest: str
    """Of the experiment, so that another one's weights are refused."""
    step: int
    position: int
    seconds: float
    torch: str


@dataclass(frozen=True)
class Checkpoint:
    state: State
    digest: str
    seconds: float
    """Training time until then."""


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Replace the file in one move: whenever the power goes, the old or the new one is there. Raises OSError."""
    state = checkpoint.state
    about = About(FORMAT, checkpoint.digest, state.step, state.position, checkpoint.seconds, str(torch.__version__))
    arrays = {name: tensor.cpu().numpy() for name, tensor in state.tensors.items()}
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
    return Checkpoint(State(about.step, about.position, tensors), about.digest, about.seconds)


def verify(checkpoint: Checkpoint, digest: str, shapes: dict[str, tuple[Size, dtype]]) -> None:
    """Check that the checkpoint belongs to this experiment and fits this model. Raises CheckpointError."""
    if checkpoint.digest != digest:
        raise CheckpointError("the checkpoint belongs to another experiment, or the experiment was changed since")
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
