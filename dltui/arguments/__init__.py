"""The command line: every command with its options."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, cast

from dltui.arguments.commands import COMMANDS, declaration
from dltui.arguments.parser import shared
from dltui.arguments.quick import read

if TYPE_CHECKING:
    from argparse import Namespace


def parsed(words: Sequence[str]) -> Namespace:
    """The options; `command` is empty where the lab is to be opened. Raises SystemExit after saying what is wrong."""
    if words and words[0] in COMMANDS:
        options = read([shared, declaration(words[0])], words[1:])
        if options is not None:
            options.command = words[0]
            return cast("Namespace", options)
    return cast("Namespace", import_module("dltui.arguments.full").parsed(words))
