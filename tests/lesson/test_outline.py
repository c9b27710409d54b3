"""What an exercise asks for, read from its starter."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dltui.lesson.outline import wanted
from dltui.lesson.tasks import workpiece
from dltui.places import lessons_dir

NAMES = sorted(path.stem for path in (lessons_dir() / "exercises").glob("*.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_every_function_that_is_called_says_what_it_wants(name: str) -> None:
    piece = workpiece(lessons_dir(), name)
    asked, called = wanted(piece), dict.fromkeys(one.function for one in piece.task.check)
    assert [one.call.partition("(")[0] for one in asked] == list(called)
    assert all(one.words and one.judged[0] in "123456789" for one in asked)


def test_the_call_the_words_and_the_judge() -> None:
    score, update = wanted(workpiece(lessons_dir(), "perceptron-update"))
    assert (score.call, update.call) == ("score(w, b, x)", "update(w, b, x, y, eta)")
    assert len(update.words) == 2 and "\n" not in update.words[1] and update.words[1].endswith("the pair (w, b).")
    assert score.judged == "16 cases, held against a solution"
    _, backward = wanted(workpiece(lessons_dir(), "softmax-cross-entropy"))
    assert backward.judged.endswith("held against finite differences of loss")


def test_nothing_of_a_starter_steers_the_terminal() -> None:
    piece = workpiece(lessons_dir(), "perceptron-update")
    rude = replace(piece, starter=piece.starter.replace("The score w·x", "\x1b[2JThe score w·x"))
    assert "\x1b" not in "".join(wanted(rude)[0].words)
