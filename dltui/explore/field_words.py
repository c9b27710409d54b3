"""What is said and written of a stack of layers: sizes, fields and costs with the numbers of the moment."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.explore.explorer import Fact
from dltui.explore.field_stack import Stack

ENDS = ("no answer", "flatten, 10 units", "global pool, 10 units")
CLASSES = 10
PLAIN_POOL = "A pool has no filters of its own, and none here is padded: make it a convolution first."


def facts(stack: Stack, layer: int, end: str, costs: bool = False) -> list[Fact]:
    """Of the layer in hand, then of all; what it costs before what it sees if `costs`."""
    here, now, below = stack.layers[layer - 1], stack.levels[layer], stack.levels[layer - 1]
    more = rf" + 2 \cdot {here.padding}" if here.padding else ""
    size = rf"\lfloor ({below.size}{more} - {here.span}) / {here.stride} \rfloor + 1 = {now.size}"
    found = [
        Fact("field", f"{now.field} pixels", rf"{below.field} + {here.span - 1} \cdot {below.jump} = {now.field}"),
        Fact("jump", _pixels(now.jump), rf"{below.jump} \cdot {here.stride} = {now.jump}"),
        Fact("map", f"{now.size} cells", size),
    ]
    if here.kind == "conv":
        weights = rf"{now.channels} \cdot ({below.channels} \cdot {here.kernel}^2 + 1) = {now.parameters}"
        found.append(Fact("weights", _thousands(now.parameters), weights))
    else:
        found.append(Fact("weights", "none: a pool learns nothing"))
    in_all = f"{_thousands(weights_of(stack, end))} weights, {_thousands(products(stack, end))} products"
    found.append(Fact("all", in_all))
    return found[::-1] if costs else found


def weights_of(stack: Stack, end: str) -> int:
    """Weights and biases of the whole stack and what follows it."""
    inputs = _inputs(stack, end)
    return sum(level.parameters for level in stack.levels) + (CLASSES * (inputs + 1) if inputs else 0)


def products(stack: Stack, end: str) -> int:
    """Multiplications for one picture."""
    return sum(level.multiplications for level in stack.levels) + CLASSES * _inputs(stack, end)


def last_row(stack: Stack, end: str) -> Sequence[str]:
    """Name, map, channels, weights, field, jump of the dense layer behind the stack; nothing where there is none."""
    inputs, last = _inputs(stack, end), stack.levels[-1]
    if not inputs:
        return ()
    wide = last.field + (last.size - 1) * last.jump
    return (end, "", f"{CLASSES}", f"{CLASSES * (inputs + 1)}", f"{min(wide, stack.size)}", "")


def sees(stack: Stack, layer: int, cell: int) -> str:
    """What the cell in hand depends on."""
    pixels = stack.seen(layer, cell)[0]
    field, here = stack.levels[layer].field, f"Cell {cell} of layer {layer}"
    if not pixels:
        return f"{here} sees nothing but padding."
    low, high = pixels[0], pixels[-1]
    said = f"{here} sees pixels {low} to {high}" if low < high else f"{here} sees pixel {low} alone"
    if high - low + 1 < field:
        return f"{said}; {field - (high - low + 1)} of its {field} lie beyond the border."
    if len(pixels) < field:
        return f"{said}, but only {len(pixels)} of these {field}: the dilation leaves holes."
    return f"{said}: {field}×{field} of the picture."


def cost(stack: Stack, end: str) -> str:
    """What the dense layer at the end adds."""
    inputs = _inputs(stack, end)
    if not inputs:
        return "The stack alone, without a layer that answers."
    share = round(100 * CLASSES * (inputs + 1) / weights_of(stack, end))
    return f"{inputs} numbers go into 10 units: {CLASSES * (inputs + 1)} weights, {share} % of all."


def _inputs(stack: Stack, end: str) -> int:
    last = stack.levels[-1]
    return {ENDS[0]: 0, ENDS[1]: last.channels * last.size**2, ENDS[2]: last.channels}[end]


def _pixels(count: int) -> str:
    return "1 pixel" if count == 1 else f"{count} pixels"


def _thousands(count: int) -> str:
    return f"{count:,}".replace(",", " ")
