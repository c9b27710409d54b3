"""The receptive field: a cone through a stack of layers that the learner builds, with sizes, weights and products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from dltui.explore import checked, field_words
from dltui.explore import field_pictures as pictures
from dltui.explore.explorer import Action, Control, Explorer, Fact, SettingError, Slider, Switch
from dltui.explore.field_stack import (
    KINDS,
    MOST_DILATION,
    MOST_KERNEL,
    MOST_LAYERS,
    MOST_STRIDE,
    PADDINGS,
    STACKS,
    Layer,
    Stack,
)
from dltui.scene import Scene

SIZES = ("8", "16", "28", "32", "64", "128", "224")
CHANNELS = ("1", "3")
FILTERS = ("1", "4", "8", "10", "16", "32", "64", "128", "256", "512")
ENDS = field_words.ENDS
OWN = "own"
VIEWS = ("cone", "table")
SETTINGS = ("stack", "size", "channels", "layer", "cell", "end", "view")


@dataclass(frozen=True)
class Field(Explorer):
    stack: Stack
    name: str
    """Of the stack, or own."""
    layer: int
    """The one in hand, counted from 1: the cone starts there."""
    cell: int
    end: str = ENDS[0]
    view: str = VIEWS[0]
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: stack (one of STACKS, or a list such as ["conv 3", "pool 2"]), size of the picture, its channels,
        layer in hand (the last one), cell (the middle one), end (what follows the stack), view (cone or table)."""
        checked.known(settings, SETTINGS)
        size = int(checked.choice("size", settings.get("size", 28), SIZES))
        channels = int(checked.choice("channels", settings.get("channels", 1), CHANNELS))
        name, layers = _layers(settings.get("stack", next(iter(STACKS))))
        stack = Stack(size, channels, layers)
        try:
            levels = stack.levels
        except ValueError as error:
            raise SettingError(str(error)) from None
        layer = checked.whole("layer", settings.get("layer", len(layers)), 1, len(layers))
        most = levels[layer].size - 1
        cell = checked.whole("cell", settings.get("cell", most // 2), 0, most)
        end = checked.choice("end", settings.get("end", ENDS[0]), ENDS)
        view = checked.choice("view", settings.get("view", VIEWS[0]), VIEWS)
        state = cls(stack, name, layer, cell, end, view)
        return replace(state, told=field_words.sees(stack, layer, cell))

    def controls(self) -> Sequence[Control]:
        names = (*STACKS, *[OWN] * (self.name == OWN))
        here, conv = self.here, self.here.kind == "conv"
        found: list[Control] = [
            Switch("stack", "stack", self.name, names),
            Slider("layer", "layer in hand", self.layer, 1, len(self.stack.layers), 1),
            Slider("cell", "cell", self.cell, 0, self.stack.levels[self.layer].size - 1, 1),
            Switch("kind", "its kind", here.kind, KINDS),
            Slider("kernel", "its kernel", here.kernel, 1, MOST_KERNEL, 1),
            Slider("stride", "its stride", here.stride, 1, MOST_STRIDE if conv else MOST_KERNEL, 1),
            Slider("dilation", "its dilation", here.dilation, 1, MOST_DILATION if conv else 1, 1),
            Switch("filters", "its filters", str(here.filters), _with(FILTERS, here.filters)),
            Switch("padding", "its padding", PADDINGS[here.same], PADDINGS),
            Switch("size", "picture", str(self.stack.size), SIZES),
            Switch("channels", "its channels", str(self.stack.channels), CHANNELS),
            Switch("end", "then", self.end, ENDS),
        ]
        # a slider needs room to move
        return [each for each in found if not isinstance(each, Slider) or each.low < each.high or each.name == "cell"]

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if isinstance(value, float):
            value = float(round(value))
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        match name:
            case "stack":
                return self._built(replace(self.stack, layers=_layers(value)[1]), str(value))
            case "layer":
                return self._built(self.stack, self.name, int(value))
            case "cell":
                cell = int(value)
                return replace(self, cell=cell, told=field_words.sees(self.stack, self.layer, cell))
            case "size":
                return self._built(replace(self.stack, size=int(value)), self.name, self.layer)
            case "channels":
                return self._built(replace(self.stack, channels=int(value)), self.name, self.layer)
            case "end":
                return replace(self, end=str(value), told=field_words.cost(self.stack, str(value)))
            case _:
                return self._with(self._turned(name, value))

    def actions(self) -> Sequence[Action]:
        count = len(self.stack.layers)
        return [
            Action("add", "a", "one layer more", count < MOST_LAYERS),
            Action("remove", "x", "one layer less", count > 1),
            Action("view", "v", "as a table" if self.view == VIEWS[0] else "as a cone"),
        ]

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        layers, at = self.stack.layers, self.layer
        match name:
            case "add":
                more = Layer(filters=self.stack.levels[at].channels, same=self.here.same)
                return self._built(replace(self.stack, layers=(*layers[:at], more, *layers[at:])), OWN, at + 1)
            case "remove":
                fewer = replace(self.stack, layers=(*layers[: at - 1], *layers[at:]))
                return self._built(fewer, OWN, max(1, at - 1))
            case _:
                return replace(self, view=VIEWS[self.view == VIEWS[0]])

    def facts(self) -> Sequence[Fact]:
        return field_words.facts(self.stack, self.layer, self.end, self.view == VIEWS[1])

    def scenes(self) -> Sequence[Scene]:
        if self.view == VIEWS[0]:
            return (pictures.cone(self.stack, self.layer, self.cell),)
        return (pictures.table(self.stack, self.layer, field_words.last_row(self.stack, self.end)),)

    def said(self) -> str:
        return self.told

    @property
    def here(self) -> Layer:
        return self.stack.layers[self.layer - 1]

    def _turned(self, name: str, value: float | str) -> Layer:
        """The layer in hand with one of its settings changed."""
        here = self.here
        match name:
            case "kind":
                return Layer("pool", 2, 2, filters=here.filters) if value == "pool" else Layer(filters=here.filters)
            case "kernel":
                tiled = here.kind == "pool" and here.stride == here.kernel
                return replace(here, kernel=int(value), stride=int(value) if tiled else here.stride)
            case "padding":
                return replace(here, same=value == PADDINGS[1])
            case "filters":
                return replace(here, filters=int(value))
            case "stride":
                return replace(here, stride=int(value))
            case _:
                return replace(here, dilation=int(value))

    def _with(self, layer: Layer) -> Self:
        if layer.kind == "pool" and (layer.same or layer.filters != self.here.filters):
            return replace(self, told=field_words.PLAIN_POOL)
        at = self.layer
        layers = (*self.stack.layers[: at - 1], layer, *self.stack.layers[at:])
        return self._built(replace(self.stack, layers=layers), OWN, at)

    def _built(self, stack: Stack, name: str, layer: int | None = None) -> Self:
        """Another stack, the middle cell of a layer in hand; a stack that does not fit is told and not built."""
        layer = min(layer or len(stack.layers), len(stack.layers))
        try:
            cell = (stack.levels[layer].size - 1) // 2
        except ValueError as error:
            said = str(error)
            return replace(self, told=f"{said[0].upper()}{said[1:]}.")
        told = field_words.sees(stack, layer, cell)
        return replace(self, stack=stack, name=name, layer=layer, cell=cell, told=told)


def _layers(given: object) -> tuple[str, tuple[Layer, ...]]:
    """The name of a stack and its layers. Raises SettingError."""
    if not isinstance(given, list | tuple):
        name = checked.choice("stack", given, tuple(STACKS))
        return name, tuple(map(Layer.read, STACKS[name]))
    if not 1 <= len(given) <= MOST_LAYERS:
        raise SettingError(f"a stack has 1 to {MOST_LAYERS} layers, not {len(given)}")
    try:
        return OWN, tuple(Layer.read(str(text)) for text in given)
    except ValueError as error:
        raise SettingError(str(error)) from None


def _with(options: tuple[str, ...], value: int) -> tuple[str, ...]:
    """The options with one more in its place."""
    return tuple(map(str, sorted({*map(int, options), value})))
