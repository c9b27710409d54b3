"""The `dltui` command. Imports stand inside functions here and in `commands`, and only there, so that
`dltui --version` pays for nothing it does not use.

Data goes to stdout, talk to stderr.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dltui.commands.exits import Exit
from dltui.commands.loading import loaded

if TYPE_CHECKING:
    from argparse import Namespace


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    from dltui.plain.signals import leaving_at_once

    words = list(sys.argv[1:] if arguments is None else arguments)
    with leaving_at_once():
        from dltui.plain.streams import drop, secure

        secure()
        try:
            try:
                return _command(words)
            finally:
                sys.stdout.flush()
        except KeyboardInterrupt:
            return Exit.INTERRUPTED
        except BrokenPipeError:  # the reader of a pipe, such as `head`, has gone: nobody to talk to
            drop(sys.stdout)
            return Exit.FINE
        except OSError as error:  # a full disk behind `>`, a terminal that has gone
            drop(sys.stdout)
            from dltui.commands.place import say

            say(f"{error.filename or 'the output'}: {error.strerror or error}")
            return Exit.FAILED
        except Exception as error:  # the process border: an error of ours is a line, a file and a code of its own
            from dltui.commands.place import say
            from dltui.plain.crash import told

            say(told(error))
            return Exit.INTERNAL


def _command(words: list[str]) -> int:
    from dltui.arguments import parsed
    from dltui.plain.streams import settle

    options = parsed(words)
    settle(options.ascii)
    if options.no_color:
        os.environ["NO_COLOR"] = "1"
    run: Callable[[Namespace], int] = loaded(options.command or "lab").run
    return run(options)
