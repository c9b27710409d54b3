"""What is said about a convolution, and its numbers of the moment."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.explore.convolution_slide import CHANNELS, Slide
from dltui.explore.explorer import Fact
from dltui.explore.numerals import many, number, tex

ALL_KNOWN = "Every cell of the map is filled."
FORWARD = "The way forward: each cell of the map is one sum of products."
DEEPER = {
    "zeros": "Padding with zeros: beside a bright pixel that is an edge which the picture does not have.",
    "reflect": "Padding by reflection about the outermost pixel, which itself is not repeated.",
    "symmetric": "Padding by reflection with the outermost pixel repeated.",
    "replicate": "Padding repeats the outermost pixel as often as it takes.",
    "circular": "Padding continues on the opposite side, as if the picture were rolled up.",
}


def opening(slide: Slide) -> str:
    """The size of the map, and what is lost in rounding."""
    (height, width), (rows, columns) = slide.sizes, slide.shape
    lost = unread(slide)
    made = f"{height}×{width} pixels make a map of {rows}×{columns}."
    return f"{made} {lost}" if lost else made


def unread(slide: Slide) -> str:
    """Which rows and columns of the image itself no window reads, in a sentence; empty if all are read."""
    parts, between = [], False
    for axis, noun in ((1, "column"), (0, "row")):
        end = slide.p + slide.sizes[axis]
        places = [place for place in slide.unread(axis) if slide.p <= place < end]
        last = sum(all(later in places for later in range(place, end)) for place in places)
        between = between or last < len(places)
        if last:
            parts.append(f"last {noun}" if last == 1 else f"last {last} {noun}s")
    said = [f"No window reaches the {' and the '.join(parts)}."] if parts else []
    return " ".join([*said, "Pixels between the places that are read are skipped."] if between else said)


def moved(slide: Slide, at: int) -> str:
    row, column = slide.place(at)
    value = number(float(slide.map[row, column]), 3)
    rows, columns = zip(*slide.taps(at), strict=True)
    return f"Cell [{row}, {column}] is {value}: it sees rows {_span(rows)} and columns {_span(columns)}."


def product(slide: Slide, at: int, terms: int) -> str:
    """After so many products of the window."""
    products = slide.products(at).ravel()
    whole = len(products)
    if terms == 0:
        return f"{many(whole, 'product')} to come. What will their sum be?"
    so_far = number(float(products[:terms].sum()), 3)
    if terms < whole:
        return f"{many(terms, 'product')} of {whole}; the sum so far is {so_far}."
    return f"All {whole} products: their sum is {so_far}."


def backward(slide: Slide) -> str:
    lost = ""
    if slide.p and slide.mode == "zeros":
        lost = " What falls on the padding is lost."
    elif slide.p:
        lost = " What falls on the padding counts for the pixel it was copied from."
    return (
        "E is the sum of the filled cells. Each of them sends back the filter to the pixels it saw, and what it saw to "
        f"the filter; where windows overlap it adds up.{lost}"
    )


def facts(slide: Slide, at: int, terms: int | None, size_first: bool) -> Sequence[Fact]:
    sums = _sums(slide, at, terms)
    sizes = _sizes(slide)
    return [*sizes, *sums] if size_first else [*sums, *sizes]


def _sums(slide: Slide, at: int, terms: int | None) -> list[Fact]:
    products = slide.products(at)
    done = products.size if terms is None else terms
    products.ravel()[done:] = 0.0
    total = float(products.sum())
    if len(products) == 1:
        parts = [(1.0, float(row.sum())) for row in products[0]]
    else:
        parts = [(1.0, float(one.sum())) for one in products]
    formula = " + ".join(tex(part, 3) if part >= 0 else f"({tex(part, 3)})" for _, part in parts)
    label = "sum, row by row" if len(products) == 1 else f"{CHANNELS[0]} + {CHANNELS[1]} + {CHANNELS[2]}"
    return [Fact(label, number(total, 3), formula) if done else Fact(label, "?")]


def _sizes(slide: Slide) -> list[Fact]:
    r"""The size formula with the numbers of the moment, before and after rounding down."""
    found = []
    for axis, label in ((1, "columns"), (0, "rows")):
        size = slide.sizes[axis]
        share = (size + 2 * slide.p - slide.span) / slide.stride
        inside = f"{size} + 2 \\cdot {slide.p} - {slide.span}"
        formula = rf"\lfloor ({inside}) / {slide.stride} \rfloor + 1 = \lfloor {tex(share)} \rfloor + 1"
        found.append(Fact(label, str(slide.shape[axis]), formula))
    if slide.dilation > 1:
        found.append(Fact("span", str(slide.span), rf"{slide.dilation} \cdot ({slide.kernel} - 1) + 1"))
    return found


def _span(places: Sequence[int]) -> str:
    own = sorted(set(places))
    return ", ".join(map(str, own)) if len(own) < 3 or own[1] - own[0] > 1 else f"{own[0]}–{own[-1]}"
