"""The bugs that can be planted in the backward of a layer, by name. How each breaks it is in `dltui.gradcheck.bugs`,
which needs torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from dltui.lesson.layers import (
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Elu,
    Flatten,
    Layer,
    LayerNorm,
    LeakyRelu,
    Linear,
    Lstm,
    MaxPool2d,
    Relu,
    Rnn,
    Sigmoid,
    Tanh,
)
from dltui.lesson.layout import LayerShape

HONEST = "none"
"""No bug: the layer's own backward."""


class Bug(NamedTuple):
    layers: tuple[type[Layer], ...]
    """The layers it can be planted in, if they are as `fits` wants them."""
    fits: Callable[[LayerShape], bool] = lambda shape: True
    needs: str = ""
    """What `fits` asks for, in words."""
    behind: bool = False
    """It breaks what goes back to the layers before: their gradients show it, the layer's own do not."""
    rows: int = 1
    """It is none in batches of fewer rows."""


def _square(shape: LayerShape) -> bool:
    return shape.inputs == shape.outputs


def _biased(shape: LayerShape) -> bool:
    return bool(getattr(shape.layer, "bias", False))


def _windowed(shape: LayerShape) -> bool:
    return isinstance(shape.layer, Conv2d) and shape.layer.kernel > 1


def _tiled(shape: LayerShape) -> bool:
    return isinstance(shape.layer, MaxPool2d) and shape.layer.stride in (None, shape.layer.kernel)


_WEIGHTED = (Linear, Conv2d)
_BENT = (Relu, LeakyRelu, Elu, Tanh, Sigmoid)
_RECURRENT = (Rnn, Lstm)
_PASSING = (*_WEIGHTED, MaxPool2d, AvgPool2d, Flatten, LayerNorm)

BUGS: Mapping[str, Bug] = MappingProxyType(
    {
        "sign": Bug(_WEIGHTED),
        "missing-mean": Bug(_WEIGHTED, rows=2),
        "doubled": Bug(_WEIGHTED),
        "transposed": Bug((Linear,), _square, "as many outputs as inputs"),
        "last-row": Bug((Linear,), rows=2),
        "zero": Bug(_WEIGHTED),
        "one-element": Bug(_WEIGHTED),
        "one-percent": Bug(_WEIGHTED),
        "flipped-kernel": Bug((Conv2d,), _windowed, "a kernel larger than 1"),
        "forgotten-bias": Bug(_WEIGHTED, _biased, "a bias"),
        "bias-last-row": Bug((Linear,), _biased, "a bias", rows=2),
        "no-activation-derivative": Bug(_BENT, behind=True),
        "value-for-derivative": Bug((Tanh, Sigmoid), behind=True),
        "stale-mask": Bug((Relu,), behind=True, rows=2),
        "inverted-mask": Bug((Relu,), behind=True),
        "statistics-held": Bug((BatchNorm,), behind=True),
        "all-of-the-window": Bug((MaxPool2d,), _tiled, "windows side by side", behind=True),
        "truncated": Bug(_RECURRENT),
        "overwritten": Bug(_RECURRENT),
        "one-bias": Bug(_RECURRENT),
        "gates-swapped": Bug((Lstm,)),
        "tanh-forgotten": Bug((Lstm,)),
        "carry-cut": Bug((Lstm,)),
        "input-doubled": Bug(_PASSING, behind=True),
    }
)


def unplantable(name: str, shapes: Sequence[LayerShape], layer: int, batch: int) -> str:
    """Why this bug in this layer would not be there to be found: a sentence; empty if it would."""
    bug, shape = BUGS[name], shapes[layer]
    if not isinstance(shape.layer, bug.layers):
        return f"{shape.title}, layer {layer}, cannot have the bug {name}"
    if not bug.fits(shape):
        return f"{name} needs a layer with {bug.needs}, which {shape.title} has not"
    if bug.behind and not any(each.parameters for each in shapes[:layer]):
        return f"{name} shows in the layers before layer {layer}, and none of them has weights"
    if batch < bug.rows:
        return f"{name} is no bug in a batch of one row: give batch at least {bug.rows}"
    return ""
