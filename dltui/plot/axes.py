"""Axes that stay: limits that change seldom, ticks at round numbers, numbers as short text.

A live chart whose limits follow the data repaints every cell in every frame. These limits grow in big steps and
shrink only when the data have become much smaller, so that a frame changes the cells of the newest points alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, inf, isfinite, log10

LEAST = 1e-20
"""Logarithmic axes show values at or below zero, and smaller ones, here."""
MOST = 1e300
SLIMMEST = 1e-6
"""Smallest span of an axis as a share of its largest magnitude: what a double still divides into columns."""
FLATTEST = 0.2
"""Smallest span of fitted limits as a share of the largest value: what hardly changes shall look flat."""
FIRST_STEPS = 128
FAR = 1e6


@dataclass(frozen=True)
class Tick:
    value: float
    text: str


@dataclass(frozen=True)
class Axis:
    """Limits of one axis. Made by `around`, `values_axis` and `steps_axis`, which see to it that low < high."""

    low: float
    high: float
    log: bool = False
    clamped: bool = False
    """Logarithmic, and some values are at or below zero: they are drawn at 1e-20. Say so beside the chart."""

    def share(self, value: float) -> float:
        """Where a finite value lies: 0 at the low end, 1 at the high end, at most a million beyond."""
        if self.log:
            low, high, value = log10(self.low), log10(self.high), log10(max(value, LEAST))
        else:
            low, high, value = self.low / 2, self.high / 2, value / 2  # halves: a difference of halves stays finite
        return min(max((value - low) / (high - low), -FAR), FAR)

    def ticks(self, most: int, whole: bool = False) -> tuple[Tick, ...]:
        """At most `most` ticks at round numbers, their texts with equally many decimals. whole: at whole numbers."""
        if most <= 0:
            return ()
        return _log_ticks(self, most) if self.log else _linear_ticks(self, most, 1.0 if whole else 0.0)

    def position(self, value: float, columns: int) -> str:
        """A value on this axis in as many figures as tell one of its columns from the next, at most three; whole
        numbers that are not long, such as steps, as they are."""
        if not isfinite(value) or value == 0:
            return number(value)
        value = min(max(value, -MOST), MOST)
        if abs(value) < 99_999.5 and value == round(value):
            return f"{value:.0f}"
        if self.log:
            width = value * (10 ** min((log10(self.high) - log10(self.low)) / max(1, columns), 2) - 1)
        else:
            width = (self.high / 2 - self.low / 2) / max(1, columns) * 2
        digits = floor(log10(abs(value)) + 1e-9) - floor(log10(max(abs(width), 1e-300)) + 1e-9)
        return _short(float(f"{value:.{min(max(digits, 0), 2)}e}"))


def around(low: float, high: float, log: bool = False) -> Axis:
    """An axis with exactly these limits, as far as a picture can be drawn with them: infinite, equal or reversed
    limits, and spans too small for their place on the number line, are mended."""
    low, high = (0.0 if low != low else low), (0.0 if high != high else high)
    low, high = (min(max(limit, -MOST), MOST) for limit in sorted((low, high)))
    if log:
        clamped = low <= 0
        low, high = max(low, LEAST), max(high, LEAST)
        if high < low * 1.001:
            low, high = low / 3.2, high * 3.2
        return Axis(low, high, True, clamped)
    magnitude = max(abs(low), abs(high))
    if magnitude < 1e-290:
        return Axis(-1.0, 1.0) if low == high else Axis(-1e-290, 1e-290)
    if high / 2 - low / 2 < magnitude * SLIMMEST:
        middle = low / 2 + high / 2
        low, high = middle - magnitude * SLIMMEST, middle + magnitude * SLIMMEST
    return Axis(low, high)


def values_axis(low: float, high: float, log: bool = False, old: Axis | None = None) -> Axis:
    """Limits at round numbers around data from `low` to `high`. `old` is kept while the data lie in it and fill at
    least a quarter of it. No data (low > high): 0 to 1, logarithmic 1e-3 to 1."""
    if not low <= high:
        return old or (Axis(1e-3, 1.0, True) if log else Axis(0.0, 1.0))
    fitted = _log_limits(low, high) if log else _linear_limits(low, high)
    if old is None or old.log != log or not _holds(old, low, high):
        return fitted
    span = abs(fitted.share(old.high) - fitted.share(old.low))
    return old if span <= 4 and old.clamped == fitted.clamped else fitted


def steps_axis(last: float, old: Axis | None = None) -> Axis:
    """0 to 128, 256, 512 …: limits for steps up to `last`. Doubling suits curves whose buckets double too."""
    high = float(FIRST_STEPS)
    while high < min(last, MOST):
        high *= 2
    return old if old is not None and old.low == 0 and not old.log and old.high >= high else Axis(0.0, high)


def number(value: float, whole: bool = False) -> str:
    """A value of the moment: four figures for the usual sizes (2.301, 23.01), `4.1e-8` for the others. whole: a count,
    without decimals."""
    size = abs(value)
    if not isfinite(value):
        return "not a number" if value != value else "infinite" if value > 0 else "-infinite"
    if value == 0:
        return "0"
    if whole and size < 99999.5:
        return f"{round(value)}"
    if not 9.995e-4 <= size < 99999.5:
        return _scientific(value, 1)
    decimals = 3 if size < 9.9995 else 2 if size < 99.995 else 1 if size < 999.95 else 0
    return f"{value:.{decimals}f}"


def _short(value: float) -> str:
    """A round value: 0.05, 1, 200 where such numbers are easy to read, else `5e-3`."""
    if 0.00999 <= abs(value) <= 1000.1:
        return f"{value:g}"
    mantissa, _, exponent = f"{value:.2e}".partition("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def _holds(axis: Axis, low: float, high: float) -> bool:
    if axis.log:
        low, high = max(low, LEAST), max(high, LEAST)
    return axis.low <= low and high <= axis.high


def _linear_limits(low: float, high: float) -> Axis:
    if 0 < low <= 0.5 * high:
        low = 0.0  # losses and accuracies: zero tells more than a limit that falls with the data
    fair = around(low, high)
    least = FLATTEST * max(abs(low), abs(high))
    if fair.high / 2 - fair.low / 2 < least / 2:
        middle = fair.low / 2 + fair.high / 2
        fair = around(middle - least / 2, middle + least / 2)
    step = _round_step((fair.high / 2 - fair.low / 2) * 2 / 4)
    low, high = floor(fair.low / step) * step, ceil(fair.high / step) * step
    return around(low, high)


def _log_limits(low: float, high: float) -> Axis:
    fair = around(low, high, log=True)
    bottom, top = floor(log10(fair.low) + 1e-9), ceil(log10(fair.high) - 1e-9)
    if bottom == top:
        top += 1
    return Axis(10.0**bottom, 10.0**top, True, fair.clamped)


def _round_step(step: float) -> float:
    """The next larger 1, 2 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(step))
    return next((factor * power for factor in (1, 2, 5) if step <= factor * power * 1.000001), 10 * power)


