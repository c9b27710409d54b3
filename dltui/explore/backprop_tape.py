"""The order of work: forward edge by edge and unit by unit, the loss, then everything once more from behind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from dltui.explore.backprop_net import Edge, Unit

Kind = Literal["sum", "bend", "loss", "slope", "delta", "gradient"]


@dataclass(frozen=True)
class Move:
    """One thing worked out: a weight times a value (sum), a unit's value (bend), E (loss), ∂E/∂y (slope), ∂E/∂z of a
    unit (delta), ∂E/∂w of an edge with what goes back along it (gradient)."""

    kind: Kind
    unit: Unit
    """The unit it belongs to; of an edge: the one it leads to."""
    edge: Edge | None = None


@dataclass(frozen=True)
class Tape:
    """All moves for a net of such layers, and how many of them are done."""

    sizes: tuple[int, ...]
    done: int = 0

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        last = len(self.sizes) - 1
        found: list[Move] = []
        for unit in self._units(range(1, last + 1)):
            found += [Move("sum", unit, edge) for edge in self._edges(unit)]
            found.append(Move("bend", unit))
        found += [Move("loss", Unit(last, 0)), Move("slope", Unit(last, 0))]
        for unit in self._units(range(last, 0, -1)):
            found.append(Move("delta", unit))
            found += [Move("gradient", unit, edge) for edge in self._edges(unit)]
        return tuple(found)

    @cached_property
    def known(self) -> frozenset[Move]:
        return frozenset(self.moves[: self.done])

    @property
    def last(self) -> Move | None:
        return self.moves[self.done - 1] if self.done else None

    @property
    def edge(self) -> Edge | None:
        """The edge that something went along last."""
        return next((move.edge for move in reversed(self.moves[: self.done]) if move.edge is not None), None)

    @property
    def next(self) -> Move | None:
        return self.moves[self.done] if self.done < len(self.moves) else None

    @property
    def turn(self) -> int:
        """How many moves the way forward has, the loss included."""
        return next(place for place, move in enumerate(self.moves, 1) if move.kind == "loss")

    @property
    def forward_done(self) -> bool:
        return self.done >= self.turn

    @property
    def complete(self) -> bool:
        return self.done == len(self.moves)

    def moved(self) -> Tape:
        """One move further."""
        return Tape(self.sizes, min(self.done + 1, len(self.moves)))

    def forward(self) -> Tape:
        """To the value of the next unit, or to the loss."""
        return self._up_to("bend", "loss")

    def backward(self) -> Tape:
        """To the slope of the loss, or through all edges that lead to the next unit."""
        if self.done == self.turn:
            return self.moved()
        place = self.done + 1
        while place < len(self.moves) and self.moves[place].kind != "delta":
            place += 1
        return Tape(self.sizes, min(place, len(self.moves)))

    def at(self, done: int) -> Tape:
        return Tape(self.sizes, done)

    def knows(self, kind: Kind, unit: Unit, edge: Edge | None = None) -> bool:
        return Move(kind, unit, edge) in self.known

    def _up_to(self, *kinds: Kind) -> Tape:
        places = [at for at, move in enumerate(self.moves, 1) if at > self.done and move.kind in kinds]
        return Tape(self.sizes, places[0] if places else self.done)

    def _units(self, layers: range) -> list[Unit]:
        return [Unit(layer, place) for layer in layers for place in range(self.sizes[layer])]

    def _edges(self, unit: Unit) -> list[Edge]:
        return [Edge(unit.layer, unit.place, source) for source in range(self.sizes[unit.layer - 1])]
