from __future__ import annotations

import math
from typing import Any

import pytest

from dltui.explore.descent import Descent
from dltui.explore.descent_race import ALL, FAR, MOST, NOISE, Race
from dltui.explore.descent_rules import OPTIMISERS
from dltui.explore.explorer import Explorer, SettingError, Slider
from dltui.explore.surfaces import SURFACES
from dltui.scene import Label, Line


def facts(explorer: Explorer) -> dict[str, str]:
    return {fact.label: fact.value for fact in explorer.facts()}


def enabled(explorer: Explorer) -> set[str]:
    return {action.name for action in explorer.actions() if action.enabled}


def labels(explorer: Explorer) -> set[str]:
    return {item.text for item in explorer.scenes()[0].items if isinstance(item, Label)}


def way(race: Race) -> list[float]:
    return [x for x, _ in race.ways[0].places]


def test_a_step_goes_against_the_slope() -> None:
    first = Descent.start({"surface": "curve", "lr": 0.1})
    assert facts(first)["slope"] == "16" and facts(first)["next w"] == "2.4" and facts(first)["factor of w"] == "0.6"
    assert "Guess" in first.said()
    one = first.acted("step")
    assert way(one.race) == pytest.approx([4, 2.4])
    assert one.said().startswith("w went 4 → 2.4.")
    assert one.acted("ten").race.ways[0].last[0] == pytest.approx(4 * 0.6**11)
    assert "back" not in enabled(first) and one.acted("back").race == first.race


def test_a_turn_runs_all_steps_anew() -> None:
    ten = Descent.start({"surface": "curve", "lr": 0.1}).acted("ten")
    assert way(ten.changed("lr", 0.25).race)[1:] == pytest.approx([0] * 10)
    assert "there in one step" in ten.changed("lr", 0.25).said()
    assert "from side to side, for ever" in ten.changed("lr", 0.5).said()
    assert "-1.08" in (far := ten.changed("lr", 0.52)).said() and "farther out" in far.said()
    assert way(far.race)[10] == pytest.approx(4 * 1.08**10)
    assert facts(far)["factor of w"] == "-1.08"


def test_divergence_is_named_and_nothing_is_drawn_beyond() -> None:
    out = Descent.start({"surface": "curve", "lr": 0.6}).acted("hundred")
    found = out.race.ways[0]
    assert found.gone and found.steps == 17 and abs(found.last[0]) <= FAR < 4 * 1.4**17
    assert "SGD has diverged: step 17" in out.said() and facts(out)["diverged"].startswith("at step 17")
    assert labels(out) == {"s diverged"}
    assert not enabled(out) & {"step", "ten", "hundred"} and out.acted("step") is out
    climbing = Descent.start({"surface": "ravine", "lr": 0.03, "steps": 9})
    trail = next(item for item in climbing.scenes()[0].items if isinstance(item, Line)).points
    assert len(trail) < 9 and abs(trail[-1][1]) > 2.5
    for scene in out.scenes():
        for item in scene.items:
            if isinstance(item, Line):
                assert all(math.isfinite(number) for point in item.points for number in point)
    assert not out.changed("lr", 0.1).race.ways[0].gone


def test_one_that_diverges_stops_alone() -> None:
    race = Descent.start({"surface": "ravine", "racers": ["SGD", "momentum", "Nesterov"]}).acted("hundred")
    assert [each.gone for each in race.race.ways] == [False, False, True]
    assert facts(race)["n Nesterov"] == "diverged at step 10"
    assert facts(race)["m momentum"].startswith("loss 0.000508 at ")
    assert race.said() == (
        "100 steps. Lowest: momentum with 0.000508. Highest: SGD with 0.212. Nesterov diverged at step 10.")
    assert facts(race)["factor of x"] == "0.982" and facts(race)["factor of y"] == "-0.8"


def test_one_that_climbs_is_told() -> None:
    climbing = Descent.start({"surface": "ravine", "lr": 0.0201, "steps": 100})
    assert climbing.said() == "It climbs: the loss is 1.46e3, and was 208 at the start."
    assert labels(climbing) & {"s↑", "s↓"}


def test_momentum_rolls_out_of_the_shallow_dip() -> None:
    plain = Descent.start({"surface": "two dips", "steps": 100})
    assert "not the lowest" in plain.said()
    rolling = Descent.start({"surface": "two dips", "racers": ["momentum"], "steps": 100})
    assert rolling.race.ways[0].last[0] < 0 and "thousandth" in rolling.said()
    both = Descent.start({"surface": "valleys", "racers": ["SGD", "momentum"], "steps": 250})
    assert both.said().endswith("At rest in a place that is not the lowest: SGD.")


