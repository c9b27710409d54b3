"""The lines of PyTorch and numpy that make each data set: what `source` writes above the model.

They leave x and y behind, y as class numbers or as numbers, and x_test and y_test where rows are held out; no y where
the inputs are their own target. SEED and TEST are put in.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dltui.lesson.datasets import ADDING, REMEMBER, TEXT
from dltui.lesson.source_words import TINYCORPUS

TEST_SEED = 1000
"""Added to the seed for the held-out rows of a set that is drawn."""
BOTH = "\n\n(x, y), (x_test, y_test) = draw(SEED, {}), draw(TEST, {})\n"

_HOURS = """\
rng = np.random.default_rng(SEED)
hours = np.round((np.arange(40) + rng.random(40)) / 4, 1)  # 0 … 10, evenly spread
luck = rng.permutation((np.arange(40) + 0.5) / 40)
needed = 5 + np.log(luck / (1 - luck))  # so the chance to pass is σ(hours - 5)
x = torch.tensor(hours[:, None]).float()
y = torch.tensor(hours > needed).long()
"""
_MARKS = """\
rng = np.random.default_rng(SEED)
hours = np.round((np.arange(40) + rng.random(40)) / 4, 1)  # 0 … 10, evenly spread
marks = (1 + 0.8 * hours + 0.7 * rng.standard_normal(40)).clip(0, 10).round(1)
x, y = torch.tensor(hours[:, None]).float(), torch.tensor(marks).float()
"""
_WAVE20 = """\
rng = np.random.default_rng(SEED)
places = (np.arange(20) + rng.random(20)) / 10 - 1
noisy = np.sin(np.pi * places) + 0.2 * rng.standard_normal(20)
x, y = torch.tensor(places[:, None]).float(), torch.tensor(noisy).float()
grid = torch.tensor(np.linspace(-1, 1, 200))
x_test, y_test = grid[:, None].float(), torch.tensor(np.sin(np.pi * grid.numpy())).float()
"""
_XOR = """\
x = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]]).float()
y = torch.tensor([0, 1, 1, 0])
"""
_GAUSS2 = """\
rng = np.random.default_rng(SEED)
clouds = [rng.normal(centre, 0.5, (25, 2)) for centre in (-1.5, 1.5)]
x = torch.tensor(np.concatenate(clouds)).float()
y = torch.tensor([1] * 25 + [0] * 25)
"""
_NOTEBOOK50 = """\
rng = np.random.RandomState(4)  # numpy's old generator: the points of the classical demo
clouds = [np.stack([rng.normal(c, 1, 25) for _ in range(2)], axis=1) for c in (-1, 1)]
x = torch.tensor(np.concatenate(clouds)).float()
y = torch.tensor([1] * 25 + [0] * 25)
"""
_CIRCLES = """\
def draw(seed):
    rng = torch.Generator().manual_seed(seed)
    y = torch.arange(400) % 2
    angle = 2 * torch.pi * torch.rand(400, generator=rng)
    radius = 1 - 0.5 * y + 0.08 * torch.randn(400, generator=rng)
    return torch.stack([radius * angle.cos(), radius * angle.sin()], 1), y


(x, y), (x_test, y_test) = draw(SEED), draw(TEST)
"""
_MOONS = """\
def draw(seed):
    rng = torch.Generator().manual_seed(seed)
    y = torch.arange(400) % 2
    angle = torch.pi * (torch.rand(400, generator=rng) + y)
    moons = torch.stack([angle.cos(), angle.sin()], 1) + torch.stack([1.0 * y, 0.5 * y], 1)
    return moons + 0.1 * torch.randn(400, 2, generator=rng), y


(x, y), (x_test, y_test) = draw(SEED), draw(TEST)
"""
_SPIRAL = """\
def draw(seed):
    rng = torch.Generator().manual_seed(seed)
    t = 3 * torch.pi * torch.rand(200, generator=rng).sqrt()
    arms = [torch.stack([t * (t + c).cos(), t * (t + c).sin()], 1) for c in (0, torch.pi)]
    x = torch.cat(arms) / 9.5 + 0.02 * torch.randn(400, 2, generator=rng)
    return x, torch.arange(2).repeat_interleave(200)


