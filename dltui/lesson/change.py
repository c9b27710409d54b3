"""An experiment with some of its settings changed, by a knob, a key or `--set lr=0.1`, and what it is then.

Settings are called by their place, `optimizer.lr` or `model.0.out`; `lr` alone does where it is clear.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, get_args

import msgspec
from msgspec import Struct, inspect

from dltui.lesson import wording
from dltui.lesson.datasets import DATASETS
from dltui.lesson.problem import listed, nearest, quoted
from dltui.lesson.records import AnyLayer, Experiment, Optimizer
from dltui.lesson.wording import alternatives, wanted
from dltui.text import one_line

Path = tuple[str | int, ...]
Plain = dict[str, Any]

TOP = (
    "data", "data_seed", "loss", "target", "label_smoothing", "noise", "epochs", "steps", "batch", "d_steps", "g_steps",
    "seed",
)
"""The settings that stand in the experiment itself."""
OPTIMIZERS = ("optimizer", "adversary_optimizer")
UNSEEN = ("id", "title", "text", "show", "knobs", "predict", "claim")
"""What does not change the course of a run."""
LAYERS: Mapping[str, type[Struct]] = {str(layer.__struct_config__.tag): layer for layer in get_args(AnyLayer)}
MOST_NAMED = 20

_NUMBER = re.compile(r"[+-]?(\d+(_\d+)*\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_PLACE = re.compile(r"at `\$([^`]*)`$")


class ChangeError(ValueError):
    """A value that a setting does not take, or a setting that is not there."""

    def __init__(self, path: str, given: object, expected: str, near: str = "") -> None:
        hint = f" — did you mean {near}?" if near else ""
        super().__init__(f"{path}: expected {expected}, got {_came(given)}{hint}")
        self.path = path
        self.given = given
        self.expected = expected
        self.near = near
        """What was probably meant; empty: no idea."""


class UnknownSetting(ChangeError):
    """`expected` lists the settings that there are."""

    def __init__(self, path: str, given: object, near: str, known: Sequence[str]) -> None:
        super().__init__(path, given, listed(known, "and"), near)
        shown = [*known[:MOST_NAMED], "…"] if len(known) > MOST_NAMED else known
        meant = f"did you mean {near}?" if near else f"there are {listed(shown, 'and')}"
        self.args = (f"there is no setting {quoted(path)} — {meant}",)


def apply(experiment: Experiment, changes: Mapping[str, object]) -> Experiment:
    """`experiment` with these settings. Texts are read as a command line gives them: `0.1`, `1e3`, `true`, `adam`.

    Giving epochs takes away steps, and the other way round. A layer that becomes another one (`model.1.layer`) keeps
    the settings that both know. Raises ChangeError.
    """
    plain = _plain(experiment)
    given = {name: _read_text(new) if isinstance(new, str) else new for name, new in changes.items()}
    placed: dict[Path, tuple[str, object]] = {}
    for name in sorted(given, key=lambda name: not name.endswith(".layer")):  # which decide what else can be set
        path = _resolve(plain, name, given[name])
        if path in placed:
            raise ChangeError(name, given[name], f"a setting that {placed[path][0]} does not set too")
        placed[path] = (name, given[name])
        _set(plain, path, given[name])
    if ("epochs",) in placed and ("steps",) in placed:
        raise ChangeError("steps", placed[("steps",)][1], "one of epochs and steps, not both")
    for one, other in (("epochs", "steps"), ("steps", "epochs")):
        if (one,) in placed:
            plain[other] = None
    return _convert(plain, placed)


def options(experiment: Experiment) -> dict[str, object]:
    """Every setting by its place, with its value."""
    plain = _plain(experiment)
    return {_written(path): _get(plain, path) for path in _paths(plain)}


def value(experiment: Experiment, name: str) -> Any:
    """What a setting is now. Raises ChangeError."""
    plain = _plain(experiment)
    return _get(plain, _resolve(plain, name, None))


def place(experiment: Experiment, name: str) -> str:
    """A setting by its full place: `optimizer.lr` for `lr`. Raises ChangeError."""
    return _written(_resolve(_plain(experiment), name, None))


def read(plain: Mapping[str, Any]) -> Experiment:
    """An experiment from plain data, as the journal of a run holds it. Raises ChangeError."""
    return _convert(dict(plain), {})


def digest(experiment: Experiment) -> str:
    """Twelve hexadecimal digits, equal for experiments that take the same course: names, texts, views, knobs,
    predictions and claims do not count, and a default that is written out counts as if it were not."""
    same = read(_plain(experiment))  # once through the decoder: 1 and 1.0 are the same rate
    seen = {name: part for name, part in _chosen(same).items() if name not in UNSEEN}
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:12]


def _plain(record: Any) -> Any:
    """Dictionaries and lists with every default and every tag in them."""
    if isinstance(record, Struct):
        config = record.__struct_config__
        tagged = {config.tag_field: config.tag} if config.tag_field else {}
        return tagged | {name: _plain(getattr(record, name)) for name in record.__struct_fields__}
    if isinstance(record, list):
        return [_plain(part) for part in record]
    return record


def _chosen(record: Any) -> Any:
    """As `_plain`, without the settings that are at their default: one that is new to the format changes nothing."""
    if isinstance(record, list):
        return [_chosen(part) for part in record]
    if not isinstance(record, Struct):
        return record
    config = record.__struct_config__
    chosen = {config.tag_field: config.tag} if config.tag_field else {}
    for name, usual in _defaults(type(record)).items():
        if (value := getattr(record, name)) != usual:
            chosen[name] = _chosen(value)
    return chosen


@cache
def _defaults(kind: type[Struct]) -> dict[str, Any]:
    """By field; what has to be given has none. Working the fields out takes longer than comparing all of them."""
    return {one.name: one.default if one.default_factory is msgspec.NODEFAULT else one.default_factory()
            for one in msgspec.structs.fields(kind)}  # fmt: skip


def _paths(plain: Plain) -> list[Path]:
    layers = [*_layer_paths(plain["model"], ("model",)), *_layer_paths(plain.get("adversary", ()), ("adversary",))]
    rules = [(which, name) for which in OPTIMIZERS for name in plain.get(which) or ()]
    return [*((name,) for name in TOP), *rules, *layers]


def _layer_paths(layers: Sequence[Plain], where: Path) -> Iterator[Path]:
    for index, layer in enumerate(layers):
        for name, value in layer.items():
            if name == "layers":
                yield from _layer_paths(value, (*where, index, name))
            else:
                yield (*where, index, name)


def _written(path: Path) -> str:
    return ".".join(map(str, path))


def _resolve(plain: Plain, name: str, given: object) -> Path:
    """The place that `name` means. Raises ChangeError."""
    paths = {_written(path): path for path in _paths(plain)}
    short = {"optimizer": ("optimizer", "kind")} | {
        str(path[-1]): path for path in paths.values() if path[0] == "optimizer" and path[-1] != "kind"
    }
    found = paths.get(name) or short.get(name)
    if found is None:
        raise UnknownSetting(name, given, nearest(name, [*paths, *short]), [*paths])
    return found


def _get(plain: Any, path: Path) -> Any:
    for key in path:
        plain = plain[key]
    return plain


def _set(plain: Plain, path: Path, new: object) -> None:
    place = _get(plain, path[:-1])
    if path[-1] != "layer":
        place[path[-1]] = new
        return
    kind = LAYERS.get(new) if isinstance(new, str) else None
    if kind is None:
        raise ChangeError(_written(path), new, f"one of {listed(LAYERS)}", nearest(new, LAYERS))
    fields = msgspec.structs.fields(kind)
    kept = {one.name: place.get(one.name, None if one.required else one.default) for one in fields}
    _get(plain, path[:-2])[path[-2]] = {"layer": new, **kept}


def _convert(plain: Plain, placed: Mapping[Path, tuple[str, object]]) -> Experiment:
    """Check everything again, as if it came from a file."""
    for path, (name, new) in placed.items():
        if isinstance(new, float) and not math.isfinite(new):
            raise ChangeError(name, new, _expected(_type(plain, path)))
    try:
        experiment = msgspec.convert(plain, Experiment)
    except msgspec.ValidationError as error:
        raise _explained(plain, placed, str(error)) from None
    if (experiment.epochs is None) == (experiment.steps is None):
        raise ChangeError("epochs", experiment.epochs, "exactly one of epochs and steps")
    if experiment.data not in DATASETS:
        raise ChangeError("data", experiment.data, f"one of {listed(DATASETS)}", nearest(experiment.data, DATASETS))
    return experiment


def _explained(plain: Plain, placed: Mapping[Path, tuple[str, object]], said: str) -> ChangeError:
    """The decoder's complaint in terms of the setting."""
    found = _PLACE.search(said)
    path: Path = tuple(int(key) if key.isdigit() else key for key in re.findall(r"\w+", found[1])) if found else ()
    while path and path not in placed and path not in _paths(plain):  # an element of a list
        path = path[:-1]
    if not path:
        return ChangeError("the experiment", plain, said.partition(" - at ")[0].removeprefix("Expected "))
    name, new = placed.get(path, (_written(path), _get(plain, path)))
    kind = _type(plain, path)
    literals = [str(one) for part in alternatives(kind) if isinstance(part, inspect.LiteralType) for one in part.values]
    return ChangeError(name, new, _expected(kind), nearest(new, literals))


def _type(plain: Plain, path: Path) -> inspect.Type:
    """What the records say may stand at a place."""
    record: type[Struct] = Experiment
    if path[0] in OPTIMIZERS:
        record = Optimizer
    elif len(path) > 1:
        record = LAYERS[_get(plain, path[:-1])["layer"]]
    info = inspect.type_info(record)
    assert isinstance(info, inspect.StructType)
    return next(one.type for one in info.fields if one.name == path[-1])


def _expected(kind: inspect.Type) -> str:
    bare = wording.bare(kind)
    if isinstance(bare, inspect.ListType) and bare.min_length == bare.max_length:
        return wanted(kind).replace("list of", f"list of {bare.min_length}")
    return wanted(kind)


def _came(given: object) -> str:
    if given is None:
        return "nothing"
    return one_line(str(given), 40) if isinstance(given, list) else wording.given(given)


def _read_text(text: str) -> object:
    """A number, true, false, none, a list of these, or the text itself."""
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return [_read_text(part) for part in text[1:-1].split(",") if part.strip()]
    if _NUMBER.fullmatch(text):
        number = float(text)
        return int(number) if number.is_integer() else number
    return {"true": True, "false": False, "none": None}.get(text.lower(), text)
