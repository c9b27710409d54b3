"""What all screens of one sitting share: the course, what is remembered, and the engine."""

from __future__ import annotations

from dataclasses import dataclass, field

from dltui.explore.explorer import Explorer
from dltui.journal.folder import RunSummary, living
from dltui.journal.owner import alive
from dltui.journal.progress import AnyProgress, Progress, ProgressWriter
from dltui.lesson.find import Course, Entry
from dltui.lesson.share import Move
from dltui.places import State
from dltui.tui.engine import Engine
from dltui.tui.gate import Gate


@dataclass
class Lab:
    course: Course
    state: State
    recorder: ProgressWriter
    engine: Engine
    device: str = "auto"
    fps: float = 5.0
    """Most redraws of a live chart per second."""
    authoring: bool = False
    """Whether the lesson that opens first is read again when its file is saved."""
    ascii: bool = False
    """Whether the terminal shows nothing but ASCII."""
    mouse: bool = True
    """Whether the lab takes the mouse."""
    gate: Gate = field(default_factory=Gate)
    """When live frames may be painted."""
    explored: dict[tuple[str, str], tuple[Explorer, list[Explorer]]] = field(default_factory=dict)
    """For each explorer that was played with: where it stands, and its past."""
    moved: dict[tuple[str, str], list[tuple[Move, ...]]] = field(default_factory=dict)
    """For each of them what was done up to each state of its past, and to where it stands."""
    shared: dict[tuple[str, str], tuple[Move, ...]] = field(default_factory=dict)
    """What a share string asked for at a step that is not open yet."""
    attached: str = ""
    """A run to be shown as the newest of its step, however old it is."""
    _second: Engine | None = None

    @property
    def checker(self) -> Engine:
        """An engine with time for a gradient check: the usual one, or a second beside it while it trains."""
        if not self.engine.busy:
            return self.engine
        if self._second is None:
            self._second = Engine(self.state.folder)
        return self._second

    def close(self) -> list[str]:
        """Let the engines write their checkpoints and go. Returns the runs that go on without the lab."""
        engines = (self.engine, self._second)
        return [run for engine in engines if engine is not None and (run := engine.close())]

    def adrift(self) -> list[RunSummary]:
        """Runs that go on with no window to steer them, newest first."""
        return [run for run in living(self.state.folder)
                if not self.engine.owns(run.run) and not alive(run.folder, "helm")]

    @property
    def progress(self) -> Progress:
        """All that is remembered of the learner."""
        return self.recorder.progress

    @property
    def seed(self) -> int:
        """Fixes the order of quiz options and the numbers that vary, for this learner on this machine."""
        return self.recorder.learner

    def record(self, event: AnyProgress) -> None:
        """Remember on disk and in this sitting. A disk that cannot take it is no reason to stop learning."""
        self.recorder.record(event)

    def after(self, entry: Entry) -> Entry | None:
        """The next lesson that opens, if any."""
        entries = list(self.course.entries)
        for other in entries[entries.index(entry) + 1 :]:
            if other.lesson is not None:
                return other
        return None
