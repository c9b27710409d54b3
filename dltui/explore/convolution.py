"""A filter that slides over an image: one product, one window, or the whole map at a time; the gradient's way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from dltui.explore import checked
from dltui.explore import convolution_pictures as pictures
from dltui.explore import convolution_words as words
from dltui.explore.convolution_slide import (
    FILTERS,
    IMAGES,
    MOST_DILATION,
    MOST_PADDING,
    MOST_STRIDE,
    PADDINGS,
    Slide,
)
from dltui.explore.explorer import Action, Control, Explorer, Fact, SettingError, Slider, Switch
from dltui.scene import Scene

WAYS = ("forward", "backward")
FLIP = ("as it is", "flipped")
SETTINGS = ("image", "filter", "padding", "p", "stride", "dilation", "flip", "way", "size_first", "filled")


@dataclass(frozen=True)
class Convolution(Explorer):
    slide: Slide
    at: int = 0
    """The cell of the map that the window makes, counted row by row."""
    terms: int | None = 0
    """Products of this window that are done; None: the cell is finished."""
    filled: frozenset[int] = frozenset()
    way: str = WAYS[0]
    size_first: bool = False
    """The size formula is what matters: it stands above the sum."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: image, filter, padding, p (pixels of padding), stride, dilation, flip, way, size_first, filled
        (whether the map is done already)."""
        checked.known(settings, SETTINGS)

        def one_of(name: str, options: Sequence[str]) -> str:
            return checked.choice(name, settings.get(name, options[0]), options)

        def count(name: str, most: int) -> int:
            return checked.whole(name, settings.get(name, 1), 1, most)

        slide = Slide(
            one_of("image", tuple(IMAGES)), one_of("filter", tuple(FILTERS)), one_of("padding", PADDINGS),
            count("p", MOST_PADDING), count("stride", MOST_STRIDE), count("dilation", MOST_DILATION),
            one_of("flip", FLIP) == FLIP[1],
        )  # fmt: skip
        try:
            shown = words.opening(slide)
        except ValueError as error:
            raise SettingError(str(error)) from None
        size_first, filled = (one_of(name, ("off", "on")) == "on" for name in ("size_first", "filled"))
        state = cls(slide, size_first=size_first, told=shown)
        state = replace(state._all(), told=shown) if filled else state
        return state if one_of("way", WAYS) == WAYS[0] else state.acted("way")

    def controls(self) -> Sequence[Control]:
        slide = self.slide
        row, column = slide.place(self.at)
        height, width = slide.shape
        return [
            Slider("column", "column", column, 0, width - 1, 1),
            Slider("row", "row", row, 0, height - 1, 1),
            Switch("padding", "padding", slide.padding, PADDINGS),
            Slider("p", "p", slide.width, 1, MOST_PADDING, 1),
            Slider("stride", "stride", slide.stride, 1, MOST_STRIDE, 1),
            Slider("dilation", "dilation", slide.dilation, 1, MOST_DILATION, 1),
            Switch("filter", "filter", slide.filter, tuple(FILTERS)),
            Switch("flip", "filter is", FLIP[slide.flip], FLIP),
            Switch("image", "image", slide.image, tuple(IMAGES)),
        ]

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if isinstance(value, float):
            value = float(round(value))
        if stays := checked.unmoved(self.controls(), name, value):
            return replace(self, told=stays)
        row, column = self.slide.place(self.at)
        width = self.slide.shape[1]
        match name:
            case "column":
                return self._stood(row * width + int(value))
            case "row":
                return self._stood(int(value) * width + column)
            case "flip":
                return self._slid(replace(self.slide, flip=value == FLIP[1]))
            case "p":
                slid = self._slid(replace(self.slide, width=int(value)))
                none = self.slide.padding == "no"
                return replace(slid, told="There is no padding: choose one first.") if none else slid
            case "padding":
                slid = self._slid(replace(self.slide, padding=str(value)))
                said = words.DEEPER.get(slid.slide.padding, "")
                return replace(slid, told=f"{said} {slid.told}".strip()) if slid.slide.padding == value else slid
            case "stride":
                return self._slid(replace(self.slide, stride=int(value)))
            case "dilation":
                return self._slid(replace(self.slide, dilation=int(value)))
            case "filter":
                return self._slid(replace(self.slide, filter=str(value)))
            case _:
                return self._slid(replace(self.slide, image=str(value)))

    def actions(self) -> Sequence[Action]:
        back = self.way == WAYS[1]
        last = self._cells - 1
        return [
            Action("product", "m", "one product", not back and self.terms is not None),
            Action("next", "u", "next window", self.at < last or self.terms is not None),
            Action("all", "e", "whole map", len(self.filled) < self._cells),
            Action("clear", "y", "empty the map", bool(self.filled)),
            Action("way", "w", "forward again" if back else "the way back"),
        ]

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        match name:
            case "product":
                terms = (self.terms or 0) + 1
                told = words.product(self.slide, self.at, terms)
                if terms < self.slide.weights.size:
                    return replace(self, terms=terms, told=told)
                return replace(self, terms=None, filled=self.filled | {self.at}, told=told)
            case "next":
                return self._stood(self.at if self.terms is not None else self.at + 1)
            case "all":
                return self._all()
            case "clear":
                told = words.product(self.slide, 0, 0)
                return replace(self, at=0, terms=0, filled=frozenset(), told=told)
            case _:
                back = self.way == WAYS[0]
                told = words.backward(self.slide) if back else words.FORWARD
                if not back:
                    return replace(self, way=WAYS[0], told=told)
                # with nothing filled there would be nothing to send back
                return replace(self, way=WAYS[1], filled=self.filled | {self.at}, terms=None, told=told)

    def facts(self) -> Sequence[Fact]:
        if self.way == WAYS[1]:
            return [Fact("E", f"the sum of {len(self.filled)} of {self._cells} cells")]
        return words.facts(self.slide, self.at, self.terms, self.size_first)

    def scenes(self) -> Sequence[Scene]:
        if self.way == WAYS[1]:
            return (pictures.backward(self.slide, self.at, self.filled),)
        return (pictures.forward(self.slide, self.at, self.terms, self.filled),)

    def said(self) -> str:
        return self.told

    @property
    def _cells(self) -> int:
        height, width = self.slide.shape
        return height * width

    def _stood(self, at: int) -> Self:
        """The window in another place, its cell worked out."""
        told = words.moved(self.slide, at)
        return replace(self, at=at, terms=None, filled=self.filled | {at}, told=told)

    def _all(self) -> Self:
        return replace(self, terms=None, filled=frozenset(range(self._cells)), told=words.ALL_KNOWN)

    def _slid(self, slide: Slide) -> Self:
        """With another setting; what was filled is out of date, unless all of it was. A window that does not fit is
        told and not set."""
        try:
            told = words.opening(slide)
        except ValueError as error:
            said = str(error)
            return replace(self, told=f"{said[0].upper()}{said[1:]}.")
        whole = len(self.filled) == self._cells
        state = replace(self, slide=slide, at=0, terms=0, filled=frozenset(), told=told)
        return replace(state._all(), told=told) if whole or self.way == WAYS[1] else state
