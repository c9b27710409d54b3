"""From a line to the logistic unit, and sums of such units: b and w under the learner's fingers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from dltui.explore import checked
from dltui.explore import logistic_words as words
from dltui.explore.explorer import Action, Control, Explorer, Fact, SettingError, Slider, Switch
from dltui.explore.logistic_curve import HINTS, TARGETS, Curve, Unit
from dltui.explore.logistic_facts import facts, fit_facts, line_facts
from dltui.explore.logistic_fit import Fit, hours
from dltui.explore.logistic_pictures import curve_picture, surface
from dltui.scene import Pair, Scene

ACTIVATIONS = ("none", "logistic")
COUNTS = ("1", "2", "3")
SETTINGS = ("activation", "units", "x", "probe", "target", "data", "seed", "b", "w", "v", "eta")
LONGEST = 400
"""Steps of the way over the loss surface that are kept."""


@dataclass(frozen=True)
class Logistic(Explorer):
    units: tuple[Unit, Unit, Unit]
    count: int
    """How many of the units are in the sum."""
    squashed: bool
    span: Pair
    """The range of x."""
    probe: float
    """The x whose output is spelled out."""
    target: str = "none"
    seed: int | None = None
    """Of the students' hours; None: no points."""
    eta: float = 0.1
    trail: tuple[Pair, ...] = ()
    """(b, w) so far, the last is now; only where there are points."""
    best: bool = False
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: activation, units (1 to 3), x ([low, high]), probe, target (none, bump, stairs), data (none,
        hours), seed, eta, and b, w, v: a number for the first unit or a list with one for each."""
        checked.known(settings, SETTINGS)
        target = checked.choice("target", settings.get("target", "none"), ("none", *TARGETS))
        data = checked.choice("data", settings.get("data", "none"), ("none", "hours"))
        count = int(checked.choice("units", settings.get("units", 1 if target == "none" else 2), COUNTS))
        usual = (0.0, 10.0) if data == "hours" else (0.0, 1.0) if target != "none" else (-5.0, 5.0)
        span = _span(settings.get("x", usual))
        share = 0.6 if target == "none" else 0.5  # elsewhere the marks of the curve would hide under the probe
        first = Unit(0.0, 0.0) if data == "hours" else Unit(-10.0, 20.0) if target != "none" else Unit(0.0, 1.0)
        state = cls(
            _units(settings, first, _reach(span)), count,
            checked.choice("activation", settings.get("activation", "logistic"), ACTIVATIONS) == "logistic", span,
            checked.number("probe", settings.get("probe", span[0] + share * (span[1] - span[0])), *span), target,
            checked.whole("seed", settings.get("seed", 0), 0, 99) if data == "hours" else None,
            checked.number("eta", settings.get("eta", 0.1), 0.01, 0.5),
        )
        trail = ((state.units[0].b, state.units[0].w),) if data == "hours" else ()
        return replace(state, trail=trail, told=words.opening(state.curve, target, data))

    @property
    def curve(self) -> Curve:
        return Curve(self.units[: self.count], self.squashed)

    def controls(self) -> Sequence[Control]:
        b_max, w_max, fine = _reach(self.span)
        offered: list[Control] = []
        for index, unit in enumerate(self.units[: self.count]):
            tail, sub = (str(index + 1), "₁₂₃"[index]) if index else ("", "" if self.count == 1 else "₁")
            offered += [
                Slider(f"b{tail}", f"b{sub}", unit.b, -b_max, b_max, 2 * fine if b_max < 100 else fine),
                Slider(f"w{tail}", f"w{sub}", unit.w, -w_max, w_max, fine),
            ]
            if self.count > 1:
                offered.append(Slider(f"v{index + 1}", f"v{sub}", unit.v, -5, 5, 0.1))
        offered += [
            Slider("x", "x", self.probe, *self.span, (self.span[1] - self.span[0]) / 40),
            Switch("activation", "activation", ACTIVATIONS[self.squashed], ACTIVATIONS),
            Switch("units", "units", str(self.count), COUNTS),
        ]
        if self.seed is not None:
            offered.append(Slider("eta", "η", self.eta, 0.01, 0.5, 0.01))
        return offered

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        match name:
            case "x":
                return replace(self, probe=float(value), told=words.probed(self.curve, float(value)))
            case "activation":
                state = replace(self, squashed=value == "logistic", best=False)
                return replace(state, told=words.squashed(state.curve))
            case "units":
                state = replace(self, count=int(value), best=False)
                return replace(state, told=words.counted(state.count, state.curve))
            case "eta":
                return replace(self, eta=float(value), told=f"Each step goes {value:g} times the gradient.")
            case _:
                return self._turned(name, float(value))

    def actions(self) -> Sequence[Action]:
        offered = []
        show = "hide" if self.best else "show"
        if self.seed is not None and self._fits:
            offered += [
                Action("descend", "u", "one step downhill"),
                Action("descend100", "e", "100 steps downhill"),
                Action("best", "v", f"{show} the best fit"),
            ]
        if self.seed is not None and self._is_line:
            offered.append(Action("best", "v", f"{show} the best line"))
        if self.target != "none":
            offered.append(Action("hint", "i", "hint"))
        if self.squashed:
            offered += [
                Action("steeper", "a", "twice as steep", self._scaled(2.0) is not None),
                Action("flatter", "z", "half as steep", self._scaled(0.5) is not None),
            ]
        return sorted(offered, key=lambda action: not action.enabled)

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        if name == "hint":
            return replace(self, told=HINTS[self.target])
        if name in ("steeper", "flatter"):
            scaled = self._scaled(2.0 if name == "steeper" else 0.5)
            return self if scaled is None else self._stretched(scaled, name == "steeper")
        if self.seed is None:
            return self
        fit = hours(self.seed)
        if name == "best":
            told = words.best if self._fits else words.best_line
            return replace(self, best=not self.best, told="" if self.best else told(fit, self.units[0]))
        return self._descended(fit, 100 if name == "descend100" else 1)

    def facts(self) -> Sequence[Fact]:
        found = facts(self.curve, self.probe, self.span, TARGETS.get(self.target))
        if self.seed is not None and self._fits:
            point, *others = found
            loss, *slopes = fit_facts(hours(self.seed), self.units[0], self.best)
            return [loss, point, *slopes, *others]
        if self.seed is not None and self._is_line:
            return [*line_facts(hours(self.seed), self.units[0], self.best), *found]
        return found

    def scenes(self) -> Sequence[Scene]:
        fit = None if self.seed is None else hours(self.seed)
        best = Curve((Unit(*fit.line),), squashed=False) if fit and self.best and self._is_line else None
        main = curve_picture(self.curve, self.span, self.probe, TARGETS.get(self.target), fit, best)
        return (main, surface(fit, self.trail, self.best)) if fit and self._fits else (main,)

    def said(self) -> str:
        return self.told

    @property
    def _fits(self) -> bool:
        """Whether the output is a probability that can be held against the points."""
        return self.squashed and self.count == 1

    @property
    def _is_line(self) -> bool:
        return not self.squashed and self.count == 1

    def _turned(self, name: str, value: float) -> Self:
        """One number of one unit: b, w or v, then its index, which the first may leave out."""
        index = int(name[1:] or 1) - 1
        unit = replace(self.units[index], **{name[0]: value})
        one, two, three = (unit if place == index else other for place, other in enumerate(self.units))
        state = replace(self, units=(one, two, three))
        return state._judged(self, words.turned(name, self.curve, state.curve))

    def _judged(self, before: Self, told: str) -> Self:
        """With what the change means for the target and for the points."""
        state, first = self, self.units[0]
        if self.target != "none":
            distance = self.curve.distance(TARGETS[self.target], *self.span)
            told = words.HIT if distance < words.CLOSE else f"{told} {words.missed(distance)}"
        if self.seed is not None and self._fits:
            told += " " + words.fitted(hours(self.seed), before.units[0], first)
            state = replace(state, trail=(*self.trail, (first.b, first.w))[-LONGEST:])
        elif self.seed is not None and self._is_line:
            told += " " + words.fitted_line(hours(self.seed), before.units[0], first)
        return replace(state, told=told.strip())

    def _scaled(self, factor: float) -> tuple[Unit, Unit, Unit] | None:
        """The units of the sum with b and w times the factor; None where a slider would not reach that far."""
        b_max, w_max, fine = _reach(self.span)
        units = [replace(unit, b=factor * unit.b, w=factor * unit.w) for unit in self.units[: self.count]]
        if any(abs(unit.b) > b_max or abs(unit.w) > w_max for unit in units):
            return None
        if not self.squashed or all(abs(unit.w) < fine / 4 for unit in units):
            return None
        one, two, three = (*units, *self.units[self.count :])
        return one, two, three

    def _stretched(self, units: tuple[Unit, Unit, Unit], steeper: bool) -> Self:
        state = replace(self, units=units)
        return state._judged(self, words.stretched(steeper, state.curve))

    def _descended(self, fit: Fit, steps: int) -> Self:
        b_max, w_max, _ = _reach(self.span)
        first = self.units[0]
        b, w, way = first.b, first.w, []
        for _ in range(steps):
            by_b, by_w = fit.gradient(b, w)
            b = min(max(b - self.eta * by_b, -b_max), b_max)
            w = min(max(w - self.eta * by_w, -w_max), w_max)
            way.append((b, w))
        unit = replace(first, b=b, w=w)
        told = words.descended(fit, first, unit, steps, self.eta)
        return replace(self, units=(unit, *self.units[1:]), trail=(*self.trail, *way)[-LONGEST:], told=told)


def _reach(span: Pair) -> tuple[float, float, float]:
    """How far b and w go, and the step of w: a short range of x needs steep curves."""
    return (100.0, 100.0, 1.0) if span[1] - span[0] <= 2 else (20.0, 10.0, 0.1)


def _span(given: object) -> Pair:
    ends = checked.several("x", given, lambda name, one: checked.number(name, one, -100, 100), 2)
    if len(ends) != 2 or ends[1] - ends[0] < 0.1:
        raise SettingError(f"x is [low, high] with at least 0.1 between them, not {list(ends)}")
    return ends[0], ends[1]


def _units(settings: Mapping[str, Any], first: Unit, reach: tuple[float, float, float]) -> tuple[Unit, Unit, Unit]:
    """Three units, whatever their number in the sum. Those that a lesson does not set cancel in pairs."""
    columns = (
        _column(settings, "b", (first.b,) * 3, reach[0]),
        _column(settings, "w", (first.w,) * 3, reach[1]),
        _column(settings, "v", (1.0, -1.0, 1.0), 5.0),
    )
    one, two, three = (Unit(*numbers) for numbers in zip(*columns, strict=True))
    return one, two, three


def _column(settings: Mapping[str, Any], name: str, usual: tuple[float, ...], most: float) -> tuple[float, ...]:
    """One number for each of the three units; what the lesson leaves out is usual."""
    given = settings.get(name, [])
    listed = given if isinstance(given, list | tuple) else [given]
    numbers = checked.several(name, listed, lambda place, one: checked.number(place, one, -most, most), 3)
    return (*numbers, *usual[len(numbers) :])
