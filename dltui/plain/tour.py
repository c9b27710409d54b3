"""The laboratory in lines: read, play, train, answer. In a pipe that has ended it plays on by itself."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from itertools import islice
from types import MappingProxyType
from typing import cast

from dltui.explore.explorer import SettingError
from dltui.explore.registry import refusal
from dltui.journal.progress import Done, ProgressWriter, Visited
from dltui.lesson.find import Course, Entry, NotFound, find
from dltui.lesson.records import Challenge, Exercise, Experiment, Explorer, GradientCheck, Quiz
from dltui.lesson.share import Move
from dltui.places import usable_state
from dltui.plain import listing
from dltui.plain.activity import Activity, Place, Usage
from dltui.plain.talk import Talk

KINDS: Mapping[type, str] = MappingProxyType({
    Explorer: "dltui.plain.explore:Exploring",
    Experiment: "dltui.plain.experiment:Training",
    GradientCheck: "dltui.plain.checking:Checking",
    Quiz: "dltui.plain.answering:Answering",
    Exercise: "dltui.plain.coding:Coding",
    Challenge: "dltui.plain.coding:Coding",
})
"""Kind of step -> what plays it. Some load numpy or PyTorch and are therefore looked up when they are needed."""
LETTERS: Mapping[str, str] = MappingProxyType({"n": "next", "p": "back", "q": "quit", "?": "help"})
"""Short for words, where letters are no answers."""
ALIKE: Mapping[str, str] = MappingProxyType(
    {"previous": "back", "exit": "quit", "find": "search", "/": "search", "repeat": "again", "open": "go"}
)
WAYS: tuple[Usage, ...] = (
    ("enter, next, n", "the next step"),
    ("back, p", "the step before"),
    ("go N, go LESSON, go LESSON/STEP", "another step or lesson, by number or name"),
    ("steps", "the steps of this lesson"),
    ("list", "the course and how far you are"),
    ("search WORDS", "where something is treated"),
    ("again", "show this step once more"),
    ("spoken on, spoken off", "formulas in words, and words for pictures: for screen readers"),
    ("quit, q", "leave; what you did is kept"),
)
ALONE = frozenset({"next", "back", "steps", "list", "again", "quit", "help"})
"""Words that are whole commands."""
PATIENCE = 3
"""Lines from a pipe that are not understood, one after the other, before a step is left: some pipes never end."""
Spot = tuple[Entry, int]


def play(
    course: Course, placed: Spot | None, *, device: str = "auto", spoken: bool = False, ascii: bool = False,
    talk: Talk | None = None, moves: tuple[Move, ...] = (),
) -> int:
    """Open the course at `placed`, by default where the learner left it, with the moves of a share string done there.
    Returns 0 when the learner has left."""
    talk = talk or Talk(spoken=spoken, ascii=ascii)
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
    recorder = ProgressWriter(state.folder / "progress")
    if recorder.progress.damage:
        talk.say(recorder.progress.damage)
    Tour(course, recorder, talk, device).walk(placed or _left(sound, recorder.progress.last()), moves)
    talk.say()
    talk.say("Until next time." if talk.person else "Take it further in the full screen: dltui in a terminal.")
    return 0


def _left(sound: list[Entry], last: tuple[str, str] | None) -> Spot:
    for entry in sound:
        if last is not None and entry.id == last[0] and entry.lesson is not None:
            ids = [step.id for step in entry.lesson.step]
            return entry, ids.index(last[1]) if last[1] in ids else 0
    return sound[0], 0


class Tour:
    """Goes from step to step."""

    def __init__(self, course: Course, recorder: ProgressWriter, talk: Talk, device: str = "auto") -> None:
        self.course = course
        self.recorder = recorder
        self.talk = talk
        self._device = device
        self._trouble = ""
        self._unattended = False

    def walk(self, spot: Spot, moves: tuple[Move, ...] = ()) -> None:
        """Until there is no way on, or the learner leaves. The moves are those of the first step."""
        lesson = ""
        way: Spot | None = spot
        while way is not None:
            place = Place(way[0], way[1], self.recorder, self.talk, self._device, moves)
            moves = ()
            if place.lesson.id != lesson:
                self.head(place, first=not lesson)
                lesson = place.lesson.id
            way = self.visit(place)

    def head(self, place: Place, *, first: bool) -> None:
        """The beginning of a lesson."""
        talk = self.talk
        talk.rule(f"{place.entry.number} {place.lesson.title}".strip())
        talk.read(place.lesson.intro)
        if first and talk.person:
            talk.say("\nenter: next · help: what can be typed · list: the course · q: quit")

    def visit(self, place: Place) -> Spot | None:
        """One step, until it is left. Returns where to; None: out."""
        activity = self.open(place)
        strange = 0
        while True:
            given = None if self._unattended else self.talk.ask(activity.prompt)
            if given is None and self.talk.person:
                return None
            if given is None or strange >= PATIENCE:
                self._unattended = self._unattended or given is None
                activity.alone()
                self._mark(activity)
                return self._following(place, beyond=False)
            if not given:
                if activity.onward():
                    self._mark(activity)
                    return self._following(place)
                self._mark(activity)
                continue
            name, rest = self._command(given, activity.free)
            if not name:
                known = activity.take(given)
                self._mark(activity)
                strange = 0 if known or self.talk.person else strange + 1
                if not known:
                    self.talk.tell(f"“{given}” is nothing I know here; help tells what there is.")
                continue
            if name == "quit":
                return None
            if (way := self._do(name, rest, activity)) is not None:
                return way

    def open(self, place: Place) -> Activity:
        """Show a step from its heading on."""
        talk, step = self.talk, place.step
        self.recorder.record(Visited(lesson=place.lesson.id, step_id=step.id))
        talk.say()
        count = len(place.lesson.step)
        number = f"Step {place.index + 1} of {count}:" if talk.spoken else f"{place.index + 1}/{count}"
        talk.rule(f"{number} {step.title}")
        talk.read(step.text)
        if self.recorder.trouble and not self._trouble:
            talk.tell(self.recorder.trouble)
        self._trouble = self.recorder.trouble
        kind = _late(KINDS[type(step)]) if type(step) in KINDS else Activity
        try:
            activity = cast(type[Activity], kind)(place)
        except SettingError as error:
            talk.tell(refusal(error, place.entry.path.name))
            return Activity(place)
        activity.begin()
        return activity

    def _mark(self, activity: Activity) -> None:
        place = activity.place
        if activity.done and place.step.id not in self.recorder.progress.done(place.lesson.id):
            self.recorder.record(Done(lesson=place.lesson.id, step_id=place.step.id))

    def _command(self, given: str, free: bool) -> tuple[str, str]:
        """The command of the tour that a line is, and what stands behind it; empty: it is for the step. A colon makes
        a command of any line."""
        forced = given.startswith(":")
        word, _, rest = given.removeprefix(":").strip().partition(" ")
        word, rest = word.casefold(), rest.strip()
        if word.startswith("/") and len(word) > 1 and not free:
            word, rest = "search", f"{word[1:]} {rest}"
        if not free or forced:
            word = LETTERS.get(word, word)
        word = ALIKE.get(word, word)
        whole = word in ALONE and not rest
        led = word in ("go", "search", "spoken", "help") and (not free or forced)
        return (word, rest) if whole or led or forced else ("", "")

    def _do(self, name: str, rest: str, activity: Activity) -> Spot | None:
        """Where a command leads; None: it stays here."""
        place, talk = activity.place, self.talk
        match name:
            case "next":
                self._mark(activity)
                return self._following(place)
            case "back":
                if place.index:
                    return place.entry, place.index - 1
                talk.say("This is the first step of the lesson.")
            case "go":
                if (way := self._named(place, rest)) is not None:
                    self._mark(activity)
                return way
            case "steps":
                for line in listing.steps(place.lesson, self.recorder.progress, place.index):
                    talk.say(line)
            case "list":
                rows = listing.sentences if talk.spoken else listing.lines
                for line in rows(self.course, self.recorder.progress):
                    talk.say(line)
            case "search":
                self._search(rest, place.lesson.id)
            case "again":
                return place.entry, place.index
            case "spoken":
                talk.spoken = rest != "off"
                talk.say("Formulas are in words now." if talk.spoken else "Formulas and pictures are drawn now.")
            case "help":
                self._help(activity)
            case _:
                talk.tell(f"There is no command “{name}”; help tells what there is.")
        return None

    def _following(self, place: Place, *, beyond: bool = True) -> Spot | None:
        """The next step; with `beyond` that may be in the next lesson."""
        if place.index + 1 < len(place.lesson.step):
            return place.entry, place.index + 1
        sound = [entry for entry in self.course.entries if entry.lesson is not None]
        ids = [entry.id for entry in sound]
        at = ids.index(place.entry.id) + 1 if place.entry.id in ids else len(ids)
        self.talk.say()
        if at >= len(sound):
            self.talk.say("This was the last step of the course." if beyond else "This was the last step.")
            return None
        if not beyond:
            return None
        self.talk.say("The lesson is over. The next one:")
        return sound[at], 0

    def _named(self, place: Place, name: str) -> Spot | None:
        try:
            ids = [step.id for step in place.lesson.step]
            if name.isascii() and name.isdecimal() and 1 <= int(name[:4]) <= len(ids):
                return place.entry, int(name[:4]) - 1
            if name in ids:
                return place.entry, ids.index(name)
            entry, index = find(self.course, name)
        except NotFound as error:
            self.talk.tell(f"{error}.".replace("..", "."))
            return None
        if entry.lesson is None:
            self.talk.tell(f"{entry.title} has errors: {entry.problems[0] if entry.problems else 'it cannot be read'}")
            return None
        return entry, index

    def _search(self, words: str, here: str) -> None:
        """Places, and the line in which the words stand."""
        rows = list(islice(listing.found(self.course, words, here), listing.MOST_FOUND)) if words else []
        for row in rows:
            self.talk.say(f"{row.place}  {row.title}")
            lines = (listing.excerpt(self.talk.words(text), words, self.talk.width - 4) for text in row.texts)
            if line := next(filter(None, lines), ""):
                self.talk.say(f"    {line}")
        self.talk.tell("go and one of these names opens it." if rows else "Nothing is found: search WORDS.")

    def _help(self, activity: Activity) -> None:
        rows = [*activity.commands, *WAYS]
        if activity.free:
            rows.append((":next, :go 3 …", "with a colon, every word is a command and not an answer"))
        wide = max(len(usage) for usage, _ in rows)
        for usage, what in rows:
            if self.talk.spoken or wide + 2 + len(what) > self.talk.width:
                self.talk.tell(f"{usage}: {what}", "    ", first="")
            else:
                self.talk.say(f"{usage.ljust(wide)}  {what}")


def _late(name: str) -> object:
    """Something that is loaded only when it is used."""
    module, attribute = name.split(":")
    return getattr(import_module(module), attribute)
