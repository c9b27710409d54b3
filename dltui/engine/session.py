"""A model in training: everything that changes from step to step, and the loop that changes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isfinite

import torch
from torch import Tensor, nn
from torch.autograd import Variable

from dltui.engine.batches import Batches
from dltui.engine.flat import Flat
from dltui.engine.noise import Noise
from dltui.engine.objective import Objective
from dltui.engine.optimizer import Update
from dltui.engine.schedule import Rate

EVALUATED_AT_ONCE = 8192
"""Rows; more go through the model in parts."""


def all_finite(tensors: Iterable[Tensor]) -> bool:
    """Of those that hold floating-point numbers."""
    floats = [tensor for tensor in tensors if tensor.is_floating_point()]
    # The sum is finite only if all are; it may overflow though they are.
    return all(bool(tensor.sum().isfinite()) or bool(tensor.isfinite().all()) for tensor in floats)


@dataclass(frozen=True)
class State:
    """Where a session stands: with it, and the experiment, the run goes on as if it had never stopped."""

    step: int
    position: int
    """Of the next batch in its epoch"""
    tensors: dict[str, Tensor]
    """`parameter.…`, `buffer.…`, `optimizer.…` and `random.…`"""

    def on_cpu(self) -> State:
        """The same, taking no memory of another device."""
        return State(self.step, self.position, {name: tensor.cpu() for name, tensor in self.tensors.items()})

    def finite(self) -> bool:
        return all_finite(self.tensors.values())


@dataclass
class Session:
    model: nn.Sequential
    flat: Flat
    objective: Objective
    batches: Batches
    update: Update
    rates: Callable[[int], Rate]
    noise: Noise
    steps: int
    """Optimiser steps in all."""
    step: int = 0
    """Optimiser steps that are done."""

    @property
    def device(self) -> torch.device:
        return self.flat.values.device

    def advance(self, until: int, halted: Callable[[], bool]) -> list[float]:
        """Train until step `until`, or until `halted`, or until a loss is not finite, which then comes last.

        Returns the loss of each step on its batch, before the update. On a CPU a loss that is not finite changes
        nothing any more; elsewhere reading a loss means waiting for the device, so it is seen only at the return.
        """
        with self.noise:
            return self._advance_cpu(until, halted) if self.device.type == "cpu" else self._advance(until, halted)

    def series(self) -> dict[str, list[float]]:
        """The parts of the losses that `advance` returned last, by name; for sessions whose loss has parts."""
        return {}

    def inputs(self) -> Tensor:
        """What the model was given last."""
        return self.batches.last[0]

    def outputs(self, x: Tensor) -> Tensor:
        """(n, …) -> (n, outputs), in evaluation mode and without autograd."""
        self.model.eval()
        with torch.inference_mode():
            parts = [self.model(part) for part in x.split(EVALUATED_AT_ONCE)]
        self.model.train()
        return parts[0] if len(parts) == 1 else torch.cat(parts)

    def _advance_cpu(self, until: int, halted: Callable[[], bool]) -> list[float]:
        forwards, loss_of = [layer.forward for layer in self.model], self.objective.loss
        take, rates, update, grads = self.batches.take, self.rates, self.update.step, self.flat.grads
        # What `loss.backward()` comes to in the end; its checks are a quarter of the time of a step of a tiny net.
        backward, one = Variable._execution_engine.run_backward, torch.ones(())
        losses = []
        while self.step < until:
            x, y = take()
            for forward in forwards:  # what Sequential does, without the price of hooks
                x = forward(x)
            loss = loss_of(x, y)
            backward((loss,), (one,), False, False, (), allow_unreachable=True, accumulate_grad=True)
            losses.append(loss.item())
            if not isfinite(losses[-1]):
                grads.zero_()
                break
            update(rates(self.step))
            grads.zero_()
            self.step += 1
            if halted():
                break
        return losses

    def _advance(self, until: int, halted: Callable[[], bool]) -> list[float]:
        losses = []
        while self.step < until:
            x, y = self.batches.take()
            loss = self.objective.loss(self.model(x), y)
            loss.backward()
            losses.append(loss.detach())
            self.update.step(self.rates(self.step))
            self.flat.grads.zero_()
            self.step += 1
            if halted():
                break
        values: list[float] = torch.stack(losses).tolist() if losses else []
        bad = next((place for place, value in enumerate(values) if not isfinite(value)), None)
        return values if bad is None else values[: bad + 1]

    def finite(self) -> bool:
        """Whether parameters, buffers and what the optimiser keeps hold finite numbers only."""
        return all_finite(self._tensors().values())

    def state(self) -> State:
        """A copy that later steps do not change."""
        tensors = {name: tensor.clone() for name, tensor in self._tensors().items()}
        return State(self.step, self.batches.place()[1], tensors)

    def shapes(self) -> dict[str, tuple[torch.Size, torch.dtype]]:
        """What `restore` expects."""
        return {name: (tensor.shape, tensor.dtype) for name, tensor in self._tensors().items()}

    def restore(self, state: State) -> None:
        """Go on from a state whose names and shapes were found equal to `shapes`."""
        for name, tensor in self._tensors().items():
            if not name.startswith("random."):
                tensor.copy_(state.tensors[name])
        self.noise.states = {kind: state.tensors[f"random.{kind}"].cpu() for kind in self.noise.states}
        self.batches.restore(state.tensors["random.order"].cpu(), state.position)
        self.step = state.step

    def _tensors(self) -> dict[str, Tensor]:
        named = {f"parameter.{name}": tensor.detach() for name, tensor in self.model.named_parameters()}
        named |= {f"buffer.{name}": tensor for name, tensor in self.model.named_buffers()}
        named |= {f"optimizer.{name}": tensor for name, tensor in self.update.state.items()}
        named |= {f"random.{kind}": state for kind, state in self.noise.states.items()}
        return named | {"random.order": self.batches.place()[0]}
