"""Whole files: what is loaded, and that all that is wrong is told at once and at its place."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import msgspec
import pytest

from dltui.lesson.load import Loaded, load, loads
from dltui.lesson.problem import Problem
from dltui.lesson.records import Conv2d, Experiment, Lesson, Quiz

DATA = Path(__file__).parent / "data"
WHOLE = (DATA / "whole.toml").read_text(encoding="utf-8")


def problems(source: bytes | str) -> list[str]:
    return [str(problem) for problem in loads(source, "a.toml").problems]


def changed(*pairs: tuple[str, str]) -> str:
    """The whole lesson with some of its text replaced."""
    text = WHOLE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def told(*pairs: tuple[str, str]) -> list[str]:
    """The messages about a changed lesson, without places."""
    found = loads(changed(*pairs), "a.toml").problems
    return [str(problem).split(": ", 1)[1] for problem in found]


# ── a sound file ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_lesson_with_everything() -> None:
    loaded = load(DATA / "whole.toml")
    assert loaded.problems == ()
    lesson = loaded.lesson
    assert lesson is not None
    assert (lesson.id, lesson.minutes, len(lesson.step)) == ("whole", 20, 4)
    experiment, quiz = lesson.step[2:]
    assert isinstance(experiment, Experiment) and isinstance(quiz, Quiz)
    assert experiment.model[0] == Conv2d(out=8, kernel=3, padding=1)
    kinds = [type(question).__name__ for question in quiz.question]
    assert kinds == ["Choice", "Multi", "Numeric", "Numeric", "Shape", "Fill"]
    assert "\tprint(" in lesson.step[0].text


def test_the_same_as_msgspec_makes_of_it() -> None:
    assert loads(WHOLE, "a.toml").lesson == msgspec.convert(tomllib.loads(WHOLE), Lesson)


def test_bytes_text_and_line_ends_make_no_difference() -> None:
    lesson = loads(WHOLE, "a.toml").lesson
    assert loads(WHOLE.encode(), "a.toml").lesson == lesson
    assert loads(WHOLE.replace("\n", "\r\n"), "a.toml").lesson == lesson


def test_the_digest_is_of_the_bytes() -> None:
    assert loads(WHOLE, "a").digest == loads(WHOLE.encode(), "b").digest != loads(WHOLE + " ", "a").digest
    assert loads("a = ", "a").digest


# ── everything at once ──────────────────────────────────────────────────────────────────────────────────────────────


def test_all_problems_of_a_broken_lesson() -> None:
    """The file beside this test is what an author reads; look through it after each change of a message."""
    found = problems((DATA / "broken.toml").read_bytes())
    assert found == (DATA / "broken.txt").read_text(encoding="utf-8").replace("broken.toml", "a.toml").splitlines()


def test_a_problem_reads_as_one_line() -> None:
    assert str(Problem("a.toml", 3, 7, "wrong")) == "a.toml:3:7: wrong"
    assert str(Problem("a.toml", 3, 7, "wrong", "right")) == "a.toml:3:7: wrong — did you mean “right”?"
    assert str(Problem("a.toml", 0, 0, "not there")) == "a.toml: not there"


def test_no_lesson_when_there_are_problems() -> None:
    assert loads(changed(("minutes = 20", "minutes = 0")), "a.toml").lesson is None


MINUTES = "minutes must be a whole number from 1 to 600, not"
RATE = "lr must be a number, above 0 and at most 1000000, not"
OPTIMIZERS = "kind must be one of adagrad, adam, adamw, rmsprop or sgd, not"
SETTING = "bias must be true or false, a number, a text or a list of values, not"
TYPED_IN = "a value that is typed in needs proof (how it is found again) or why (where it comes from)"
KEYS = "format, id, title, part, minutes, needs, goals, intro and step"
MESSAGES = [
    ("minutes = 20", 'minutes = "20"', f'{MINUTES} the text "20" — did you mean “20”?'),
    ("minutes = 20", "minutes = true", f"{MINUTES} true"),
    ("minutes = 20", "minutes = 601", f"{MINUTES} 601"),
    ("minutes = 20", "minutes = 20.0", f"{MINUTES} 20.0 — did you mean “20”?"),
    ("minutes = 20", "minutes = [20]", f"{MINUTES} a list"),
    ("minutes = 20", "", "minutes is missing in the lesson: a whole number from 1 to 600"),
    ("minutes = 20", "duration = 20", 'unknown key "duration" in the lesson — did you mean “minutes”?'),
    ("minutes = 20", "minutes = 20\nminuts = 3", f'unknown key "minuts" in the lesson, which has {KEYS}'),
    ('title = "Training"', "title = 3", 'title must be a text, not 3 — did you mean “"3"”?'),
    ('title = "Training"', 'title = """a\nb"""', "title must be one line"),
    ('needs = ["start"]', 'needs = "start"', 'needs must be a list of texts, not the text "start"'),
    ('needs = ["start"]', 'needs = ["whole"]', "a lesson cannot need itself"),
    ('needs = ["start"]', 'needs = ["a", "a"]', '"a" is here for the second time'),
    ("out = 8", "out = 0", "out must be a whole number, at least 1, not 0"),
    ("lr = 0.005,", "lr = 0,", f"{RATE} 0"),
    ("lr = 0.005,", "lr = -1,", f"{RATE} -1"),
    ("[0.9, 0.99]", "[0.9]", "betas must have exactly 2 items, not 1"),
    ("[0.9, 0.99]", "0.9", "betas must be a list of numbers, not 0.9 — did you mean “[0.9]”?"),
    ("[0.9, 0.99]", "[0.9, 1]", "a beta must be at least 0 and below 1, not 1"),
    ('kind = "adam"', 'kind = "adan"', f'{OPTIMIZERS} "adan" — did you mean “adam”?'),
    ('{ layer = "relu" }', '{ layer = "relu", slope = 1 }', 'unknown key "slope" in a relu layer, which has layer'),
    ("bias = true", "bias = { a = 1 }", f"{SETTING} a table {{ … }}"),
    ("seed = 7", "seed = 2147483648", "seed must be a whole number up to 2147483647, not 2147483648"),
    ("x = [-2, 2]", "x = [-2, nan]", "item 2 of x must be a finite number, not nan"),
    ("goals = [", "goals = ['1', '2', '3', '4', '5',", "goals must have at most 6 items, not 7"),
    ('ask = "dE/dw?"', "", "ask is missing in a numeric question: a text"),
    ('ask = "dE/dw?"', 'ask = " "', "ask must not be empty in a numeric question"),
    ('why = "6 - 3 + 1 is 4."', 'why = ""', "why must not be empty in item 1 of wrong"),
    (', proof = "grad of E by w"', "", TYPED_IN),
    ("told = ", "told = 2024-01-01 # ", "told cannot be a date or a time: write a text in quotes"),
]


@pytest.mark.parametrize(("old", "new", "message"), MESSAGES)
def test_one_message(old: str, new: str, message: str) -> None:
    assert told((old, new)) == [message]


# ── what belongs together ───────────────────────────────────────────────────────────────────────────────────────────

ELSE = "digits is something else"
POINTS = "wrong counts points of two classes, and digits has none"
EXPLORER = 'unknown explorer "percepton" — did you mean “perceptron”?'
TOGETHER = [
    ("epochs = 15", "", ["epochs or steps is missing: how long is the training?"]),
    ("epochs = 15", "epochs = 15\nsteps = 3", ["epochs and steps are both given: keep one"]),
    ("epochs = 15", "epoch = 15", ['unknown key "epoch" in an experiment step — did you mean “epochs”?']),
    ("kernel = 2 }", "kernel = 9 }", None),
    ("out = 10,", "out = 9,", None),
    ('data = "digits"', 'data = "digit"', ['unknown data "digit" — did you mean “digits”?']),
    ('{ layer = "flatten" },', "", None),
    ("betas = [0.9, 0.99]", "momentum = 0.9", ["adam has no momentum: its running mean is set by betas"]),
    ('kind = "adam"', 'kind = "sgd"', ["sgd has no betas: they belong to adam and adamw"]),
    ("batch = 32", "batch = 1298", ["digits has 1297 rows to train on, fewer than batch = 1298; 0 takes all"]),
    ('show = ["loss",', 'show = ["regions",', [f"regions is drawn for two inputs and two classes; {ELSE}"]),
    ('show = ["loss",', 'show = ["fit",', [f"fit is drawn for one input and two classes or a number; {ELSE}"]),
    ('show = ["loss",', 'show = ["accuracy",', ["accuracy is shown already"]),
    ('metric = "accuracy"', 'metric = "wrong"', [f"{POINTS}: use accuracy"]),
    ("claim = \"accuracy", "claim = \"acuracy", ["unknown name acuracy — did you mean accuracy?"]),
    ("low = 0", "low = 1", ["low must be below high, not from 1 to 1"]),
    ("close = 0.02", "close = 2", ["close is wider than all from low to high: every guess would be close"]),
    ("[4, 8, 16]", "[4, 16]", ["values must hold 8, to which the experiment sets model.0.out"]),
    ("[4, 8, 16]", "[4, 8, 8]", ["8 is here for the second time"]),
    ("[4, 8, 16]", '[4, 8, "many"]', ['model.0.out cannot be "many": it must be a whole number, at least 1']),
    ('"model.0.out"', '"model.1.out"', None),
    ('"model.0.out"', '"optimizer.lr"', None),
    ('"model.0.out"', '"model.0.kernel"', None),
    ('explorer = "perceptron"', 'explorer = "percepton"', [EXPLORER]),
    ('controls = ["bias"]', 'controls = ["bias", "bias"]', ['"bias" is here for the second time']),
    ('id = "play"', 'id = "read"', ['the step on line 14 has the id "read" too']),
    ('id = "cures"', 'id = "slope"', ['the question on line 85 has the id "slope" too']),
    ('text = "a quarter", ok = true', 'text = "a quarter"', None),
    ('why = "That is the slope of tanh at 0."', "ok = true", None),
    (', why = "Each layer makes the product smaller."', "", ['why is missing: what is wrong with "more layers"?']),
    ('"ReLU", ok', '"He initialisation", ok', ["item 1 of options says the same"]),
    ("conv_size(", "conv_sise(", ["unknown function conv_sise — did you mean conv_size?"]),
    ("conv_size(28, kernel=5)", "conv_size(n, kernel=5)", ["unknown name n"]),
    ('kernel=5)" }', 'kernel=5)", value = 24 }', None),
    ("value = [3, 4], why", "value = [3, 4.5], why", ["a shape is a list of whole numbers such as [3, 4], not a list"]),
    ("answer = { value = [3, 4], why = \"Count the positions.\" }", "answer = {}", None),
    ('answer = "-mu *', 'answer = "-nu *', ["unknown name nu; the names here are a, mu, x, y"]),
    ("mu = [0.1, 1]", "mu = [1, 0.1]", ["the range of mu must go up, not from 1 to 0.1"]),
    ('"mu * (a', '"mu * ((a', None),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "messages"), TOGETHER)
def test_what_belongs_together(old: str, new: str, messages: list[str] | None) -> None:
    """None: the sentence is someone else's, one is enough."""
    found = told((old, new))
    assert found == messages if messages is not None else len(found) >= 1


