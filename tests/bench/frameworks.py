"""The runs of `trainer.py` by PyTorch Lightning, Keras 3 on torch and skorch, each as its handbook does it.

Logger, checkpoints, progress bars and validation are off: what is left is the loop. A run of full batches is one epoch
over its rows repeated, so that nothing that a framework does between epochs counts against it.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from dltui.engine.assembly import assemble
from dltui.lesson import layers
from dltui.lesson.records import Experiment


def rows(asked: Experiment) -> tuple[nn.Sequential, Callable[[Tensor, Tensor], Tensor], Tensor, Tensor, int, int]:
    """Model, loss, inputs, targets, batch, epochs; the rows are whole batches."""
    session = assemble(asked, "cpu").session
    x, y = session.batches.first(10**9)
    for parameter in session.model.parameters():
        parameter.data, parameter.grad = parameter.data.clone(), None
    if session.batches.whole:
        times = (session.steps, *[1] * (x.ndim - 1))
        return (session.model, session.objective.loss, x.repeat(times), y.repeat(session.steps, *[1] * (y.ndim - 1)),
                len(x), 1)  # fmt: skip
    whole = len(x) // asked.batch * asked.batch
    return session.model, session.objective.loss, x[:whole], y[:whole], asked.batch, asked.epochs or 1


def lightning(asked: Experiment) -> None:
    kit = import_module("lightning.pytorch")
    net, loss_of, x, y, batch, epochs = rows(asked)

    class Module(kit.LightningModule):  # type: ignore[name-defined,misc]  # known only where it is installed
        def __init__(self) -> None:
            super().__init__()
            self.net = net

        def training_step(self, pair: list[Tensor], number: int) -> Tensor:
            return loss_of(self.net(pair[0]), pair[1])

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.Adam(self.parameters(), lr=asked.optimizer.lr)

    trainer = kit.Trainer(accelerator="cpu", max_epochs=epochs, logger=False, enable_checkpointing=False,
                          enable_progress_bar=False, enable_model_summary=False)  # fmt: skip
    trainer.fit(Module(), DataLoader(TensorDataset(x, y), batch_size=batch, shuffle=True))


def skorch(asked: Experiment) -> None:
    kit = import_module("skorch")
    net, loss_of, x, y, batch, epochs = rows(asked)

    class Loss(nn.Module):
        def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
            return loss_of(outputs, targets)

    kit.NeuralNet(net, criterion=Loss, optimizer=torch.optim.Adam, lr=asked.optimizer.lr, batch_size=batch,
                  max_epochs=epochs, train_split=None, verbose=0, iterator_train__shuffle=True).fit(x, y)  # fmt: skip


def keras(asked: Experiment) -> None:
    os.environ["KERAS_BACKEND"] = "torch"
    kit = import_module("keras")
    _, _, x, y, batch, epochs = rows(asked)
    classes = asked.loss == "cross_entropy"
    loss = kit.losses.SparseCategoricalCrossentropy(from_logits=True) if classes else "mse"
    kit.config.set_image_data_format("channels_first")
    model = kit.Sequential([kit.Input(tuple(x.shape[1:])), *(_keras(kit, layer) for layer in asked.model)])
    model.compile(optimizer=kit.optimizers.Adam(asked.optimizer.lr), loss=loss, jit_compile=False)
    model.fit(x.numpy(), y.numpy(), batch_size=batch, epochs=epochs, verbose=0, shuffle=True)


def _keras(kit: Any, layer: layers.AnyLayer) -> Any:
    match layer:
        case layers.Linear(out=out):
            return kit.layers.Dense(out)
        case layers.Conv2d(out=out, kernel=kernel, padding=padding):
            return kit.layers.Conv2D(out, kernel, padding="same" if padding else "valid")
        case layers.MaxPool2d(kernel=kernel):
            return kit.layers.MaxPooling2D(kernel)
        case layers.Lstm(out=out):
            return kit.layers.LSTM(out)
        case layers.Dropout(p=p):
            return kit.layers.Dropout(p)
        case layers.Flatten():
            return kit.layers.Flatten()
    return kit.layers.Activation(type(layer).__name__.lower())


def installed() -> dict[str, Callable[[Experiment], None] | None]:
    """By name, None where it is not there."""
    warnings.simplefilter("ignore")
    for name in ("lightning.pytorch", "lightning.fabric"):
        logging.getLogger(name).setLevel(logging.ERROR)
    known = {"Lightning": ("lightning", lightning), "Keras on torch": ("keras", keras), "skorch": ("skorch", skorch)}
    return {name: loop if find_spec(package) else None for name, (package, loop) in known.items()}
