"""The lab in a real browser: keys go in, the curve comes out, and nothing is left when it is closed."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from hostile import ROOT, engines, environment, until

pytest.importorskip("aiohttp", reason="the extra web is not installed")
pytest.importorskip("textual_serve", reason="the extra web is not installed")

from browser import PATIENCE, Page, browser, installed

from dltui.journal.folder import runs


@asynccontextmanager
async def serving(home: Path, *words: str) -> AsyncIterator[tuple[Process, str]]:
    """`dltui serve` and the address that it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "dltui", "serve", *words, cwd=ROOT, env=environment(home, {}), stdin=DEVNULL, stdout=PIPE,
        stderr=DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process, (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode().strip()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def learn(page: Page) -> None:
    """Turn to the next step, pass over its guess, train."""
    await page.until("A network without a bend", "? help")
    await page.press("n")
    await page.until("Let it learn XOR", "t train")
    await page.press("t")
    await page.until("Commit to a number")
    await page.press("Enter")
    await page.until("No guess this time")
    before = await page.picture()
    assert len(set(before)) > 16, "the terminal is not drawn"
    await page.press("t")
    await page.until("✓ done 500/500", "accuracy 1")
    curve = page.text[page.text.index("loss") :]
    assert sum("\u2800" < letter <= "\u28ff" for letter in curve) > 20, curve
    async with asyncio.timeout(PATIENCE):
        while await page.picture() == before:
            await asyncio.sleep(0.05)


@pytest.mark.skipif(installed() is None, reason="no Chromium is installed")
def test_a_lesson_in_the_browser(tmp_path: Path) -> None:
    async def scene() -> None:
        program = installed() or ""
        async with (
            serving(tmp_path, "mlp-xor/no-bend") as (server, address),
            browser(program, tmp_path / "browser") as page,
        ):
            await page.ask("Page.navigate", url=address)
            await learn(page)
            assert page.complaints == []
            await page.press("q")
            await page.until("lessons done")
            await page.press("q")
            await page.until_true("document.activeElement.textContent == 'Open it again'")
            await page.press("Enter")
            await page.until("A network without a bend", "? help")
            server.send_signal(signal.SIGINT)
            await page.until_true("document.body.classList.contains('-closed')")
            assert await asyncio.wait_for(server.wait(), PATIENCE) == 0

    asyncio.run(scene())
    until(lambda: not engines(tmp_path), "no engine is left")
    (summary,) = runs(tmp_path / "state")
    assert (summary.state, summary.step) == ("done", 500)
