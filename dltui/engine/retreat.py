"""What a run does when memory runs out: smaller parts of a batch, another GPU, the CPU, and only then give up."""

from __future__ import annotations

from dataclasses import replace

from dltui.engine import memory
from dltui.engine.assembly import Assembly, Misfit, NoRoom, assemble, planned
from dltui.engine.distributed import Ranks
from dltui.engine.graph import graphed
from dltui.engine.session import State
from dltui.engine.spread import spread, spreadable
from dltui.journal.events import Adapted
from dltui.lesson.records import Experiment

MOST_PARTS = 8


class Retreat:
    """The device and the number of parts that are left to an experiment."""

    def __init__(self, experiment: Experiment, requested: str, team: Ranks | None = None) -> None:
        self._experiment = experiment
        self._requested = requested
        self._team = team
        self._parts = 1
        self._failed: list[str] = []
        """Devices, each in its full width and in parts"""
        self.notes: list[str] = []
        """One sentence for each way that was given up and not told yet."""

    def assemble(self) -> Assembly:
        """The experiment at step 0 on the best device that is left. Raises NoRoom when none is, and what `assemble`
        raises."""
        if self._team is not None:
            return self._shared(self._team)
        while True:
            try:
                made = assemble(self._experiment, self._requested, self._failed)
                return replace(made, session=graphed(spread(made.session, self._parts), made.work))
            except NoRoom as error:
                if error.device == "cpu":
                    raise
                self._leave(error.device)
            memory.give_back()

    def give_way(self, assembly: Assembly) -> None:
        """Memory ran out on this one's device: decide how the next one is to be assembled. Raises NoRoom when nothing
        is left to try. The caller forgets the assembly before it asks for the next."""
        if self._team is not None:  # the others have gone on without this process, and wait for it
            raise NoRoom(assembly.device)
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

    def _shared(self, team: Ranks) -> Assembly:
        """With this process's part of the work. A process that fails alone ends all."""
        if self._experiment.compare:
            raise Misfit(f"a comparison is not for {team.size} processes of one run: share it out by --shard")
        made = assemble(self._experiment, team.device(self._requested, planned(self._experiment, "cpu")[1]))
        if why := spreadable(made.session, team.size):
            raise Misfit(f"{team.size} processes cannot share a batch: {why}")
        reason = team.join(made.session.device, len(made.session.flat.grads))
        return replace(made, session=spread(made.session, team=team), device_reason=reason)

    def _leave(self, device: str) -> None:
        self._failed.append(device)
        self._requested, self._parts = "auto", 1
        self.notes.append(f"{device} ran out of memory")