(x, y), (x_test, y_test) = draw(SEED), draw(TEST)
"""
_RING8 = """\
rng = torch.Generator().manual_seed(SEED)
angle = torch.arange(8) * 2 * torch.pi / 8
centres = 2 * torch.stack([angle.cos(), angle.sin()], 1)
x = centres[torch.randint(8, (10000,), generator=rng)]
x = x + 0.05 * torch.randn(10000, 2, generator=rng)
"""
_DIGITS = """\
digits = np.load(assets_dir() / "digits.npz")  # the same as sklearn.datasets.load_digits()
rows = torch.randperm(1797, generator=torch.Generator().manual_seed(0))
x = torch.tensor(digits["x"])[rows, None] / 16  # pixels 0 … 16 become 0 … 1
y = torch.tensor(digits["y"]).long()[rows]
x, x_test, y, y_test = x[:1297], x[1297:], y[:1297], y[1297:]
"""
_SHUFFLED = """\
y = y[torch.randperm(1297, generator=torch.Generator().manual_seed(SEED))]
"""
_HALF = """\
low, low_test = y {than} 5, y_test {than} 5
x, y, x_test, y_test = x[low], y[low]{less}, x_test[low_test], y_test[low_test]{less}
"""
_LARGE = """\
scaled = [torch.nn.functional.interpolate(a, 24, mode="bilinear") for a in (x, x_test)]
x, x_test = (torch.nn.functional.pad(a, (2, 2, 2, 2)) for a in scaled)
"""
_SHAPES = """\
reach = abs(torch.arange(5) - 2)
down, across = reach[:, None], reach
square, plus = torch.maximum(down, across) == 2, torch.minimum(down, across) == 0
shapes = [square, plus, down == across, down + across == 2]  # a cross and a diamond


def draw(seed, near):
    rng = np.random.default_rng(seed)
    x = torch.tensor(np.float32(0.1) * rng.standard_normal((800, 16, 16), np.float32))
    spots = np.argwhere((np.indices((12, 12)).max(0) < 6) == near)  # by the corner or not
    y = torch.arange(800) % 4
    for picture, kind, (i, j) in zip(x, y, spots[rng.integers(len(spots), size=800)]):
        picture[i : i + 5, j : j + 5] += shapes[kind]
    return x[:, None], y


