"""The pictures of the unrolled unit: the chain with its numbers, and what each step adds to the gradient."""

from __future__ import annotations

from dltui.explore.numerals import number
from dltui.explore.unrolled_chain import Chain
from dltui.scene import Arrow, Item, Label, Line, Mark, Scene

ADDED = -0.35
"""The height of the shares below the inputs."""
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def sub(t: int) -> str:
    return str(t).translate(SUBSCRIPTS)


def diagram(chain: Chain, done: int, added: bool = False) -> Scene:
    """Steps from left to right; `done` counts what has been worked out: the states, then the slopes from behind.

    added: with the share of each step below, in numbers.
    """
    states, slopes, steps = chain.states, chain.slopes, chain.steps
    items: list[Item] = []
    for t in range(1, steps + 1):
        back = done > steps and t > 2 * steps - done
        start, end = (t - max(0.5, 0.9 - 0.06 * steps), 1.0), (t - 0.18, 1.0)  # the more steps, the wider the numbers
        items.append(Arrow(end, start, "second") if back else Arrow(start, end, "model" if done >= t else "faint"))
        items.append(Arrow((t + 0.05, 0.2), (t + 0.05, 0.75), "model" if done >= t else "faint"))
    items += [Label(-0.05, 1.0, "0", "text"), Label(-0.05, 1.3, f"h{sub(0)}", "faint")]
    for t in range(1, steps + 1):
        value = _short(states[t]) if done >= t else "?"
        items.append(Label(t - 0.08, 1.0, value, "accent" if done in (t, 2 * steps - t + 1) else "text"))
        names = ((1.3, f"h{sub(t)}"), (0.0, f"x{sub(t)}={chain.x[t - 1]:g}"))
        items += [Label(t - 0.08, height, name, "faint") for height, name in names]
        if done > steps and t >= 2 * steps - done:
            counts = t > steps - chain.cut
            items.append(Label(t - 0.08, 1.65, f"∂{_short(slopes[t])}", "second" if counts else "faint"))
    if added:
        items.append(Label(-0.05, ADDED, "adds", "faint"))
        items += [Label(t - 0.08, ADDED, _short(chain.shares[t - 1]), "second") for t in _reached(chain, done)]
    title = f"w = {chain.w:g} on every →, u = {chain.u:g} on every ↑"
    return Scene((-0.2, steps + 0.6), (ADDED - 0.2 if added else -0.25, 1.9), tuple(items), title, axes=False)


def shares(chain: Chain, done: int) -> Scene:
    """A stem for each step: its share of ∂h_T/∂w, as far as the way back has come."""
    found = [(t, chain.shares[t - 1]) for t in _reached(chain, done)]
    most = max(0.1, *(abs(share) for share in chain.shares))
    low = -1.15 * most if min(chain.shares) < 0 else -0.05 * most
    items: list[Item] = [Line(((0.5, 0.0), (chain.steps + 0.5, 0.0)), "faint")]
    for t, share in found:
        items += [Line(((float(t), 0.0), (float(t), share)), "second"), Mark(float(t), share, "accent")]
    title = f"what each step adds to ∂h{sub(chain.steps)}/∂w"
    return Scene((0.5, chain.steps + 0.5), (low, 1.15 * most), tuple(items), title, "step")


def _reached(chain: Chain, done: int) -> range:
    """The steps over which the way back has led."""
    return range(2 * chain.steps - done + 1, chain.steps + 1)


def _short(value: float) -> str:
    return number(value, 2).replace("0.", ".", 1)