def test_shapes_are_checked_although_the_experiment_is_wrong_elsewhere() -> None:
    found = told(("epochs = 15", 'epochs = "ten"'), ('{ layer = "flatten" },', ""))
    assert len(found) == 2
    assert "this linear layer does not fit" in found[0] and "epochs must be" in found[1]


# ── characters ──────────────────────────────────────────────────────────────────────────────────────────────────────


def keeps(command: str, became: str) -> str:
    return f"{command} became {became}: use '…' or '''…''' so that {command} keeps its backslash"


HIDDEN = "in text: it can steer the terminal or hide text; take it out"
ESCAPE = "a backslash in \"…\" starts an escape: use '…' or '''…''' so that \\theta keeps its backslash"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (r'"$\theta$"', ["1:8: " + keeps(r"\theta", "a TAB (U+0009)")]),
        (r'"$\frac{1}{2}$"', ["1:8: " + keeps(r"\frac", "a control character (U+000C)")]),
        (r'"by $x$, a $\beta$"', ["1:18: " + keeps(r"\beta", "a control character (U+0008)")]),
        (r'"$\nabla f$"', ["1:8: " + keeps(r"\nabla", "a new line (U+000A)")]),
        (r'"$\sigma$"', ["1:8: " + ESCAPE]),
        (r'"\u001b[2J"', [f"1:7: ESC (U+001B) {HIDDEN}"]),
        ('"a\u009bb"', [f"1:8: a control character (U+009B) {HIDDEN}"]),
        ('"a\u202eb"', [f"1:8: an invisible character (U+202E) {HIDDEN}"]),
        ("'$x$\there'", []),
        (r'"no formula\there"', []),
        (r'"$x$ first\nso a new line"', []),
    ],
)
def test_characters(text: str, messages: list[str]) -> None:
    found = [problem.removeprefix("a.toml:") for problem in problems(f"text={text}\n{WHOLE}")]
    assert [problem for problem in found if not problem.startswith("1:1: unknown key")] == messages


