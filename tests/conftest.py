"""Options and fixtures for all tests."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from dltui.lesson.find import course
from dltui.places import cache_dir, lessons_dir

# A loaded machine is slow now and then; how long an example takes is no property of the code. The examples are the same
# in every run, so that what passes once passes again; `--hypothesis-profile=search` looks for others.
PROFILES = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dltui", PROFILES, derandomize=True)
settings.register_profile("search", PROFILES, max_examples=1000)
settings.load_profile("dltui")

LONG = (
    "test_style", "test_faults", "test_pseudo_terminal", "test_lessons", "test_terminals", "test_lesson", "test_kills",
    "test_going_on", "test_readme", "test_gradient", "test_gradients", "test_experiment", "test_attacks",
    "test_process", "test_slow_line", "test_catalogue", "test_walls", "test_escapes", "test_registry", "test_revival",
    "test_monkey", "test_opinfo", "test_distributed", "test_worker", "test_exercise", "test_class",
)  # fmt: skip
"""The files whose tests take longest, the longest first: begun last, one would be waited for alone."""


def pytest_configure(config: pytest.Config) -> None:
    """As in a shell of one's own: jobs in the background and under nohup begin with these signals ignored."""
    usual = {"SIGINT": signal.default_int_handler, "SIGHUP": signal.SIG_DFL, "SIGQUIT": signal.SIG_DFL}
    for name, handler in usual.items():
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)
    # Python's readline exports the size of its terminal: pytest imports it, and processes that it starts would inherit
    # a size that their own terminals do not have.
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)
    # One thread a process, as the engine has it: on models this small a second one costs several times what it saves,
    # and the processes of the tests share the machine.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Each of these processes would compile all of its modules again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if not hasattr(config, "workerinput"):  # those who work for this process inherit it: the home while tests are found
        home = tempfile.mkdtemp(prefix="dltui-tests-")
        config.add_cleanup(partial(shutil.rmtree, home, ignore_errors=True))
        os.environ["DLTUI_HOME"] = home
    config.option.loadscopereorder = False  # pytest-xdist would begin with the files of most tests: the shortest ones


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONG)))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-screens", action="store_true", help="record the screens anew instead of comparing")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-screens"))


@pytest.fixture(scope="session")
def remembered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What dltui remembers of its lessons. To parse them all takes longer than most tests."""
    path = cache_dir() / "lessons.msgpack"
    course([lessons_dir()], path)
    return Path(shutil.copy(path, tmp_path_factory.mktemp("index")))


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory, remembered: Path) -> Iterator[Path]:
    """Homes where dltui has been before, one after the other. `mktemp` would look through all of them each time."""
    above = tmp_path_factory.mktemp("homes")

    def made() -> Iterator[Path]:
        for number in count():
            (cache := above / str(number) / "cache").mkdir(parents=True)
            (above / f"{number}-for-a-while").mkdir(mode=0o700)
            (cache / remembered.name).hardlink_to(remembered)  # it is replaced, never written into
            yield cache.parent

    return made()


@pytest.fixture(autouse=True)
def own_home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the home of whoever runs it, or what stands in where a home cannot be written, or draws
    for that person's terminal."""
    home = next(homes)
    monkeypatch.setenv("DLTUI_HOME", str(home))
    monkeypatch.setenv("XDG_RUNTIME_DIR", f"{home}-for-a-while")
    for name in ("NO_COLOR", "SSH_CONNECTION", "TEXTUAL_DRIVER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    return home


@pytest.fixture
def unexplained(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gradient checks end with their verdicts. To find who is to blame for a wrong one takes several times as long."""
    monkeypatch.setattr(import_module("dltui.gradcheck.check"), "explained", lambda inspection, report: report)
