"""Every key of the lab: which action it stands for, by names that stay the same, so that a file can give others.

A class takes its bindings from here by `bound`; the name of an action is its room and its own, such as
`experiment.train`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from textual.binding import Binding, BindingType


class Action(NamedTuple):
    """One thing that keys do."""

    keys: str
    """As Textual names them, with commas between them."""
    does: str
    """Of the class that binds it."""
    says: str = ""
    """For help and palette."""
    shown: bool = True
    """Whether help lists it."""


Room = Mapping[str, Action]


def _room(**actions: Action) -> Room:
    return MappingProxyType(actions)


_UP, _DOWN = Action("up,k", "move(-1)", "up"), Action("down,j", "move(1)", "down")
_ANSWER = Action("enter", "answer", "answer")

ROOMS: Mapping[str, Room] = MappingProxyType({
    "app": _room(
        quit=Action("ctrl+c", "quit", "quit", False),
        suspend=Action("ctrl+z", "suspend_process", "to the shell; fg comes back", False),
        palette=Action("ctrl+p", "command_palette", "palette", False),
        help=Action("question_mark,f1", "app.help", "help"),
        attach=Action("A", "attach", "to the run that goes on"),
        copy_message=Action("exclamation_mark", "copy_message", "copy the last message"),
    ),
    "course": _room(
        search=Action("slash", "search", "search"),
        close_search=Action("escape", "close_search", "close search", False),
        down=Action("j", "move(1)", "down", False),
        up=Action("k", "move(-1)", "up", False),
        first=Action("g", "edge(0)", "first lesson", False),
        last=Action("G", "edge(1)", "last lesson", False),
        open=Action("n", "open", "open", False),
        runs=Action("r,R", "runs", "runs of this lesson"),
        quit=Action("q", "app.quit", "quit"),
    ),
    "lesson": _room(
        next=Action("n", "go(1)", "next step"),
        previous=Action("p", "go(-1)", "previous step"),
        switch=Action("tab", "switch", "text or activity"),
        page_down=Action("pagedown", "page(1)", "scroll the text"),
        page_up=Action("pageup", "page(-1)", "scroll the text back"),
        search=Action("slash", "search", "search this lesson"),
        runs=Action("R", "runs", "runs of this lesson"),
        answers=Action("W", "hand_in", "write the answers to a file"),
        share=Action("Y", "share", "a line that opens what is here"),
        export=Action("E", "export", "export run or lesson"),
        screenshot=Action("I", "photograph", "screenshot to a file"),
        leave=Action("q,escape", "leave", "back to the course"),
    ),
    "text": _room(
        down=Action("j", "scroll_down", "down", False),
        up=Action("k", "scroll_up", "up", False),
        end=Action("G", "scroll_end", "end", False),
        half_down=Action("ctrl+d", "half(1)", "half a page down", False),
        half_up=Action("ctrl+u", "half(-1)", "half a page up", False),
        next_match=Action("n", "match(1)", "next match"),
        previous_match=Action("N", "match(-1)", "previous match"),
        end_search=Action("escape", "end_search", "end the search"),
    ),
    "search": _room(close=Action("escape", "close", "close search")),
    "experiment": _room(
        train=Action("t", "train", "train"),
        pause=Action("space", "pause", "pause or go on"),
        step=Action("full_stop", "single", "one step"),
        stop=Action("s", "stop", "stop, keep a checkpoint"),
        reset=Action("r", "reset", "the lesson's own settings"),
        reseed=Action("S", "reseed", "next seed"),
        keep=Action("K", "keep", "go on without the lab, or not"),
        detach=Action("D", "detach", "leave the lab, keep the run"),
        previous_knob=Action("up,k", "choose(-1)", "previous knob"),
        next_knob=Action("down,j", "choose(1)", "next knob"),
        more=Action("right,plus,equals_sign", "turn(1)", "more"),
        less=Action("left,minus", "turn(-1)", "less"),
    ),
    "curves": _room(
        back=Action("left_square_bracket", "scrub(-1)", "back in time"),
        forward=Action("right_square_bracket", "scrub(1)", "forward in time"),
        far_back=Action("left_curly_bracket", "scrub(-10)", "far back in time"),
        far_forward=Action("right_curly_bracket", "scrub(10)", "far forward in time"),
        start=Action("home", "start", "the start of the run"),
        newest=Action("end", "newest", "the newest step"),
        other=Action("o", "other", "another run in focus"),
        forget=Action("x", "forget", "older runs off the chart"),
        smooth=Action("a", "look('smooth')", "smooth the curves"),
        log=Action("l", "look('log_y')", "logarithmic height"),
        log_steps=Action("L", "look('log_x')", "logarithmic steps"),
        view=Action("v", "view", "next view"),
        replay=Action("enter", "replay", "replay"),
        full=Action("f", "full", "chart full screen"),
        gradient=Action("g", "gradient", "check the gradient"),
        code=Action("c", "code", "the PyTorch code"),
        copy=Action("y", "copy", "copy the values, or what went wrong"),
    ),
    "chart": _room(
        left=Action("left", "move(-1)", "cursor left"),
        right=Action("right", "move(1)", "cursor right"),
        far_left=Action("shift+left,H", "move(-10)", "cursor far left", False),
        far_right=Action("shift+right,L", "move(10)", "cursor far right", False),
        zoom_in=Action("plus,equals_sign,up", "zoom(0.5)", "zoom in"),
        zoom_out=Action("minus,down", "zoom(2)", "zoom out"),
        pan_left=Action("less_than_sign,h", "pan(-1)", "pan left"),
        pan_right=Action("greater_than_sign", "pan(1)", "pan right"),
        whole=Action("0", "whole", "all steps"),
        metric=Action("m", "metric", "next metric"),
        other=Action("o", "other", "another run"),
        smooth=Action("a", "smooth", "smooth"),
        log=Action("l", "log_y", "logarithmic"),
        copy=Action("y", "copy", "copy the values in sight"),
        back=Action("f,q,escape,enter", "dismiss", "back"),
    ),
    "gradient": _room(
        up=Action("up,k", "move(0, -1)", "up"),
        down=Action("down,j", "move(0, 1)", "down"),
        left=Action("left", "move(-1, 0)", "left"),
        right=Action("right", "move(1, 0)", "right"),
        enter=Action("enter", "enter", "into the map"),
        worst=Action("w", "worst", "next bad element"),
        bug=Action("b", "bug", "plant a bug"),
        honest=Action("r", "honest", "take the bug out"),
        modular=Action("m", "modular", "module by module"),
        check=Action("t", "check", "check again"),
        next_round=Action("N", "round(1)", "next round"),
        previous_round=Action("P", "round(-1)", "previous round"),
    ),
    "gradient-screen": _room(back=Action("g,q,escape", "leave", "back")),
    "bugs": _room(close=Action("escape,q,b", "dismiss(None)", "close")),
    "explorer": _room(
        previous=Action("up,k", "choose(-1)", "previous control"),
        next=Action("down,j", "choose(1)", "next control"),
        more=Action("right,plus,equals_sign", "change(1)", "more"),
        less=Action("left,minus", "change(-1)", "less"),
        much_more=Action("greater_than_sign,shift+right", "change(10)", "much more"),
        much_less=Action("less_than_sign,shift+left", "change(-10)", "much less"),
        undo=Action("backspace", "undo", "undo"),
        reset=Action("r", "reset", "reset"),
    ),
    "quiz": _room(
        hint=Action("h", "hint", "hint"),
        previous=Action("left", "question(-1)", "previous question"),
        next=Action("right", "question(1)", "next question"),
        onward=Action("enter", "onward", "answer, then next"),
        hint_while_typing=Action("f2", "hint", "hint", False),
    ),
    "options": _room(up=_UP, down=_DOWN, tick=Action("space", "tick", "tick"), answer=_ANSWER),
    "order": _room(up=_UP, down=_DOWN, hold=Action("space", "hold", "pick up, put down"), answer=_ANSWER),
    "match": _room(up=_UP, down=_DOWN, clear=Action("backspace", "clear", "take away"), answer=_ANSWER),
    "point": _room(
        up=Action("up,k", "move(-1, 0)", "up"),
        down=Action("down,j", "move(1, 0)", "down"),
        left=Action("left", "move(0, -1)", "left"),
        right=Action("right", "move(0, 1)", "right"),
        answer=_ANSWER,
    ),
    "exercise": _room(
        edit=Action("e", "edit", "edit the file"),
        hint=Action("h", "hint", "hint"),
        solution=Action("s", "solution", "the solution, once yours is right"),
        copy=Action("y", "copy", "copy what the judge says"),
    ),
    "challenge": _room(
        edit=Action("e", "edit", "edit the settings"),
        all=Action("T", "all", "train with all seeds for practice"),
        hint=Action("h", "hint", "hint"),
        solution=Action("A", "solution", "the author's settings, once yours have all stars"),
    ),
    "runs": _room(
        open=Action("enter,o", "open", "show its curves"),
        down=Action("j", "move(1)", "down", False),
        up=Action("k", "move(-1)", "up", False),
        first=Action("g", "edge(0)", "first run", False),
        last=Action("G", "edge(1)", "last run", False),
        sort=Action("s", "sort", "sort by the next column"),
        reverse=Action("S", "reverse", "sort the other way round"),
        all=Action("a", "all", "of all lessons, or of one"),
        delete=Action("d,x,delete", "delete", "delete this run"),
        undo=Action("u,backspace", "undo", "bring back what was deleted"),
        copy=Action("y", "copy", "copy the table"),
        back=Action("q,escape,r,R", "dismiss", "back"),
    ),
    "code": _room(
        close=Action("escape,q,c,enter", "dismiss", "close"),
        copy=Action("y", "copy", "copy"),
        down=Action("j", "scroll(1)", "down", False),
        up=Action("k", "scroll(-1)", "up", False),
        half_down=Action("d,ctrl+d", "page(0.5)", "half a page down", False),
        half_up=Action("u,ctrl+u", "page(-0.5)", "half a page up", False),
        first=Action("g", "home", "to the start", False),
        last=Action("G", "end", "to the end", False),
    ),
    "help": _room(
        close=Action("escape,q,question_mark,f1,enter", "dismiss", "close"),
        down=Action("j", "scroll(1)", "down", False),
        up=Action("k", "scroll(-1)", "up", False),
        half_down=Action("d,ctrl+d", "scroll(10)", "half a page down", False),
        half_up=Action("u,ctrl+u", "scroll(-10)", "half a page up", False),
    ),
    "end": _room(
        first=Action("enter", "first", "go on"),
        next=Action("n", "dismiss('next')", "next lesson"),
        answers=Action("W", "dismiss('write')", "write the answers to a file"),
        course=Action("q", "dismiss('course')", "course"),
        stay=Action("escape,p", "dismiss(None)", "stay"),
    ),
})
"""All actions, by room and name."""

_STEP = ("app", "lesson", "text")
TOGETHER: tuple[tuple[str, ...], ...] = (
    ("app", "course"), ("app", "search"), (*_STEP, "experiment", "curves"),
    (*_STEP, "experiment", "curves", "challenge"),
    (*_STEP, "explorer"), (*_STEP, "gradient"), (*_STEP, "exercise"), (*_STEP, "quiz", "options"),
    (*_STEP, "quiz", "order"), (*_STEP, "quiz", "match"), (*_STEP, "quiz", "point"), ("app", "chart"),
    ("app", "gradient-screen", "gradient"), ("app", "bugs"), ("app", "runs"), ("app", "code"), ("app", "help"),
    ("app", "end"),
)  # fmt: skip
"""Which rooms are seen at the same time: on one of these screens a key means one thing."""
FIRST = frozenset({"app.quit", "app.suspend", "app.palette"})
"""What Textual asks for before all other keys."""

SEARCHING = frozenset({"text.next_match", "text.previous_match", "text.end_search"})
"""What has its keys only while there is a search, and then before all others of the screen."""


def every() -> Iterator[tuple[str, Action]]:
    """Each action by its whole name."""
    for room, actions in ROOMS.items():
        for name, action in actions.items():
            yield f"{room}.{name}", action


def bound(*names: str) -> list[BindingType]:
    """The bindings of rooms, or of single actions, such as `app.help`."""
    found = [(name, action) for name, action in every() if name in names or name.partition(".")[0] in names]
    return [Binding(action.keys, action.does, action.says, show=action.shown, priority=name in FIRST, id=name)
            for name, action in found]  # fmt: skip
