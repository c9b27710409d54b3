"""The server for browsers: who is let in, what passes through, and that nothing is left behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pyte
import pytest
from hostile import ROOT, engines, environment, lessons, run, until
from pseudo import UNKNOWN

aiohttp = pytest.importorskip("aiohttp", reason="the extra web is not installed")
pytest.importorskip("textual_serve", reason="the extra web is not installed")

from dltui.journal.folder import runs  # noqa: E402  (not without the extra)
from dltui.web.server import MOST, Server  # noqa: E402  (not without the extra)

TOKEN = "s3cret"
SIZE = "ws?width=120&height=40"
PATIENCE = 240
ECHO = """
import os, sys
def send(kind, text): os.write(1, kind + len(text).to_bytes(4, "big") + text)
os.write(1, b"noise\\n__GANGLION__\\n")
send(b"D", f"{os.getpid()} {os.environ['COLUMNS']}x{os.environ['ROWS']}".encode())
while head := sys.stdin.buffer.read(5):
    text = sys.stdin.buffer.read(int.from_bytes(head[1:], "big"))
    if head[:1] == b"M" and b"quit" in text: break
    send(b"D", head[:1] + text)
"""
"""A lab that says its process, its size, and whatever it is told."""


class Client:
    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session = session
        self.base = f"http://localhost:{port}"

    async def status(self, path: str, **headers: str) -> int:
        async with self._session.get(self.base + path, headers=headers) as answer:
            return int(answer.status)

    def socket(self, path: str, **headers: str) -> aiohttp.client._WSRequestContextManager:
        return self._session.ws_connect(self.base + path, headers=headers)


def served(scene: Callable[[Client], Awaitable[None]], command: list[str]) -> None:
    """Run a scene against a server, and end that by a signal as ctrl+c does."""

    async def main() -> None:
        port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(Server(command, TOKEN, "a <title>").serve(0, port.set_result))
        await asyncio.wait([serving, port], return_when=asyncio.FIRST_COMPLETED)
        try:
            if not serving.done():
                async with aiohttp.ClientSession() as session:
                    await asyncio.wait_for(scene(Client(session, await port)), PATIENCE)
        finally:
            if not serving.done():
                os.kill(os.getpid(), signal.SIGINT)
            await asyncio.wait_for(serving, PATIENCE)

    asyncio.run(main())


class Shown:
    """A terminal of 120x40 that is fed by a socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._screen = pyte.Screen(120, 40)
        self._stream = pyte.ByteStream(self._screen)

    async def until(self, *wanted: str) -> None:
        text = ""
        try:
            async with asyncio.timeout(PATIENCE):
                while not all(each in text for each in wanted):
                    self._stream.feed(UNKNOWN.sub(b"", await self._socket.receive_bytes()))
                    text = "\n".join(self._screen.display)
        except TimeoutError:
            raise AssertionError(f"not seen: {wanted}\n{text}") from None


