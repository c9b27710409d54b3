"""The random numbers that layers such as dropout draw while a model trains."""

from __future__ import annotations

from types import TracebackType

import torch
from torch import Generator, Tensor


class Noise:
    """Within its `with`, the global generators are this run's own; outside, they are as everyone else left them.

    Layers draw from the global generators and cannot be given another one. Switched off, for models that draw nothing,
    it does nothing.
    """

    def __init__(self, seed: int, device: torch.device, used: bool) -> None:
        self.states: dict[str, Tensor] = {}
        """One for each kind of device drawn from."""
        self._device = device
        self._outside: dict[str, Tensor] = {}
        if used:
            self.states["cpu"] = Generator().manual_seed(seed).get_state()
            if device.type == "cuda":
                self.states["cuda"] = Generator(device).manual_seed(seed).get_state()

    def __enter__(self) -> None:
        if self.states:
            self._outside = self._read()
            self._write(self.states)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.states:
            self.states = self._read()
            self._write(self._outside)

    def _read(self) -> dict[str, Tensor]:
        states = {"cpu": torch.get_rng_state()}
        if "cuda" in self.states:
            states["cuda"] = torch.cuda.get_rng_state(self._device)
        return states

    def _write(self, states: dict[str, Tensor]) -> None:
        torch.set_rng_state(states["cpu"])
        if "cuda" in states:
            torch.cuda.set_rng_state(states["cuda"], self._device)
