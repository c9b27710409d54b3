"""An experiment in lines: a guess, settings, training, what came of it, and a look back."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite, nan, prod

from msgspec.structs import replace

from dltui.engine.headless import Busy, Terminated
from dltui.journal.progress import Predicted
from dltui.journal.run import Run
from dltui.lesson import share
from dltui.lesson.change import ChangeError, apply, options, value
from dltui.lesson.claims import predicted
from dltui.lesson.comparison import compared
from dltui.lesson.datasets import DATASETS
from dltui.lesson.expressions import evaluate
from dltui.lesson.gradients import check_of
from dltui.lesson.notation import read
from dltui.lesson.records import Experiment
from dltui.lesson.source import source
from dltui.lesson.syntax import ExpressionError
from dltui.plain import comparing, curves, views
from dltui.plain.activity import Activity, Place, Usage
from dltui.plain.bench import Bench
from dltui.plain.outcome import ending, tell
from dltui.plain.train import begun, refused

COMMANDS: tuple[Usage, ...] = (
    ("train, t", "train with the settings as they are; ctrl+c stops"),
    ("set NAME VALUE, NAME=VALUE", "change a setting, also one that is not listed: lr=0.1, model.0.out=16"),
    ("compare NAME V,V", "train several values side by side; compare off: no more"),
    ("settings", "all settings and their values"),
    ("reset", "the settings of the lesson"),
    ("share", "a line that opens this step with these settings"),
    ("runs", "the runs so far, on one chart"),
    ("at STEP", "numbers and pictures as they were at a step"),
    ("table", "the numbers of the run by steps"),
    ("views, view NAME", "the pictures once more"),
    ("code", "the model and its training as PyTorch code"),
    ("gradient, g", "hold the gradient at the start against finite differences"),
)
STARTS = "0123456789.-+"


class Training(Activity):
    """Done when a run came to its end."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        assert isinstance(place.step, Experiment)
        self._step = place.step
        self._experiment = share.experiment(place.step, place.moves)
        self._guess = place.recorder.progress.guess(place.lesson.id, place.step.id)
        self._insisted = False
        self._runs: list[tuple[Experiment, Run]] = []
        self._bench: Bench | None = None

    @property
    def prompt(self) -> str:
        if self._asking and not self._insisted:
            return "your guess > "
        return "experiment > "

    @property
    def commands(self) -> Sequence[Usage]:
        return [*COMMANDS, *(self._bench.commands if self._bench is not None else ())]

    @property
    def _asking(self) -> bool:
        return self._step.predict is not None and self._guess is None

    def begin(self) -> None:
        talk = self.talk
        talk.say()
        self._told_settings()
        for knob in self._step.knobs:
            now = value(self._experiment, knob.set)
            talk.tell(f"{knob.set} = {now}   ({talk.words(knob.label)}: {', '.join(map(str, knob.values))})", "      ",
                      first="  ")  # fmt: skip
        if (asked := self._step.predict) is not None:
            if self._guess is not None:
                talk.say(f"Your guess was {self._guess:g}.")
            else:
                talk.read(f"Your guess first: {asked.ask} A number from {asked.low:g} to {asked.high:g}.")
        if talk.person:
            talk.say("t: train · NAME=VALUE: change a setting · enter: go on")

    def take(self, given: str) -> bool:
        word, _, rest = given.partition(" ")
        rest = rest.strip()
        if self._asking and given[0] in STARTS:
            self._take_guess(given)
        elif given in ("t", "train"):
            self._train()
        elif given == "reset":
            self._experiment = self._step
            self._told_settings()
        elif given == "settings":
            for name, now in options(self._experiment).items():
                typed = str(now).lower() if now is None or isinstance(now, bool) else now
                self.talk.say(f"  {name} = {typed}")
        elif given == "share":
            self.talk.say(share.command(share.joined(f"{self.place.lesson.id}/{self._step.id}",
                                                     share.settings(self._step, self._experiment))))
        elif word == "compare" and rest:
            self._compare(rest)
        elif given in ("c", "code"):
            self.talk.say(source(self._experiment, DATASETS[self._experiment.data]))
        elif given in ("g", "gradient"):
            self._bench = Bench(check_of(self._experiment), self.talk)
            self._bench.report()
        elif not self._look_back(word, rest) and (self._bench is None or not self._bench.take(given)):
            return self._set(given)
        return True

    def alone(self) -> None:
        if not self._runs:
            self._train(insist=False)

    def _set(self, given: str) -> bool:
        """`lr=0.1`, `lr 0.1` or `set lr 0.1`. False: it is no setting."""
        words = given.removeprefix("set ").strip()
        asked = "=" in words or words != given
        name, _, new = (part.strip() for part in words.partition("=" if "=" in words else " "))
        if not new or not (asked or name in options(self._experiment)):
            return False
        try:
            self._experiment = apply(self._experiment, {name: new})
        except ChangeError as error:
            self.talk.tell(f"{error}".rstrip(".") + ".")
            return True
        self._told_settings()
        return True

    def _told_settings(self) -> None:
        changes = self._changes(self._experiment)
        self.talk.tell(f"{summary(self._experiment)}{f'; changed: {changes}' if changes else ''}")

    def _compare(self, rest: str) -> None:
        name, _, values = rest.replace("=", " ").partition(" ")
        try:
            if name == "off":
                self._experiment = replace(self._experiment, compare={})
            else:
                listed = [part.strip() for part in values.split(",") if part.strip()]
                if not listed:
                    self.talk.say("compare NAME V,V: such as compare lr 0.01,0.1")
                    return
                self._experiment = compared(self._experiment, {name: listed})
        except ChangeError as error:
            self.talk.tell(f"{error}.")
            return
        self.talk.tell(summary(self._experiment))

    def _take_guess(self, given: str) -> None:
        asked = self._step.predict
        assert asked is not None
        try:
            guess = evaluate(read(given))
        except ExpressionError:
            guess = nan
        if not isinstance(guess, int | float) or not isfinite(guess) or not asked.low <= guess <= asked.high:
            self.talk.say(f"A number from {asked.low:g} to {asked.high:g}, please.")
            return
        self._guess = float(guess)
        self.place.recorder.record(
            Predicted(lesson=self.place.lesson.id, step_id=self._step.id, guess=self._guess)
        )
        self.talk.say(f"You said {self._guess:g}. Now t.")

    def _train(self, *, insist: bool = True) -> None:
        talk = self.talk
        if insist and self._asking and not self._insisted:
            self._insisted = True
            talk.say("Commit to a number first; t once more trains without one.")
            return
        try:
            done = begun(self.place.lesson, self._experiment, self.place.device, say=talk.tell)
        except Terminated as error:
            tell(error.run, talk)
            raise KeyboardInterrupt from None
        except (Busy, OSError) as error:
            talk.tell(refused(error))
            return
        self._runs.append((self._experiment, done))
        tell(done, talk)
        if done.variants and any(run.snapshots for run in done.variants):
            self._pictures(_lines(done)[:1])
            talk.say("views and at STEP show the pictures of every line.")
        if done.state == "stopped" and not talk.person:  # there is nobody who could mean this run alone
            raise KeyboardInterrupt
        self.done = self.done or done.state == "done"
        self._held_against(done)
        if len(self._runs) > 1 and not done.variants:
            self._told_runs()

    def _held_against(self, done: Run) -> None:
        """What became of the guess."""
        asked = self._step.predict
        if asked is None or self._experiment.compare != self._step.compare:
            return
        if self._guess is not None:
            final = predicted(self._experiment, [each.final for each in done.variants or [done]])
            if final is None:
                self.talk.say(f"You said {self._guess:g}. The run has no such number: it did not get there.")
                return
            near = "close" if abs(final - self._guess) <= asked.close else "not close"
            self.talk.say(f"You said {self._guess:g}, it is {final:.4g}: {near}.")
        if len(self._runs) == 1:
            self.talk.read(asked.told)

    def _look_back(self, word: str, rest: str) -> bool:
        if word not in ("runs", "at", "table", "views", "view", "v"):
            return False
        if not self._runs:
            self.talk.say("Nothing is trained yet: t trains.")
            return True
        lines = _lines(self._runs[-1][1])
        done = lines[0][1]
        match word:
            case "runs":
                curves.compare([(self._label(made), run) for made, run in self._runs], self.talk)
                self._told_runs()
            case "at":
                if not rest.isdecimal():
                    self.talk.say(f"at STEP, from 0 to {done.step}.")
                else:
                    self._pictures(lines, float(rest))
            case "table":
                for row in curves.table(done):
                    self.talk.say(row)
            case _:
                if rest not in ("", *done.snapshots):
                    self.talk.say(f"There is no view {rest}; there are {', '.join(done.snapshots) or 'none'}.")
                self._pictures(lines, only=rest)
        return True

    def _pictures(self, lines: Sequence[tuple[str, Run]], step: float = inf, only: str = "") -> None:
        """The pictures of each line of a comparison, or of the one run; at a step with its numbers."""
        for label, done in lines:
            if label:
                self.talk.say(f"{label}:")
            if step < inf:
                self.talk.tell(curves.sentence(done, step))
            views.show(done, self.talk, step, only)

    def _told_runs(self) -> None:
        self.talk.say("The runs so far:")
        for number, (made, run) in enumerate(self._runs, 1):
            self.talk.tell(f"{number}  {self._label(made)}: {ending(run)}", "     ", first="  ")

    def _label(self, made: Experiment) -> str:
        return self._changes(made) or "as in the lesson"

    def _changes(self, made: Experiment) -> str:
        """What is set otherwise than in the lesson."""
        usual = options(self._step)
        return ", ".join(f"{name} {now}" for name, now in options(made).items() if usual.get(name) != now)


def _lines(done: Run) -> list[tuple[str, Run]]:
    """A run for each line of a comparison, with what sets it apart; a single run stands alone, without a label."""
    if not done.variants:
        return [("", done)]
    return [(label, members[0]) for label, members in comparing.lines(done) if members]


def summary(experiment: Experiment) -> str:
    """Data, optimiser, length and seed, in a line."""
    count, unit = (experiment.epochs, "epoch") if experiment.epochs else (experiment.steps, "step")
    length = f"{count} {unit}{'' if count == 1 else 's'}"
    batch = f"batches of {experiment.batch}" if experiment.batch else "full batch"
    parts = [f"data {experiment.data}", f"{experiment.optimizer.kind} lr {experiment.optimizer.lr:g}", length, batch]
    if experiment.compare:
        runs = prod(map(len, experiment.compare.values()))
        each = [f"{name} {', '.join(map(str, values))}" for name, values in experiment.compare.items()]
        return "; ".join([f"{runs} runs to compare", *each, *parts])
    return "; ".join([*parts, f"seed {experiment.seed}"])
