"""The lines of PyTorch and numpy that make each data set: what `source` writes above the model.

They leave x and y behind, y as class numbers, and x_test and y_test where rows are held out. SEED and TEST are put in.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TEST_SEED = 1000
"""Added to the seed for the held-out rows of a set that is drawn."""

_HOURS = """\
rng = np.random.default_rng(SEED)
hours = np.round((np.arange(40) + rng.random(40)) / 4, 1)  # 0 … 10, evenly spread
luck = rng.permutation((np.arange(40) + 0.5) / 40)
needed = 5 + np.log(luck / (1 - luck))  # so the chance to pass is σ(hours - 5)
x = torch.tensor(hours[:, None]).float()
y = torch.tensor(hours > needed).long()
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
_SPIRAL = """\
def draw(seed):
    rng = torch.Generator().manual_seed(seed)
    t = 3 * torch.pi * torch.rand(200, generator=rng).sqrt()
    arms = [torch.stack([t * (t + c).cos(), t * (t + c).sin()], 1) for c in (0, torch.pi)]
    x = torch.cat(arms) / 9.5 + 0.02 * torch.randn(400, 2, generator=rng)
    return x, torch.arange(2).repeat_interleave(200)


(x, y), (x_test, y_test) = draw(SEED), draw(TEST)
"""
_DIGITS = """\
digits = np.load(assets_dir() / "digits.npz")  # the same as sklearn.datasets.load_digits()
rows = torch.randperm(1797, generator=torch.Generator().manual_seed(0))
x = torch.tensor(digits["x"])[rows, None] / 16  # pixels 0 … 16 become 0 … 1
y = torch.tensor(digits["y"]).long()[rows]
x, x_test, y, y_test = x[:1297], x[1297:], y[:1297], y[1297:]
"""

_CODE: Mapping[str, str] = MappingProxyType(
    {
        "hours": _HOURS,
        "xor": _XOR,
        "gauss2": _GAUSS2,
        "notebook50": _NOTEBOOK50,
        "circles": _CIRCLES,
        "spiral": _SPIRAL,
        "digits": _DIGITS,
    }
)


def data_code(name: str, seed: int) -> str:
    """Raises KeyError for a set whose lines nobody has written."""
    return _CODE[name].replace("SEED", str(seed)).replace("TEST", str(seed + TEST_SEED)).rstrip()
