"""Backpropagation on a net small enough to write a number on every edge, and the difference that checks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from dltui.explore import backprop_words as words
from dltui.explore import checked
from dltui.explore.backprop_check import LARGEST, SMALLEST, Check, check, kinked, sweep
from dltui.explore.backprop_facts import check_facts, facts
from dltui.explore.backprop_net import (
    ACTIVATIONS,
    NETS,
    PRECISIONS,
    SUBSCRIPTS,
    Edge,
    Net,
    Passes,
    Precision,
    passes,
    stepped,
)
from dltui.explore.backprop_pictures import diagram, errors, losses
from dltui.explore.backprop_settings import (
    INPUT_MOST,
    MOST,
    PASSES,
    PICTURES,
    SETTINGS,
    SLOPES,
    activation_of,
    net_of,
    precision_of,
)
from dltui.explore.backprop_tape import Tape
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider, Switch
from dltui.scene import Scene

LONGEST = 400
"""Values of E that are kept."""


@dataclass(frozen=True)
class Backprop(Explorer):
    net: Net
    tape: Tape
    preset: str
    edge: Edge
    flipped: bool = False
    """∂E/∂y is taken as t - y: the slip that some lecture notes have."""
    eta: float = 1.0
    h: float = -5.0
    """log₁₀ of the step of the difference."""
    precision: Precision = "float64"
    picture: str = "net"
    compared: bool = True
    """Whether the difference stands beside a gradient once that is known."""
    history: tuple[float, ...] = ()
    """E after each update so far, the present one last."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: net, activation, weights (a list for all edges in order), inputs, t, done (which passes: none,
        forward, backward), edge (from 1), eta, h (log₁₀), numbers, slope, picture, check (on or off)."""
        checked.known(settings, SETTINGS)
        preset = checked.choice("net", settings.get("net", "2-2-2-1"), tuple(NETS))
        net = net_of(NETS[preset], settings)
        tape = Tape(net.sizes)
        done = checked.choice("done", settings.get("done", "none"), PASSES)
        tape = tape.at({"none": 0, "forward": tape.turn, "backward": len(tape.moves)}[done])
        edge = net.edges[checked.whole("edge", settings.get("edge", 1), 1, len(net.edges)) - 1]
        state = cls(
            net, tape, preset, edge,
            checked.choice("slope", settings.get("slope", SLOPES[0]), SLOPES) == SLOPES[1],
            checked.number("eta", settings.get("eta", 1.0), 0.1, 10),
            checked.number("h", settings.get("h", -5.0), SMALLEST, LARGEST),
            precision_of(settings.get("numbers", PRECISIONS[0])),
            checked.choice("picture", settings.get("picture", PICTURES[0]), PICTURES),
            checked.choice("check", settings.get("check", "on"), ("off", "on")) == "on",
            (net.loss,),
        )  # fmt: skip
        return replace(state, told=words.opening(net, tape, state._compare() if "error" in state.picture else ""))

    def controls(self) -> Sequence[Control]:
        net, edges = self.net, self.net.edges
        several = len(net.inputs) > 1
        inputs = [
            Slider(f"x{at + 1}", f"x{SUBSCRIPTS[at]}" if several else "x", value, -INPUT_MOST, INPUT_MOST, 0.1)
            for at, value in enumerate(net.inputs)
        ]
        return (
            *([Slider("edge", "edge", edges.index(self.edge) + 1, 1, len(edges), 1)] if len(edges) > 1 else []),
            Slider("w", f"w {net.arrow(self.edge)}", net.weight(self.edge), -MOST, MOST, 0.01),
            *inputs,
            Slider("t", "target t", net.target, -1, 1, 0.1),
            Slider("eta", "η", self.eta, 0.1, 10, 0.1),
            Slider("h", "log₁₀ h", self.h, SMALLEST, LARGEST, 0.5),
            Switch("numbers", "numbers", self.precision, PRECISIONS),
            Switch("slope", "∂E/∂y", SLOPES[self.flipped], SLOPES),
            Switch("activation", "bend", net.activation, ACTIVATIONS),
            Switch("picture", "picture", self.picture, PICTURES),
            Switch("net", "net", self.preset, tuple(NETS)),
        )

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        match name:
            case "edge":
                edge = self.net.edges[round(float(value)) - 1]
                told = words.in_hand(self.net, edge, self.tape.knows("gradient", edge.target, edge))
                return replace(self, edge=edge, told=told)
            case "eta":
                return replace(self, eta=float(value), told=f"Each update goes {value:g} times the gradient.")
            case "h" | "numbers":
                return self._compared(name, value)
            case "slope":
                flipped = value == SLOPES[1]
                return replace(self, flipped=flipped, told=words.signed(flipped))
            case "picture":
                return replace(self, picture=str(value))
            case "net":
                return self.start({"net": value, "picture": self.picture, "check": "on" if self.compared else "off"})
            case _:
                return self._turned(name, value)

    def actions(self) -> Sequence[Action]:
        tape = self.tape
        return (
            Action("forward", "1", "forward", not tape.forward_done),
            Action("backward", "2", "backward", tape.forward_done and not tape.complete),
            Action("update", "3", "update", tape.complete),
            Action("micro", "m", "one edge", not tape.complete),
            Action("ten", "e", "ten rounds"),
            Action("hint", "i", "hint"),
        )

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        match name:
            case "forward":
                return self._moved(self.tape.forward())
            case "backward":
                return self._moved(self.tape.backward())
            case "micro":
                return self._moved(self.tape.moved())
            case "hint":
                found, made = self._found, self._check
                at_kink = kinked(self.net, self.edge)
                return replace(self, told=words.hint(self.net, self.tape, found, made, self.flipped, at_kink))
            case _:
                return self._updated(1 if name == "update" else 10)

    def facts(self) -> Sequence[Fact]:
        shown = facts(self.net, self.tape, self._found, self.edge, self.flipped)
        if not (self.compared and self._known):
            return shown
        return [*check_facts(self._check, self.precision, kinked(self.net, self.edge)), *shown]

    def scenes(self) -> Sequence[Scene]:
        shown = []
        if "net" in self.picture:
            shown.append(diagram(self.net, self.tape, self._found, self.edge))
        if "E" in self.picture:
            shown.append(losses(self.history))
        if "error" in self.picture:
            found = sweep(self.net, self.edge, self.flipped, self.precision)
            shown.append(errors(found, self._check, self.net.arrow(self.edge), self.precision))
        return shown

    def said(self) -> str:
        return self.told

    @property
    def _found(self) -> Passes:
        return passes(self.net, self.flipped)

    @property
    def _check(self) -> Check:
        return check(self.net, self.edge, 10.0**self.h, self.flipped, self.precision)

    @property
    def _known(self) -> bool:
        return self.tape.knows("gradient", self.edge.target, self.edge)

    def _turned(self, name: str, value: float | str) -> Self:
        """A number of the net, or its bend: all that is known is worked out anew, and E begins a new history."""
        net = self.net
        match name:
            case "activation":
                net = replace(net, activation=activation_of(value))
            case "t":
                net = replace(net, target=float(value))
            case "w":
                net = net.with_weight(self.edge, float(value))
            case _:
                place = int(name[1:]) - 1
                net = replace(net, inputs=(*net.inputs[:place], float(value), *net.inputs[place + 1 :]))
        state = replace(self, net=net, history=(net.loss,))
        if self.compared and self._known and "error" in self.picture:
            told = state._compare()
        else:
            told = words.turned(self.net, net, self.tape.forward_done)
        return replace(state, told=told)

    def _compare(self) -> str:
        """What the comparison at the edge in hand shows."""
        if kinked(self.net, self.edge):
            return words.kink(self._check)
        return words.stepped(self._check, sweep(self.net, self.edge, self.flipped, self.precision))

    def _compared(self, name: str, value: float | str) -> Self:
        """With another step, or in other numbers."""
        if name == "h":
            state = replace(self, h=float(value))
            told = state._compare()
        else:
            state = replace(self, precision=precision_of(value))
            told = words.precise(state._check, state.precision)
        return replace(state, told=told if self._known else words.UNKNOWN)

    def _moved(self, tape: Tape) -> Self:
        told = words.moved(self.net, tape, self._found, self.flipped)
        return replace(self, tape=tape, edge=tape.edge or self.edge, told=told)

    def _updated(self, times: int) -> Self:
        net, history = self.net, self.history
        for _ in range(times):
            net = stepped(net, passes(net, self.flipped), self.eta, MOST)
            history = (*history, net.loss)
        told = words.updated(self.history[-1], history[-1], times, self.eta, self.flipped)
        return replace(self, net=net, tape=self.tape.at(0), history=history[-LONGEST:], told=told)
