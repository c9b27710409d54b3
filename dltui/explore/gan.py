"""Two networks that play against each other, in slow motion: ten moves a round, each to be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from dltui.explore import checked
from dltui.explore import gan_words as words
from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider, Switch
from dltui.explore.gan_facts import facts
from dltui.explore.gan_game import DATA, Game, Score, Turn, Who
from dltui.explore.gan_net import LOSSES, LossName
from dltui.explore.gan_pictures import losses, plane, scores
from dltui.scene import Scene

TRAINED = ("both", "only D", "only G")
RATES = ("0.001", "0.002", "0.005", "0.01", "0.02", "0.05")
MOVES = 5
"""Of a turn: draw, generate, judge, gradient, step."""
MOST_ROUNDS = 300
"""That a lesson may begin after: they are played while the learner waits."""
EVERY = 5
"""Rounds from one score to the next while many are played at once."""
LONGEST = 400
"""Scores that are kept."""
CURVES = ("none", "losses", "clouds")
"""What stands beside the points."""
SETTINGS = ("data", "noise", "seed", "train", "loss", "rate_d", "rate_g", "curve", "rounds", "ahead", "moves")


@dataclass(frozen=True)
class Gan(Explorer):
    game: Game
    turn: Turn = field(compare=False)
    """What the game and its dice give; so it need not be compared."""
    done: int
    """Moves of the turn that are done."""
    history: tuple[Score, ...]
    round: int = 0
    seed: int = 0
    train: str = "both"
    loss: LossName = LOSSES[0]
    rate_d: str = "0.01"
    rate_g: str = "0.01"
    curve: str = "none"
    told: str = ""

    @classmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """Settings: data (two, ring4, ring8), noise (1 to 4 numbers), seed, train (both, only D, only G), loss,
        rate_d and rate_g, curve (none, losses, clouds), rounds (already played by both, up to 300), ahead (rounds of D
        alone after them), moves (already done)."""
        checked.known(settings, SETTINGS)
        data = checked.choice("data", settings.get("data", "two"), tuple(DATA))
        noise = checked.whole("noise", settings.get("noise", 2), 1, 4)
        seed = checked.whole("seed", settings.get("seed", 0), 0, 9)
        train = checked.choice("train", settings.get("train", TRAINED[0]), TRAINED)
        loss = _loss(settings.get("loss", LOSSES[0]))
        rate_d, rate_g = (checked.choice(name, settings.get(name, "0.01"), RATES) for name in ("rate_d", "rate_g"))
        curve = checked.choice("curve", settings.get("curve", CURVES[0]), CURVES)
        game = Game.begun(data, noise, seed)
        real, drawn, game = game.drawn()
        turn = Turn.of(game, "D", real, drawn, loss)
        state = cls(game, turn, 0, (game.score(0, loss),), 0, seed, TRAINED[0], loss, rate_d, rate_g, curve)
        state = state._played(checked.whole("rounds", settings.get("rounds", 0), 0, MOST_ROUNDS))
        ahead = checked.whole("ahead", settings.get("ahead", 0), 0, MOST_ROUNDS)
        state = state._trained(TRAINED[1])._played(ahead) if ahead else state
        state = state._trained(train)
        for _ in range(checked.whole("moves", settings.get("moves", 0), 0, 2 * MOVES)):
            state = state._moved()
        return replace(state, told=words.opening(state.turn, state.done, state.round))

    def controls(self) -> Sequence[Control]:
        return (
            Switch("train", "train", self.train, TRAINED),
            Switch("loss", "loss of G", self.loss, LOSSES),
            Switch("rate_d", "rate of D", self.rate_d, RATES),
            Switch("rate_g", "rate of G", self.rate_g, RATES),
            Switch("curve", "curve", self.curve, CURVES),
            Switch("data", "data", self.game.data, tuple(DATA)),
            Slider("noise", "numbers in z", self.game.noise, 1, 4, 1),
            Slider("seed", "seed", self.seed, 0, 9, 1),
        )

    def changed(self, name: str, value: float | str) -> Self:
        value = checked.turned(self.controls(), name, value)
        if isinstance(value, float):
            value = float(round(value))
        if (stays := checked.unmoved(self.controls(), name, value)) is not None:
            return replace(self, told=stays or self.told)
        match name:
            case "train":
                return self._trained(str(value))
            case "loss":
                loss = _loss(value)
                turn = Turn.of(self.game, self.turn.who, self.turn.real, self.turn.noise, loss)
                turn = turn if self.done < MOVES else self.turn
                return replace(self, loss=loss, turn=turn, told=words.loss_changed(loss))
            case "curve":
                return replace(self, curve=str(value), told=words.CURVES[str(value)])
            case "rate_d" | "rate_g":
                player = name[-1].upper()
                rates = (str(value), self.rate_g) if player == "D" else (self.rate_d, str(value))
                changed = replace(self, rate_d=rates[0], rate_g=rates[1])
                return replace(changed, told=f"{player} steps with a learning rate of {value} from now on.")
            case _:
                now: dict[str, Any] = {"data": self.game.data, "noise": self.game.noise, "seed": self.seed}
                kept = {"train": self.train, "loss": self.loss, "rate_d": self.rate_d, "rate_g": self.rate_g}
                return self.start(now | kept | {"curve": self.curve, name: value})

    def actions(self) -> Sequence[Action]:
        return (
            Action("move", "m", "one move"),
            Action("turn", "1", "one turn"),
            Action("ten", "e", "10 rounds"),
            Action("fifty", "x", "50 rounds"),
            Action("hint", "i", "hint"),
        )

    def acted(self, name: str) -> Self:
        checked.action(self.actions(), name)
        match name:
            case "move":
                state = self._moved()
                return replace(state, told=words.moved(state.turn, state.done, state.game, self.loss))
            case "turn":
                state = self._moved()
                while state.done < MOVES:
                    state = state._moved()
                return replace(state, told=words.turned(state.turn, state.game, state.loss))
            case "hint":
                return replace(self, told=words.hint(self.turn, self.done, self.train))
            case _:
                state = self._played(10 if name == "ten" else 50)
                centres = len(DATA[self.game.data].centres)
                told = words.played(self.history[-1], state.history[-1], centres, self.train)
                return replace(state, told=told)

    def facts(self) -> Sequence[Fact]:
        return facts(self.turn, self.done, self.game, self.history[-1], self.loss)

    def scenes(self) -> Sequence[Scene]:
        centres = len(DATA[self.game.data].centres)
        points = plane(self.game, self.turn, self.done)
        match self.curve:
            case "losses":
                return (points, losses(self.history))
            case "clouds":
                return (points, scores(self.history, centres))
            case _:
                return (points,)

    def said(self) -> str:
        return self.told

    def _trained(self, who: str) -> Self:
        state = replace(self, train=who, told=words.trained(who))
        if who == "both" or self.turn.who == who[-1]:
            return state
        return state._begun("D" if who[-1] == "D" else "G")  # a turn of the other one would never be finished

    def _begun(self, who: Who) -> Self:
        """At the start of a new turn."""
        real, noise, game = self.game.drawn()
        return replace(self, game=game, turn=Turn.of(game, who, real, noise, self.loss), done=0)

    def _next(self) -> Who:
        if self.train == "both":
            return "G" if self.turn.who == "D" else "D"
        return "D" if self.train == "only D" else "G"

    def _moved(self, scored: bool = True) -> Self:
        """After one move; the first one of a turn comes after the last one of the turn before."""
        state = self._begun(self._next()) if self.done == MOVES else self
        if state.done < MOVES - 1:
            return replace(state, done=state.done + 1)
        rate = float(state.rate_d if state.turn.who == "D" else state.rate_g)
        state = replace(state, game=state.turn.stepped(state.game, rate), done=MOVES)
        if state.train == "both" and state.turn.who == "D":
            return state
        count = state.round + 1
        if not scored:
            return replace(state, round=count)
        history = (*state.history, state.game.score(count, state.loss))[-LONGEST:]
        return replace(state, round=count, history=history)

    def _played(self, rounds: int) -> Self:
        """To the end of so many more rounds. A round that has begun is the first of them."""
        state, last = self, self.round + rounds
        while state.round < last:
            state = state._moved(scored=state.round + 1 == last or (state.round + 1) % EVERY == 0)
        return state


def _loss(given: object) -> LossName:
    name = checked.choice("loss", given, LOSSES)
    return next(one for one in LOSSES if one == name)
