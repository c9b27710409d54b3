"""The lab's side of the pipes to the server that started it: a terminal that is a page in a browser."""

from __future__ import annotations

import os
from contextlib import suppress

from textual import events
from textual.app import App
from textual.drivers.web_driver import WebDriver


class Served(WebDriver):
    """Writes all of a packet or, when the server has gone, nothing: what notices that loss ends the lab in order."""

    def __init__(self, app: App[object], *, debug: bool = False, mouse: bool = True,
                 size: tuple[int, int] | None = None) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        vars(self)["_write"] = self._whole

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """The driver begins with a blur that goes by way of a callback: a focus may overtake it on a shorter way."""
        if packet_type == "focus":
            self._app.call_later(self._app.post_message, events.AppFocus())
        else:
            super().on_meta(packet_type, payload)

    def _whole(self, packet: bytes) -> None:
        """A signal may cut a write into a pipe short, and the reader would take the rest for the next packet."""
        with suppress(OSError):
            while packet:
                packet = packet[os.write(self.fileno, packet) :]