def test_the_right_line_in_a_text_of_several_lines() -> None:
    found = problems(changed(("They may hold $\\theta$.", "They may\nnot hold \u200b.")))
    assert found == [f"a.toml:11:10: an invisible character (U+200B) {HIDDEN.replace('text', 'intro', 1)}"]


def test_keys_are_checked_too() -> None:
    found = problems('"a\\u001b" = 1\n' + WHOLE)
    assert found == ['a.toml:1:1: the key "a\ufffd" holds a character that is not allowed']


# ── formulas ────────────────────────────────────────────────────────────────────────────────────────────────────────


def unknown(tex: str) -> str | None:
    return "unknown command \\oops" if "\\oops" in tex else None


def formula_problems(*pairs: tuple[str, str]) -> list[str]:
    return [str(problem) for problem in loads(changed(*pairs), "a.toml", unknown).problems]


def place(source: str, word: str, number: int = 0) -> str:
    """Where a word stands for the time `number`, as line:column."""
    offset = -1
    for _ in range(number + 1):
        offset = source.index(word, offset + 1)
    return f"{source.count(chr(10), 0, offset) + 1}:{offset - source.rfind(chr(10), 0, offset)}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("y - a", "y -\n\\oops a"),
        ("$n - k + 1$", "\n$n - k +\n1 + \\oops$"),
        ('"train a model"', "'train $x + \\oops$'"),
        ('text = "a quarter"', "text = '$\\oops$'"),
        ('"Ten classes', '"$\\\\oops$ Ten classes'),
    ],
)
def test_formulas_are_checked_at_their_places(old: str, new: str) -> None:
    assert formula_problems() == []
    source = changed((old, new))
    at = place(source, "\\\\oops" if "\\\\oops" in source else "\\oops")
    assert formula_problems((old, new)) == [f"a.toml:{at}: unknown command \\oops"]


def test_expressions_are_no_prose() -> None:
    assert formula_problems(('proof = "grad of E by w"', "proof = '$\\oops$'")) == []


def test_a_dollar_that_belongs_to_no_formula() -> None:
    at = place(changed(("Press $t$.", "Press $t.")), "$t")
    found = formula_problems(("Press $t$.", "Press $t."))
    assert found == [f"a.toml:{at}: this $ belongs to no formula: write \\$ for a dollar sign"]


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    missing = load(tmp_path / "no\x1b.toml")
    assert [str(problem) for problem in missing.problems] == [
        f"{tmp_path}/no\ufffd.toml: this file cannot be read: No such file or directory"
    ]
    assert missing == Loaded(None, missing.problems, "")
    assert "regular file" in load(tmp_path).problems[0].message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "01-a.toml")
    assert "regular file" in load(tmp_path / "01-a.toml").problems[0].message


def test_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "01-a.toml"
    path.write_text("#" * 300_000)
    assert load(path).problems[0].message == "a lesson has at most 256 KiB, this file has more"
