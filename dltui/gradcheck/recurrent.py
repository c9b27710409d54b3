"""LSTM, GRU and plain recurrent layers, one time step after the other, so that they can be batched.

`torch.lstm` has no batching rule. Unrolled, the product with the inputs is done once for all time steps and all rows,
and the product with the hidden state of all rows is one matrix product per time step.

Gates and their order are those of the PyTorch documentation of `nn.LSTM` and `nn.GRU`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

Moved = Callable[[Tensor, Tensor | None, Tensor | None], Tensor]
"""(input, weight, bias) -> what the moved element adds to `F.linear(input, weight, bias)`, or a number 0."""
State = tuple[Tensor, ...]
Cell = Callable[[Tensor, Tensor, State], State]
"""(share of the input, share of the hidden state, state) -> next state, whose first tensor is the output."""


def lstm_cell(inputs: Tensor, hidden: Tensor, state: State) -> State:
    gates = inputs + hidden
    size = gates.shape[-1] // 4
    first, out = torch.sigmoid(gates[..., : 2 * size]), torch.sigmoid(gates[..., 3 * size :])
    new = torch.tanh(gates[..., 2 * size : 3 * size])
    memory = first[..., size:] * state[1] + first[..., :size] * new
    return out * torch.tanh(memory), memory


def gru_cell(inputs: Tensor, hidden: Tensor, state: State) -> State:
    size = inputs.shape[-1] // 3
    both = torch.sigmoid(inputs[..., : 2 * size] + hidden[..., : 2 * size])
    reset, update = both[..., :size], both[..., size:]
    new = torch.tanh(inputs[..., 2 * size :] + reset * hidden[..., 2 * size :])
    return (new + update * (state[0] - new),)


def tanh_cell(inputs: Tensor, hidden: Tensor, state: State) -> State:
    return (torch.tanh(inputs + hidden),)


def relu_cell(inputs: Tensor, hidden: Tensor, state: State) -> State:
    return (torch.relu(inputs + hidden),)


def layer(
    cell: Cell, moved: Moved, steps: Tensor, state: State, weights: Sequence[Tensor], reverse: bool
) -> tuple[Tensor, State]:
    """One direction of one layer. steps: (T, N, in); weights: W_ih, W_hh and, with biases, b_ih, b_hh."""
    w_in, w_hidden = weights[:2]
    b_in, b_hidden = weights[2:] or (None, None)
    shares = F.linear(steps, w_in, b_in)
    outputs: list[Tensor] = []
    times = range(len(steps))
    for time in reversed(times) if reverse else times:
        inputs = shares[time] + moved(steps[time], w_in, b_in)
        hidden = F.linear(state[0], w_hidden, b_hidden) + moved(state[0], w_hidden, b_hidden)
        state = cell(inputs, hidden, state)
        outputs.append(state[0])
    return torch.stack(outputs[::-1] if reverse else outputs), state


def unrolled(
    cell: Cell, moved: Moved, input: Tensor, state: State, weights: Sequence[Tensor], bias: bool, layers: int,
    dropout: float, train: bool, bidirectional: bool, batch_first: bool,
) -> Any:  # fmt: skip
    """The arguments of `torch.lstm` and its kin; `NotImplemented` for dropout between layers and projections."""
    ways = 2 if bidirectional else 1
    each = 4 if bias else 2
    if (dropout and train and layers > 1) or len(weights) != each * layers * ways:
        return NotImplemented
    steps = input.transpose(0, 1) if batch_first else input
    finals: list[State] = []
    for depth in range(layers):
        outputs = []
        for way in range(ways):
            place = depth * ways + way
            start = tuple(part[place] for part in state)
            own = weights[each * place : each * (place + 1)]
            output, final = layer(cell, moved, steps, start, own, reverse=way == 1)
            outputs.append(output)
            finals.append(final)
        steps = torch.cat(outputs, -1) if ways > 1 else outputs[0]
    result = steps.transpose(0, 1) if batch_first else steps
    return (result, *(torch.stack(parts) for parts in zip(*finals, strict=True)))
