"""Steps with a model: what is learned from which data, by what rule, and what is seen of it."""

from typing import Annotated, Literal

from msgspec import Meta, field

from dltui.lesson.fields import Line, Name, Record, Text
from dltui.lesson.layers import AnyLayer


class Optimizer(Record, frozen=True, kw_only=True):
    """How the gradient changes the weights."""

    kind: Literal["sgd", "adam", "adamw", "rmsprop", "adagrad"]
    """The rule, as in torch.optim."""
    lr: Annotated[float, Meta(gt=0, le=1e6)]
    """Learning rate; the peak of it under `one_cycle`."""
    momentum: Annotated[float, Meta(ge=0, lt=1)] = 0.0
    """Share of the last step that is kept in the next one; for sgd and rmsprop."""
    nesterov: bool = False
    """Whether momentum looks ahead (Nesterov 1983); for sgd with momentum."""
    weight_decay: Annotated[float, Meta(ge=0, le=1e3)] = 0.0
    """Pull of every weight towards 0."""
    betas: Annotated[list[float], Meta(min_length=2, max_length=2)] = field(default_factory=lambda: [0.9, 0.999])
    """How much of the running means of the gradient and of its square is kept per step; for adam and adamw."""
    schedule: Literal["constant", "one_cycle", "inverse", "cosine", "step"] = "constant"
    """How the learning rate changes over the run. `inverse` is lr / step, step counted from 1; `cosine` falls to 0 by
    half a cosine; `step` is lr, a tenth of it from half of the run on, a hundredth from three quarters on."""
    cycle_momentum: bool = True
    """Whether `one_cycle` also moves the momentum, or the first beta, against the rate: from 0.95 to 0.85 and back."""
    clip: Annotated[float, Meta(gt=0, le=1e9)] | None = None
    """The longest that the gradient of all weights together may be; a longer one is shortened to it."""


Loss = Literal["cross_entropy", "binary_cross_entropy", "mse", "hinge", "perceptron", "gan", "gan_saturating"]
Metric = Literal[
    "loss", "accuracy", "wrong", "mse", "reconstruction", "kl", "neighbours", "d_loss", "g_loss", "modes", "quality"
]
"""What is measured while a model trains. Which of them a run has, `dltui.lesson.metrics` knows."""
View = Literal[
    Metric, "regions", "fit", "parameters", "gradients", "filters", "features", "mistakes", "confusion", "gates",
    "recall", "codes", "reconstructions", "latent_grid", "samples",
]
"""The curve of a metric, or one of the pictures of which `dltui.lesson.views` knows what they need."""


class Step(Record, tag_field="kind", frozen=True, kw_only=True):
    """One page of a lesson."""

    id: Name
    """Its name in addresses such as `mlp-xor/train`; keep it once the lesson is out: progress hangs on it."""
    title: Line
    """A few words: the heading."""
    text: Text = ""
    """What stands on the left. Use ''' … ''' so that backslashes of formulas survive."""


class Learning(Step, frozen=True, kw_only=True):
    """A step with a model, its data and its loss."""

    data: Annotated[str, Meta(max_length=64, extra={"lines": False})]
    """The name of a data set."""
    data_seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    """Seed of generated data and of the split."""
    model: Annotated[list[AnyLayer], Meta(min_length=1, max_length=64)]
    """The layers from input to output. Sizes of inputs are inferred, so only outputs are written."""
    loss: Loss
    """`binary_cross_entropy` takes logits; `perceptron` is max(0, -y·score) with y = ±1 (Rosenblatt's rule at lr 1);
    `hinge` is that of support vector machines. With `gan` and `gan_saturating` the model is the generator, which makes
    rows of the data out of noise, and `adversary` the discriminator; they differ in the loss of the generator."""
    target: Literal["label", "input"] = "label"
    """What the outputs are held against: the label, or the input itself (an autoencoder; the input before any noise
    layer). There `mse` is the mean over all numbers, `binary_cross_entropy` the sum over the numbers of a row."""
    label_smoothing: Annotated[float, Meta(ge=0, lt=1)] = 0.0
    """Of cross_entropy: the share of a label that is spread over all classes. Of gan: how far the label of real rows
    is below 1."""
    adversary: Annotated[list[AnyLayer], Meta(max_length=64)] = []
    """The layers of the discriminator, which end in one score; for `gan`."""
    noise: Annotated[int, Meta(ge=0, le=4096)] = 0
    """How many normally distributed numbers the generator makes a row of; for `gan`."""
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    """Seed of the weights and of the order of the rows."""


class Training(Learning, frozen=True, kw_only=True):
    """A step whose model is trained: by what rule and for how long."""

    optimizer: Optimizer
    """How the gradient changes the weights: `{ kind = "adam", lr = 0.01 }`."""
    epochs: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    """Passes over the training set. Exactly one of epochs and steps is given."""
    steps: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    """Steps of the optimiser. Exactly one of epochs and steps is given."""
    batch: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    """Rows per step; 0 is the whole training set."""
    adversary_optimizer: Optimizer | None = None
    """How the discriminator learns; left out: as the generator does."""
    d_steps: Annotated[int, Meta(ge=1, le=100)] = 1
    """Updates of the discriminator in one step of the run; for `gan`."""
    g_steps: Annotated[int, Meta(ge=1, le=100)] = 1
    """Updates of the generator in one step of the run, after those of the discriminator; for `gan`."""
    show: Annotated[list[View], Meta(min_length=1)] = field(default_factory=lambda: ["loss", "accuracy"])
    """The views of the run, the first one on top."""
