"""What a lesson may set about the net of the backpropagation explorer, and how far its numbers go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dltui.explore import checked
from dltui.explore.backprop_net import ACTIVATIONS, PRECISIONS, Activation, Net, Precision
from dltui.explore.explorer import SettingError

MOST, INPUT_MOST = 10.0, 2.0
"""How far a weight goes, and an input."""
SLOPES = ("y - t", "t - y")
PICTURES = ("net", "E", "error", "net + E", "net + error")
PASSES = ("none", "forward", "backward")
SETTINGS = (
    "net", "activation", "weights", "inputs", "t", "done", "edge", "eta", "h", "numbers", "slope", "picture", "check",
)  # fmt: skip


def net_of(net: Net, settings: Mapping[str, Any]) -> Net:
    """With the numbers that a lesson sets. Raises SettingError."""
    if "weights" in settings:
        given = checked.several("weights", settings["weights"], _weight)
        if len(given) != len(net.edges):
            raise SettingError(f"weights has {len(given)} numbers, but the net has {len(net.edges)} edges")
        for edge, weight in zip(net.edges, given, strict=True):
            net = net.with_weight(edge, weight)
    if "inputs" in settings:
        inputs = checked.several("inputs", settings["inputs"], _input)
        if len(inputs) != len(net.inputs):
            raise SettingError(f"inputs has {len(inputs)} numbers, but the net takes {len(net.inputs)}")
        net = replace(net, inputs=inputs)
    target = checked.number("t", settings.get("t", net.target), -1, 1)
    return replace(net, target=target, activation=activation_of(settings.get("activation", net.activation)))


def activation_of(given: object) -> Activation:
    name = checked.choice("activation", given, ACTIVATIONS)
    return next(one for one in ACTIVATIONS if one == name)


def precision_of(given: object) -> Precision:
    name = checked.choice("numbers", given, PRECISIONS)
    return next(one for one in PRECISIONS if one == name)


def _weight(name: str, given: object) -> float:
    return checked.number(name, given, -MOST, MOST)


def _input(name: str, given: object) -> float:
    return checked.number(name, given, -INPUT_MOST, INPUT_MOST)
