"""The engine as a process: `python -m dltui.engine --journal FILE`, lines of work on standard input."""

from __future__ import annotations

import argparse
import faulthandler
import importlib
import os
import signal
import sys
import time
from pathlib import Path

from dltui.engine.inbox import Inbox

NICE = 10
"""The screen comes first."""


def main() -> int:
    began = time.monotonic()
    parser = argparse.ArgumentParser(prog="python -m dltui.engine", description=__doc__)
    parser.add_argument("--journal", type=Path, required=True, help="where to say that the engine is ready")
    options = parser.parse_args()
    faulthandler.enable()
    if hasattr(os, "nice"):
        os.nice(max(0, NICE - os.nice(0)))
    inbox = Inbox(sys.stdin.fileno())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl+c belongs to the screen
    signal.signal(signal.SIGTERM, lambda number, frame: inbox.close())
    inbox.listen()
    # Importing torch takes seconds. By name and only now, so that the inbox is open all that time and loses nothing.
    worker = importlib.import_module("dltui.engine.worker")
    code: int = worker.serve(inbox, options.journal, began)
    return code


if __name__ == "__main__":
    sys.exit(main())
