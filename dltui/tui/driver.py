"""What the keyboard sends, read so that nothing in it can end the lab."""

from __future__ import annotations

import asyncio
import os
import selectors
import signal
from codecs import getincrementaldecoder

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

WAIT = 0.1
"""Seconds after which a lone escape is taken for the key."""
MOST = 4096


class AnyBytes(LinuxDriver):
    """Passes over bytes that are no UTF-8, such as an umlaut of a Latin-1 keyboard or a piece of a pasted picture, for
    which Textual would stop with a traceback. Comes back from the shell whichever thread the signal reaches: with a
    handler of the loop each signal wakes the loop, which could sleep on otherwise until something else happens."""

    def __init__(self, app: App[object], *, debug: bool = False, mouse: bool = True,
                 size: tuple[int, int] | None = None) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        asyncio.get_running_loop().add_signal_handler(signal.SIGCONT, self._sigcont_application)

    def run_input_thread(self) -> None:
        decode = getincrementaldecoder("utf-8")(errors="ignore").decode
        parser = XTermParser(self._debug)
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                text = decode(os.read(self.fileno, MOST)) if selector.select(WAIT) else ""
                for event in parser.feed(text) if text else ():
                    self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
        try:
            for _ in parser.feed(""):
                pass
        except (EOFError, ParseError):
            pass
