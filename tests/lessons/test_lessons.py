"""Every lesson that is shipped: it loads, its questions can be judged, its values are true, its experiments train."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import replace

from dltui.engine.gradients import check as check_gradient
from dltui.engine.train import train
from dltui.explore import proofs, registry
from dltui.journal.events import Finished, Started
from dltui.lesson.change import apply
from dltui.lesson.claims import check_claim
from dltui.lesson.datasets import DATASETS
from dltui.lesson.load import Loaded, load, loads
from dltui.lesson.metrics import metrics
from dltui.lesson.records import (
    AnyQuestion,
    AnyStep,
    Experiment,
    Explorer,
    GradientCheck,
    Lesson,
    Numeric,
    Quiz,
    Reading,
    Shape,
)
from dltui.lesson.variants import instances
from dltui.places import lessons_dir
from dltui.plot.formula import check as check_formula
from dltui.plot.prose import plain
from dltui.quiz.judge import judge, key, shown_answer
from dltui.quiz.proof import check_question

FILES = sorted(lessons_dir().glob("*.toml"))
README = Path(__file__).parents[2] / "README.md"
BESIDE, ALONE = 49, 76
"""Columns of the text beside an activity and of the text alone, in a terminal of 120x40."""
LONGEST = 35
"""Lines of a step there, its title among them: more would have to be scrolled."""
STAND_IN = "digits28"
"""For data that no test fetches."""


@cache
def loaded(file: Path) -> Loaded:
    return load(file, check_formula)


def lesson(file: Path) -> Lesson:
    found = loaded(file).lesson
    assert found is not None
    return found


def steps(kind: type[Struct]) -> list[object]:
    return [
        pytest.param(step, id=f"{file.stem}/{step.id}")
        for file in FILES if loaded(file).lesson
        for step in lesson(file).step if isinstance(step, kind)
    ]  # fmt: skip


def questions(*kinds: type[Struct]) -> list[object]:
    return [
        pytest.param(question, id=f"{file.stem}/{question.id}")
        for file in FILES if loaded(file).lesson
        for step in lesson(file).step if isinstance(step, Quiz)
        for question in step.question if not kinds or isinstance(question, kinds)
    ]  # fmt: skip


def fences(file: Path) -> list[str]:
    """The listings of TOML in a page of Markdown."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_there_are_lessons() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_loads_without_problems(file: Path) -> None:
    assert [str(problem) for problem in loaded(file).problems] == []


@pytest.mark.parametrize("source", [one for one in fences(README) if "[[step]]" in one])
def test_a_lesson_in_the_readme_is_sound(source: str) -> None:
    loaded = loads(source, "README.md", check_formula)
    assert loaded.problems == ()
    assert loaded.lesson is not None
    for step in loaded.lesson.step:
        assert not isinstance(step, Quiz) or [check_question(one) for one in step.question] == [[]] * len(step.question)


def test_every_needed_lesson_comes_before() -> None:
    seen: set[str] = set()
    for file in FILES:
        assert set(lesson(file).needs) <= seen
        assert lesson(file).id not in seen
        seen.add(lesson(file).id)


@pytest.mark.parametrize("step", steps(Struct))
def test_its_text_fits_beside_the_activity(step: AnyStep) -> None:
    width = ALONE if isinstance(step, Reading) else BESIDE
    lines = plain(f"## {step.title}\n\n{step.text}", width).splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) <= LONGEST


@pytest.mark.parametrize("question", questions())
def test_its_key_is_accepted_and_every_wrong_answer_refused_for_its_reason(question: AnyQuestion) -> None:
    assert check_question(question) == []
    assert question.hints


@pytest.mark.parametrize("question", questions(Numeric, Shape))
def test_a_value_is_what_its_proof_says(question: Numeric | Shape) -> None:
    if question.answer.proof:
        assert question.answer.value == pytest.approx(proofs.prove(question.answer.proof), rel=1e-6)
    for one in instances(question):
        assert judge(one, shown_answer(one)).outcome == "right"
        assert judge(one, str(key(one)).replace("[", "").replace("]", "")).outcome == "right"


@pytest.mark.parametrize("step", steps(Explorer))
def test_an_explorer_starts_and_offers_its_controls(step: Explorer) -> None:
    explorer = registry.start(step.explorer, step.settings)
    assert set(step.controls) <= {control.name for control in explorer.controls()}
    assert explorer.scenes() and explorer.facts()


@pytest.mark.parametrize("step", steps(Experiment))
def test_an_experiment_trains_as_it_stands_and_with_every_knob_turned(step: Experiment) -> None:
    turned = [step] + [apply(step, {knob.set: value}) for knob in step.knobs for value in knob.values]
    for experiment in turned:
        here = {"data": STAND_IN} if DATASETS[experiment.data].fetched else {}
        events = list(train(apply(experiment, {"steps": 3, **here}), lesson="test", run="test", device="cpu"))
        assert isinstance(events[0], Started) and isinstance(events[-1], Finished), events[-1]
        assert step.predict is None or step.predict.metric in events[-1].final


@pytest.mark.parametrize("step", steps(Experiment))
def test_what_an_experiment_claims_can_be_read(step: Experiment) -> None:
    assert not step.claim or check_claim(step, metrics(step, DATASETS[step.data])) is None


@pytest.mark.usefixtures("unexplained")
@pytest.mark.parametrize("step", steps(GradientCheck))
def test_a_gradient_check_finds_what_is_planted_and_nothing_else(step: GradientCheck) -> None:
    for planted in (step, *step.rounds):
        found = check_gradient(replace(step, rounds=[], bug=planted.bug, layer=planted.layer), "full")
        assert found.verdict == ("right" if planted.bug == "none" else "wrong"), planted.bug
