"""A recurrent unit unrolled through time: forward along the chain, backward along it, the shares of a shared weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Self

from dltui.explore import checked
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider, Switch
from dltui.explore.numerals import factor, number, summed, tex
from dltui.explore.unrolled_chain import Chain
from dltui.explore.unrolled_pictures import diagram, shares, sub
from dltui.scene import Scene

INPUTS: Mapping[str, tuple[float, ...]] = MappingProxyType({
    "one pulse": (1, 0, 0, 0, 0, 0),
    "two pulses": (1, 0, -1, 0, 0, 0),
    "steady": (1, 1, 1, 1, 1, 1),
    "late": (0, 0, 0, 0, 0, 1),
})
MOST = 6
BESIDE = 3
"""Steps up to which the shares have a picture of their own beside the chain: more need its room for their numbers."""
SETTINGS = ("w", "u", "steps", "inputs", "cut", "done")


@dataclass(frozen=True)
class Unrolled(Explorer):
    w: float = 0.5
    u: float = 1.0
    steps: int = 3
    inputs: str = "one pulse"
    cut: str = "all"
    """How many of the last steps the way back takes in."""
    done: int = 0
    """Of 2·steps: the states from the left, then the slopes from the right."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: w, u, steps (2 to 6), inputs, cut (all, or a number of steps), done (nothing, forward, all)."""
        checked.known(settings, SETTINGS)
        steps = checked.whole("steps", settings.get("steps", 3), 2, MOST)
        done = checked.choice("done", settings.get("done", "nothing"), ("nothing", "forward", "all"))
        state = cls(
            checked.number("w", settings.get("w", 0.5), -3, 3), checked.number("u", settings.get("u", 1.0), -3, 3),
            steps, checked.choice("inputs", settings.get("inputs", "one pulse"), tuple(INPUTS)),
            checked.choice("cut", settings.get("cut", "all"), _cuts(steps)),
            {"nothing": 0, "forward": steps, "all": 2 * steps}[done],
        )
        return replace(state, told=state._sentence())

    @property
    def chain(self) -> Chain:
        """The unit with its inputs; where the pulse is late it comes last, however many steps there are."""
        x = INPUTS[self.inputs]
        x = x[-self.steps :] if self.inputs == "late" else x[: self.steps]
        return Chain(self.w, self.u, x, self.steps if self.cut == "all" else int(self.cut))

    def controls(self) -> Sequence[Control]:
        return [
            Slider("w", "w", self.w, -3, 3, 0.1),
            Slider("u", "u", self.u, -3, 3, 0.1),
            Slider("steps", "steps T", self.steps, 2, MOST, 1),
            Switch("inputs", "x", self.inputs, tuple(INPUTS)),
            Switch("cut", "back over", self.cut, _cuts(self.steps)),
        ]

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        match name:
            case "steps":
                state = replace(self, steps=int(value), cut="all", done=2 * int(value) if self.done else 0)
            case "w":
                state = replace(self, w=float(value))
            case "u":
                state = replace(self, u=float(value))
            case "inputs":
                state = replace(self, inputs=str(value))
            case _:
                state = replace(self, cut=str(value))
        return replace(state, told=state._sentence())

    def actions(self) -> Sequence[Action]:
        more = self.done < 2 * self.steps
        back = f"back over step {2 * self.steps - self.done}"
        micro = f"work out h{sub(self.done + 1)}" if self.done < self.steps else back if more else "work out"
        offered = [
            Action("micro", "m", micro, more),
            Action("all", "u", "all the way there and back", more),
            Action("again", "a", "from the start", self.done > 0),
        ]
        return sorted(offered, key=lambda action: not action.enabled)

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        done = {"micro": self.done + 1, "all": 2 * self.steps, "again": 0}[name]
        state = replace(self, done=done)
        return replace(state, told=state._sentence())

    def facts(self) -> Sequence[Fact]:
        chain, last = self.chain, sub(self.steps)
        found = [self._fact()] if self.done else []
        if self.done == 2 * self.steps:
            added = " + ".join(factor(share) for share in chain.shares)
            found = [
                Fact(f"∂h{last}/∂w", number(chain.gradient), added),
                Fact("by a difference", number(chain.difference)),
                Fact(f"∂h{last}/∂h{sub(1)}", number(chain.slopes[1]), self._product()),
                *found,
            ]
        return found or [Fact(f"h{last}", "?")]

    def scenes(self) -> Sequence[Scene]:
        if self.done <= self.steps:
            return (diagram(self.chain, self.done),)
        if self.steps > BESIDE:
            return (diagram(self.chain, self.done, added=True),)
        return diagram(self.chain, self.done), shares(self.chain, self.done)

    def said(self) -> str:
        return self.told

    def _fact(self) -> Fact:
        """What was worked out last."""
        chain = self.chain
        states, slopes = chain.states, chain.slopes
        if self.done <= self.steps:
            t = self.done
            inside = summed([(chain.w, states[t - 1]), (chain.u, chain.x[t - 1])])
            return Fact(f"h{sub(t)}", number(states[t]), rf"\tanh({inside})")
        t = 2 * self.steps - self.done + 1
        formula = rf"{tex(slopes[t])} \cdot (1 - {factor(states[t])}^2) \cdot {factor(states[t - 1])}"
        return Fact(f"share of step {t}", number(chain.shares[t - 1]) if chain.shares[t - 1] else "0", formula)

    def _product(self) -> str:
        states = self.chain.states
        steps = [rf"{factor((1 - states[t] ** 2) * self.w, 3)}" for t in range(2, self.steps + 1)]
        return r" \cdot ".join(steps)

    def _sentence(self) -> str:
        chain, steps = self.chain, self.steps
        if self.done == 0:
            return f"Nothing is known yet but h{sub(0)} = 0. What will h{sub(1)} be? Work it out, then press m."
        if self.done < steps:
            found = f"h{sub(self.done)} = {number(chain.states[self.done])}"
            return f"{found}. The same w leads on to h{sub(self.done + 1)}."
        if self.done == steps:
            return f"h{sub(steps)} = {number(chain.states[-1])}. Now back: ∂h{sub(steps)}/∂h{sub(steps)} = 1."
        t = 2 * steps - self.done + 1
        if self.done < 2 * steps:
            slope = f"∂h{sub(steps)}/∂h{sub(t - 1)} = {number(chain.slopes[t - 1])}"
            return f"Step {t} adds {number(chain.shares[t - 1])}; further back goes {slope}."
        off = chain.gradient - chain.difference
        if abs(off) > 1e-6:
            counted = "step counts" if self.cut == "1" else f"{self.cut} of {steps} steps count"
            missing = f"{number(chain.gradient)} instead of {number(chain.difference)}"
            return f"Only the last {counted}: {missing}. The check would call it wrong."
        return f"All {steps} shares add up to {number(chain.gradient)}, and the difference agrees."


def _cuts(steps: int) -> tuple[str, ...]:
    return ("all", *(str(count) for count in range(1, steps)))
