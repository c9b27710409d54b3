"""What the deep net says about what just happened."""

from __future__ import annotations

GONE, SMALL, LARGE, HUGE = 1e-3, 0.1, 10.0, 1e3


def number(value: float, digits: int = 3) -> str:
    """Significant digits however small the value: here 1e-30 is no dust of rounding, but the point."""
    mantissa, e, exponent = f"{value:.{digits}g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if e else mantissa


def tex(value: float, digits: int = 3) -> str:
    """The same for a formula."""
    mantissa, e, exponent = number(value, digits).partition("e")
    return rf"{mantissa} \cdot 10^{{{exponent}}}" if e else mantissa


def verdict(ratio: float, depth: int) -> str:
    """Of the gradient in front of the first layer, held against that behind the last one."""
    if ratio == 0:
        return "Not a bit of the gradient reaches the first layer: somewhere on the way a factor is 0."
    told = f"What reaches the first layer is {number(ratio)} times the gradient at the end: "
    if ratio < GONE:
        return told + "it has vanished."
    if ratio < SMALL:
        return told + "it shrinks on the way."
    if ratio <= LARGE:
        return told + "it arrives."
    return told + ("it grows on the way." if ratio <= HUGE else f"it explodes, {per_layer(ratio, depth)}-fold a layer.")


def per_layer(ratio: float, depth: int) -> str:
    return number(ratio ** (1 / depth), 3)


def walked(layer: int, factor: float, product: float) -> str:
    """One layer further back, with one unit in each layer."""
    return f"Back through layer {layer}: times {number(factor, 3)}, which makes {number(product, 3)}."


def walked_wide(layer: int, factor: float, product: float) -> str:
    return f"Back through layer {layer}: {number(factor, 3)} of it comes out in front, {number(product, 3)} of the end."


def off(layer: int) -> str:
    """A single ReLU below 0."""
    return f"Layer {layer} is off: z is not above 0, the slope of ReLU is 0 there, and so is every product with it."
