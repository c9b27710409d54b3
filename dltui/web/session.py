"""One browser tab: a lab in a process of its own, which Textual's web driver lets be driven through pipes.

A packet is a letter (D data, M meta, P packed), four bytes of length, the most significant first, and so many bytes.
"""

from __future__ import annotations

import asyncio
import json
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

READY = b"__GANGLION__\n"
"""What the driver writes before its first packet."""
HEAD = 5
LARGEST = 1 << 26
QUIT_PATIENCE, END_PATIENCE = 10.0, 3.0
"""Seconds for a lab to leave by itself, and after it was told to end."""


class Session:
    def __init__(self, command: Sequence[str], width: int, height: int) -> None:
        self._command = command
        self._size = width, height
        self._process: Process | None = None

    async def start(self) -> None:
        """Raises OSError."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, env=_environment(os.environ, *self._size),
            start_new_session=True,  # ctrl+c at the server is for the server, which ends its labs in order
        )  # fmt: skip

    async def screen(self) -> AsyncIterator[bytes | str]:
        """What the browser's terminal is to show, and messages for the page, until the lab ends."""
        assert self._process is not None and self._process.stdout is not None
        out = self._process.stdout
        with suppress(asyncio.IncompleteReadError, ConnectionResetError):
            await out.readuntil(READY)
            while True:
                head = await out.readexactly(HEAD)
                size = int.from_bytes(head[1:], "big")
                if size > LARGEST:
                    return
                payload = await out.readexactly(size)
                if head[:1] == b"D":
                    yield payload
                elif head[:1] == b"M":
                    meta = json.loads(payload)
                    if meta["type"] == "exit":
                        return
                    if meta["type"] == "open_url" and str(meta["url"]).startswith("https://"):
                        yield json.dumps(["open_url", {"url": meta["url"], "new_tab": True}])

    async def typed(self, text: str) -> None:
        await self._send(b"D", text.encode("utf-8", "replace"))

    async def tell(self, kind: str, **more: Any) -> None:
        """`resize` with width and height, `focus`, `blur`, `quit`."""
        await self._send(b"M", json.dumps({"type": kind, **more}).encode())

    async def end(self) -> None:
        """Let the lab leave, with its runs in order; force it if it does not. Nobody may be reading its screen."""
        process = self._process
        if process is None:
            return
        await self.tell("quit")
        for patience, force in ((QUIT_PATIENCE, process.terminate), (END_PATIENCE, process.kill)):
            try:
                await asyncio.wait_for(_over(process), patience)
                return
            except TimeoutError:
                with suppress(ProcessLookupError):
                    force()
        await _over(process)

    async def _send(self, kind: bytes, payload: bytes) -> None:
        assert self._process is not None and self._process.stdin is not None
        with suppress(OSError, RuntimeError):  # it has ended
            self._process.stdin.write(kind + len(payload).to_bytes(4, "big") + payload)
            await self._process.stdin.drain()


async def _over(process: Process) -> None:
    """A process whose output nobody reads any more would wait for ever with a full pipe."""
    assert process.stdout is not None
    while await process.stdout.read(1 << 16):
        pass
    await process.wait()


def _environment(environ: Mapping[str, str], width: int, height: int) -> dict[str, str]:
    return {
        **environ, "TEXTUAL_DRIVER": "dltui.web.driver:Served", "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": str(width), "ROWS": str(height),
    }  # fmt: skip
