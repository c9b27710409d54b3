"""Optimisers race down a loss surface: rate, momentum, noise and schedule under the learner's fingers.

Every turn runs all steps anew from the start, so that a way bends while its rate is being turned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from dltui.explore import checked
from dltui.explore import descent_words as words
from dltui.explore.descent_facts import facts
from dltui.explore.descent_pictures import ground, losses
from dltui.explore.descent_race import ALL, MOST, Race
from dltui.explore.descent_rules import OPTIMISERS, SCHEDULES
from dltui.explore.explorer import Action, Control, Explorer, Fact, SettingError, Slider, Switch
from dltui.explore.surfaces import SURFACES
from dltui.scene import Scene

BATCHES: dict[str, int] = {"all": ALL, "64": 64, "16": 16, "4": 4, "1": 1}
SQUARES: dict[str, float | None] = {"usual": None, "0.9": 0.9, "0.99": 0.99, "0.999": 0.999}
STEPS = {"step": 1, "ten": 10, "hundred": 100}
SETTINGS = ("surface", "racers", "lr", "rate", "beta", "beta2", "decay", "batch", "schedule", "x", "y", "seed", "steps",
            "choose")  # fmt: skip
HIGHEST_BETA, HIGHEST_RATE, HIGHEST_LR = 0.99, 2.0, 10.0


@dataclass(frozen=True)
class Descent(Explorer):
    race: Race
    choose: bool = False
    """Whether keys take optimisers in and out."""
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: surface (one of SURFACES), racers (names of OPTIMISERS), lr (of the rules that follow the slope),
        rate (of those that divide by its size), beta, beta2, decay, batch, schedule, x and y (the start), seed, steps
        (already done), choose (whether keys take racers in and out)."""
        checked.known(settings, SETTINGS)
        shown = SURFACES[checked.choice("surface", settings.get("surface", "bowl"), tuple(SURFACES))]
        names = checked.several("racers", settings.get("racers", ["SGD"]), _optimiser, len(OPTIMISERS))
        if not names:
            raise SettingError(f"racers is a list of at least one of {', '.join(OPTIMISERS)}")
        if shown.flat and "y" in settings:
            raise SettingError(f"the surface {shown.name} has one weight, so its start is x alone")
        race = Race(
            shown.name,
            (checked.number("x", settings.get("x", shown.start[0]), *shown.x),
             shown.start[1] if shown.flat else checked.number("y", settings.get("y", shown.start[1]), *shown.y)),
            tuple(name for name in OPTIMISERS if name in names),
            checked.number("lr", settings.get("lr", shown.lr[0]), 1e-6, HIGHEST_LR),
            checked.number("rate", settings.get("rate", shown.rate), 1e-6, HIGHEST_RATE),
            checked.number("beta", settings.get("beta", 0.9), 0, HIGHEST_BETA),
            SQUARES[checked.choice("beta2", settings.get("beta2", "usual"), tuple(SQUARES))],
            checked.number("decay", settings.get("decay", 0.01), 0, 1),
            BATCHES[checked.choice("batch", settings.get("batch", "all"), tuple(BATCHES))],
            checked.choice("schedule", settings.get("schedule", SCHEDULES[0]), SCHEDULES),
            checked.whole("seed", settings.get("seed", 0), 0, 99),
            checked.whole("steps", settings.get("steps", 0), 0, MOST),
        )  # fmt: skip
        choose = checked.choice("choose", settings.get("choose", "off"), ("off", "on")) == "on"
        return cls(race, choose, words.opening(race))

    def controls(self) -> Sequence[Control]:
        race, shown = self.race, self.race.ground
        alike = tuple(name for name, each in SURFACES.items() if each.flat == shown.flat)
        _, high, fine = shown.lr
        offered: list[Control] = [
            Slider("lr", "η", race.lr, min(fine, race.lr), max(high, race.lr), fine),
            Slider("rate", "η adaptive", race.rate, min(0.01, race.rate), HIGHEST_RATE, 0.01),
            Slider("beta", "β", race.beta, 0.0, HIGHEST_BETA, 0.01),
            Switch("beta2", "β₂", _key(SQUARES, race.beta2), tuple(SQUARES)),
            Slider("decay", "decay", race.decay, 0.0, 1.0, 0.05),
            Switch("batch", "batch", _key(BATCHES, race.batch), tuple(BATCHES)),
            Switch("schedule", "schedule", race.schedule, SCHEDULES),
            Switch("surface", "surface", shown.name, alike),
            Slider("x", "start w" if shown.flat else "start x", race.start[0], *shown.x, 0.1),
        ]
        return offered if shown.flat else [*offered, Slider("y", "start y", race.start[1], *shown.y, 0.1)]

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        race = self.race
        match name:
            case "lr":
                race = replace(race, lr=float(value))
                return replace(self, race=race, told=words.rated(race))
            case "surface":
                shown = SURFACES[str(value)]
                race = replace(race, surface=shown.name, start=shown.start, lr=shown.lr[0], rate=shown.rate, steps=0)
                return replace(self, race=race, told=words.opening(race))
            case "beta2":
                race = replace(race, beta2=SQUARES[str(value)])
            case "batch":
                race = replace(race, batch=BATCHES[str(value)])
            case "schedule":
                race = replace(race, schedule=str(value))
            case "x":
                race = replace(race, start=(float(value), race.start[1]))
            case "y":
                race = replace(race, start=(race.start[0], float(value)))
            case "rate":
                race = replace(race, rate=float(value))
            case "beta":
                race = replace(race, beta=float(value))
            case _:
                race = replace(race, decay=float(value))
        label = next(control.label for control in self.controls() if control.name == name)
        shown_value = value if isinstance(value, str) else f"{value:.4g}"
        return replace(self, race=race, told=words.rerun(race, f"{label} {shown_value}"))

    def actions(self) -> Sequence[Action]:
        race = self.race
        room = race.steps < MOST and not all(way.gone for way in race.ways)
        steps = [
            Action("step", "u", "one step", room),
            Action("ten", "e", "ten", room),
            Action("hundred", "y", "100", room),
            Action("back", "a", "back to the start", race.steps > 0),
        ]
        if race.batch < ALL:
            steps.append(Action("draw", "z", "other noise"))
        if self.choose:
            steps += [Action(name, str(place), f"{name} {'✓' if name in race.names else '–'}", race.names != (name,))
                      for place, name in enumerate(OPTIMISERS, 1)]  # fmt: skip
        return steps

    def acted(self, name: str) -> Self:
        if not checked.action(self.actions(), name).enabled:
            return self
        race = self.race
        if name == "back":
            race = replace(race, steps=0)
            return replace(self, race=race, told=words.opening(race))
        if name == "draw":
            race = replace(race, seed=(race.seed + 1) % 100)
            return replace(self, race=race, told=words.rerun(race, "Other noise"))
        if name in OPTIMISERS:
            names = tuple(each for each in OPTIMISERS if (each in race.names) != (each == name))
            race = replace(race, names=names)
            came = "races" if name in names else "is out"
            return replace(self, race=race, told=words.rerun(race, f"{name} {came}"))
        race = replace(race, steps=min(MOST, race.steps + STEPS[name]))
        return replace(self, race=race, told=words.stepped(self.race, race))

    def facts(self) -> Sequence[Fact]:
        return facts(self.race)

    def scenes(self) -> Sequence[Scene]:
        return ground(self.race), losses(self.race)

    def said(self) -> str:
        return self.told


def _optimiser(name: str, given: object) -> str:
    return checked.choice(name, given, tuple(OPTIMISERS))


def _key(table: Mapping[str, float | None], value: float | None) -> str:
    return next(key for key, each in table.items() if each == value)
