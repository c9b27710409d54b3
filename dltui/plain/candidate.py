"""What is to be checked in a file of the user's: loads the file and finds the name in it.

The file is a program of somebody else and may do anything: whatever it raises ends here, as one sentence with the file
and the line.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import TypeVar

from torch import nn
from torch.autograd import Function

from dltui.lesson.problem import listed, nearest
from dltui.text import one_line

Result = TypeVar("Result")
Names = dict[str, object]
"""What a file defines."""


class Unfit(Exception):
    """The command line names nothing that can be checked: one sentence with what was expected."""


class Broken(Exception):
    """The user's file fails: file, line and error in one sentence."""

    def __init__(self, place: str, said: str) -> None:
        super().__init__(one_line(f"{place}: {said}", 300))
        self.place = place
        """`relu.py:12`"""


@contextmanager
def opened(path: Path) -> Iterator[Names]:
    """What the file defines. While it is open its own folder is where its imports are found, and what it prints goes
    to stderr. Raises Broken."""
    module = ModuleType(f"checked:{path.stem}")  # a name of its own: the file may be called torch.py
    module.__file__ = str(path)
    before = list(sys.path)
    sys.path.insert(0, str(path.resolve().parent))
    sys.modules[module.__name__] = module
    try:
        with redirect_stdout(sys.stderr):
            # Not by an import, which would leave a cache in the user's folder and read it when an edit is very quick.
            theirs(path, lambda: exec(compile(path.read_bytes(), str(path), "exec"), vars(module)))
            yield vars(module)
    finally:
        sys.path[:] = before
        del sys.modules[module.__name__]


def theirs(path: Path, call: Callable[[], Result]) -> Result:
    """The result of code that is not ours. Raises Broken."""
    try:
        return call()
    # The border to the user's file, which may raise any class of exception and ask Python to exit.
    except (Exception, SystemExit) as error:
        said = str(error)
        folder = path.resolve().parent
        frames = [(Path(frame.filename), frame.lineno) for frame in extract_tb(error.__traceback__)]
        own = [(file, line) for file, line in frames if file.is_file() and file.resolve().parent == folder]
        if isinstance(error, SyntaxError) and error.filename and Path(error.filename).is_file():
            own, said = [(Path(error.filename), error.lineno)], error.msg
        place = f"{own[-1][0].name}:{own[-1][1]}" if own else path.name
        raise Broken(place, f"{type(error).__name__}: {said}" if said else type(error).__name__) from error


def found(path: Path, names: Names, name: str) -> object:
    """A function, a module, an autograd.Function, or a pair (forward, backward); `forward,backward` is a pair too.

    Raises Unfit, and Broken where a module cannot be made.
    """
    parts = [part.strip() for part in name.split(",")] if name else []
    for part in parts:
        if part not in names:
            hint = nearest(part, names)
            rest = f": did you mean {hint}?" if hint else there(names)
            raise Unfit(f"{path.name} has no {one_line(part, 40)!r}{rest}")
    if not 1 <= len(parts) <= 2:
        raise Unfit(f"expected {path.name}:NAME, or {path.name}:FORWARD,BACKWARD{there(names)}")
    if len(parts) == 2:
        return names[parts[0]], names[parts[1]]
    thing = names[name]
    if isinstance(thing, type) and issubclass(thing, nn.Module):
        return _made(path, thing, name)
    if not checkable(thing):
        raise Unfit(f"{path.name}:{name} is of type {type(thing).__name__}: expected a function, a torch.nn.Module, a "
                    "torch.autograd.Function or a pair (forward, backward)")
    return thing


def _made(path: Path, kind: type[nn.Module], name: str) -> nn.Module:
    signature = inspect.signature(kind)
    try:
        signature.bind()
    except TypeError:
        small = name.lower()
        raise Unfit(f"{name}{signature} needs arguments: write {small} = {name}(…) into {path.name} and check "
                    f"{path.name}:{small}") from None
    return theirs(path, kind)


def checkable(thing: object) -> bool:
    """Whether this is something with a gradient, as far as its type tells."""
    if isinstance(thing, type):
        return issubclass(thing, nn.Module | Function)
    pair = isinstance(thing, tuple) and len(thing) == 2 and all(callable(each) for each in thing)
    return pair or callable(thing)


def there(names: Names) -> str:
    """What there is to be named: what the file itself defines."""
    own = [
        name for name, thing in names.items() if not name.startswith("_") and checkable(thing)
        and (isinstance(thing, tuple | nn.Module) or getattr(thing, "__module__", "") == names["__name__"])
    ]  # fmt: skip
    return f"; there is {listed(own, 'and')}" if own else "; nothing in it can be checked"
