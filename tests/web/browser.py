"""A browser without a window, driven through its DevTools: opens a page, types into it, sees what its terminal gets."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import signal
import zlib
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pyte
from pseudo import UNKNOWN

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--disable-sync",
    "--remote-debugging-port=0", "--window-size=1300,900",
)  # fmt: skip
"""Containers often have neither a sandbox for it nor a GPU nor enough shared memory."""
PATIENCE = 120.0
NAMED = {"Enter": (13, "\r"), "Tab": (9, "\t"), "Escape": (27, "")}
"""Keys that are no character: the number by which pages know them, and the text that they make."""
BINARY = 2
"""What a web socket calls such a frame."""


class Page:
    """One tab. Its screen is made of the bytes that came through its web socket."""

    def __init__(self, tools: aiohttp.ClientWebSocketResponse) -> None:
        self._tools = tools
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._came = asyncio.Event()
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self.complaints: list[str] = []
        """Of the console: errors of scripts, what the policy of the page forbids."""

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    async def listen(self) -> None:
        async for message in self._tools:
            told = message.json()
            if "id" in told:
                self._answers.pop(told["id"]).set_result(told)
            else:
                self._hear(told["method"], told.get("params", {}))
            self._came.set()

    def _hear(self, method: str, params: dict[str, Any]) -> None:
        if method == "Network.webSocketFrameReceived" and params["response"]["opcode"] == BINARY:
            self._stream.feed(UNKNOWN.sub(b"", base64.b64decode(params["response"]["payloadData"])))
        elif method == "Network.webSocketFrameSent" and params["response"]["payloadData"].startswith('["resize"'):
            size = json.loads(params["response"]["payloadData"])[1]
            self._screen.resize(size["height"], size["width"])
        elif method == "Network.webSocketCreated":
            self._screen.reset()
        elif method == "Runtime.exceptionThrown" or params.get("entry", {}).get("level") == "error":
            self.complaints.append(json.dumps(params)[:600])

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._answers[number] = answer = asyncio.get_running_loop().create_future()
        await self._tools.send_json({"id": number, "method": method, "params": params})
        told = await asyncio.wait_for(answer, PATIENCE)
        assert "error" not in told, (method, told)
        return dict(told["result"])

    async def value(self, expression: str) -> Any:
        """Of an expression of JavaScript."""
        told = await self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        return told["result"].get("value")

    async def press(self, *keys: str) -> None:
        for key in keys:
            code, text = NAMED.get(key, (ord(key[0].upper()), key))
            shared = {"key": key, "windowsVirtualKeyCode": code}
            await self.ask("Input.dispatchKeyEvent", type="keyDown", **shared, **({"text": text} if text else {}))
            await self.ask("Input.dispatchKeyEvent", type="keyUp", **shared)

    async def until(self, *wanted: str) -> None:
        """All of it is on the screen. Fails with the screen printed."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not all(each in self.text for each in wanted):
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            raise AssertionError(f"not seen: {wanted}\n{self.text}\n{self.complaints}") from None

    async def until_true(self, expression: str) -> None:
        """In JavaScript."""
        async with asyncio.timeout(PATIENCE):
            while not await self.value(expression):
                await asyncio.sleep(0.05)

    async def picture(self) -> bytes:
        """What is to be seen of the page: the rows of a PNG, which are all alike where there is only one colour."""
        png = base64.b64decode((await self.ask("Page.captureScreenshot"))["data"])
        found, at = b"", 8
        while at < len(png):
            size = int.from_bytes(png[at : at + 4], "big")
            found += png[at + 8 : at + 8 + size] if png[at + 4 : at + 8] == b"IDAT" else b""
            at += size + 12
        return zlib.decompress(found)


def installed() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


@asynccontextmanager
async def browser(program: str, folder: Path) -> AsyncIterator[Page]:
    """A fresh one, with an empty tab; `folder` takes all that it keeps."""
    process = await asyncio.create_subprocess_exec(
        program, *FLAGS, f"--user-data-dir={folder}", "about:blank", stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        where = await _tools(folder / "DevToolsActivePort", lambda: process.returncode)
        async with aiohttp.ClientSession() as session, session.ws_connect(where, max_msg_size=0) as tools:
            page = Page(tools)
            listening = asyncio.create_task(page.listen())
            for area in ("Network", "Page", "Runtime", "Log"):
                await page.ask(f"{area}.enable")
            await page.ask("Emulation.setFocusEmulationEnabled", enabled=True)  # as a window in front has it
            yield page
            listening.cancel()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _tools(port: Path, ended: Callable[[], int | None]) -> str:
    """The address of the web socket to the empty tab, once there is one."""
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
        while True:
            assert ended() is None, "the browser has ended"
            with suppress(FileNotFoundError, IndexError, aiohttp.ClientError):
                async with session.get(f"http://127.0.0.1:{port.read_text().splitlines()[0]}/json/list") as answer:
                    tabs = [each for each in await answer.json() if each["type"] == "page"]
                if tabs:
                    return str(tabs[0]["webSocketDebuggerUrl"])
            await asyncio.sleep(0.05)
