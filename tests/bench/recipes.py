"""Every recipe of the course through the trainer, a few seeds each, against the band it must stay in.

python tests/bench/recipes.py [--seeds 3] [NAME …]: one line per recipe; exit 1 if a median leaves its band.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any, NamedTuple

import torch

from dltui.engine.train import train
from dltui.journal.run import Run
from dltui.lesson.change import read

Plain = dict[str, Any]
FLAT, RELU, SIGMOID, LEAKY = {"layer": "flatten"}, {"layer": "relu"}, {"layer": "sigmoid"}, {
    "layer": "leaky_relu", "slope": 0.2}  # fmt: skip


class Recipe(NamedTuple):
    metric: str
    low: float
    high: float
    fields: Plain


def linear(out: int, **settings: Any) -> Plain:
    return {"layer": "linear", "out": out, **settings}


def adam(lr: float, **settings: Any) -> Plain:
    return {"kind": "adam", "lr": lr, **settings}


def adding(layer: str, **settings: Any) -> Plain:
    return {"data": "adding30", "loss": "mse", "optimizer": adam(0.01, clip=1.0), "steps": 500, "batch": 64,
            "model": [{"layer": layer, "out": 32, "last": True, **settings}, linear(1)]}  # fmt: skip


def restoring(model: list[Plain], loss: str = "mse", **settings: Any) -> Plain:
    return {"data": "digits", "target": "input", "loss": loss, "model": [FLAT, *model], "batch": 64, **settings}


def variational(codes: int) -> Plain:
    model = [linear(128), RELU, linear(2 * codes), {"layer": "sample"}, linear(128), RELU, linear(64)]
    return restoring(model, "binary_cross_entropy", optimizer=adam(0.003), steps=1500) | {"batch": 128}


def deep(depth: int, *layers: Plain) -> Plain:
    return {"data": "digits", "loss": "cross_entropy", "optimizer": adam(0.003), "epochs": 10, "batch": 32,
            "model": [FLAT, linear(32), {"layer": "repeat", "times": depth, "layers": list(layers)},
                      linear(10)]}  # fmt: skip


def ring(noise: int, width: int) -> Plain:
    model = [linear(width), RELU, linear(width), RELU, linear(2)]
    judge = [linear(width), LEAKY, linear(width), LEAKY, linear(1)]
    return {"data": "ring8", "loss": "gan", "noise": noise, "model": model, "adversary": judge, "batch": 128,
            "steps": 3000, "optimizer": adam(0.001, betas=[0.5, 0.99])}  # fmt: skip


def optimised(**rule: Any) -> Plain:
    return {"data": "digits", "loss": "cross_entropy", "optimizer": rule, "steps": 400, "batch": 32,
            "model": [FLAT, linear(32), RELU, linear(10)]}  # fmt: skip


def convolution(out: int) -> Plain:
    return {"layer": "conv2d", "out": out, "kernel": 3, "padding": 1}


CODE8 = [linear(64), RELU, linear(8), linear(64), RELU, linear(64)]
NOISY = [{"layer": "noise", "std": 0.3, "always": True}, linear(128), RELU, linear(64)]
PEAK = adam(0.005, schedule="one_cycle")
SHIFTED = {"data": "digits-shift1", "loss": "cross_entropy", "optimizer": PEAK, "steps": 600, "batch": 32, "model": [
    convolution(16), RELU, convolution(32), RELU, convolution(32), RELU, {"layer": "global_max_pool"},
    linear(10)]}  # fmt: skip
RECIPES = {
    "rnn adding30": Recipe("mse", 0.1, 0.25, adding("rnn")),
    "lstm adding30": Recipe("mse", 0, 0.02, adding("lstm", forget_bias=1.0)),
    "gru adding30": Recipe("mse", 0, 0.02, adding("gru")),
    "autoencoder 8": Recipe("mse", 0, 0.0249, restoring(CODE8, optimizer=PEAK, steps=1000)),
    "linear autoencoder": Recipe("mse", 0.02, 0.0256, restoring(
        [linear(8), linear(64)], optimizer=adam(0.02, schedule="one_cycle"), steps=1500) | {"batch": 0}),
    "denoising": Recipe("mse", 0, 0.0315, restoring(NOISY, optimizer=adam(0.005), steps=1000)),
    "variational 2": Recipe("neighbours", 0.65, 1, variational(2)),
    "variational 8": Recipe("neighbours", 0.9, 1, variational(8)),
    "ring": Recipe("modes", 8, 8, ring(4, 64)),
    "ring, good samples": Recipe("quality", 0.8, 1, ring(4, 64)),
    "ring, rate too large": Recipe("modes", 0, 3, ring(4, 64) | {"optimizer": adam(0.01), "steps": 800}),
    "ring, g ahead": Recipe("modes", 0, 3, ring(4, 64) | {"g_steps": 5, "steps": 600}),
    "sigmoid depth 10": Recipe("accuracy", 0, 0.2, deep(10, linear(32), SIGMOID)),
    "sigmoid, batch norm": Recipe("accuracy", 0.85, 1, deep(10, linear(32), {"layer": "batch_norm"}, SIGMOID)),
    "sigmoid, residual": Recipe("accuracy", 0.85, 1, deep(
        10, {"layer": "residual", "layers": [linear(32), SIGMOID]})),
    "relu, He": Recipe("accuracy", 0.85, 1, deep(10, linear(32, init="he"), RELU)),
    "momentum": Recipe("accuracy", 0.93, 1, optimised(kind="sgd", lr=0.1, momentum=0.9)),
    "nesterov": Recipe("accuracy", 0.93, 1, optimised(kind="sgd", lr=0.1, momentum=0.9, nesterov=True)),
    "adagrad": Recipe("accuracy", 0.92, 1, optimised(kind="adagrad", lr=0.05)),
    "rmsprop": Recipe("accuracy", 0.92, 1, optimised(kind="rmsprop", lr=0.003)),
    "adam": Recipe("accuracy", 0.95, 1, optimised(**adam(0.01))),
    "shifted digits": Recipe("accuracy", 0.8, 1, SHIFTED),
}  # fmt: skip


def measured(name: str, seed: int, clock: Callable[[], float] = time.process_time) -> tuple[float, float]:
    """The recipe's metric at the end of a run, and its seconds."""
    recipe = RECIPES[name]
    experiment = read({"id": "recipe", "title": name, "show": ["loss"], "seed": seed} | recipe.fields)
    run, began = Run(), clock()
    for event in train(experiment, lesson="recipes", run=name, device="cpu"):
        run.apply(event)
    value = run.final.get(recipe.metric)
    return float("nan") if value is None else value, clock() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="recipes; none: all")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    sound = True
    for name in options.names or RECIPES:
        found = [measured(name, seed) for seed in range(options.seeds)]
        values, recipe = sorted(value for value, _ in found), RECIPES[name]
        within = recipe.low <= median(values) <= recipe.high
        sound = sound and within
        seconds = median(seconds for _, seconds in found)
        spread = " ".join(f"{value:.4g}" for value in values)
        verdict = "ok" if within else f"outside {recipe.low:g} … {recipe.high:g}"
        print(f"{name:22} {recipe.metric:10} {spread}   {seconds:.1f} s   {verdict}", flush=True)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
