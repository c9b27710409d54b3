"""Recurrent layers, step by step: their gates along one sequence, and the gradient on its way back through time.

PyTorch computes a whole sequence in one piece; here it is computed once more in the open, from the same weights.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from dltui.engine.session import Session
from dltui.engine.views.subject import Look, Subject, number, picture, signed
from dltui.engine.views.weights import undisturbed
from dltui.journal.events import Snapshot
from dltui.journal.picture import Picture

UNITS = 32
STEPS = 200
INPUTS = 8
ROWS = 32

Trace = dict[str, list[Tensor]]
"""For each quantity its values (n, units) at every step."""
WORDS = {
    "i": "input gate i", "f": "forget gate f", "g": "candidate g", "o": "output gate o", "c": "cell c", "h": "state h",
    "r": "reset gate r", "z": "update gate z", "n": "candidate n",
}  # fmt: skip
SIGMOIDS = "ifozr"
"""What lies between 0 and 1."""


def unrolled(layer: nn.RNNBase, x: Tensor) -> Trace:
    """(n, steps, in) -> everything that the layer computes on its way, `h` last."""
    w_in, w_back, b_in, b_back = layer.all_weights[0]
    h = x.new_zeros(len(x), layer.hidden_size)
    c = torch.zeros_like(h)
    trace: Trace = {}
    for step in range(x.shape[1]):
        into = linear(x[:, step], w_in, b_in)
        back = linear(h, w_back, b_back)
        if isinstance(layer, nn.LSTM):
            i, f, g, o = (into + back).chunk(4, 1)
            i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
            c = f * c + i * g
            h = o * c.tanh()
            now = {"i": i, "f": f, "g": g, "o": o, "c": c}
        elif isinstance(layer, nn.GRU):
            (r_in, z_in, n_in), (r_back, z_back, n_back) = into.chunk(3, 1), back.chunk(3, 1)
            r, z = (r_in + r_back).sigmoid(), (z_in + z_back).sigmoid()
            n = (n_in + r * n_back).tanh()
            h = (1 - z) * n + z * h
            now = {"r": r, "z": z, "n": n}
        else:
            h = (into + back).tanh()
            now = {}
        for name, value in (now | {"h": h}).items():
            trace.setdefault(name, []).append(value)
    return trace


def gates(subject: Subject) -> Look:
    """What the first LSTM or GRU layer does along one sequence: units by steps."""
    x = subject.held_out(1)[0]

    def look(session: Session) -> Snapshot:
        layer = _first(session.model, nn.LSTM, nn.GRU)
        seen: list[Tensor] = []
        hook = layer.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
        try:
            session.outputs(x)
        finally:
            hook.remove()
        inputs = seen[0][:, :STEPS]
        with torch.no_grad():
            trace = unrolled(layer, inputs)
        pictures: list[Picture] = []
        if inputs.shape[2] <= INPUTS:
            pictures.append(signed(inputs[0].T, name="input x"))
        for name, steps in trace.items():
            values = torch.stack([step[0, :UNITS] for step in steps], 1)
            if name in SIGMOIDS:
                pictures.append(picture(values, 0.0, 1.0, name=WORDS[name]))
            else:
                pictures.append(signed(values, 0.0 if name == "c" else 1.0, name=WORDS[name]))
        more = f", the first {UNITS} of {layer.hidden_size}" if layer.hidden_size > UNITS else ""
        note = f"one sequence of {inputs.shape[1]} steps, left to right; a row for each unit{more}"
        return Snapshot(step=session.step, view="gates", pictures=pictures, note=note)

    return look


def recall(subject: Subject) -> Look:
    """How long the gradient of the loss by the state is at each step of the sequence: what it can still learn from."""

    def look(session: Session) -> Snapshot:
        layer = _first(session.model, nn.RNNBase)
        x, y = session.batches.first(ROWS)
        states: list[Tensor] = []

        def unroll(module: nn.Module, given: tuple[Tensor, ...], output: Tensor) -> Tensor:
            states[:] = unrolled(layer, given[0])["h"]
            return states[-1] if output.dim() == 2 else torch.stack(states, 1)

        hook = layer.register_forward_hook(unroll)
        try:
            with undisturbed(session):
                loss = session.objective.loss(session.model(x), y)
                found = torch.autograd.grad(loss, states, allow_unused=True)
        finally:
            hook.remove()
        # The loss is the mean over the rows: the sum of the lengths is the mean length for one row's loss.
        norms = [0.0 if each is None else float(each.norm(dim=1).sum()) for each in found]
        values = [number(each, 3) for each in norms]
        return Snapshot(step=session.step, view="recall", shape=[len(norms)], values=values,
                        note=f"length of the gradient by the state h at each step, mean of {len(x)} sequences")

    return look


def _first(model: nn.Module, *kinds: type[nn.RNNBase]) -> nn.RNNBase:
    return next(layer for layer in model.modules() if isinstance(layer, nn.RNNBase) and isinstance(layer, kinds))
