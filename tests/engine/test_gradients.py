"""Gradient checks of lessons: honest models pass, planted bugs are found where they are, curves are V-curves."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import torch
from torch import Tensor

from dltui.engine.gradients import Scene, answer, measure, set_up
from dltui.engine.inbox import Inbox
from dltui.gradcheck.bugs import applicable, planted
from dltui.journal.events import VERDICTS, AnyEvent, Checked, CheckedTensor, Failed, Probed
from dltui.journal.work import Check, Probe, Train
from dltui.lesson.layers import (
    AnyLayer,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dropout,
    Elu,
    Flatten,
    LayerNorm,
    LeakyRelu,
    Linear,
    MaxPool2d,
    Relu,
    Sigmoid,
    Tanh,
)
from dltui.lesson.records import GradientCheck

MODELS: dict[str, tuple[str, str, list[AnyLayer]]] = {
    "xor": ("xor", "cross_entropy", [Linear(out=2), Tanh(), Linear(out=2)]),
    "logistic": ("hours", "binary_cross_entropy", [Linear(out=1)]),
    "perceptron": ("gauss2", "perceptron", [Linear(out=3), Sigmoid(), Linear(out=1)]),
    "conv": ("digits", "cross_entropy", [
        Conv2d(out=2, kernel=3, padding=1), Relu(), MaxPool2d(kernel=2), Conv2d(out=2, kernel=2), BatchNorm(),
        LeakyRelu(), AvgPool2d(kernel=2), Flatten(), Linear(out=10),
    ]),
    "plain": ("gauss2", "cross_entropy", [
        Linear(out=4, bias=False), LayerNorm(), Elu(), Dropout(p=0.3), Linear(out=2),
    ]),
    "pooled": ("digits", "mse", [
        Conv2d(out=2, kernel=3), AvgPool2d(kernel=2), Flatten(), Linear(out=2), BatchNorm(), Sigmoid(), Linear(out=10),
    ]),
}  # fmt: skip
"""Every kind of layer there is, each behind weights, so that what it sends back is seen."""


def step_of(name: str, **fields: Any) -> GradientCheck:
    data, loss, model = MODELS[name]
    usual = {"id": "check", "title": "Check", "data": data, "loss": loss, "model": model, "batch": 4}
    return msgspec.convert(msgspec.to_builtins(usual | fields), GradientCheck)


def told(step: GradientCheck, mode: str = "full") -> AnyEvent:
    (event,) = answer(Check(run="r", folder="/f", check=msgspec.to_builtins(step), mode=mode))
    return event


def checked(step: GradientCheck, mode: str = "full") -> Checked:
    event = told(step, mode)
    assert isinstance(event, Checked), event
    return event


def probed(step: GradientCheck, tensor: str, place: int) -> Probed:
    plain = msgspec.to_builtins(step)
    (event,) = answer(Probe(run="r", folder="/f", check=plain, tensor=tensor, place=place))
    assert isinstance(event, Probed), event
    return event


def wrong(found: Checked) -> set[str]:
    return {tensor.name for tensor in found.tensors if tensor.counts.get("wrong")}


def gradients(scene: Scene) -> dict[str, Tensor]:
    named = dict(scene.whole.named_parameters())
    return dict(zip(named, torch.autograd.grad(scene.loss(), list(named.values())), strict=True))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", MODELS)
def test_an_honest_model_is_right_in_every_element(name: str, dtype: str) -> None:
    step = step_of(name, dtype=dtype)
    found, right = checked(step), gradients(set_up(step))
    assert (found.verdict, found.dtype, found.bug, found.batch) == ("right", dtype, "none", 4)
    assert [tensor.name for tensor in found.tensors] == list(right)
    for tensor in found.tensors:
        assert sum(tensor.counts.values()) == right[tensor.name].numel() == len(tensor.verdict)
        assert set(tensor.counts) <= {"ok", "kink"}
        analytic = torch.tensor(tensor.analytic, dtype=torch.float64)
        torch.testing.assert_close(analytic, right[tensor.name].double().flatten(), rtol=1e-5, atol=1e-7)


LARGE = ("conv", "pooled")
"""The models whose checks take long."""


def known() -> set[tuple[str, str]]:
    """The bugs of kinds of layers that are tried in the small models."""
    found = set()
    for name in MODELS.keys() - set(LARGE):
        for place, bugs in checked(step_of(name)).plantable.items():
            found |= {(type(MODELS[name][2][int(place)]).__name__, bug) for bug, _ in bugs}
    return found


@pytest.mark.usefixtures("unexplained")
@pytest.mark.parametrize("name", MODELS)
def test_a_bug_is_found_in_the_tensors_whose_gradient_it_changes_and_in_no_other(name: str) -> None:
    """In a large model, of the bugs that small ones have too the first of each layer alone."""
    tried, before = 0, known() if name in LARGE else set()
    for place, bugs in checked(step_of(name)).plantable.items():
        kind = type(MODELS[name][2][int(place)]).__name__
        for bug in [bug for at, (bug, _) in enumerate(bugs) if at == 0 or (kind, bug) not in before]:
            step = step_of(name, bug=bug, layer=int(place))
            scene = set_up(step)
            right = gradients(scene)
            with planted(scene.whole.layers[int(place)], bug):
                changed = gradients(scene)
            expected = {each for each in right if not torch.allclose(right[each], changed[each], rtol=1e-6, atol=1e-12)}
            found = checked(step)
            assert wrong(found) == expected, f"{bug} in layer {place}"
            assert found.verdict == ("wrong" if expected else "right")
            tried += 1
    assert tried >= 3


def test_only_bugs_that_would_show_are_offered() -> None:
    found = checked(step_of("conv", batch=1))
    offered = {place: {bug for bug, _ in bugs} for place, bugs in found.plantable.items()}
    possible = {bug.name for bug in applicable(set_up(step_of("conv")).whole.layers[0])}
    assert offered["0"] == possible - {"input-doubled", "missing-mean"}, "nothing lies before it; one row is its mean"
    assert "stale-mask" not in offered["1"]
    assert "input-doubled" in offered["8"]
    assert offered["4"] == {"statistics-held"}


def test_hints_and_modules_go_by_the_numbers_of_the_layers() -> None:
    found = checked(step_of("xor", bug="missing-mean", layer=2))
    assert wrong(found) == {"2.weight"}
    assert "4.000" in found.hints[0] and "batch" in found.hints[0]
    assert {tensor.name: tensor.layer for tensor in found.tensors}["2.weight"] == "Linear(2→2)"
    assert checked(step_of("xor", bug="sign", layer=2), "modular").first_bad_module == "2"


def test_a_report_survives_the_journal() -> None:
    found = checked(step_of("xor"))
    again = msgspec.json.decode(msgspec.json.encode(found), type=Checked)
    assert again == found
    assert all(isinstance(value, float) for tensor in again.tensors for value in tensor.numeric)
    assert {VERDICTS[code] for tensor in again.tensors for code in tensor.verdict} == {"ok"}


def test_the_same_units_drop_in_every_check_and_in_the_curve() -> None:
    step = step_of("plain")
    torch.manual_seed(1)
    first = checked(step)
    torch.manual_seed(2)
    assert [each.analytic for each in checked(step).tensors] == [each.analytic for each in first.tensors]
    place = largest(first.tensors[0])
    curve = probed(step, first.tensors[0].name, place)
    assert curve.analytic == pytest.approx(first.tensors[0].analytic[place], rel=1e-12)
    assert min(errors(curve)) < 1e-8


def largest(tensor: CheckedTensor) -> int:
    return max(range(len(tensor.analytic)), key=lambda place: abs(tensor.analytic[place] or 0.0))


def errors(curve: Probed) -> list[float]:
    """Relative, by falling step."""
    assert curve.analytic
    return [abs((value or 0.0) - curve.analytic) / abs(curve.analytic) for value in curve.central]


@pytest.mark.parametrize("name", ["xor", "conv", "pooled"])
def test_the_curve_of_an_element_is_a_v_with_its_bottom_near_the_chosen_step(name: str) -> None:
    """The least error of a central difference is about eps^(2/3), at a step of about eps^(1/3) times the scale."""
    bottoms = {}
    for dtype in ("float64", "float32"):
        step = step_of(name, dtype=dtype)
        tensor = checked(step).tensors[0]
        curve = probed(step, tensor.name, largest(tensor))
        eps = torch.finfo(getattr(torch, dtype)).eps
        found = errors(curve)
        bottoms[dtype] = min(found)
        assert curve.steps == sorted(curve.steps, reverse=True)
        assert min(found) < 30 * eps ** (2 / 3)
        assert found[0] > 10 * min(found), "truncation"
        assert found[-1] > 100 * min(found), "rounding"
        at = curve.steps[found.index(min(found))]
        assert curve.chosen / 100 < at < curve.chosen * 100
    assert bottoms["float32"] > 10 * bottoms["float64"]


def test_the_curve_of_a_broken_element_shows_the_broken_gradient() -> None:
    right, broken = (probed(step_of("xor", bug=bug), "0.weight", 1) for bug in ("none", "doubled"))
    assert broken.analytic == pytest.approx(2 * (right.analytic or 0.0), rel=1e-12)
    assert broken.central == right.central


def test_a_probe_leaves_the_model_and_chance_as_they_were() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first, second = (probed(step_of("plain"), "0.weight", 0) for _ in range(2))
    assert first == second
    checked(step_of("plain"))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"model": [Linear(out=60_000), Linear(out=2)]}, "300002 parameters; at most 100000 are checked"),
        ({"model": [Linear(out=2_000_000_000), Linear(out=2)]}, "parameters; at most 100000"),
        ({"bug": "flipped-kernel"}, "Linear cannot have the bug 'flipped-kernel'; it can have: sign,"),
        ({"bug": "gremlin"}, "cannot have the bug 'gremlin'"),
        ({"bug": "sign", "layer": 9}, "there is no layer 9; the model has 3"),
        ({"data": "nothing"}, "there is no data set 'nothing'"),
        ({"loss": "perceptron"}, "needs 1 output"),
        ({"model": [Conv2d(out=1, kernel=3), Flatten(), Linear(out=2)]}, "conv2d"),
    ],
)
def test_what_cannot_be_checked_is_told_in_a_sentence(fields: dict[str, Any], said: str) -> None:
    for work in (
        Check(run="r", folder="/f", check=msgspec.to_builtins(step_of("xor", **fields))),
        Probe(run="r", folder="/f", check=msgspec.to_builtins(step_of("xor", **fields)), tensor="0.weight", place=0),
    ):
        (event,) = answer(work)
        assert isinstance(event, Failed), event
        assert (event.reason, event.step) == ("invalid", 0)
        assert event.message.startswith("This cannot be checked: ")
        assert said in event.message


@pytest.mark.parametrize(("tensor", "place"), [("9.weight", 0), ("0.weight", 4), ("0.weight", -1), ("loss", 0)])
def test_an_element_that_is_not_there_is_told(tensor: str, place: int) -> None:
    plain = msgspec.to_builtins(step_of("xor"))
    (event,) = answer(Probe(run="r", folder="/f", check=plain, tensor=tensor, place=place))
    assert isinstance(event, Failed)
    assert f"there is no element {place} of {tensor}" in event.message


def test_rubbish_in_place_of_a_check_is_told() -> None:
    (event,) = answer(Check(run="r", folder="/f", check={"id": 7}))
    assert isinstance(event, Failed)


def test_measure_gives_the_report_itself_in_any_mode() -> None:
    scene, report = measure(step_of("conv", bug="doubled", layer=3), "sample", samples=40)
    assert report.title == "Check"
    assert report.mode == "sample"
    assert sum(report.counts.values()) == sum(each.numel() for each in scene.whole.parameters())
    assert report.counts["unchecked"] > 0


def test_a_check_waits_its_turn_and_stops_nothing() -> None:
    inbox = Inbox(-1)
    inbox.put(Train(run="a", folder="/a", lesson="l", experiment={}))
    training = inbox.next()
    inbox.put(Train(run="b", folder="/b", lesson="l", experiment={}))
    inbox.put(Check(run="c", folder="/c", check={}))
    inbox.put(Probe(run="c", folder="/c", check={}, tensor="0.weight", place=0))
    assert training is not None
    runs = []
    for _ in range(3):
        job = inbox.next()
        assert job is not None
        runs.append((job.work.run, job.control.stopped))
    assert runs == [("b", False), ("c", False), ("c", False)]
