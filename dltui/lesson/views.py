"""Which pictures of a model there are, and what each of them needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

from dltui.lesson import layers
from dltui.lesson.datasets import DataSpec
from dltui.lesson.layers import AnyLayer
from dltui.lesson.layout import LayoutError, infer
from dltui.lesson.records import Learning

RECURRENT = (layers.Rnn, layers.Lstm, layers.Gru)
GATED = (layers.Lstm, layers.Gru)
BEFORE_LOOKING = (layers.Flatten, layers.Noise, layers.Dropout)
"""Layers after which a linear one still sees the pixels."""


def unseen(view: str, step: Learning, spec: DataSpec) -> str:
    """Why there is no such picture of this model on this data, in a sentence; empty if there is, and for metrics."""
    need = _NEEDS.get(view)
    return need(step, spec) if need else ""


def all_layers(model: Sequence[AnyLayer]) -> list[AnyLayer]:
    """With the layers inside of others behind them, in the order in which they work."""
    found: list[AnyLayer] = []
    for layer in model:
        found.append(layer)
        if isinstance(layer, layers.Residual | layers.Repeat):
            found += all_layers(layer.layers)
    return found


def code_place(step: Learning, spec: DataSpec) -> int | None:
    """The layer, counted from 0, after which a row is narrowest: behind it stands the decoder. None: at no place."""
    sizes = _sizes(step, spec)[:-1]
    if not sizes or min(sizes) >= prod(spec.shape):
        return None
    return max(place for place, size in enumerate(sizes) if size == min(sizes))


def _sizes(step: Learning, spec: DataSpec) -> list[int]:
    """Numbers that come out of each layer for one row; none where the layers do not fit together."""
    try:
        return [prod(shape.outputs) for shape in infer(step.model, (step.noise,) if step.adversary else spec.shape)]
    except LayoutError:
        return []


def _regions(step: Learning, spec: DataSpec) -> str:
    if step.adversary:
        return f"regions is drawn for classes, and this model makes {spec.name}: use samples"
    if spec.shape != (2,) or spec.classes != 2:
        return f"regions is drawn for two inputs and two classes; {spec.name} is something else"
    return ""


def _fit(step: Learning, spec: DataSpec) -> str:
    if spec.shape != (1,) or spec.vocabulary or spec.target_kind == "none" or spec.classes > 2:
        return f"fit is drawn for one input and two classes or a number; {spec.name} is something else"
    return ""


def _weights(step: Learning, spec: DataSpec) -> str:
    holders = (layers.Linear, layers.Conv2d, layers.ConvTranspose2d, layers.Embedding, layers.BatchNorm,
               layers.LayerNorm, *RECURRENT)  # fmt: skip
    return "" if any(isinstance(layer, holders) for layer in all_layers(step.model)) else "this model has no weights"


def _filters(step: Learning, spec: DataSpec) -> str:
    if any(isinstance(layer, layers.Conv2d) for layer in all_layers(step.model)):
        return ""
    first = next((layer for layer in step.model if not isinstance(layer, BEFORE_LOOKING)), None)
    if isinstance(first, layers.Linear) and len(spec.shape) == 3 and not step.adversary:
        return ""
    return "filters needs a conv2d layer, or a linear one that sees the pixels of pictures"


def _features(step: Learning, spec: DataSpec) -> str:
    maps = (layers.Conv2d, layers.ConvTranspose2d)
    if len(spec.shape) == 3 and not step.adversary and any(isinstance(each, maps) for each in all_layers(step.model)):
        return ""
    return "features needs pictures and a conv2d layer that makes maps of them"


def _classified(step: Learning, spec: DataSpec) -> str:
    if step.adversary or step.target == "input" or spec.classes < 2:
        return "the model must tell classes apart"
    return ""


def _mistakes(step: Learning, spec: DataSpec) -> str:
    if why := _classified(step, spec):
        return f"mistakes shows what was taken for what: {why}"
    return "" if len(spec.shape) == 3 else f"mistakes shows pictures, and {spec.name} has none: use confusion"


def _confusion(step: Learning, spec: DataSpec) -> str:
    why = _classified(step, spec)
    return f"confusion counts what was taken for what: {why}" if why else ""


def _gates(step: Learning, spec: DataSpec) -> str:
    found = all_layers(step.model)
    if any(isinstance(layer, GATED) for layer in found):
        return ""
    return "gates needs an lstm or a gru layer" + (
        ", and an rnn layer has no gates" if any(isinstance(layer, layers.Rnn) for layer in found) else "")


def _recall(step: Learning, spec: DataSpec) -> str:
    if any(isinstance(layer, RECURRENT) for layer in all_layers(step.model)):
        return ""
    return "recall follows the gradient back through time: it needs an rnn, lstm or gru layer"


def _codes(step: Learning, spec: DataSpec) -> str:
    if step.adversary:
        return "codes needs a model that makes codes of its inputs, and a generator makes them of noise: use samples"
    place = code_place(step, spec)
    narrowest = 0 if place is None else _sizes(step, spec)[place]
    if _sizes(step, spec) and narrowest != 2:
        most = f"the narrowest has {narrowest}" if narrowest else "none is narrower than the data"
        return f"a layer before the last one must give 2 numbers, to be drawn in a plane: {most}"
    return ""


def _restored(step: Learning, spec: DataSpec) -> str:
    if step.target != "input" or len(spec.shape) != 3:
        return 'it needs pictures and target = "input"'
    return ""


def _reconstructions(step: Learning, spec: DataSpec) -> str:
    why = _restored(step, spec)
    return f"reconstructions shows pictures beside what the model makes of them: {why}" if why else ""


def _latent_grid(step: Learning, spec: DataSpec) -> str:
    why = _restored(step, spec) or _codes(step, spec)
    return f"latent_grid decodes codes of 2 numbers into pictures: {why}" if why else ""


def _samples(step: Learning, spec: DataSpec) -> str:
    variational = any(isinstance(layer, layers.Sample) for layer in step.model)
    if not step.adversary and not (variational and step.target == "input"):
        return 'samples needs a generator: loss = "gan", or a sample layer and target = "input"'
    if len(spec.shape) == 3 or (spec.shape == (2,) and step.adversary):
        return ""
    return f"samples draws pictures or points in a plane, and {spec.name} is neither"


_NEEDS: dict[str, Callable[[Learning, DataSpec], str]] = {
    "regions": _regions, "fit": _fit, "parameters": _weights, "gradients": _weights, "filters": _filters,
    "features": _features, "mistakes": _mistakes, "confusion": _confusion, "gates": _gates, "recall": _recall,
    "codes": _codes, "reconstructions": _reconstructions, "latent_grid": _latent_grid, "samples": _samples,
}  # fmt: skip
PICTURES = frozenset(_NEEDS)
"""The views that are no curves."""
