"""The sizes of a model worked out from its layers and the shape of its inputs, before anything is built.

Whole numbers of any size, no arrays: a model of terabytes is measured as fast as a small one, and can be refused.
Shapes are those of one row: without the batch axis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from dltui.lesson.datasets import DataSpec
from dltui.lesson.layer_sizes import ShapeOf, size, tag, written
from dltui.lesson.layers import AnyLayer, Embedding, Repeat, Sigmoid
from dltui.lesson.records import Learning

__all__ = [
    "ADVERSARIAL", "LayerShape", "LayoutError", "bytes_needed", "check_output", "expanded", "infer",
    "infer_adversary", "input_shape", "parameters", "tag", "written",
]  # fmt: skip

BYTES_PER_PARAMETER = 16
"""A weight, its gradient and two moments of the optimiser, 4 bytes each."""
BYTES_PER_ACTIVATION = 8
"""A value that is kept for the way back, and its gradient."""
ADVERSARIAL = ("gan", "gan_saturating")
TWO_CLASSES = ("binary_cross_entropy", "perceptron")


class LayoutError(ValueError):
    """A layer that cannot take what comes in. `index` counts layers from 0, as in `model.0.out`."""

    def __init__(self, index: int, layer: AnyLayer, message: str) -> None:
        super().__init__(f"model.{index} ({tag(layer)}): {message}")
        self.index = index
        self.message = message


@dataclass(frozen=True)
class LayerShape:
    index: int
    """Of the layer in the model as it is written, where a repeat layer is one."""
    layer: AnyLayer
    inputs: ShapeOf
    outputs: ShapeOf
    parameters: int
    multiplies: int
    """Multiplications per row of linear, convolutional and recurrent layers; the others count as free."""
    title: str
    """With its sizes, such as `Conv2d(1→8, 3×3)`."""
    inside: int = 0
    """Numbers kept for the way back besides the outputs, per row."""


def expanded(model: Sequence[AnyLayer]) -> list[AnyLayer]:
    """The layers one by one, as they are built: the rounds of a repeat layer written out."""
    return [layer for _, layer in _numbered(model)]


def infer(model: Sequence[AnyLayer], input_shape: Sequence[int]) -> list[LayerShape]:
    """What every layer takes, gives and costs, the rounds of a repeat layer written out. Raises LayoutError."""
    found: list[LayerShape] = []
    inputs = tuple(input_shape)
    for index, layer in _numbered(model):
        try:
            sized = size(layer, inputs)
        except ValueError as error:
            raise LayoutError(index, model[index], str(error)) from None
        found.append(LayerShape(index, layer, inputs, *sized))
        inputs = sized.outputs
    return found


def input_shape(step: Learning, spec: DataSpec) -> ShapeOf:
    """Of one row that goes into the model: data, or the noise of a generator."""
    return (max(1, step.noise),) if step.loss in ADVERSARIAL else spec.shape


def infer_adversary(step: Learning, spec: DataSpec) -> list[LayerShape]:
    """The same for the discriminator, which takes rows of the data; nothing without one. Raises LayoutError."""
    return infer(step.adversary, spec.shape)


def parameters(model: Sequence[AnyLayer], input_shape: Sequence[int]) -> int:
    """Numbers that training adjusts. Raises LayoutError."""
    return sum(layer.parameters for layer in infer(model, input_shape))


def bytes_needed(model: Sequence[AnyLayer], input_shape: Sequence[int], batch: int) -> int:
    """Memory to train on `batch` rows at a time, in bytes: parameters with their gradients and moments, and everything
    that is kept of each row for the way back. Raises LayoutError."""
    layers = infer(model, input_shape)
    activations = prod(input_shape) + sum(prod(layer.outputs) + layer.inside for layer in layers)
    return BYTES_PER_PARAMETER * sum(layer.parameters for layer in layers) + BYTES_PER_ACTIVATION * batch * activations


def check_output(step: Learning, spec: DataSpec) -> list[str]:
    """What keeps the model of the step from being trained with its loss on this data: sentences, none if it fits."""
    if problems := _unpaired(step):
        return problems
    try:
        outputs = infer(step.model, input_shape(step, spec))[-1].outputs
    except LayoutError as error:
        return [str(error)]
    try:
        judged = infer_adversary(step, spec)
    except LayoutError as error:
        return [f"adversary.{error.index} ({tag(step.adversary[error.index])}): {error.message}"]
    if problems := _unread(step, spec):
        return problems
    if step.adversary:
        return _generated(outputs, judged[-1].outputs, spec)
    return _restored(step, spec, outputs) if step.target == "input" else _labelled(step, spec, outputs)


def _numbered(model: Sequence[AnyLayer]) -> Iterator[tuple[int, AnyLayer]]:
    for index, layer in enumerate(model):
        if isinstance(layer, Repeat):
            yield from ((index, part) for _ in range(layer.times) for part in layer.layers)
        else:
            yield index, layer


def _unpaired(step: Learning) -> list[str]:
    """Settings that belong together and are not."""
    if step.loss in ADVERSARIAL:
        missing = [name for name in ("adversary", "noise") if not getattr(step, name)]
        if missing:
            wanted = {"adversary": "adversary, the layers of the discriminator", "noise": "noise, how many numbers the"
                      " generator starts from"}
            return [f"{step.loss} needs {' and '.join(wanted[name] for name in missing)}"]
        return [f'{step.loss} has no target: leave out target = "input"'] if step.target == "input" else []
    if step.adversary or step.noise:
        return [f'{"adversary" if step.adversary else "noise"} belongs to loss = "gan", and the loss is {step.loss}']
    if step.label_smoothing and step.loss != "cross_entropy":
        return [f"label_smoothing belongs to cross_entropy and gan, and the loss is {step.loss}"]
    return []


def _unread(step: Learning, spec: DataSpec) -> list[str]:
    """Words that no embedding reads, and embeddings that no words come to."""
    for which in (step.model, step.adversary):
        layers = expanded(which)
        places = [place for place, layer in enumerate(layers) if isinstance(layer, Embedding)]
        if places and not spec.vocabulary:
            return [f"an embedding takes the numbers of words, and {spec.name} holds measured numbers"]
        if places and places != [0]:
            return ["an embedding stands once, in front of all other layers"]
    if not spec.vocabulary:
        return []
    first = expanded(step.model)[0]
    if not isinstance(first, Embedding):
        return [f"{spec.name} holds the numbers of words: put an embedding layer in front"]
    if first.words < len(spec.vocabulary):
        return [f"{spec.name} has {len(spec.vocabulary)} words, more than the {first.words} of the embedding layer"]
    return []


def _generated(outputs: ShapeOf, score: ShapeOf, spec: DataSpec) -> list[str]:
    if prod(outputs) != prod(spec.shape) or (len(outputs) != 1 and outputs != spec.shape):
        made = f"the generator makes {written(outputs)}, but a row of {spec.name} is {written(spec.shape)}"
        return [made]
    if score != (1,):
        return [f"the adversary must end in one score, a linear layer with out = 1, not in {written(score)}"]
    return []


def _restored(step: Learning, spec: DataSpec, outputs: ShapeOf) -> list[str]:
    if step.loss not in ("mse", "binary_cross_entropy"):
        return [f'with target = "input" the loss is mse or binary_cross_entropy, not {step.loss}']
    if spec.vocabulary:
        return [f'target = "input" is for measured numbers, and {spec.name} holds the numbers of words']
    if prod(outputs) != prod(spec.shape):
        return [
            f'with target = "input" the model must end in as many numbers as a row of {spec.name} has,'
            f" {prod(spec.shape)}, not in {prod(outputs)}"
        ]
    if step.loss == "binary_cross_entropy" and len(spec.shape) != 3:
        return [f"binary_cross_entropy restores pixels between 0 and 1, and {spec.name} has none: use mse"]
    return _doubled(step)


def _labelled(step: Learning, spec: DataSpec, outputs: ShapeOf) -> list[str]:
    loss, name = step.loss, spec.name
    if len(outputs) != 1:
        cure = "last = true in the recurrent layer" if len(outputs) == 2 else "a flatten layer and a linear layer"
        return [f"the model ends in the shape {written(outputs)}: end it with {cure}"]
    if spec.target_kind == "none":
        return [f'{name} has no labels: use target = "input" or loss = "gan"']
    problems = _doubled(step)
    if loss != "mse" and spec.classes == 0:
        problems.append(f"{loss} tells classes apart, but the target of {name} is a number: use mse")
    elif loss in TWO_CLASSES and spec.classes != 2:
        problems.append(f"{loss} tells two classes apart, but {name} has {spec.classes}: use cross_entropy")
    elif outputs[0] not in (fitting := _fitting(loss, spec.classes)):
        needed = " or ".join(str(count) for count in fitting) + (" output" if fitting[-1] == 1 else " outputs")
        given = f"{outputs[0]} output" + ("" if outputs[0] == 1 else "s")
        problems.append(f"{loss} on {name} needs {needed}, but the model ends in {given}")
    return problems


def _doubled(step: Learning) -> list[str]:
    if step.loss == "binary_cross_entropy" and isinstance(expanded(step.model)[-1], Sigmoid):
        return ["binary_cross_entropy takes logits and has the sigmoid in it: leave out the sigmoid at the end"]
    return []


def _fitting(loss: str, classes: int) -> list[int]:
    """How many outputs a model may end in."""
    if loss == "cross_entropy":
        return [classes]
    if loss in ("mse", "hinge") and classes > 1:  # one output for a class of 0 or 1, or one for each class
        return [1, 2] if classes == 2 else [classes]
    return [1]
