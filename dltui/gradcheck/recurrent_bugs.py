"""Mistakes in backpropagation through time, worked out by a backward of our own for one recurrent layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor, nn

Flaw = Literal["none", "truncated", "overwritten", "gates-swapped", "tanh-forgotten", "carry-cut"]
NAMES = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


def checkable(layer: nn.Module) -> bool:
    """One layer of nn.RNN (tanh) or nn.LSTM, one direction, with biases, rows first."""
    if not isinstance(layer, nn.RNN | nn.LSTM) or (isinstance(layer, nn.RNN) and layer.nonlinearity != "tanh"):
        return False
    plain = layer.num_layers == 1 and not layer.bidirectional and not getattr(layer, "proj_size", 0)
    return plain and layer.batch_first and bool(layer.bias)


def flawed(layer: nn.RNNBase, x: Tensor, g: Tensor, flaw: Flaw) -> dict[str, Tensor]:
    """The gradients of the layer's weights by NAMES. x: (n, steps, in); g: of all states (n, steps, h) or of the last
    one (n, h). `truncated`: the last step alone counts; `overwritten`: the first one does, being the last to be
    written; `gates-swapped`: rows i, f, o, g; `tanh-forgotten`: the slope of tanh(c) is left out; `carry-cut`: nothing
    goes back from c to the c before."""
    with torch.no_grad():
        shares = _shares_lstm(layer, x, g, flaw) if isinstance(layer, nn.LSTM) else _shares_rnn(layer, x, g)
    kept = {"truncated": shares[:1], "overwritten": shares[-1:]}.get(flaw, shares)
    found = []
    for read, past, by_z in kept:
        if flaw == "gates-swapped":
            i, f, candidate, o = by_z.chunk(4, 1)
            by_z = torch.cat([i, f, o, candidate], 1)
        found.append((by_z.t() @ read, by_z.t() @ past, by_z.sum(0)))
    w_in, w_back, bias = (torch.stack(parts).sum(0) for parts in zip(*found, strict=True))
    return dict(zip(NAMES, (w_in, w_back, bias, bias), strict=True))


Share = tuple[Tensor, Tensor, Tensor]
"""Of one step: the input (n, in), the state before (n, h), the slope by what goes into the gates (n, G·h)."""


def _at(g: Tensor, t: int, steps: int) -> Tensor | float:
    """What arrives at the state of step t from outside."""
    if g.dim() == 3:
        return g[:, t]
    return g if t == steps - 1 else 0.0


def _shares_rnn(layer: nn.RNNBase, x: Tensor, g: Tensor) -> list[Share]:
    """The last step first, as the way back goes."""
    w_in, w_back, b_in, b_back = layer.all_weights[0]
    states = [x.new_zeros(len(x), layer.hidden_size)]
    for t in range(x.shape[1]):
        states.append(torch.tanh(x[:, t] @ w_in.t() + b_in + states[-1] @ w_back.t() + b_back))
    shares, dh = [], torch.zeros_like(states[0])
    for t in reversed(range(x.shape[1])):
        by_z = (dh + _at(g, t, x.shape[1])) * (1 - states[t + 1] ** 2)
        shares.append((x[:, t], states[t], by_z))
        dh = by_z @ w_back
    return shares


def _shares_lstm(layer: nn.RNNBase, x: Tensor, g: Tensor, flaw: Flaw) -> list[Share]:
    """The last step first, as the way back goes."""
    w_in, w_back, b_in, b_back = layer.all_weights[0]
    h = c = x.new_zeros(len(x), layer.hidden_size)
    kept = []
    for t in range(x.shape[1]):
        i, f, new, o = (x[:, t] @ w_in.t() + b_in + h @ w_back.t() + b_back).chunk(4, 1)
        i, f, new, o = i.sigmoid(), f.sigmoid(), new.tanh(), o.sigmoid()
        kept.append((h, c, i, f, new, o))
        c = f * c + i * new
        h = o * c.tanh()
    shares, dh, dc = [], torch.zeros_like(h), torch.zeros_like(c)
    for t in reversed(range(x.shape[1])):
        past, before, i, f, new, o = kept[t]
        bent = (f * before + i * new).tanh()
        dh = dh + _at(g, t, x.shape[1])
        dc = dc + dh * o * (1.0 if flaw == "tanh-forgotten" else 1 - bent**2)
        slopes = (dc * new * i * (1 - i), dc * before * f * (1 - f), dc * i * (1 - new**2), dh * bent * o * (1 - o))
        by_z = torch.cat(slopes, 1)
        shares.append((x[:, t], past, by_z))
        dh, dc = by_z @ w_back, torch.zeros_like(dc) if flaw == "carry-cut" else dc * f
    return shares


def damage_of(flaw: Flaw, name: str) -> Callable[[nn.Module, Tensor, Tensor], Tensor]:
    """(layer, input, gradient of the output) -> the gradient of one weight with that flaw."""

    def damage(layer: nn.Module, x: Tensor, g: Tensor) -> Tensor:
        assert isinstance(layer, nn.RNNBase)  # `checkable` said so
        return flawed(layer, x, g, flaw)[name]

    return damage
