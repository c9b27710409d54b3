"""The perceptron and its rule, one update or one thought at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from dltui.explore import checked
from dltui.explore import perceptron_words as words
from dltui.explore.explorer import Action, Control, Explorer, Fact, SettingError, Slider, Switch
from dltui.explore.perceptron_facts import facts
from dltui.explore.perceptron_pictures import boundary, every_weight, progress
from dltui.explore.perceptron_points import AT_MOST, DATA, USUAL, Cloud, labelled
from dltui.explore.rosenblatt import STAGES, Rule, Vector
from dltui.scene import Pair, Scene

ETAS = ("1/i", "0.01", "0.1", "0.5", "1")
SWITCH = ("off", "on")
WEIGHTS = ("w1", "w2", "b")
SETTINGS = ("data", "seed", "eta", "bias", "weights", "points", "edit", "rerun", "hand", "plane", "updates")


@dataclass(frozen=True)
class Perceptron(Explorer):
    cloud: Cloud
    rule: Rule
    bias: bool = False
    first: Vector | None = None
    """The weights to start from; None: what is usual for the points."""
    edit: bool = False
    """Points may be added and removed whatever the data; own points always may."""
    rerun: bool = False
    """Offers to draw the notebook's points again without setting the seed again."""
    hand: bool = False
    """Offers the weights as sliders."""
    plane: bool = False
    """Shows the plane of all weights too."""
    cursor: Pair = (1.5, 1.5)
    """Beside the points of the lessons, so that it covers none of them."""
    fewest: int | None = None
    """Errors of the best line there is, once the learner has asked."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: data, seed, eta, bias, weights, points ([x1, x2, class] rows where data is "own"), edit, rerun,
        hand, plane, updates (how many are made before the learner comes in)."""
        checked.known(settings, SETTINGS)
        data = checked.choice("data", settings.get("data", DATA[0]), DATA)
        usual = USUAL[data]
        seed = checked.whole("seed", settings.get("seed", usual.seed), 0, 99)
        own = checked.several("points", settings.get("points", []), labelled, AT_MOST)
        if own and data != "own":
            raise SettingError('points needs data = "own"')
        eta = checked.choice("eta", settings.get("eta", usual.eta), ETAS)
        bias = checked.choice("bias", settings.get("bias", usual.bias), SWITCH) == "on"
        flags = ("edit", "rerun", "hand", "plane")
        edit, rerun, hand, plane = (checked.choice(name, settings.get(name, "off"), SWITCH) == "on" for name in flags)
        cloud = Cloud.own(own, seed) if own else Cloud.of(data, seed)
        first = _weights(settings["weights"]) if "weights" in settings else None
        blank = Rule.begin((), (), (), cloud.dice, eta)
        state = cls(cloud, blank, first=first, edit=edit, rerun=rerun, hand=hand, plane=plane)._begun(cloud, bias, eta)
        for _ in range(checked.whole("updates", settings.get("updates", 0), 0, 1000)):
            state = replace(state, rule=state.rule.updated())
        return replace(state, told=words.opening(state.rule))

    def controls(self) -> Sequence[Control]:
        offered: list[Control] = [
            Switch("eta", "step size η", self.rule.eta, ETAS),
            Switch("bias", "bias", SWITCH[self.bias], SWITCH),
            Switch("data", "points", self.cloud.data, DATA),
            Slider("seed", "seed", self.cloud.seed, 0, 99, 1),
            Switch("plane", "plane of all w", SWITCH[self.plane], SWITCH),
        ]
        if self.hand:
            offered = [*self._weight_sliders(), *offered]
        if self._edits:
            low, high = self.cloud.box
            step = 0.1 if high - low < 4 else 0.25
            offered += [
                Slider("cursor_x", "cursor x₁", self.cursor[0], low, high, step),
                Slider("cursor_y", "cursor x₂", self.cursor[1], low, high, step),
            ]
        return offered

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if stays := checked.unmoved(self.controls(), name, value):
            return replace(self, told=stays)
        cloud, eta = self.cloud, self.rule.eta
        match name:
            case "eta":
                rule = replace(self.rule, eta=str(value))
                return replace(self, rule=rule, told=words.step_size(rule))
            case "w1" | "w2" | "b":
                place = WEIGHTS.index(name)
                weights = self.rule.now.weights
                rule = self.rule.with_weights((*weights[:place], float(value), *weights[place + 1 :]))
                return replace(self, rule=rule, told=words.by_hand(rule))
            case "plane":
                return replace(self, plane=value == "on", told=words.PLANE if value == "on" else "")
            case "cursor_x":
                return replace(self, cursor=(float(value), self.cursor[1]), told=words.CURSOR)
            case "cursor_y":
                return replace(self, cursor=(self.cursor[0], float(value)), told=words.CURSOR)
            case "bias":
                return self._begun(cloud, value == "on", eta)
            case "data":
                usual = USUAL[str(value)]
                return self._begun(Cloud.of(str(value), usual.seed), usual.bias, usual.eta)
            case _:
                return self._begun(cloud.reseeded(int(value)), self.bias, eta)

    def actions(self) -> Sequence[Action]:
        stage = STAGES[(STAGES.index(self.rule.done) + 1) % len(STAGES)]
        ready = not self.rule.settled
        offered = [
            Action("update", "u", "update", ready),
            Action("micro", "m", f"micro-step: {stage}", ready),
            Action("ten", "e", "ten updates", ready),
            Action("best", "v", "best line there is", self.fewest is None and bool(self.cloud.places)),
        ]
        if self._edits:
            room = len(self.cloud.places) < AT_MOST
            offered += [
                Action("add_plus", "a", "add a + here", room),
                Action("add_o", "o", "add an o here", room),
                Action("remove", "x", "remove the last point", bool(self.cloud.places)),
            ]
        if self.rerun and self.cloud.data == "notebook50":
            offered.append(Action("again", "i", "draw again, same generator"))
        return sorted(offered, key=lambda action: not action.enabled)

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        match name:
            case "update":
                return self._moved(self.rule.updated())
            case "micro":
                return self._moved(self.rule.stepped())
            case "ten":
                rule = self.rule
                for _ in range(10):
                    rule = rule.updated()
                return self._moved(rule)
            case "best":
                fewest = self.cloud.fewest(self.bias)
                return replace(self, fewest=fewest, told=words.best(fewest, self.bias, len(self.cloud.places)))
            case "add_plus":
                return self._edited(self.cloud.with_point(self.cursor, 1))
            case "add_o":
                return self._edited(self.cloud.with_point(self.cursor, -1))
            case "remove":
                return self._edited(self.cloud.without_last())
            case _:
                again = Cloud.of("notebook50", self.cloud.seed, self.rule.dice)
                return replace(self._begun(again, self.bias, self.rule.eta), told=words.AGAIN)

    def facts(self) -> Sequence[Fact]:
        return facts(self.rule, self.fewest)

    def scenes(self) -> Sequence[Scene]:
        box, cursor = self.cloud.box, self.cursor if self._edits else None
        shown = (boundary(self.rule, box, cursor), progress(self.rule))
        return (*shown, every_weight(self.rule)) if self.plane else shown

    def said(self) -> str:
        return self.told

    @property
    def _edits(self) -> bool:
        return self.edit or self.cloud.data == "own"

    def _weight_sliders(self) -> list[Control]:
        weights = self.rule.now.weights
        reach = float(max(10, *(math.ceil(abs(w)) for w in weights)))
        labels = zip(WEIGHTS, ("w₁", "w₂", "b"), weights, strict=False)
        return [Slider(name, label, value, -reach, reach, 0.1) for name, label, value in labels]

    def _begun(self, cloud: Cloud, bias: bool, eta: str) -> Self:
        """From the start: the first weights, the points of the cloud."""
        size = 3 if bias else 2
        weights = (*(self.first or USUAL[cloud.data].weights), 0.0)[:size]
        rule = Rule.begin(cloud.rows(bias), cloud.signs, weights, cloud.dice, eta)
        low, high = cloud.box
        cursor = (min(max(self.cursor[0], low), high), min(max(self.cursor[1], low), high))
        return replace(self, cloud=cloud, rule=rule, bias=bias, cursor=cursor, fewest=None, told=words.opening(rule))

    def _moved(self, rule: Rule) -> Self:
        return replace(self, rule=rule, told=words.moved(self.rule, rule))

    def _edited(self, cloud: Cloud) -> Self:
        rule = self.rule.with_points(cloud.rows(self.bias), cloud.signs)
        return replace(self, cloud=cloud, rule=rule, fewest=None, told=words.edited(rule))


def _weights(given: object) -> Vector:
    weights = checked.several("weights", given, lambda name, one: checked.number(name, one, -100, 100), 3)
    if len(weights) < 2:
        raise SettingError("weights is [w1, w2] or [w1, w2, b]")
    return weights
