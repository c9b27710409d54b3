"""What a run does when memory runs out: smaller parts of a batch, another GPU, the CPU, and only then give up."""

from __future__ import annotations

from dataclasses import replace

from dltui.engine import memory
from dltui.engine.assembly import Assembly, NoRoom, assemble
from dltui.engine.session import State
from dltui.engine.spread import spread, spreadable
from dltui.journal.events import Adapted
from dltui.lesson.records import Experiment

MOST_PARTS = 8


class Retreat:
    """The device and the number of parts that are left to an experiment."""

    def __init__(self, experiment: Experiment, requested: str) -> None:
        self._experiment = experiment
        self._requested = requested
        self._parts = 1
        self._failed: list[str] = []
        """Devices, each in its full width and in parts"""
        self.notes: list[str] = []
        """One sentence for each way that was given up and not told yet."""

    def assemble(self) -> Assembly:
        """The experiment at step 0 on the best device that is left. Raises NoRoom when none is."""
        while True:
            try:
                made = assemble(self._experiment, self._requested, self._failed)
                return replace(made, session=spread(made.session, self._parts))
            except NoRoom as error:
                if error.device == "cpu":
                    raise
                self._leave(error.device)
            memory.give_back()

    def give_way(self, assembly: Assembly) -> None:
        """Memory ran out on this one's device: decide how the next one is to be assembled. Raises NoRoom when nothing
        is left to try. The caller forgets the assembly before it asks for the next."""
        finer, rows = 2 * self._parts, assembly.session.batches.rows
        if finer <= MOST_PARTS and not spreadable(assembly.session, finer):
            self._parts = finer
            self._requested = assembly.device
            self.notes.append(
                f"{assembly.device} ran out of memory: each batch of {rows} rows now goes through in {finer} parts,"
                " with the same result"
            )
        elif assembly.device == "cpu":
            raise NoRoom("cpu")
        else:
            self._leave(assembly.device)

    def resume(self, state: State | None) -> Assembly:
        """The experiment on what is left, at this state or at step 0. Raises NoRoom."""
        memory.give_back()
        made = self.assemble()
        if state is not None:
            made.session.restore(state)
        return made

    def told(self, made: Assembly) -> list[Adapted]:
        """What was given up for this assembly, as an event; none if there is nothing new to tell."""
        if not self.notes:
            return []
        step = made.session.step
        message = f"{'; '.join(self.notes)}. The run goes on from step {step} on {made.device}."
        reason = f"{self._failed[-1]} ran out of memory" if self._failed else f"batches in {self._parts} parts"
        self.notes = []
        return [Adapted(step=step, device=str(made.session.device), device_reason=reason, message=message)]

    def _leave(self, device: str) -> None:
        self._failed.append(device)
        self._requested, self._parts = "auto", 1
        self.notes.append(f"{device} ran out of memory")