(x, y), (x_test, y_test) = draw(SEED, near=True), draw(TEST, near=False)
"""
_ADDING = """\
def draw(seed, rows, steps=STEPS):
    rng = np.random.default_rng(seed)
    x = np.zeros((rows, steps, 2), np.float32)
    x[:, :, 0] = rng.random((rows, steps), np.float32)
    for half in ((0, steps // 2), (steps // 2, steps)):
        x[np.arange(rows), rng.integers(*half, rows), 1] = 1  # a mark in each half
    return torch.tensor(x), torch.tensor(x.prod(2).sum(1))
"""
_REMEMBER = """\
def draw(seed, rows, steps=STEPS):
    rng = np.random.default_rng(seed)
    symbol = rng.integers(0, 4, rows)
    x = np.zeros((rows, steps, 5), np.float32)
    x[np.arange(rows), 0, symbol] = 1  # then nothing but noise, in a channel of its own
    x[:, 1:, 4] = np.float32(0.3) * rng.standard_normal((rows, steps - 1), np.float32)
    return torch.tensor(x), torch.tensor(symbol)
"""
_SINES = """\
def draw(seed, rows):
    rng = np.random.default_rng(seed)
    speed, phase = rng.uniform(0.1, 0.6, (rows, 1)), rng.uniform(0, 2 * np.pi, (rows, 1))
    wave = torch.tensor(np.sin(phase + speed * np.arange(26))).float()
    return wave[:, :25, None], wave[:, 25]
"""
_TEMPLATED = f"""\
text = (
    "{TEXT[:62]}"
    "{TEXT[62:]}"
) * 40
letters = sorted(set(text))
codes = torch.tensor([letters.index(letter) for letter in text])
windows = codes.unfold(0, 25, 1)  # 24 characters and the one that follows
x, y = windows[:-500, :24], windows[:-500, 24]
x_test, y_test = windows[-500:, :24], windows[-500:, 24]
"""
_MNIST = """\
mnist = np.load(data_dir() / "mnist" / "mnist.npz")  # from `dltui data fetch mnist`
x, x_test = (torch.tensor(mnist[name])[:, None] / 255 for name in ["x_train", "x_test"])
y, y_test = (torch.tensor(mnist[name]).long() for name in ["y_train", "y_test"])
"""
_STANDARDISED = """\
x, x_test = (x - 0.1307) / 0.3081, (x_test - 0.1307) / 0.3081  # mean 0, spread 1
"""


def _first(rows: int) -> str:
    return f"x, y = x[:{rows}], y[:{rows}]\n"


def _noisy(rows: int) -> str:
    return (
        f"{_first(rows)}rng = torch.Generator().manual_seed(SEED)\n"
        f"redrawn = torch.randperm({rows}, generator=rng)[:{3 * rows // 10}]\n"
        f"y[redrawn] = torch.randint(10, ({3 * rows // 10},), generator=rng)  # one in ten is right again\n"
    )


def _shifted(by: int) -> str:
    """The cut-outs of the enlarged picture: by how much it moves right and left, down and up."""
    ends = f"{by}:{by + 8}", "0:8", f"{2 * by}:{2 * by + 8}"
    cuts = [(ends[0], ends[1]), (ends[0], ends[2]), (ends[1], ends[0]), (ends[2], ends[0])]
    return (
        f"wide = torch.nn.functional.pad(x_test, ({by}, {by}, {by}, {by}))\n"
        "x_test = torch.cat([  # moved right, left, down and up\n"
        + "".join(f"    wide[:, :, {rows}, {columns}],\n" for rows, columns in cuts)
        + "])\ny_test = y_test.repeat(4)\n"
    )


_CODE: Mapping[str, str] = MappingProxyType(
    {
        "hours": _HOURS, "marks": _MARKS, "wave20": _WAVE20, "xor": _XOR, "gauss2": _GAUSS2, "notebook50": _NOTEBOOK50,
        "circles": _CIRCLES, "moons": _MOONS, "spiral": _SPIRAL, "ring8": _RING8,
        "digits": _DIGITS, "digits100": _DIGITS + _first(100), "digits300": _DIGITS + _first(300),
        "noisy300": _DIGITS + _noisy(300), "noisy890": _DIGITS + _noisy(890), "digits-shuffled": _DIGITS + _SHUFFLED,
        "digits-shift1": _DIGITS + _shifted(1), "digits-shift2": _DIGITS + _shifted(2),
        "digits-low": _DIGITS + _HALF.format(than="<", less=""),
        "digits-high": _DIGITS + _HALF.format(than=">=", less=" - 5").replace("low", "high"),
        "digits28": _DIGITS + _LARGE, "shapes": _SHAPES, "mnist": _MNIST, "mnist-standardised": _MNIST + _STANDARDISED,
        **{f"adding{steps}": _ADDING.replace("STEPS", str(steps)) + BOTH.format(32000, 1000) for steps in ADDING},
        **{f"remember{steps}": _REMEMBER.replace("STEPS", str(steps)) + BOTH.format(20000, 1000) for steps in REMEMBER},
        "sines": _SINES + BOTH.format(2000, 500), "templated": _TEMPLATED, "tinycorpus": TINYCORPUS,
    }
)  # fmt: skip


def data_code(name: str, seed: int) -> str:
    """Raises KeyError for a set whose lines nobody has written."""
    return _CODE[name].replace("SEED", str(seed)).replace("TEST", str(seed + TEST_SEED)).rstrip()
