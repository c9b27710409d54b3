"""What the keyboard sends, read so that nothing in it can end the lab."""

from __future__ import annotations

import os
import selectors
from codecs import getincrementaldecoder

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

WAIT = 0.1
"""Seconds after which a lone escape is taken for the key."""
MOST = 4096


class AnyBytes(LinuxDriver):
    """Passes over bytes that are no UTF-8, such as an umlaut of a Latin-1 keyboard or a piece of a pasted picture, for
    which Textual would stop with a traceback."""

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
