"""A gradient check to work with in lines: the report, single elements with their V-curve, bugs to plant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import log10, prod
from types import MappingProxyType

from msgspec.structs import replace

from dltui.engine.gradients import Objection, Scene, measure, probe
from dltui.gradcheck.bugs import applicable
from dltui.gradcheck.render import WIDEST, heat
from dltui.gradcheck.report import GradientReport, TensorReport
from dltui.journal.events import Probed
from dltui.lesson.records import GradientCheck
from dltui.plain.activity import Usage
from dltui.plain.curves import HEIGHT
from dltui.plain.gradients import show
from dltui.plain.report import number
from dltui.plain.talk import Talk
from dltui.plot import chart
from dltui.plot.axes import around, values_axis
from dltui.plot.palette import run_look
from dltui.text import clean

HONEST = "none"
DECADES = 3
"""Steps of the V-curve that come to one line of its table."""
COMMANDS: tuple[Usage, ...] = (
    ("report", "the report once more"),
    ("element NAME[I,J]", "one element: backward, difference, and its error against the step size"),
    ("map NAME", "the error of each element of a tensor"),
    ("bugs", "what can be planted, layer by layer"),
    ("plant BUG LAYER", "break the backward of a layer; plant none: as it was"),
    ("modules", "check module by module, to see which is wrong; full: the whole"),
)
WORDS = frozenset({"report", "element", "map", "bugs", "plant", "modules", "full"})
KEYS: Mapping[str, str] = MappingProxyType({"b": "bugs", "m": "modules"})
"""Of the screen."""
PLACE = re.compile(r"([^\[\]]+?)\s*(?:\[([\d,\s]*)\])?\s*")


class Bench:
    """Checks and tells; `secret`: the causes are for the learner to find, and nothing can be planted."""

    def __init__(self, step: GradientCheck, talk: Talk, *, secret: bool = False) -> None:
        self._original = self._step = step
        self._talk = talk
        self._secret = secret
        self._mode = "full"
        self._found: tuple[Scene, GradientReport] | None = None

    @property
    def commands(self) -> Sequence[Usage]:
        return [usage for usage in COMMANDS if not self._secret or usage[0].split()[0] in ("report", "element", "map")]

    @property
    def hints(self) -> list[str]:
        """What the checker takes for the cause."""
        return [str(hint) for hint in self._found[1].hints] if self._found is not None else []

    def report(self) -> GradientReport | None:
        """Check, if that is not done, and show what came of it. None: it cannot be checked."""
        if self._found is None:
            try:
                self._found = measure(self._step, "modular" if self._mode == "modular" else "full")
            except Objection as error:
                self._talk.tell(f"This cannot be checked: {clean(str(error))}")
                return None
        show(self._found[1], self._talk, hints=not self._secret)
        return self._found[1]

    def take(self, given: str) -> bool:
        """Do what a line says. False: it is no command of the bench."""
        word, _, rest = given.partition(" ")
        word, rest = word if self._secret else KEYS.get(word, word), rest.strip()
        if word not in WORDS or (self._secret and word not in ("report", "element", "map")):
            return False
        match word:
            case "report":
                self.report()
            case "element":
                self._element(rest)
            case "map":
                self._map(rest)
            case "bugs":
                self._bugs()
            case "plant":
                self._plant(rest)
            case _:
                self._mode = "modular" if word == "modules" else "full"
                self._anew(self._step)
        return True

    def _anew(self, step: GradientCheck) -> None:
        before, found = self._step, self._found
        self._step, self._found = step, None
        if self.report() is None:
            self._step, self._found = before, found

    def _tensor(self, name: str) -> TensorReport | None:
        """By its name, or a part of it that no other name has; `W` is a weight."""
        if self._found is None:
            return None
        tensors = self._found[1].tensors
        fits = [each for each in tensors if each == name] or [each for each in tensors if name and name in each]
        if not fits and name.upper() in ("W", "B"):
            fits = [each for each in tensors if each.endswith("weight" if name.upper() == "W" else "bias")]
        if len(fits) == 1:
            return tensors[fits[0]]
        there = ", ".join(f"{clean(each)} ({'x'.join(map(str, tensors[each].analytic.shape))})" for each in tensors)
        self._talk.tell(f"{'More than one tensor' if fits else 'No tensor'} is called “{name}”; there are {there}.")
        return None

    def _element(self, given: str) -> None:
        found = PLACE.fullmatch(given)
        tensor = self._tensor(found[1].strip() if found else "")
        if found is None or tensor is None or self._found is None:
            return
        shape = tuple(tensor.analytic.shape)
        if found[2] is None:
            index = tensor.worst()[0].index
        else:
            index = tuple(int(part) for part in found[2].split(",") if part.strip())
        if len(index) != len(shape) or any(at >= size for at, size in zip(index, shape, strict=True)):
            sizes = ", ".join(f"0 to {size - 1}" for size in shape)
            self._talk.tell(f"{tensor.name} has the shape {'x'.join(map(str, shape)) or 'of a single number'}: "
                            f"its indices go {sizes}.")  # fmt: skip
            return
        place = sum(at * prod(shape[axis + 1 :]) for axis, at in enumerate(index))
        one = tensor.element(place)
        self._talk.tell(f"{tensor.name}[{','.join(map(str, index))}]: backward {number(one.analytic)}, "
                        f"finite difference {number(one.numeric)} ± {one.error:.0e}, {one.verdict}")  # fmt: skip
        try:
            self._curve(probe(self._step, tensor.name, place))
        except Objection:
            self._talk.tell("For this one there is no curve: it is no parameter of the model.")

    def _curve(self, probed: Probed) -> None:
        points = probed.errors()
        talk = self._talk
        if not points:
            talk.say("No difference of it is finite.")
            return
        look, heights = run_look(0), [error for _, error in points]
        curve = chart.Curve("", [points], look.color(talk.theme), "solid", look.glyph, look.letter)
        talk.show(chart.draw(chart.Chart(
            (curve,), around(points[0][0], points[-1][0], True), values_axis(min(heights), max(heights), True),
            x_name="h", y_name="relative error", title="error against step size h", cursor=probed.chosen,
        ), talk.width, HEIGHT, talk.ascii, theme=talk.theme))  # fmt: skip
        best = min(points, key=lambda point: point[1])
        talk.tell(f"The relative error is {points[-1][1]:.0e} at the largest step, h = {points[-1][0]:.0e}, least with "
                  f"{best[1]:.0e} at h = {best[0]:.0e}, and {points[0][1]:.0e} at the smallest, {points[0][0]:.0e}. "
                  f"The check takes h = {probed.chosen:.0e}.")  # fmt: skip
        for h, error in points[::-DECADES] if talk.spoken else ():
            talk.say(f"step 10 to the power of {round(log10(h))}: error {error:.0e}")

    def _map(self, name: str) -> None:
        tensor = self._tensor(name)
        if tensor is None:
            return
        if self._talk.spoken:
            for one in tensor.worst(10):
                self._talk.tell(str(one))
        else:
            self._talk.say(heat(tensor, min(self._talk.width, WIDEST)))

    def _bugs(self) -> None:
        if self._found is None:
            return
        for place, layer in enumerate(self._found[0].whole.layers):
            for bug in applicable(layer):
                self._talk.tell(f"{bug.name} {place}: {bug.title}, in layer {place}, {type(layer).__name__}", "    ",
                                first="  ")  # fmt: skip

    def _plant(self, given: str) -> None:
        bug, _, layer = given.partition(" ")
        layer = layer.removeprefix("in ").strip()
        if bug == HONEST:
            self._anew(replace(self._original, bug=HONEST))
        elif not bug or not layer.isdecimal() or not layer.isascii():
            self._talk.say("plant BUG LAYER, such as plant missing-mean 0; bugs tells what there is.")
        else:
            self._anew(replace(self._step, bug=bug, layer=int(layer[:4])))
