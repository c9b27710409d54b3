"""Every kind of question is answered by keys alone: carried, put together, pointed at, named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from played import begun, make_lab, place, play, text, until
from textual.pilot import Pilot

from dltui.lesson.variants import instance
from dltui.quiz.arrange import LETTERS, lettered, own_answer
from dltui.quiz.judge import judge
from dltui.tui.lab import Lab
from dltui.tui.quiz import QuizPane


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    (tmp_path / "lessons").mkdir()
    source = Path(__file__).parent / "50-kinds.toml"
    (tmp_path / "lessons" / source.name).write_text(source.read_text())
    return make_lab(tmp_path, [tmp_path / "lessons"])


def answer(lab: Lab, name: str, *keys: str, said: str) -> list[str]:
    """The screens after each text that is waited for (a key that begins with "…"), from question `name` on."""
    seen: list[str] = []

    async def scene(pilot: Pilot[Any]) -> None:
        quiz = await begun(pilot, QuizPane)
        number = [question.id for question in quiz._questions].index(name)
        await quiz.action_question(number - quiz._at)
        await until(pilot, lambda: f"Question {number + 1} of" in text(pilot), "the question")
        quiz.begin()
        await pilot.pause()
        for key in keys:
            if key.startswith("…"):
                await until(pilot, lambda wanted=key[1:]: wanted in text(pilot), key)  # type: ignore[misc]
                seen.append(text(pilot))
            else:
                await pilot.press(key)
        await until(pilot, lambda: said in text(pilot), said)
        seen.append(text(pilot))

    play(lab, scene, at=place(lab, "kinds", "q"))
    return seen


def question(lab: Lab, name: str) -> Any:
    entry, number = place(lab, "kinds", "q")
    return next(each for each in entry.lesson.step[number].question if each.id == name)


def test_items_are_carried_into_order(lab: Lab) -> None:
    rows, keys = lettered(question(lab, "order")), []
    for target in range(len(rows)):  # selection sort by keys: to the item, pick up, carry, put down, back to the top
        at = rows.index(target)
        keys += ["down"] * at + ["space"] + ["up"] * (at - target) + ["space"] + ["up"] * target
        rows.insert(target, rows.pop(at))
    answer(lab, "order", *keys, "enter", said="That is the order.")


def test_letters_put_together(lab: Lab) -> None:
    right = own_answer(question(lab, "match")).split()
    answer(lab, "match", *(pair[1] for pair in right), "enter", said="Each has found its own.")
    wrong = [LETTERS[(LETTERS.index(pair[1]) + 1) % 4] for pair in right]
    (verdict,) = [judge(question(lab, "match"), " ".join(wrong))]
    assert verdict.outcome == "wrong"


def test_a_cell_is_pointed_at(lab: Lab) -> None:
    shown = answer(lab, "point", "down", "enter", "…✗", "down", "left", "enter", said="That is the place.")
    assert "✗4" in shown[-1].replace(" ", "") and "✓" in shown[-1]


def test_attempts_run_out(lab: Lab) -> None:
    shown = answer(lab, "short", *"dead", "enter", "…1 attempt left", *"x", "enter", said="no attempts left")
    assert "The answer: vanishing gradient" in shown[-1]
    assert lab.progress.answers("kinds", "q")["short"].misses == 2


def test_a_unit_and_numbers_of_ones_own(lab: Lab) -> None:
    own = instance(question(lab, "unit"), str(lab.seed))
    shown = answer(lab, "unit", *own.answer.compute, "enter", "…Give the unit too: s or ms.", *" s", "enter",
                   said=f"It is {own.answer.compute} s.")  # fmt: skip
    assert f"A step takes {own.answer.compute} ms" in shown[0]
    assert "costs 50% of the points" in shown[0]


def test_a_table_of_uneven_columns_is_shown_whole(tmp_path: Path) -> None:
    lab = make_lab(tmp_path)

    async def scene(pilot: Pilot[Any]) -> None:
        await begun(pilot, QuizPane)
        await until(pilot, lambda: "(z-t)²" in text(pilot), "both columns")
        assert "exp(-z)/Σexp(-z)       -ln p of the truth" in text(pilot)
        row, line = next((y, line) for y, line in enumerate(text(pilot).splitlines()) if "-ln p of the truth" in line)
        await pilot.click(offset=(line.index("of the truth"), row))
        await until(pilot, lambda: "This one is right" in text(pilot), "what is said of that cell")

    play(lab, scene, at=place(lab, "mlp-losses", "slips"))