def _linear_ticks(axis: Axis, most: int, least: float = 0.0) -> tuple[Tick, ...]:
    half = axis.high / 2 - axis.low / 2
    step = max(least, _round_step(min(half * 2, MOST) / most))
    first, last = ceil(axis.low / step - 1e-6), floor(axis.high / step + 1e-6)
    while last - first + 1 > most:
        step = _round_step(step * 1.5)
        first, last = ceil(axis.low / step - 1e-6), floor(axis.high / step + 1e-6)
    values = [index * step for index in range(first, last + 1)]
    return tuple(Tick(value, text) for value, text in zip(values, _aligned(values, step), strict=True))


def _aligned(values: list[float], step: float) -> list[str]:
    """Texts with as many decimals as tell one value from the next; powers of ten where numbers get long."""
    largest = max((abs(value) for value in values), default=0.0)
    digits = floor(log10(step) + 1e-9)
    if largest < 999_999.5 and digits >= -4:
        return [f"{value + 0.0:.{max(0, -digits)}f}" for value in values]  # + 0.0: no -0
    figures = max(0, floor(log10(largest) + 1e-9) - digits) if largest else 0
    return [_scientific(value, min(figures, 8)) if value else "0" for value in values]


def _scientific(value: float, decimals: int) -> str:
    mantissa, _, exponent = f"{value:.{decimals}e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def _log_ticks(axis: Axis, most: int) -> tuple[Tick, ...]:
    first, last = ceil(log10(axis.low) - 1e-6), floor(log10(axis.high) + 1e-6)
    decades = last - first + 1
    if decades >= 2 or (decades == 1 and most == 1):
        stride = max(1, ceil(decades / most))
        while len(range(first, last + 1, stride)) > most:
            stride += 1
        exponents = range(first, last + 1, stride)
        ticks = [Tick(10.0**exponent, _short(10.0**exponent)) for exponent in exponents]
        return tuple(_filled(ticks, axis) if decades * 3 <= most else ticks)
    # Less than two decades: round numbers tell more than one power of ten.
    return _linear_ticks(Axis(axis.low, axis.high), most)


def _filled(ticks: list[Tick], axis: Axis) -> list[Tick]:
    """2 and 5 between the powers of ten."""
    more = [
        Tick(factor * tick.value, _short(factor * tick.value))
        for tick in ticks for factor in (2, 5) if factor * tick.value <= axis.high
    ]
    return sorted(ticks + more, key=lambda tick: tick.value)


NOTHING = (inf, -inf)
"""The range of no values: `values_axis(*NOTHING)`."""
