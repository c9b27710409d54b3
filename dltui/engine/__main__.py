"""The engine as a process: `python -m dltui.engine --journal FILE`, lines of work on standard input."""

from __future__ import annotations

import argparse
import faulthandler
import importlib
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from dltui.engine.inbox import Inbox

NICE = 10
"""The screen comes first."""


def main() -> int:
    began = time.monotonic()
    parser = argparse.ArgumentParser(prog="python -m dltui.engine", description=__doc__)
    parser.add_argument("--journal", type=Path, required=True, help="where to say that the engine is ready")
    parser.add_argument("--state", type=Path, help="where to clear up among old runs")
    options = parser.parse_args()
    faulthandler.enable()
    if hasattr(signal, "SIGUSR1"):  # whoever ends a hanging engine asks first where it hangs: into its log
        faulthandler.register(signal.SIGUSR1)
    if hasattr(os, "nice"):
        os.nice(max(0, NICE - os.nice(0)))
    serving = threading.Event()

    def leave() -> None:
        if inbox.idle and not serving.is_set():
            os._exit(0)  # nobody is there and nothing is asked for: no reason to finish importing torch

    inbox = Inbox(sys.stdin.fileno(), leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl+c belongs to the screen
    signal.signal(signal.SIGTERM, lambda number, frame: inbox.close())
    inbox.listen()
    # Importing torch takes seconds. By name and only now, so that the inbox is open all that time and loses nothing.
    worker = importlib.import_module("dltui.engine.worker")
    serving.set()
    code: int = worker.serve(inbox, options.journal, options.state, began)
    return code


if __name__ == "__main__":
    ended = main()
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(ended)  # everything is written; to take torch down in good order keeps the screen waiting for a second
