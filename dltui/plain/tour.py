"""A lesson in lines: read, play, train, answer. In a pipe it plays through by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Literal, Protocol, cast

from dltui.journal.progress import Answered, Done, ProgressWriter, Visited
from dltui.lesson.find import Course, Entry
from dltui.lesson.records import (
    AnyQuestion,
    Choice,
    Exercise,
    Experiment,
    Explorer,
    GradientCheck,
    Lesson,
    Match,
    Multi,
    Order,
    Point,
    Quiz,
)
from dltui.lesson.variants import instance
from dltui.places import usable_state
from dltui.plain.talk import Talk
from dltui.quiz import arrange, point
from dltui.quiz.judge import judge, shown_answer
from dltui.quiz.options import LETTERS, order

TRIES = 3


class Train(Protocol):
    """`dltui.plain.train.offer`, which loads PyTorch and is therefore looked up when something is trained."""

    def __call__(self, lesson: Lesson, step: Experiment, *, device: str, talk: Talk) -> bool: ...


class Check(Protocol):
    """`dltui.plain.gradients.offer`, which loads PyTorch."""

    def __call__(self, step: GradientCheck, talk: Talk, ask: Callable[[Choice], bool]) -> bool: ...


class Play(Protocol):
    """`dltui.plain.explore.play`, which loads numpy."""

    def __call__(self, step: Explorer, talk: Talk) -> Literal["played", "passed", "quit"]: ...


def play(course: Course, placed: tuple[Entry, int] | None, *, device: str = "auto", talk: Talk | None = None) -> int:
    """Go through one lesson from the step `placed`, by default the first lesson from its start. Returns 0."""
    talk = talk or Talk()
    state = usable_state()
    if not state.remembered:
        talk.say(state.why)
    for entry in course.entries:
        for problem in entry.problems:
            talk.say(f"Left out: {problem}")
    sound = [each for each in course.entries if each.lesson is not None]
    if not sound:
        talk.say("There is no lesson to show.")
        return 0
    entry, first = placed or (sound[0], 0)
    assert entry.lesson is not None, "a broken lesson is never played"
    recorder = ProgressWriter(state.folder / "progress")
    if recorder.progress.damage:
        talk.say(recorder.progress.damage)
    lesson, trouble = entry.lesson, ""
    talk.rule(f"{entry.number} {lesson.title}")
    talk.read(lesson.intro)
    if talk.person:
        talk.say("\nenter: next · q: quit\n")
    for index, step in enumerate(lesson.step[first:], first):
        talk.say()
        talk.rule(f"{index + 1}/{len(lesson.step)} {step.title}")
        talk.read(step.text)
        recorder.record(Visited(lesson=lesson.id, step_id=step.id))
        if recorder.trouble and not trouble:
            talk.say(recorder.trouble)
        trouble, done, left = recorder.trouble, True, ""
        if isinstance(step, Explorer):
            left = cast(Play, _late("dltui.plain.explore:play"))(step, talk)
            done = left == "played"
        elif isinstance(step, Experiment):
            done = cast(Train, _late("dltui.plain.train:offer"))(lesson, step, device=device, talk=talk)
        elif isinstance(step, GradientCheck):
            ask = partial(_ask, lesson, step.id, recorder, talk)
            done = cast(Check, _late("dltui.plain.gradients:offer"))(step, talk, ask)
        elif isinstance(step, Exercise):
            place = f"{lesson.id}/{step.id}"
            talk.say(f"\nTo begin: dltui exercise start {place}\nTo have it judged: dltui exercise check {place}")
            done = False  # whoever judges it says so
        elif isinstance(step, Quiz):
            done = _quiz(lesson, step, recorder, talk)
        if done:
            recorder.record(Done(lesson=lesson.id, step_id=step.id))
        if left == "quit" or (not left and talk.person and index + 1 < len(lesson.step)
                              and talk.ask("enter: next step, q: quit > ") in ("q", None)):
            break
    talk.say()
    talk.say("Take it further in the full screen: dltui in a terminal." if not talk.person else "Until next time.")
    return 0


def _late(name: str) -> object:
    """Something that is loaded only when it is used."""
    module, attribute = name.split(":")
    return getattr(import_module(module), attribute)


def _lay_out(question: AnyQuestion, shown: list[int], talk: Talk) -> None:
    """What there is to choose from, to arrange or to point at."""
    match question:
        case Choice() | Multi():
            for letter, index in zip(LETTERS, shown, strict=False):
                talk.say(f"  {letter}  {question.options[index].text}")
        case Order() | Match():
            if isinstance(question, Match):
                for number, pair in enumerate(question.pairs, 1):
                    talk.say(f"  {number}  {pair.left}")
                talk.say()
            for letter, text in zip(arrange.LETTERS, arrange.texts(question), strict=False):
                talk.say(f"  {letter}  {text}")
        case Point():
            rows, columns = point.names(question)
            table = [["", *columns], *([name, *cells] for name, cells in zip(rows, point.cells(question), strict=True))]
            widths = [max(map(len, column)) for column in zip(*table, strict=True)]
            for row in table:
                talk.say("  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
        case _:
            pass


def _quiz(lesson: Lesson, step: Quiz, recorder: ProgressWriter, talk: Talk) -> bool:
    """True when every question was answered rightly."""
    questions = [instance(question, str(recorder.learner)) for question in step.question]
    answered = [_ask(lesson, step.id, recorder, talk, question) for question in questions]
    return all(answered)


def _ask(lesson: Lesson, step_id: str, recorder: ProgressWriter, talk: Talk, question: AnyQuestion) -> bool:
    shown = order(question, 0)
    talk.say()
    talk.read(question.ask)
    _lay_out(question, shown, talk)
    hints = list(question.hints)
    tries = misses = 0
    while tries < min(TRIES, question.attempts or TRIES):
        given = talk.ask("your answer" + (" (h: hint)" if hints else "") + " > ")
        if not given:
            talk.say("(not answered)")
            return False
        if given == "h" and hints:
            talk.read(hints.pop(0))
            continue
        verdict = judge(question, given, shown or None)
        mark = {"right": "Right.", "wrong": "Not right.", "ungradable": "Not counted."}[verdict.outcome]
        talk.say(f"{mark} {verdict.said}")
        if verdict.outcome == "ungradable" and talk.person:
            continue
        tries += 1  # whatever it is that comes from a pipe: it may never end
        if verdict.outcome == "ungradable":
            continue
        misses += verdict.outcome == "wrong"
        recorder.record(Answered(lesson=lesson.id, step_id=step_id, question=question.id, given=verdict.given,
                                 outcome=verdict.outcome, score=verdict.score, hints=len(question.hints) - len(hints),
                                 misses=misses))
        if verdict.outcome == "right":
            talk.read(question.explain)
            return True
    talk.say(f"The answer: {shown_answer(question)}")
    return False

