"""A small web server on this machine that misbehaves on demand, and small files in the format of MNIST."""

from __future__ import annotations

import gzip
import hashlib
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from numpy.typing import NDArray

from dltui.engine.mnist import Part

SHAPES = {"x_train": (30, 28, 28), "y_train": (30,), "x_test": (7, 28, 28), "y_test": (7,)}
FILES = {
    "x_train": "train-images-idx3-ubyte", "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte", "y_test": "t10k-labels-idx1-ubyte",
}  # fmt: skip


def arrays(seed: int = 0) -> dict[str, NDArray[np.uint8]]:
    """Noise in the place of digits, much smaller than MNIST."""
    rng = np.random.default_rng(seed)
    return {name: rng.integers(0, 256, shape, dtype=np.uint8) for name, shape in SHAPES.items()}


def parts(made: dict[str, NDArray[np.uint8]]) -> list[Part]:
    return [
        Part(name, FILES[name], array.shape, hashlib.sha256(array.tobytes()).hexdigest())
        for name, array in made.items()
    ]


def idx(array: NDArray[np.uint8]) -> bytes:
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def zipped(made: dict[str, NDArray[np.uint8]]) -> dict[str, bytes]:
    """The files as they are published."""
    return {f"{FILES[name]}.gz": gzip.compress(idx(array)) for name, array in made.items()}


@dataclass
class Asked:
    path: str
    start: str
    """The Range header; empty if the whole file was asked for."""
    condition: str
    """The If-Range header."""
    status: int


@dataclass
class Mirror:
    """What the server has, and how it behaves."""

    files: dict[str, bytes]
    tag: str = '"one"'
    """Empty: the server gives the files no mark."""
    ranges: bool = True
    wrong_range: bool = False
    refuse_ranges: bool = False
    cut: list[int] = field(default_factory=list)
    """After so many bytes the connection breaks, one entry for each answer with a body."""
    sized: bool = True
    """Whether the length is announced."""
    asked: list[Asked] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(mirror: Mirror) -> Iterator[Mirror]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(mirror))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    mirror.url = f"http://127.0.0.1:{server.server_address[1]}/mnist/"
    try:
        yield mirror
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(mirror: Mirror) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = mirror.files.get(self.path.rpartition("/")[2])
            wanted, condition = self.headers.get("Range", ""), self.headers.get("If-Range", "")
            status, start = 200, 0
            if content is None:
                status = 404
            elif wanted and mirror.refuse_ranges:
                status = 416
            elif wanted and mirror.ranges and condition == mirror.tag:
                status, start = 206, int(wanted.removeprefix("bytes=").rstrip("-"))
            mirror.asked.append(Asked(self.path, wanted, condition, status))
            if content is None or status == 416:
                self.send_error(status)
            else:
                self._answer(status, content, start)

        def _answer(self, status: int, content: bytes, start: int) -> None:
            self.send_response(status)
            if mirror.tag:
                self.send_header("ETag", mirror.tag)
            if mirror.sized:
                self.send_header("Content-Length", str(len(content) - start))
            if status == 206:
                begin = start + mirror.wrong_range
                self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
            self.end_headers()
            body = content[start:]
            self.wfile.write(body[: mirror.cut.pop(0)] if mirror.cut else body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
