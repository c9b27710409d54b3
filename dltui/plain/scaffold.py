"""A new lesson that lints clean, as a start for authors."""

from __future__ import annotations

import re
from pathlib import Path

from dltui.lesson.find import is_lesson_file
from dltui.lesson.records import FILE_NAME

LESSON = """\
# A lesson of your own. `dltui dev {path}` shows it while you write, `dltui lint {path}` checks it.
format = 1
id = "{id}"
title = "{title}"
minutes = 10
goals = ["say what a hidden unit adds"]
intro = '''
Two or three sentences for the course screen: what it is about, and what one can do afterwards.
'''

[[step]]
id = "read"
title = "What it is about"
kind = "read"
text = '''
Explain one thing. Formulas stand in the line, $h = \\tanh(w\\,x + b)$, or on their own:
$$y = \\sum_j v_j\\, h_j$$
Name every symbol: $h$ is the **hidden unit**, $w$ its weight, $b$ its bias, $v_j$ the weight of unit $j$ outside.

> Not so: write down what people wrongly believe, and why it is not so.
'''

[[step]]
id = "train"
title = "Fence it in"
kind = "experiment"
data = "circles"
model = [{{ layer = "linear", out = 3 }}, {{ layer = "tanh" }}, {{ layer = "linear", out = 1 }}]
loss = "binary_cross_entropy"
optimizer = {{ kind = "adam", lr = 0.05 }}
steps = 400
show = ["regions", "accuracy", "loss"]
knobs = [{{ set = "model.0.out", label = "hidden units", values = [1, 2, 3, 4, 8] }}]
predict = {{ ask = "Accuracy with 3 units?", metric = "accuracy", low = 0, high = 1, close = 0.05 }}
claim = "accuracy >= 0.9"
text = '''
Ask before you show: the learner commits to a number, then trains.
'''

[[step]]
id = "count"
title = "Count"
kind = "quiz"

[[step.question]]
id = "parameters"
kind = "numeric"
ask = "How many parameters does a 2-{{{{units}}}}-1 network have?"
vary = {{ units = [3, 4, 5] }}
answer = {{ compute = "linear_parameters(2, {{{{units}}}}) + linear_parameters({{{{units}}}}, 1)" }}
wrong = [{{ value = "3 * {{{{units}}}}", why = "Those are the weights. Each unit has a bias too." }}]
hints = ["First the weights, then one bias for each unit.", "A unit of the hidden layer has two weights and a bias."]

[[step]]
id = "challenge"
title = "As few as will do"
kind = "challenge"
data = "circles"
model = [{{ layer = "linear", out = 2 }}, {{ layer = "tanh" }}, {{ layer = "linear", out = 1 }}]
loss = "binary_cross_entropy"
optimizer = {{ kind = "adam", lr = 0.05 }}
steps = 400
show = ["regions", "accuracy", "loss"]
free = ["model", "optimizer"]
limits = {{ parameters = 40, seconds = 3 }}
stars = ["accuracy >= 0.9", "accuracy >= 0.97", "accuracy >= 0.97 and parameters <= 33"]
hints = ["Two lines make no fence."]
text = '''
Let the learner find out: what must be changed, and how little will do? `dltui verify` proves that your own settings do.
'''

[step.solution]
model = [{{ layer = "linear", out = 8 }}, {{ layer = "tanh" }}, {{ layer = "linear", out = 1 }}]
"""


class Refused(ValueError):
    """The lesson cannot be started; one sentence."""


def scaffold(name: str, folder: Path, title: str = "") -> Path:
    """Write `NN-name.toml` with the next free number of the folder and return its path.

    Raises Refused for a name that is none or is taken, and OSError.
    """
    if not FILE_NAME.fullmatch(f"1-{name}.toml") or len(name) > 64:
        raise Refused(f"{name!r} is no name for a lesson: lower-case letters, digits and single hyphens")
    folder.mkdir(parents=True, exist_ok=True)
    taken = [found for path in folder.iterdir() if is_lesson_file(path) and (found := FILE_NAME.fullmatch(path.name))]
    if name in [found[2] for found in taken]:
        raise Refused(f"there is a lesson {name} in {folder} already")
    number = max((int(found[1]) for found in taken), default=0) + 1
    path = folder / f"{number:02}-{name}.toml"
    plain = re.sub(r'["\\]', "", title) or name.replace("-", " ").capitalize()
    with path.open("x", encoding="utf-8") as file:
        file.write(LESSON.format(path=path.name, id=name, title=plain))
    return path
