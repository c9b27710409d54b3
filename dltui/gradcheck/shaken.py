"""A function whose kinks are moved a little, each by itself, at their inputs.

What backpropagation returns at a kink is a product of choices, one per kinked operation: `relu` takes slope 0 at 0,
`max` one of its ties. Such a product need not be a gradient of any point nearby, and is accepted everywhere all the
same (Bolte & Pauwels 2021, conservative gradients): at the corner (0, 0) of XOR every hidden unit without a bias stands
at its kink, and the gradient 0 says that all of them are off. Moving the input of every such operation by itself shows
the gradients that any choices can give.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

KINKED = frozenset({
    "relu", "relu_", "relu6", "leaky_relu", "leaky_relu_", "prelu", "rrelu", "elu", "elu_", "selu", "celu", "threshold",
    "threshold_", "hardtanh", "hardtanh_", "hardshrink", "softshrink", "hardswish", "hardsigmoid", "clamp", "clamp_",
    "clamp_min", "clamp_min_", "clamp_max", "clamp_max_", "clip", "clip_", "abs", "abs_", "__abs__", "absolute", "max",
    "min", "amax", "amin", "aminmax", "maximum", "minimum", "fmax", "fmin", "sort", "msort", "topk", "kthvalue",
    "median", "nanmedian", "quantile", "nanquantile", "max_pool1d", "max_pool2d", "max_pool3d", "adaptive_max_pool1d",
    "adaptive_max_pool2d", "adaptive_max_pool3d", "gt", "ge", "lt", "le", "__gt__", "__ge__", "__lt__", "__le__",
    "greater", "less", "sign", "sgn", "norm", "vector_norm", "l1_loss", "cdist", "pairwise_distance",
})  # fmt: skip
"""Names of operations with kinks, or whose result decides between branches."""
AWAY = 1e-6
"""How far inputs are moved, as a share of their root mean square."""


class Shaken(TorchFunctionMode):
    """Inside, the floating-point inputs of kinked operations are moved: by `slope` times `AWAY` all the same way where
    that is 1 or -1, at random where it is 0. Entered again, it makes the same moves: their sizes are those of the first
    time."""

    def __init__(self, seed: int, slope: int) -> None:
        super().__init__()
        self.slope, self.seed = slope, seed
        self.moves: list[Tensor] = []
        self.count = 0

    def __enter__(self) -> Shaken:
        self.count = 0
        TorchFunctionMode.__enter__(self)
        return self

    def __torch_function__(
        self, func: Callable[..., Any], types: object, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if name in KINKED and args and isinstance(args[0], Tensor) and args[0].is_floating_point():
            args = (self.moved(args[0], in_place=name.endswith("_") and not name.endswith("__")), *args[1:])
        return func(*args, **kwargs)

    def moved(self, value: Tensor, in_place: bool) -> Tensor:
        if self.count == len(self.moves):
            self.moves.append(self.move(value))
        move = self.moves[self.count]
        self.count += 1
        if move.shape != value.shape:
            return value
        return value.add_(move) if in_place else value + move

    def move(self, value: Tensor) -> Tensor:
        """What to add to a value seen for the first time."""
        dice = torch.Generator().manual_seed(self.seed + len(self.moves))
        move = torch.full(value.shape, float(self.slope), dtype=value.dtype)
        if not self.slope:
            move = torch.randn(value.shape, generator=dice, dtype=value.dtype)
        size = value.detach().square().mean().sqrt()
        return AWAY * torch.where((size > 0) & size.isfinite(), size, 1.0) * move.to(value.device)
