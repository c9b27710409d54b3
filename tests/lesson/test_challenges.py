"""What a challenge may say, and what becomes of settings that are handed in for one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dltui.lesson.challenges import MARK, Challenge
from dltui.lesson.entering import Misread, applied, base, entered, excess, parameters, steps
from dltui.lesson.load import loads
from dltui.lesson.starter import starter, written

HEAD = "format = 1\nid = 'tiny'\ntitle = 'Tiny'\nminutes = 5\ngoals = ['see']\n"
STEP = """
[[step]]
id = "few"
title = "Few units"
kind = "challenge"
data = "circles"
model = [{ layer = "linear", out = 2 }, { layer = "tanh" }, { layer = "linear", out = 1 }]
loss = "binary_cross_entropy"
optimizer = { kind = "adam", lr = 0.05 }
steps = 400
show = ["regions", "accuracy", "loss"]
free = ["model", "optimizer", "batch", "steps"]
limits = { parameters = 40, layers = { linear = [2, 2], tanh = [0, 3], residual = [0, 1] } }
stars = ["accuracy >= 0.9", "accuracy >= 0.97 and parameters <= 33"]
solution = { model = [{ layer = "linear", out = 8 }, { layer = "tanh" }, { layer = "linear", out = 1 }] }
"""


def problems(source: str) -> str:
    return "\n".join(str(one) for one in loads(source, "x.toml").problems)


def challenge(source: str = STEP) -> Challenge:
    lesson = loads(HEAD + source, "x.toml").lesson
    assert lesson is not None, problems(HEAD + source)
    step = lesson.step[0]
    assert isinstance(step, Challenge)
    return step


FEW = challenge()


@pytest.mark.parametrize(("old", "new", "said"), [
    ('"accuracy >= 0.9"', '"accurcy >= 0.9"', "unknown name accurcy"),
    ('"accuracy >= 0.9"', '"mse <= 0.9"', "unknown name mse"),
    ('"batch", "steps"]', '"batch", "data"]', "must be one of adversary"),
    ('"batch", "steps"]', '"batch", "batch"]', "for the second time"),
    ("tanh = [0, 3]", "tan = [0, 3]", "there is no layer"),
    ("linear = [2, 2]", "linear = [3, 2]", "from 3 to 2 there is nothing"),
    ("parameters = 40", "parameters = 8", "the experiment of the lesson itself goes beyond them"),
    ("parameters = 40", "parameters = 30", "the solution goes beyond the limits: the model has 33 parameters"),
    ("out = 8", "out = 8, bias = 3", "bias must be true or false"),
    ("solution = {", "solution = { epochs = 3,", "epochs is not free"),
    ('}, { layer = "linear", out = 1 }] }\n', '}] }\n', "x.toml:20:1: binary_cross_entropy on circles needs 1 output"),
    ('data = "circles"', 'data = "circle"', "unknown data"),
    ('steps = 400\n', "", "how long is the training"),
])  # fmt: skip
def test_what_lint_says_of_a_challenge(old: str, new: str, said: str) -> None:
    assert old in STEP and problems(HEAD + STEP) == ""
    assert said in problems(HEAD + STEP.replace(old, new))


@pytest.mark.parametrize(("source", "said"), [
    ("data = 'moons'", 'line 1: "data" cannot be set here, free are model, optimizer, batch and steps'),
    ("\nmodle = []", "line 2: \"modle\" cannot be set here, free are model, optimizer, batch and steps, did you mean"),
    ("seed = 3", '"seed" cannot be set here'),
    ("batch = -1", "batch must be a whole number from 0"),
    ("batch = 401", "circles has 400 rows to train on"),
    ("optimizer = { kind = 'adam', lr = inf }", "lr must be a finite number"),
    ("optimizer = { kind = 'adam', lr = 1e9 }", "lr must be a number, above 0 and at most 1000000"),
    ("optimizer = { kind = 'adam', lr = 1, momentum = 0.5 }", "adam has no momentum"),
    ("model = [{ layer = 'conv2d', out = 1, kernel = 3, stride = 0 }]", "stride must be a whole number from 1"),
    ("model = [{ layer = 'maxpool2d', kernel = 2 }]", "line 1: this maxpool2d layer does not fit"),
    ("model = [{ layer = 'linear', out = 3 }]", "needs 1 output, but the model ends in 3 outputs"),
    ("model = []", "model must not be empty"),
    ("model = 3", "model must be a list"),
    ("a" + ".a" * 5000 + " = 1", "at most 16 parts"),
    ("batch = 1\nbatch = 2", "this key was given before"),
    ("batch = 0x" + "f" * 20_000, "batch must be a whole number"),
])  # fmt: skip
def test_settings_that_cannot_be_trained(source: str, said: str) -> None:
    with pytest.raises(Misread) as caught:
        entered(FEW, source)
    assert said in str(caught.value) and str(caught.value).isprintable()


def net(layers: str) -> str:
    return f"model = [{layers}{{ layer = 'linear', out = 1 }}]"


@pytest.mark.parametrize(("source", "said"), [
    (net("{ layer = 'linear', out = 1000000000 },"), "4000000001 parameters, allowed are 40"),
    (net("{ layer = 'linear', out = 3 }, { layer = 'relu' },"), "a relu layer is not allowed here"),
    (net(""), "there must be 2 linear layers, not 1"),
    (net("{ layer = 'residual', layers = [{ layer = 'tanh' }, { layer = 'linear', out = 2 }] },"), ""),
    (net("{ layer = 'residual', layers = [{ layer = 'relu' }, { layer = 'linear', out = 2 }] },"), "a relu layer"),
    (net("{ layer = 'linear', out = 2 }, { layer = 'repeat', times = 4, layers = [{ layer = 'tanh' }] },"),
     "from 0 to 3 tanh layers, not 4"),
    ("steps = 401", "it trains for 401 steps, allowed are 400"),
    ("", ""),
])  # fmt: skip
def test_limits(source: str, said: str) -> None:
    found = excess(FEW, entered(FEW, source))
    assert said in "; ".join(found) and bool(said) == bool(found)


def test_a_code_has_its_size() -> None:
    narrow = replace(FEW, limits=replace(FEW.limits, code=2), model=[*FEW.model[:1], *FEW.model])
    assert "The narrowest layer gives at most 2 numbers" in starter("tiny", narrow)
    assert excess(narrow, base(narrow))[0].startswith("there must be 2 linear layers")
    wide = [replace(FEW.model[0], out=3), FEW.model[1], replace(FEW.model[2], out=3)]
    found = excess(narrow, replace(base(narrow), model=wide))
    assert found == ["the narrowest layer gives 3 numbers, allowed are 2"]


def test_what_no_grader_can_do_is_refused_whatever_the_lesson_allows() -> None:
    wide = replace(FEW, limits=replace(FEW.limits, parameters=10_000_000, steps=1_000_000, layers={}))
    deep = "{ layer = 'repeat', times = 100, layers = [{ layer = 'tanh' }, { layer = 'tanh' }, { layer = 'tanh' }, " \
        "{ layer = 'tanh' }, { layer = 'tanh' }, { layer = 'tanh' }] },"
    assert "it has 601 layers" in excess(wide, entered(wide, net(deep)))[0]
    broad = "{ layer = 'linear', out = 1000000 },"
    assert "GiB of memory" in excess(wide, entered(wide, net(broad)))[0]
    long = "{ layer = 'linear', out = 3000 }, { layer = 'linear', out = 3000 },"
    assert "multiplications" in excess(wide, entered(wide, f"steps = 1000000\n{net(long)}"))[0]


def test_what_is_left_out_stays_and_epochs_take_the_place_of_steps() -> None:
    assert entered(FEW, "") == base(FEW)
    assert entered(FEW, "batch = 7").batch == 7 and entered(FEW, "batch = 7").model == FEW.model
    free = replace(FEW, free=[*FEW.free, "epochs"])
    made = entered(free, "epochs = 2\nbatch = 100")
    assert made.steps is None and steps(made) == 8
    with pytest.raises(Misread, match="both given"):
        entered(free, "epochs = 2\nsteps = 3")
    assert parameters(base(FEW)) == 9


def test_the_file_to_begin_with_says_what_the_lesson_says() -> None:
    text = starter("tiny", FEW)
    assert text.startswith(f"{MARK}tiny/few\n") and entered(FEW, text) == base(FEW)
    assert all(goal in text for goal in FEW.stars) and "linear 2, tanh 0 to 3" in text
    assert max(map(len, text.splitlines())) <= 110
    solved = entered(FEW, written(FEW, FEW.solution))
    assert solved == applied(FEW, FEW.solution)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**12) | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["layer", "out", "lr", "kind"]), inner),
    max_leaves=8,
)


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return str(value).lower() if isinstance(value, bool | float) else repr(value)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["model", "optimizer", "batch", "steps", "seed"]), VALUES))
def test_any_settings_are_read_or_refused_in_words(given: dict[str, object]) -> None:
    source = "\n".join(f"{key} = {toml(value)}" for key, value in given.items())
    try:
        made = entered(FEW, source)
    except Misread as error:
        assert 0 < len(str(error)) < 600
    else:
        assert all(excess(FEW, made)) and parameters(made) > 0
