"""One-line share strings: `cnn-shapes/train@lr=0.1,seed=7` is a step of a lesson with settings of its own.

Behind the `@` stand settings and, for explorers, actions, in the order in which they are done: `rate=0.5,step:12` sets
a control and then takes an action twelve times. Characters that a shell would take for itself are written `%20`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import unquote

from msgspec import Struct

from dltui.lesson.change import ChangeError, apply, options
from dltui.lesson.change import place as full_place
from dltui.lesson.problem import quoted
from dltui.lesson.records import AnyStep, Experiment
from dltui.text import clean

MOST_TIMES = 2000
"""Actions in one string: each takes up to 20 ms to do again."""
LONGEST = 4000
"""Characters of a string that is read."""
_COMMA = re.compile(r",(?![^\[]*\])")
"""Not one inside a list such as `[3,3]`."""
_TIMES = re.compile(r"(.+):([0-9]{1,6})")
_UNSAFE = re.compile(r"[\s,%&;()<>|\"'`$\\!*?#{}^~]")


class ShareError(ValueError):
    """What a share string says that cannot be done, in one sentence."""


class Move(Struct, frozen=True):
    """A setting, or an action that is taken some times."""

    name: str
    value: str = ""
    times: int = 0
    """Of an action; 0: it is a setting."""


def split(text: str) -> tuple[str, tuple[Move, ...]]:
    """The place and what is to be set and done there; a text without `@` is only a place. Raises ShareError."""
    if len(text) > LONGEST:
        raise ShareError(f"a share string has at most {LONGEST} characters, this one has {len(text)}")
    start = text.rfind(".toml") + 1  # the path of a file may have an @ in it
    at = text.find("@", start)
    if at < 0:
        return text, ()
    moves = tuple(_move(part.strip()) for part in _COMMA.split(text[at + 1 :]) if part.strip())
    if not moves:
        raise ShareError(f"after the @ of {quoted(text, 80)} there is nothing to set, such as lr=0.1,seed=7")
    if sum(move.times for move in moves) > MOST_TIMES:
        raise ShareError(f"a share string takes at most {MOST_TIMES} actions")
    return text[:at], moves


def joined(place: str, moves: Iterable[Move]) -> str:
    """The share string of a place: the reverse of `split`."""
    written = ",".join(_written(move) for move in moves)
    return f"{place}@{written}" if written else place


def command(text: str) -> str:
    """A line for a shell that opens a share string."""
    return f"dltui {shlex.quote(text)}"


def experiment(step: AnyStep, moves: Sequence[Move]) -> Experiment:
    """The experiment of the step with these settings. Raises ShareError."""
    if not isinstance(step, Experiment):
        raise ShareError(f"{step.id} has nothing to set: only experiments and explorers take settings after an @")
    try:
        return apply(step, pairs(step, moves))
    except ChangeError as error:
        raise ShareError(clean(str(error), lines=False)) from None


def pairs(step: Experiment, moves: Sequence[Move]) -> dict[str, str]:
    """The settings by names that `change` knows, with their values as they were written. Raises ShareError."""
    names = _short(step)
    for move in moves:
        if move.times:
            raise ShareError(f"{quoted(move.name)} sets nothing: expected NAME=VALUE, such as lr=0.1")
    return {names.get(move.name, move.name): move.value for move in moves}


def settings(step: Experiment, now: Experiment) -> tuple[Move, ...]:
    """What turns the experiment of a lesson into `now`: the settings that differ, by short names."""
    names = {path: name for name, path in _short(step).items()}
    return tuple(Move(names.get(path) or _shortest(now, path), _value(value))
                 for path, value in changes(step, now).items())  # fmt: skip


def changes(step: Experiment, now: Experiment) -> dict[str, object]:
    """The settings that differ, by their full places."""
    usual, here = options(step), options(now)
    return {path: value for path, value in here.items()
            if (path not in usual or usual[path] != value)
            and not (path in ("epochs", "steps") and value is None)}  # taken away by the other one, which is given


def _short(step: Experiment) -> Mapping[str, str]:
    """Last parts of knobs' names that are clear though `change` does not know them: `out` for `model.0.out`."""
    known = set(options(step))
    ends: dict[str, list[str]] = {}
    for knob in step.knobs:
        try:
            path = full_place(step, knob.set)
        except ChangeError:
            continue
        ends.setdefault(path.rpartition(".")[2], []).append(path)
    return {end: paths[0] for end, paths in ends.items()
            if len(paths) == 1 and end not in known and not _resolves(step, end)}  # fmt: skip


def _resolves(now: Experiment, name: str) -> bool:
    try:
        full_place(now, name)
    except ChangeError:
        return False
    return True


def _shortest(now: Experiment, path: str) -> str:
    """`lr` for `optimizer.lr`, where it means that."""
    end = path.rpartition(".")[2]
    short = "optimizer" if path == "optimizer.kind" else end
    return short if _resolves(now, short) and full_place(now, short) == path else path


def _move(part: str) -> Move:
    name, sign, value = part.partition("=")
    if sign:
        if not name.strip() or not value.strip():
            raise ShareError(f"{quoted(part)} sets nothing: expected NAME=VALUE, such as lr=0.1")
        return Move(unquote(name.strip()), unquote(value.strip()))
    times = _TIMES.fullmatch(part)
    count = int(times[2]) if times else 1
    if not count:
        raise ShareError(f"{quoted(part)} does nothing: an action is taken at least once")
    return Move(unquote(times[1] if times else part), times=count)


def _written(move: Move) -> str:
    name = _safe(move.name)
    if not move.times:
        return f"{name}={_safe(move.value)}"
    return name if move.times == 1 else f"{name}:{move.times}"


def _safe(text: str) -> str:
    if text.startswith("[") and text.endswith("]"):
        return ",".join(_UNSAFE.sub(_coded, part) for part in text.split(","))
    return _UNSAFE.sub(_coded, text)


def _coded(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def _value(value: object) -> str:
    """As `change` reads it."""
    if isinstance(value, list):
        return f"[{','.join(_value(each) for each in value)}]"
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, float) else str(value)


def added(moves: Sequence[Move], more: Move) -> tuple[Move, ...]:
    """One more move at the end of others, brought together with the last where it is of the same kind."""
    last = moves[-1] if moves else None
    if last is not None and last.name == more.name and bool(last.times) == bool(more.times):
        return *moves[:-1], Move(more.name, more.value, last.times + more.times)
    return *moves, more