def test_racers_come_and_go() -> None:
    alone = Descent.start({"choose": True})
    assert "SGD" not in enabled(alone)  # one must be left
    two = alone.acted("Adam")
    assert two.race.names == ("SGD", "Adam") and two.acted("SGD").race.names == ("Adam",)
    assert [action.key for action in two.actions() if action.name in OPTIMISERS] == list("1234567")
    assert all(action.name not in OPTIMISERS for action in Descent.start({}).actions())
    assert two.said().startswith("Adam races")
    four = Descent.start({"surface": "ravine", "racers": ["SGD", "Adam", "RMSProp", "AdaGrad"], "steps": 100})
    assert four.said().startswith("Lowest first: r 0, a 0.0038, s 0.21, g ")


def test_noise_is_the_same_for_all_and_shrinks_with_the_root_of_the_batch() -> None:
    one, four = (Race("bowl", (0, 0), ("SGD", "momentum"), 0.1, 0.1, batch=batch, steps=1) for batch in (1, 4))
    assert [each.last for each in one.ways] == [one.ways[0].last] * 2
    assert one.ways[0].last[0] == pytest.approx(2 * four.ways[0].last[0])
    assert one.noise == NOISE and Race("bowl", (0, 0), ("SGD",), 0.1, 0.1).noise == 0
    noisy = Descent.start({"batch": 16, "steps": 50})
    assert facts(noisy)["rows looked at"] == "800 in 50 steps"
    assert noisy.acted("draw").race.ways != noisy.race.ways
    assert "draw" not in enabled(Descent.start({}))


def test_a_falling_rate_calms_the_noise() -> None:
    def spread(schedule: str, seed: int) -> float:
        settings = {"batch": "4", "lr": 0.3, "schedule": schedule, "seed": seed, "steps": 300}
        return sum(Descent.start(settings).race.ways[0].losses[-50:]) / 50

    for seed in range(5):
        assert spread("step", seed) < spread("constant", seed) / 3
        assert spread("cosine", seed) < spread("constant", seed) / 3


def test_decay_and_beta2_reach_their_rules() -> None:
    def last(**given: Any) -> tuple[float, float]:
        return Descent.start({"steps": 20, **given}).race.ways[0].last

    assert last(racers=["AdamW"], decay=1) != last(racers=["AdamW"]) and last(racers=["Adam"], decay=1) == last(
        racers=["Adam"])  # fmt: skip
    assert last(racers=["RMSProp"], beta2="0.99") == last(racers=["RMSProp"]) != last(racers=["RMSProp"], beta2="0.9")
    assert last(racers=["Adam"], beta2=0.999) == last(racers=["Adam"])


def test_a_new_surface_brings_its_own_start_and_rates() -> None:
    state = Descent.start({"surface": "bowl", "x": 1, "lr": 2.0, "steps": 5}).changed("surface", "banana")
    shown = SURFACES["banana"]
    race = state.race
    assert (race.start, race.lr, race.rate, race.steps) == (shown.start, shown.lr[0], shown.rate, 0)
    for control in state.controls():
        assert not isinstance(control, Slider) or control.low <= control.value <= control.high
    names = {control.name for control in Descent.start({"surface": "curve"}).controls()}
    assert "y" not in names


def test_the_race_ends_somewhere() -> None:
    state = Descent.start({"steps": MOST - 5}).acted("hundred")
    assert state.race.steps == MOST and not enabled(state) & {"step", "ten", "hundred"}
    assert Descent.start({"batch": "all"}).race.batch == ALL
    assert facts(Descent.start({"steps": MOST, "batch": 1}))["next place"]


@pytest.mark.parametrize(("settings", "said"), [
    ({"surface": "hill"}, "no surface 'hill'"),
    ({"racers": ["Adams"]}, "did you mean 'Adam'?"),
    ({"racers": []}, "at least one of SGD, momentum"),
    ({"racers": "SGD"}, "racers is a list"),
    ({"lr": 0}, "lr lies between"),
    ({"lr": 1e9}, "lr lies between"),
    ({"lr": float("nan")}, "lr is a number"),
    ({"beta": 1}, "beta lies between 0 and 0.99"),
    ({"batch": 3}, "no batch '3'"),
    ({"steps": -1}, "steps lies between"),
    ({"surface": "curve", "y": 1}, "one weight"),
    ({"x": 50}, "x lies between -5 and 5"),
    ({"momentum": 0.9}, "no setting 'momentum'"),
])  # fmt: skip
def test_bad_settings_are_sentences(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingError, match=said.replace("?", r"\?")):
        Descent.start(settings)