async def ended(pid: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while Path(f"/proc/{pid}").exists():
            await asyncio.sleep(0.02)


@pytest.fixture
def echo() -> list[str]:
    return [sys.executable, "-c", ECHO]


def test_only_who_knows_the_secret_is_let_in(echo: list[str]) -> None:
    async def scene(client: Client) -> None:
        assert await client.status(f"/{TOKEN}/") == 200
        assert await client.status(f"/{TOKEN}/static/js/textual.js") == 200
        for path in ("/", "/ws", "/static/js/textual.js", "/wrong/", "/wrong/ws", f"/{TOKEN}x/", f"/?token={TOKEN}"):
            assert await client.status(path) == 403, path
        assert await client.status(f"/{TOKEN}/static/../../server.py") in (403, 404)
        assert await client.status(f"/{TOKEN}/", Host="evil.example") == 403
        assert await client.status(f"/{TOKEN}/", Origin="http://evil.example") == 403
        for path, headers in (("/wrong/ws", {}), ("/ws", {}), (f"/{TOKEN}/ws", {"Origin": "http://evil.example"})):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await client.socket(path, **headers)
            assert refused.value.status == 403

    served(scene, echo)


def test_the_page_takes_nothing_from_elsewhere(echo: list[str]) -> None:
    async def scene(client: Client) -> None:
        async with client._session.get(f"{client.base}/{TOKEN}/") as answer:
            text, policy = await answer.text(), answer.headers["Content-Security-Policy"]
            assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "<title>a &lt;title&gt;</title>" in text and "https:" not in text and "default-src 'none'" in policy
        assert f'url="ws://{client.base.removeprefix("http://")}/{TOKEN}/ws"' in text

    served(scene, echo)


def test_keys_and_sizes_pass_through_and_a_closed_tab_ends_its_lab(echo: list[str]) -> None:
    async def scene(client: Client) -> None:
        async with client.socket(f"/{TOKEN}/ws?width=100&height=99999", Origin=client.base) as socket:
            pid, size = (await socket.receive_bytes()).decode().split()
            assert size == "100x1000"
            for sent in ("no json", "[]", "7", '["stdin", 3]', '["resize", null]'):
                await socket.send_str(sent)
            await socket.send_json(["stdin", "é\x1b[A"])
            assert await socket.receive_bytes() == "Dé\x1b[A".encode()
            await socket.send_json(["resize", {"width": 120, "height": "x"}])
            assert json.loads((await socket.receive_bytes())[1:]) == {"type": "resize", "width": 120, "height": 80}
            await socket.send_json(["ping", "1"])
            assert await socket.receive_json() == ["pong", "1"]
        await ended(int(pid))

    served(scene, echo)


def test_ctrl_c_ends_every_lab_also_one_that_does_not_listen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dltui.web.session.QUIT_PATIENCE", 0.3)
    pids: list[int] = []

    async def scene(client: Client) -> None:
        for _ in range(2):
            socket = await client.socket(f"/{TOKEN}/ws")
            pids.append(int((await socket.receive_bytes()).split()[0]))

    served(scene, [sys.executable, "-c", ECHO.replace("while head", "import time\nwhile time.sleep(0.1) or True: pass\n"
                                                      "while head")])  # fmt: skip
    for pid in pids:
        assert not Path(f"/proc/{pid}").exists()


def test_there_are_not_more_labs_than_the_machine_can_bear(echo: list[str]) -> None:
    async def scene(client: Client) -> None:
        sockets = [await client.socket(f"/{TOKEN}/ws") for _ in range(MOST)]
        for socket in sockets:
            await socket.receive_bytes()
        async with client.socket(f"/{TOKEN}/ws") as one_more:
            assert b"labs are open already" in await one_more.receive_bytes()
        for socket in sockets:
            await socket.close()

    served(scene, echo)


def test_the_lab_itself_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal anywhere: the web driver draws, keys go through the step and back."""
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path))

    async def scene(client: Client) -> None:
        async with client.socket(f"/{TOKEN}/{SIZE}") as socket:
            shown = Shown(socket)
            await shown.until("A window that slides", "? help")
            await socket.send_json(["stdin", "n"])
            await shown.until("The map in numbers")

    served(scene, [sys.executable, "-m", "dltui", "cnn-size/slide"])


def test_a_lab_whose_server_is_killed_ends_and_its_long_run_goes_on(tmp_path: Path) -> None:
    """Nobody is there to tell it: the pipe from the server ends."""
    words = ("serve", "lab/long", "--lessons", str(lessons(tmp_path / "lessons")))

    async def scene() -> None:
        server = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "dltui", *words, cwd=ROOT, env=environment(tmp_path, {}), stdout=PIPE, stderr=DEVNULL,
        )  # fmt: skip
        try:
            assert server.stdout is not None
            address = (await asyncio.wait_for(server.stdout.readline(), PATIENCE)).decode().strip()
            async with aiohttp.ClientSession() as session, session.ws_connect(f"{address}{SIZE}") as socket:
                shown = Shown(socket)
                await shown.until("t train")
                await socket.send_json(["stdin", "t"])
                await shown.until("kept")
                (lab,) = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
                server.kill()
                await ended(int(lab))
        finally:
            with suppress(ProcessLookupError):
                server.kill()
            await server.wait()

    asyncio.run(scene())
    (summary,) = runs(tmp_path / "state")
    until(lambda: runs(tmp_path / "state")[0].step > summary.step, "it goes on", PATIENCE)
    assert run(tmp_path, "stop").returncode == 0
    until(lambda: not engines(tmp_path), "no engine is left", PATIENCE)
    assert not list((tmp_path / "state").glob("crash*"))
