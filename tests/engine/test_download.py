from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from mirror import Mirror, serving

from dltui.engine.download import ATTEMPTS, DownloadError, download, forget

CONTENT = bytes(range(256)) * 2000
SIZE = len(CONTENT)
"""More than one piece."""


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    with serving(Mirror({"file": CONTENT})) as running:
        yield running


class Brought:
    """A download to a file, and what was told on the way."""

    def __init__(self, mirror: Mirror, folder: Path, limit: int = 1 << 20) -> None:
        self.part, self.seen = folder / "part", list[tuple[int, int | None]]()
        download(f"{mirror.url}file", self.part, limit, lambda *now: self.seen.append(now), timeout_s=60)
        assert self.part.read_bytes() == CONTENT


def test_a_file_comes_whole(mirror: Mirror, tmp_path: Path) -> None:
    seen = Brought(mirror, tmp_path).seen
    assert seen[0] == (0, SIZE) and seen[-1] == (SIZE, SIZE)
    assert len(seen) > 3 and seen == sorted(seen)
    assert [one.status for one in mirror.asked] == [200]


def test_a_broken_download_goes_on_where_it_stopped(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cut = [200_000, 100_000]
    seen = Brought(mirror, tmp_path).seen
    assert [(one.status, one.start, one.condition) for one in mirror.asked] == [
        (200, "", ""), (206, "bytes=200000-", '"one"'), (206, "bytes=300000-", '"one"')
    ]  # fmt: skip
    assert seen == sorted(seen)  # a bar never runs backwards


def test_another_call_goes_on_as_well(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cut = [100_000] + [0] * (ATTEMPTS - 1)
    with pytest.raises(DownloadError, match=f"broke after 100000 of {SIZE} bytes, {ATTEMPTS} times"):
        Brought(mirror, tmp_path)
    assert Brought(mirror, tmp_path).seen[0] == (100_000, SIZE)


@pytest.mark.parametrize(
    "change", [{"ranges": False}, {"tag": '"two"'}, {"tag": ""}, {"tag": 'W/"one"'}, {"wrong_range": True},
               {"refuse_ranges": True}],
)  # fmt: skip
def test_where_the_server_cannot_go_on_it_begins_anew(
    change: dict[str, object], mirror: Mirror, tmp_path: Path
) -> None:
    mirror.cut = [100_000] + [0] * (ATTEMPTS - 1)
    with pytest.raises(DownloadError):
        Brought(mirror, tmp_path)
    for name, value in change.items():
        setattr(mirror, name, value)
    Brought(mirror, tmp_path)
    assert mirror.asked[-1].status == 200


@pytest.mark.parametrize("tag", ["", 'W/"weak"'])
def test_without_a_sure_mark_nothing_is_kept(tag: str, mirror: Mirror, tmp_path: Path) -> None:
    mirror.tag, mirror.cut = tag, [100_000]
    Brought(mirror, tmp_path)
    assert [one.start for one in mirror.asked] == ["", ""]


def test_what_another_address_sent_is_not_kept(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cut = [100_000] + [0] * (ATTEMPTS - 1)
    with pytest.raises(DownloadError):
        Brought(mirror, tmp_path)
    with serving(Mirror({"file": CONTENT})) as other:
        Brought(other, tmp_path)
        assert [one.start for one in other.asked] == [""]


def test_a_file_without_an_announced_length_comes_too(mirror: Mirror, tmp_path: Path) -> None:
    mirror.sized = False
    assert Brought(mirror, tmp_path).seen[-1] == (SIZE, None)


@pytest.mark.parametrize("sized", [True, False])
def test_more_than_the_limit_is_not_taken(sized: bool, mirror: Mirror, tmp_path: Path) -> None:
    mirror.sized = sized
    with pytest.raises(DownloadError, match="too many"):
        Brought(mirror, tmp_path, limit=SIZE - 1)
    assert not (tmp_path / "part").exists()


def test_what_is_not_there_is_asked_for_once(mirror: Mirror, tmp_path: Path) -> None:
    mirror.files = {}
    with pytest.raises(DownloadError, match="the server answers 404 Not Found"):
        Brought(mirror, tmp_path)
    assert len(mirror.asked) == 1


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
        with pytest.raises(DownloadError, match="refused"):
            download(url, tmp_path / "part", SIZE, lambda done, total: None)


def test_a_server_that_never_answers(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(DownloadError, match="no answer in time"):
            download(url, tmp_path / "part", SIZE, lambda done, total: None, timeout_s=0.05)


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 20x OK\r\n\r\n", b""])
def test_a_server_that_speaks_something_else(answer: bytes, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def once() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=once)
        thread.start()
        with pytest.raises(DownloadError) as caught:
            download(f"http://127.0.0.1:{server.getsockname()[1]}/", tmp_path / "part", SIZE, lambda *now: None)
        thread.join()
    assert "\n" not in str(caught.value)


def test_forgotten_is_gone(mirror: Mirror, tmp_path: Path) -> None:
    forget(Brought(mirror, tmp_path).part)
    assert list(tmp_path.iterdir()) == []
