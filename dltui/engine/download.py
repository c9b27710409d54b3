"""Bringing a file from a web server, going on where an earlier attempt broke off."""

from __future__ import annotations

import http.client
import os
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from dltui import __version__
from dltui.text import one_line

Watch = Callable[[int, int | None], None]
"""Told how many bytes are there, and how many there will be if the server says so."""
TIMEOUT_S = 20.0
"""For the answer of a server, and for each further piece of the file."""
ATTEMPTS = 4
"""At one address, when the connection breaks."""
PIECE = 1 << 16
PARTIAL, OUT_OF_RANGE = 206, 416


class DownloadError(Exception):
    """The file cannot be had from this address: one sentence."""


class _Broken(Exception):
    """The connection, not the server's will: another attempt may succeed."""


def download(url: str, part: Path, limit: int, watch: Watch, timeout_s: float = TIMEOUT_S) -> None:
    """Fill the file `part` with what is at `url`, at most `limit` bytes. What is there of an earlier attempt at the
    same address is kept if the server can go on with it and says that the file has not changed.

    Raises DownloadError; OSError when the file cannot be written.
    """
    for _ in range(ATTEMPTS - 1):
        with suppress(_Broken):
            return _transfer(url, part, limit, watch, timeout_s)
    try:
        return _transfer(url, part, limit, watch, timeout_s)
    except _Broken as error:
        raise DownloadError(f"{url}: {error}, {ATTEMPTS} times") from None


def forget(part: Path) -> None:
    """Remove what was brought, so that the next download begins anew."""
    part.unlink(missing_ok=True)
    _mark(part).unlink(missing_ok=True)


def _transfer(url: str, part: Path, limit: int, watch: Watch, timeout_s: float) -> None:
    have, validator = _kept(url, part)
    headers = {"User-Agent": f"dltui/{__version__}", "Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": validator}
    with _answer(urllib.request.Request(url, headers=headers), part, bool(have), timeout_s) as reply:
        have = _start(reply, url, part, have)
        _pour(reply, url, part, have, limit, watch)


def _answer(request: urllib.request.Request, part: Path, going_on: bool, timeout_s: float) -> http.client.HTTPResponse:
    """The server's answer up to its headers. A server that cannot be reached is not asked again."""
    url = request.full_url
    try:
        reply: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=timeout_s)
        return reply
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == OUT_OF_RANGE and going_on:
            forget(part)
            raise _Broken("the server does not go on where the file broke off") from None
        raise DownloadError(f"{url}: the server answers {error.code} {one_line(str(error.reason), 60)}") from None
    except urllib.error.URLError as error:
        raise DownloadError(f"{url}: {_why(error.reason)}") from None
    except (http.client.HTTPException, ValueError) as error:  # a server that does not speak HTTP
        raise DownloadError(f"{url}: the answer makes no sense ({type(error).__name__})") from None
    except OSError as error:
        raise DownloadError(f"{url}: {_why(error)}") from None


def _start(reply: http.client.HTTPResponse, url: str, part: Path, have: int) -> int:
    """How much of the file stays; notes by what the server will know it again. The rest is thrown away."""
    if reply.status == PARTIAL:
        found = re.match(r"bytes (\d+)-", reply.headers.get("Content-Range") or "")
        if have and found and int(found[1]) == have:
            return have
        forget(part)
        raise _Broken("the server goes on at the wrong place")
    forget(part)
    validator = reply.headers.get("ETag") or ""
    if not validator or validator.startswith("W/"):  # a weak tag does not promise the same bytes
        validator = reply.headers.get("Last-Modified") or ""
    if validator:
        _mark(part).write_text(f"{url}\n{validator}\n", encoding="utf-8")
    return 0


def _pour(reply: http.client.HTTPResponse, url: str, part: Path, have: int, limit: int, watch: Watch) -> None:
    announced = reply.headers.get("Content-Length") or ""
    total = have + int(announced) if announced.isdecimal() else None
    if total is not None and total > limit:
        raise DownloadError(f"{url}: {total} bytes are too many for this file")
    with part.open("ab" if have else "wb") as target:
        watch(have, total)
        while piece := _piece(reply):
            have += len(piece)
            if have > limit:
                forget(part)
                raise DownloadError(f"{url}: more than {limit} bytes are too many for this file")
            target.write(piece)
            watch(have, total)
        _settle(target)
    if total is not None and have < total:
        raise _Broken(f"the connection broke after {have} of {total} bytes")


def _piece(reply: http.client.HTTPResponse) -> bytes:
    try:
        return reply.read(PIECE)
    except http.client.IncompleteRead as error:
        raise _Broken(f"the connection broke {error.expected or 'some'} bytes before the end") from None
    except OSError as error:  # of the connection: writing the file is not in here
        raise _Broken(_why(error)) from None


def _settle(target: BinaryIO) -> None:
    target.flush()
    os.fsync(target.fileno())


def _kept(url: str, part: Path) -> tuple[int, str]:
    """How many bytes of this very address are there, and the server's mark of what they belong to; else 0."""
    try:
        address, validator, *_ = _mark(part).read_text(encoding="utf-8").splitlines()
        size = part.stat().st_size
    except (OSError, ValueError):
        return 0, ""
    return (size, validator) if address == url and validator.isprintable() else (0, "")


def _mark(part: Path) -> Path:
    return part.with_name(part.name + ".mark")


def _why(reason: object) -> str:
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    said = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    return one_line(said, 100) or type(reason).__name__
