"""Serves the lab on this machine alone. Textual's pages and script come from textual-serve, whose own server lets
everybody in; this one asks for a secret in every address, and for a host and origin that are this machine.

The secret is a part of the path and not a cookie: browsers show cookies of one port of a machine to all others.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import re
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

import textual_serve
from aiohttp import WSMsgType, web

from dltui.web.page import HEADERS, POLICY, SCRIPT, page
from dltui.web.session import Session

ADDRESS = "127.0.0.1"
MOST = 8
"""Labs at once."""
SMALLEST, LARGEST = 2, 1000
"""Columns and rows that a browser may ask for."""
HERE = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    def __init__(self, command: Sequence[str], token: str, title: str = "dltui") -> None:
        """`command` starts a lab; it is run once for each tab."""
        self._command = command
        self._token = token
        self._title = title
        self._tabs: dict[asyncio.Task[None], web.WebSocketResponse] = {}

    @property
    def path(self) -> str:
        return f"/{self._token}/"

    def application(self) -> web.Application:
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:  # a method cannot be marked
            return await self._guard(request, handler)

        made = web.Application(middlewares=[web.middleware(guard)])
        static = Path(textual_serve.__file__).parent / "static"
        made.add_routes([web.get(self.path, self._index), web.get(f"{self.path}keys.js", self._script),
                         web.get(f"{self.path}ws", self._lab), web.static(f"{self.path}static", static)])  # fmt: skip
        return made

    async def serve(self, port: int, ready: Callable[[int], None]) -> None:
        """Until a signal asks to end; `ready` is told the port. Port 0: any that is free. Raises OSError."""
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                with suppress(NotImplementedError):  # Windows has ctrl+c alone, and the runner ends with it
                    loop.add_signal_handler(getattr(signal, name), over.set)
        runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            site = web.TCPSite(runner, ADDRESS, port)
            await site.start()
            ready(runner.addresses[0][1])
            await over.wait()
        finally:
            tabs = dict(self._tabs)
            await asyncio.gather(*(socket.close() for socket in tabs.values()), *tabs, return_exceptions=True)
            await runner.cleanup()

    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Strangers learn nothing, not even what exists."""
        secret = request.path.split("/")[1].encode("utf-8", "replace")
        origin = request.headers.get("Origin", f"http://{request.host}")
        if not (hmac.compare_digest(secret, self._token.encode()) and HERE.fullmatch(request.host)
                and origin == f"http://{request.host}"):
            raise web.HTTPForbidden(text="The address of this lab has a secret in it. Take it from where it runs.\n")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    async def _index(self, request: web.Request) -> web.Response:
        response = web.Response(text=page(self._title, request.host, self.path), content_type="text/html")
        response.headers["Content-Security-Policy"] = POLICY.format(host=request.host)
        return response

    async def _script(self, request: web.Request) -> web.Response:
        return web.Response(text=SCRIPT, content_type="text/javascript")

    async def _lab(self, request: web.Request) -> web.WebSocketResponse:
        """One tab, until it is closed or the lab is left."""
        socket = web.WebSocketResponse(heartbeat=15, max_msg_size=1 << 20)
        await socket.prepare(request)
        if len(self._tabs) >= MOST:
            text = f"{MOST} labs are open already: close a tab and open this one again.\r\n"
            await socket.send_bytes(text.encode())
            await socket.close()
            return socket
        session = Session(self._command, _size(request.query.get("width", "80")),
                          _size(request.query.get("height", "24")))  # fmt: skip
        tab = asyncio.create_task(_attend(session, socket))
        self._tabs[tab] = socket
        try:
            await asyncio.shield(tab)  # the lab is ended in order, whatever becomes of the request
        finally:
            tab.add_done_callback(self._tabs.pop)
        return socket


async def _attend(session: Session, socket: web.WebSocketResponse) -> None:
    """Between a lab and its page, until either is closed."""
    await session.start()
    shown = asyncio.create_task(_show(session, socket))
    try:
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                await _take(message.data, session, socket)
    finally:
        shown.cancel()
        with suppress(asyncio.CancelledError):
            await shown
        await session.end()


async def _show(session: Session, socket: web.WebSocketResponse) -> None:
    with suppress(ConnectionResetError):
        async for part in session.screen():
            await (socket.send_bytes(part) if isinstance(part, bytes) else socket.send_str(part))
        await socket.close()


async def _take(text: str, session: Session, socket: web.WebSocketResponse) -> None:
    """A message of the page. What is none is passed over."""
    try:
        kind, *rest = json.loads(text)
    except (ValueError, TypeError):
        return
    given = rest[0] if rest else None
    if kind == "stdin" and isinstance(given, str):
        await session.typed(given)
    elif kind == "resize" and isinstance(given, dict):
        await session.tell("resize", width=_size(given.get("width")), height=_size(given.get("height")))
    elif kind == "ping":
        await socket.send_json(["pong", given])
    elif kind in ("blur", "focus"):
        await session.tell(kind)


def _size(given: object) -> int:
    """Columns or rows, whatever was asked for."""
    try:
        return min(max(int(str(given)), SMALLEST), LARGEST)
    except ValueError:
        return 80
