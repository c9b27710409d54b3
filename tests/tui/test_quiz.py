"""The quiz pane: typed and chosen answers, feedback, hints, what is remembered."""

from __future__ import annotations

from typing import Any

from played import begun, place, play, text, until
from textual.pilot import Pilot

from dltui.tui.lab import Lab
from dltui.tui.quiz import QuizPane


def pane(pilot: Pilot[Any]) -> QuizPane:
    return pilot.app.screen.query_one(QuizPane)


async def ready(pilot: Pilot[Any]) -> None:
    await begun(pilot, QuizPane)
    await until(pilot, lambda: "Question 1 of" in text(pilot), "the first question")


def test_a_number_is_typed_without_entering_the_field(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await ready(pilot)
        await pilot.press(*"99", "enter")
        await until(pilot, lambda: "✗" in text(pilot), "the verdict")
        await pilot.press("backspace", "backspace")
        await until(pilot, lambda: "✗ " not in text(pilot).split("Question 1")[1].split("\n", 3)[3], "no stale verdict")
        await pilot.press(*"1", "enter")
        await until(pilot, lambda: "✓" in text(pilot), "the right answer")
        assert "enter: question 2" in text(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "Question 2 of" in text(pilot), "the next question")

    play(lab, scene, at=place(lab, "perceptron-sgd", "score"))
    answers = lab.progress.answers("perceptron-sgd", "score")
    assert [answer.outcome for answer in answers.values()] == ["right"]


def test_n_leaves_a_quiz_whose_field_is_not_entered(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await ready(pilot)
        await pilot.press("n")
        await until(pilot, lambda: " 3/15 " in text(pilot), "the next step")

    play(lab, scene, at=place(lab, "perceptron-sgd", "score"))


def test_hints_come_one_by_one_and_then_the_answer(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await ready(pilot)
        hints = len(pane(pilot).question.hints)
        for shown in range(1, hints + 1):
            await pilot.press("h")
            await until(pilot, lambda number=shown: f"Hint {number}." in text(pilot), f"hint {shown}")
        await pilot.press("h")
        await until(pilot, lambda: "The answer:" in text(pilot), "the answer")

    play(lab, scene, at=place(lab, "perceptron-sgd", "score"))


def test_an_option_is_marked_where_it_was_chosen(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        quiz = await begun(pilot, QuizPane)
        choices = [n for n, question in enumerate(quiz._step.question) if type(question).__name__ == "Choice"]
        await quiz.action_question(choices[0] - quiz._at)
        await until(pilot, lambda: bool(quiz.query("Options")), "the options")
        question = quiz.question
        for letter in "abcdefgh"[: len(question.options)]:  # type: ignore[union-attr]
            if quiz._right(question):
                break
            await pilot.press(letter)
            marks = f"▸ ✗{letter}", f"▸ ✓{letter}"
            await until(pilot, lambda marks=marks: sum(text(pilot).count(mark) for mark in marks) == 1, letter)  # type: ignore[misc]
        assert quiz._right(question)

    play(lab, scene, at=place(lab, "mlp-xor", "last"))
