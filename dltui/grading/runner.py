"""In the jailed child: run what a learner wrote on the inputs that came, and write down what it returned.

Nothing here is trusted by anyone: the code of the learner shares this process and may do with it what it likes. It
has inputs and nothing else; there is no key, no tolerance and no verdict in this process.
"""

from __future__ import annotations

import json
import math
import os
import random
import sys
from types import ModuleType
from typing import Any

FILE = "your file"
"""How the code is called in error messages."""
MOST_CHARACTERS = 400


def attend(request: bytes, results: int) -> None:
    """Answer a request, line by line into the pipe `results`: a list for each call, `["value", …]` or why not.

    A request is JSON: `source`, `uses`, and `calls`, each a function's name and its arguments.
    """
    order = json.loads(request)
    random.seed(0)
    module = sys.modules["submission"] = ModuleType("submission")  # dataclasses look for it there
    space = vars(module)
    try:
        exec(compile(order["source"], FILE, "exec"), space)
    except BaseException as error:  # whatever it is: it is theirs
        _write(results, ["broken", *_told(error)])
        return
    for name, arguments in order["calls"]:
        _write(results, _called(space, name, arguments, order["uses"]))


def _called(space: dict[str, Any], name: str, arguments: list[Any], uses: str) -> list[Any]:
    function = space.get(name)
    if not callable(function):
        return ["missing", name]
    try:
        return ["value", _plain(function(*(_array(one, uses) for one in arguments)))]
    except BaseException as error:
        return ["raised", *_told(error)]


def _array(value: Any, uses: str) -> Any:
    """Lists become arrays: of float64 if there is a point in any number, else of int64."""
    if not isinstance(value, list):
        return value
    module = sys.modules[uses]
    dtype = module.float64 if _has_point(value) else module.int64
    return module.tensor(value, dtype=dtype) if uses == "torch" else module.array(value, dtype=dtype)


def _has_point(value: Any) -> bool:
    return any(map(_has_point, value)) if isinstance(value, list) else isinstance(value, float)


def _plain(value: Any, deep: int = 0) -> Any:
    """What JSON can hold: numbers and lists of them. Anything else becomes a text, which no number equals."""
    if deep > 12:
        return "something nested"
    if hasattr(value, "detach"):
        value = value.detach()
    if hasattr(value, "tolist") and hasattr(value, "shape"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(one, deep + 1) for one in value]
    if type(value) is int and abs(value) < 2**63:
        return value
    if type(value) is float:
        return value if math.isfinite(value) else str(value)
    return "None" if value is None else f"{type(value).__name__} {value!r}"[:MOST_CHARACTERS]


def _told(error: BaseException) -> list[Any]:
    """The error in words, and the line of the learner's file where it happened."""
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    try:
        said = str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException:
        said = ""
    return [f"{type(error).__name__}: {said}".rstrip(": ")[:MOST_CHARACTERS], line if type(line) is int else 0]


def _write(pipe: int, value: list[Any]) -> None:
    data = json.dumps(value).encode() + b"\n"
    while data:
        data = data[os.write(pipe, data) :]
