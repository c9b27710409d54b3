"""The gradient check says "right" of every kind of model of the course."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import convert

from dltui.engine.gradients import check
from dltui.lesson.records import GradientCheck

TANH, LEAKY = {"layer": "tanh"}, {"layer": "leaky_relu", "slope": 0.2}


def linear(out: int) -> dict[str, Any]:
    return {"layer": "linear", "out": out}


def sequence(layer: str, **settings: Any) -> dict[str, Any]:
    return {"data": "adding5", "loss": "mse", "batch": 4,
            "model": [{"layer": layer, "out": 3, "last": True, **settings}, linear(1)]}  # fmt: skip


def coded(*layers: dict[str, Any], **settings: Any) -> dict[str, Any]:
    return {"data": "digits", "target": "input", "batch": 3, "model": [{"layer": "flatten"}, *layers, linear(64)],
            **settings}  # fmt: skip


GAME = {"data": "ring8", "model": [linear(5), TANH, linear(2)], "adversary": [linear(5), LEAKY, linear(1)], "noise": 2}
MODELS: dict[str, dict[str, Any]] = {
    "rnn": sequence("rnn", init="orthogonal"),
    "lstm": sequence("lstm", forget_bias=1.0),
    "gru": sequence("gru"),
    "words": {"data": "templated", "loss": "cross_entropy", "batch": 4, "model": [
        {"layer": "embedding", "words": 22, "out": 3}, {"layer": "rnn", "out": 3, "last": True}, linear(22)]},
    "variational": coded(linear(4), {"layer": "sample", "beta": 0.5}, loss="binary_cross_entropy"),
    "denoising": coded({"layer": "noise"}, linear(4), TANH, loss="mse"),
    "gan": {**GAME, "loss": "gan", "label_smoothing": 0.1},
    "gan_saturating": {**GAME, "loss": "gan_saturating"},
    "residual": {"data": "xor", "loss": "cross_entropy", "batch": 4, "label_smoothing": 0.1, "model": [
        {"layer": "repeat", "times": 2, "layers": [{"layer": "residual", "layers": [linear(2), TANH]}]}, linear(2)]},
    "pictures": {"data": "digits", "loss": "hinge", "batch": 4, "model": [
        {"layer": "conv2d", "out": 2, "kernel": 3, "padding": 1, "padding_mode": "circular", "stride": 2},
        {"layer": "gelu"}, {"layer": "conv_transpose2d", "out": 1, "kernel": 4, "stride": 2, "padding": 1},
        {"layer": "upsample", "mode": "bilinear"}, {"layer": "global_avg_pool"}, {"layer": "softplus"}, linear(10)]},
}  # fmt: skip


def made(fields: dict[str, Any]) -> GradientCheck:
    return convert({"kind": "gradient", "id": "g", "title": "g"} | fields, GradientCheck)


@pytest.mark.parametrize("mode", ["full", "modular"])
@pytest.mark.parametrize("name", MODELS)
def test_it_is_right(name: str, mode: str) -> None:
    found = check(made(MODELS[name]), mode)
    assert found.verdict == "right"
    assert not found.hints


@pytest.mark.parametrize("layer", [0, 3])
def test_a_bug_in_either_network_of_a_game_is_found_there(layer: int) -> None:
    found = check(made({**GAME, "loss": "gan", "bug": "sign", "layer": layer}), "full")
    assert found.verdict != "right"
    bad = {tensor.name.partition(".")[0] for tensor in found.tensors if set(tensor.counts) != {"ok"}}
    assert bad == {str(layer)}
