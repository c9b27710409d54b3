"""`dltui serve`."""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import shlex
import socket
import sys
from collections.abc import Callable

from dltui.commands.exits import Exit
from dltui.commands.place import found_course, say, shared_place


def run(options: argparse.Namespace) -> int:
    """The lab for a browser on this machine, or at the other end of an ssh tunnel."""
    if options.place:
        placed = shared_place(found_course(options), options.place)
        if isinstance(placed, int):
            return placed
    try:
        from dltui.web.server import ADDRESS, Server
    except ModuleNotFoundError as error:
        say(f"the browser needs the extra web ({error.name} is missing): pip install 'dltui[web]', in a checkout "
            "pip install '.[web]'")  # fmt: skip
        return Exit.USAGE
    server = Server(_command(options), secrets.token_urlsafe(24), f"dltui {options.place}".strip())
    try:
        asyncio.run(server.serve(options.port, _ready(server.path)))
    except OSError as error:
        say(f"port {options.port} of {ADDRESS} cannot be served: {error.strerror}; without --port a free one is found")
        return Exit.USAGE
    say("closed")
    return Exit.FINE


def _command(options: argparse.Namespace) -> list[str]:
    """What starts a lab in each tab."""
    words = [sys.executable, "-m", "dltui", *([options.place] if options.place else []), "--device", options.device]
    if options.fps is not None:
        words += ["--fps", str(options.fps)]
    for folder in options.lessons:
        words += ["--lessons", str(folder)]
    return words


def _ready(path: str) -> Callable[[int], None]:
    def told(port: int) -> None:
        user, host = os.environ.get("USER", ""), socket.gethostname()
        print(f"http://localhost:{port}{path}", flush=True)
        login = shlex.quote(f"{user}@{host}" if user else host)
        say(f"from another machine: ssh -L {port}:127.0.0.1:{port} {login} and open the same address there")
        say("whoever has the address can run code as you; ctrl+c closes the lab")

    return told
