"""Every command, and where its options are declared."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

COMMANDS = {
    "list": "authoring:listing", "train": "running:train", "runs": "running:runs", "attach": "running:attach",
    "stop": "running:stop", "gradcheck": "running:gradcheck", "doctor": "running:doctor", "data": "running:data",
    "exercise": "grading:exercise", "challenge": "grading:challenge", "answers": "grading:answers",
    "grade": "grading:grade", "lint": "authoring:lint", "verify": "authoring:verify", "new": "authoring:new",
    "dev": "authoring:dev", "schema": "authoring:schema",
    "keys": "sharing:keys", "export": "sharing:export", "serve": "sharing:serve",
}
"""Which module says what options a command has; only that one is loaded."""


def declaration(name: str) -> Callable[[Any], None]:
    """The function that declares the options of a command, to `argparse` or to `quick`."""
    module, function = COMMANDS[name].split(":")
    declare: Callable[[Any], None] = getattr(import_module(f"dltui.arguments.{module}"), function)
    return declare
