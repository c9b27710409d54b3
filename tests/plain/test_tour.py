"""The laboratory in lines: the ways through it, and every activity, played with lines from a file."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from dltui.explore.registry import start
from dltui.journal.progress import Progress, learner
from dltui.lesson.find import Course, course, find
from dltui.lesson.gradients import question_of_round
from dltui.lesson.records import (
    AnyQuestion,
    Choice,
    Explain,
    Explorer,
    GradientCheck,
    Match,
    Multi,
    Order,
    Point,
    Quiz,
    Reading,
)
from dltui.lesson.tasks import work_file
from dltui.lesson.variants import instance
from dltui.places import lessons_dir, state_dir
from dltui.plain.talk import Talk
from dltui.plain.tour import play
from dltui.quiz import arrange, point
from dltui.quiz.judge import key, shown_answer
from dltui.quiz.options import LETTERS, order

KINDS = Path(__file__).parent.parent / "tui" / "50-kinds.toml"
SMALL = """
format = 1
id = "small"
title = "Small"
minutes = 5
goals = ["train"]
[[step]]
id = "read"
title = "Read"
kind = "read"
text = "A text about perceptrons."
[[step]]
id = "train"
title = "Train"
kind = "experiment"
data = "xor"
model = [{ layer = "linear", out = 4 }, { layer = "tanh" }, { layer = "linear", out = 1 }]
loss = "binary_cross_entropy"
optimizer = { kind = "adam", lr = 0.05 }
steps = 30
show = ["loss", "accuracy", "regions", "parameters"]
knobs = [{ set = "model.0.out", label = "hidden units", values = [2, 4, 8] }]
predict = { ask = "What loss?", metric = "loss", low = 0, high = 2, close = 0.1, told = "So it is." }
[[step]]
id = "check"
title = "Check"
kind = "gradient"
data = "xor"
model = [{ layer = "linear", out = 3 }, { layer = "tanh" }, { layer = "linear", out = 1 }]
loss = "binary_cross_entropy"
batch = 4
[[step]]
id = "hunt"
title = "Hunt"
kind = "gradient"
data = "xor"
model = [{ layer = "linear", out = 3 }, { layer = "tanh" }, { layer = "linear", out = 1 }]
loss = "binary_cross_entropy"
batch = 4
[[step.rounds]]
bug = "sign"
layer = 0
options = [{ text = "the sign", ok = true }, { text = "nothing", why = "Look at $-1$." }]
told = "Well seen."
"""


@pytest.fixture
def small(tmp_path: Path) -> Course:
    (tmp_path / "10-small.toml").write_text(SMALL)
    (tmp_path / "50-kinds.toml").write_text(KINDS.read_text())
    return course([tmp_path])


def played(found: Course, place: str, *lines: str, spoken: bool = False, ascii: bool = False) -> str:
    target = StringIO()
    talk = Talk(StringIO("".join(f"{line}\n" for line in lines)), target, spoken=spoken, ascii=ascii)
    assert play(found, find(found, place) if place else None, talk=talk) == 0
    said = target.getvalue()
    assert "\x1b" not in said
    assert said.isascii() or not (ascii or spoken)
    return said


def done(lesson: str) -> set[str]:
    return Progress.read(state_dir() / "progress").done(lesson)


def after(said: str, command: str) -> str:
    """What a command was answered with."""
    return said.split(f"> {command}\n", 1)[1].split("\n> ")[0]


def test_ways_through_the_course(small: Course) -> None:
    said = played(small, "small/read", "p", "steps", "list", "search perceptrons", "search nowhere", "go 9", "go kinds",
                  ":back", ":go small/check", "back", "quit")  # fmt: skip
    assert "This is the first step" in after(said, "p")
    assert "  1  Read (read, read), you are here" in after(said, "steps")
    assert "50  kinds" in after(said, "list") and "0/4" in after(said, "list")
    place, line, *_ = after(said, "search perceptrons").splitlines()
    assert place == "small/read  Read" and line.startswith("    ") and "perceptrons" in line.lower()
    assert "Nothing is found" in after(said, "search nowhere")
    assert "there is no lesson" in after(said, "go 9")
    assert "50 Kinds" in after(said, "go kinds") and "1/1 Questions" in after(said, "go kinds")
    assert "This is the first step" in said.split("> :back\n")[1].split("\n")[0]
    assert "3/4 Check" in said.split(":go small/check")[1]
    assert "2/4 Train" in said.split("> back\n")[1]


def test_it_opens_where_the_learner_left_it(small: Course) -> None:
    played(small, "small/check", "q")
    assert "3/4 Check" in played(small, "", "q")


def test_what_is_done_counts_as_on_the_screen(small: Course) -> None:
    played(small, "small/read", "", "q")
    assert done("small") == {"read"}
    assert "1/4" in after(played(small, "small/read", "list", "q"), "list")


def test_help_names_the_commands_of_the_step_and_what_is_unknown_is_said(small: Course) -> None:
    said = played(small, "small/train", "help", "fly", "q")
    for command in ("train, t", "set NAME VALUE", "at STEP", "search WORDS", "spoken on"):
        assert command in said.split("> help\n")[1].split("> fly")[0]
    assert "“fly” is nothing I know here" in said


def test_a_pipe_that_never_ends_comes_to_the_end_of_the_lesson(small: Course) -> None:
    said = played(small, "small/check", *["y"] * 1000)
    assert said.count("is nothing I know here") < 12
    assert "Not counted." in said and "This was the last step" not in said


def test_an_explorer_that_does_not_start_says_so_and_the_lesson_goes_on(tmp_path: Path) -> None:
    before = '[[step]]\nid = "train"'
    step = "[[step]]\nid = 'play'\ntitle = 'Play'\nkind = 'explore'\nexplorer = 'pooling'\nsettings = { stride = 0 }\n"
    (tmp_path / "10-small.toml").write_text(SMALL.replace(before, step + before))
    said = " ".join(played(course([tmp_path]), "small/play", "", "q").split())
    assert "This explorer does not start: stride lies between 1 and 3, not at 0." in said
    assert "dltui lint 10-small.toml" in said and "3/5 Train" in said
    assert "play" not in done("small")


def test_without_any_line_it_plays_by_itself(small: Course) -> None:
    said = played(small, "small")
    assert "done at step 30/30" in said and "all 13 elements agree" in said and "(not answered)" in said
    assert done("small") == {"read", "train", "check"}
    assert "1/1 Questions" not in said, "it stays in the lesson"


def test_training(small: Course) -> None:
    said = played(small, "small/train", "at 3", "t", "9", "0.7", "steps=40", "model.0.out 2", "set nowhere 3", "t",
                  "runs", "at 10", "view regions", "table", "settings", "code", "g", "element 0.weight[0,1]",
                  "compare lr 0.01,0.1", "t", "at 10", "compare off", "reset", "q")  # fmt: skip
    assert "Nothing is trained yet" in said
    assert "Commit to a number first" in said and "A number from 0 to 2, please." in said
    assert "You said 0.7. Now t." in said and "You said 0.7, it is 0." in said and "So it is." in said
    assert "there is no setting" in said and "nowhere" in said
    assert "40 steps; full batch; seed 0; changed: steps 40, model.0.out 2" in said.replace("\n", " ")
    assert "done at step 40/40" in said and "● loss" in said
    assert "step 10: accuracy" in said and "W1[0,0]" in said
    assert after(said, "table").splitlines()[0].split() == ["step", "accuracy", "wrong", "loss"]
    assert "  optimizer.lr = 0.05\n" in said and "  epochs = none\n" in said
    assert "nn.Linear(2, 2)" in after(said, "code")
    assert "all 9 elements agree" in after(said, "g")
    assert "backward" in after(said, "element 0.weight[0,1]") and "The check takes h = " in said
    assert "2 runs to compare; optimizer.lr 0.01, 0.1" in said.replace("\n", " ") or "lr 0.01, 0.1" in said
    compared = said.split("> compare lr 0.01,0.1\n")[1]
    trained, looked = compared.split("> at 10\n")
    assert "\nlr 0.01:\n" in trained and "\nlr 0.1:\n" not in trained
    assert trained.count("parameters at step 40") == 1
    assert "lr 0.01:\nstep 10: accuracy" in looked and "\nlr 0.1:\nstep 10: accuracy" in looked
    assert done("small") == {"train"}
    assert Progress.read(state_dir() / "progress").guess("small", "train") == 0.7
    assert "Your guess was 0.7." in played(small, "small/train", "q")


def test_two_runs_are_held_beside_each_other(small: Course) -> None:
    said = played(small, "small/train", "t", "t", "seed=5", "t", "q")
    assert "  1  as in the lesson: done at step 30/30" in said
    assert "  2  seed 5: done at step 30/30" in said


def test_training_for_ears(small: Course) -> None:
    said = played(small, "small/train", "t", "t", "at 10", "q", spoken=True)
    assert "loss: 0." in said and "; half of the way at step " in said
    assert "regions at step 30:" in said and "class 0" in said.replace("class 1", "class 0")
    assert "W1[0,0] " in said and "+0." not in said.split("parameters at")[1].split("\n")[1]


def test_a_gradient_taken_apart(small: Course) -> None:
    said = played(small, "small/check", "element W", "element 0.weight[7,7]", "element 2.weight", "map 0.weight",
                  "bugs", "plant missing-mean 0", "plant what 0", "modules", "plant none", "q")  # fmt: skip
    assert "More than one tensor is called “W”" in said
    assert "its indices go 0 to 2, 0 to 1" in said
    assert "error against step size h" in after(said, "element 2.weight")
    assert "within tolerance" in after(said, "map 0.weight")
    assert "missing-mean 0: " in after(said, "bugs")
    assert "6 of 13 elements wrong, in 0.weight" in after(said, "plant missing-mean 0")
    assert "cannot have the bug 'what'" in after(said, "plant what 0").replace("\n", " ")
    assert "all 13 elements agree" in after(said, "plant none")


def test_a_bug_hunt_keeps_the_checker_quiet_until_it_is_answered(small: Course) -> None:
    letters = {option: letter for letter, option in zip("ab", _hunt_order(small), strict=True)}
    said = played(small, "small/hunt", "plant none 0", letters["nothing"], "element 0.weight", letters["the sign"], "q")
    before, found = said.split("Right. ")
    assert "Look at −1." in before and "the sign is wrong" not in before.replace("\n", " ")
    assert "elements agree" not in before, "nothing is planted in a hunt"
    assert "backward" in before
    assert "Well seen." in found and "The checker: " in found
    assert done("small") == {"hunt"}


def _hunt_order(found: Course) -> list[str]:
    entry, index = find(found, "small/hunt")
    assert entry.lesson is not None and isinstance(step := entry.lesson.step[index], GradientCheck)
    question = question_of_round(step, 0)
    return [question.options[place].text for place in order(question, 0)]


def typed(question: AnyQuestion) -> str:
    """The right answer as a learner would type it."""
    match question:
        case Choice() | Multi():
            return ",".join(letter for letter, at in zip(LETTERS, order(question, 0), strict=False)
                            if question.options[at].ok)  # fmt: skip
        case Order() | Match():
            return arrange.own_answer(question)
        case Point():
            rows, columns = point.names(question)
            return point.shown(point.right_cells(key(question), len(rows), len(columns))[0], rows, columns)
        case Explain():
            return "Because it is so."
        case _:
            return shown_answer(question)


def answers(quiz: Quiz) -> list[str]:
    """Of all questions as this learner gets them."""
    who = str(learner(state_dir()))
    return [typed(instance(question, who)) for question in quiz.question]


def test_questions_of_every_kind_with_hints_and_attempts(small: Course) -> None:
    entry, _ = find(small, "kinds")
    assert entry.lesson is not None and isinstance(quiz := entry.lesson.step[0], Quiz)
    right = dict(zip([question.id for question in quiz.question], answers(quiz), strict=True))
    said = played(small, "kinds", "h", "hint", "a b", right["order"], right["match"], "exploding", right["short"], "q",
                  ":help", right["point"], right["unit"], right["explain"], "question 2", "", "quit")  # fmt: skip
    assert "What needs what?" in said and "The answer: zero the gradients; forward pass" in said
    assert "Not counted." in said and "1 more attempt." in said
    assert "spoken on" in said.split("> :help\n")[1]


def test_an_exercise_and_a_challenge_are_begun_and_judged() -> None:
    here = course([lessons_dir()])
    said = played(here, "perceptron-sgd/write", "check", "start", "start", "hint", "check", "solution", "q")
    told = " ".join(said.split())
    assert "no such file; dltui exercise start" in told and "is written. Fill it in" in told
    assert "score(w, b, x)" in told and "held against a solution" in told
    assert "start again begins anew" in told and "hint 1 of 3: " in said and "✗ score: " in said
    assert "write" not in done("perceptron-sgd")
    solution = lessons_dir() / "solutions" / "perceptron-update.py"
    work_file("perceptron-sgd", "perceptron-update").write_text(solution.read_text())
    said = played(here, "perceptron-sgd/write", "check", "solution", "q")
    assert "✓ " in after(said, "check") and "def update" in after(said, "solution")
    assert "write" in done("perceptron-sgd")
    said = played(here, "basics-logistic/hurry", "hint", "start", "q")
    assert "1 star: loss <= " in said and "hint 1 of " in said and "Change it, then: dltui challenge" in said


ENTRIES = [entry for entry in course([lessons_dir()]).entries if entry.lesson is not None]


@pytest.mark.parametrize("number", range(len(ENTRIES)), ids=[entry.id for entry in ENTRIES])
def test_pages_explorers_and_questions_of_every_lesson(number: int) -> None:
    """All but what trains, once as they are heard and once in ASCII."""
    entry = ENTRIES[number]
    assert entry.lesson is not None
    lines, expected = list[str](), set[str]()
    for place, step in enumerate(entry.lesson.step, 1):
        if not isinstance(step, Reading | Explorer | Quiz):
            continue
        expected.add(step.id)
        lines.append(f":go {place}")
        if isinstance(step, Explorer):
            state = start(step.explorer, step.settings)
            control = next(each for each in state.controls() if each.name in step.controls or not step.controls)
            lines += [f"{control.name}+", "undo", *(action.key for action in state.actions()[:1])]
        elif isinstance(step, Quiz):
            lines += answers(step)
    spoken = number % 2 == 0
    said = played(Course((entry,)), f"{entry.id}/1", *lines, ":go 1", "quit", spoken=spoken, ascii=not spoken)
    assert "Not right." not in said and "Not counted." not in said and "nothing I know" not in said
    assert done(entry.id) >= expected
    assert max(map(len, said.splitlines())) <= 110, "only what is typed makes longer lines than the width"
