"""What a perceptron says about what just happened."""

from __future__ import annotations

from dltui.explore.numerals import many, number, vector
from dltui.explore.perceptron_facts import CLASS
from dltui.explore.rosenblatt import Moment, Rule, Vector

CURSOR = "Add a + or an o at the cursor."
PLANE = (
    "Each place of the new picture is one choice of w. The number of wrong points is flat with sudden edges: its slope "
    "shows no way down, which is why the rule follows the loss instead."
)
AGAIN = (
    "Same program, other points: the seed was not set again, so the generator went on where the last run had left it."
)


def opening(rule: Rule) -> str:
    if not rule.rows:
        return "No points yet: move the cursor and add some of both classes."
    if rule.settled:
        return "No point is wrong with these weights: the rule has nothing to do."
    if not any(rule.now.weights):
        return "w is 0, so every score is 0 and counts as wrong, and there is no line yet. The first update makes one."
    wrong = f"{rule.now.wrong} of {many(len(rule.rows), 'point')}"
    return f"{wrong} lie on the wrong side, those with a ring. How many will it be after one update? Guess, then do it."


def step_size(rule: Rule) -> str:
    if rule.eta == "1/i":
        return "Update i adds 1/i of the point or takes it away: ever smaller steps, so that w comes to rest."
    text = f"Every update adds {rule.eta} times the point or takes it away, the late ones as much as the first."
    if rule.updates == 0 and not any(rule.now.weights):
        return f"{text} From w = 0 a constant η changes only how long w gets, never the line: try two of them."
    return text


def by_hand(rule: Rule) -> str:
    if not any(rule.now.weights[:2]):
        return "w is 0: there is no line."
    wrong = f"{rule.now.wrong} of {many(len(rule.rows), 'point')} wrong"
    return f"{wrong}, summed loss {number(rule.now.loss)}. w stands at a right angle on the line and points to class +."


def best(fewest: int, bias: bool, points: int) -> str:
    line = "line" if bias else "line through the origin"
    if fewest == 0:
        return f"Some {line} gets all {points} right: the rule will find one and stop."
    return f"All lines tried: no {line} makes fewer than {many(fewest, 'error')}, so the rule can never come to rest."


def edited(rule: Rule) -> str:
    if not rule.rows:
        return opening(rule)
    return f"The weights stay. Wrong now: {rule.now.wrong} of {many(len(rule.rows), 'point')}."


def moved(before: Rule, after: Rule) -> str:
    """What one micro-step, one update or several did."""
    if after.done != "update":
        return _thought(after)
    done = after.updates - before.updates
    first, last = before.now, after.now
    change = f"wrong {first.wrong} → {last.wrong}, summed loss {number(first.loss)} → {number(last.loss)}."
    if done == 1:
        weights = f"{'(w, b)' if len(last.weights) == 3 else 'w'} {vector(first.weights)} → {vector(last.weights)}"
        moved = f"Update {after.updates} with η = {number(last.step)}: {weights}, {change}"
        return f"{moved} {_remark(first, after)}".strip()
    return f"{many(done, 'update')}: {change} {_news(after)}".strip()


def _thought(rule: Rule) -> str:
    """A micro-step short of the update, with its numbers."""
    picked = rule.picked
    assert picked is not None  # every micro-step works on a picked point
    sign, row = rule.signs[picked.row], rule.rows[picked.row]
    if rule.done == "pick":
        count = rule.now.wrong
        among = "the only wrong point" if count == 1 else f"one of {count} wrong points, drawn by chance"
        return f"Picked: {among}, x = {vector(row[:2])} of class {CLASS[sign]} (y = {sign:+d}), marked ×."
    if rule.done == "score":
        side = "0, on the line, and counts as wrong" if abs(picked.score) < 1e-12 else f"{number(picked.score)}"
        return f"Its score {_score(row)} is {side}; its class wants the sign {'+' if sign > 0 else '-'}."
    slope = vector(-sign * x + 0.0 for x in row)
    loss = number(-sign * picked.score)
    score, weights, x = ("({})", "(w, b)", "(x, 1)") if len(row) == 3 else ("{}", "w", "x")
    own = f"Its loss -y·{score.format(_score(row))} is {loss}"
    return f"{own}; the gradient of that by {weights} is -y·{x} = {slope}. The update takes η times it away."


def _score(row: Vector) -> str:
    return "w·x + b" if len(row) == 3 else "w·x"


def _remark(before: Moment, rule: Rule) -> str:
    """The most telling thing about one update."""
    news = _news(rule)
    if news:
        return news
    wrong, loss = rule.now.wrong - before.wrong, rule.now.loss - before.loss
    if wrong > 0:
        return "More are wrong than before" + (
            ", and yet the loss fell." if loss < 0 else ": the rule looked at one point only."
        )
    if loss > 0 and wrong < 0:
        return "Fewer are wrong, and yet the loss rose: it measures how far off, not how many."
    if loss > 0 and any(before.weights):
        return "The loss rose though no more are wrong: it measures how far off, not how many."
    picked = rule.picked
    if picked is not None and _still_wrong(rule, picked.row):
        return "The chosen point is still wrong: the step was too short for it."
    return ""


def _still_wrong(rule: Rule, row: int) -> bool:
    score = sum(w * x for w, x in zip(rule.now.weights, rule.rows[row], strict=True))
    return score * rule.signs[row] <= 0


def _news(rule: Rule) -> str:
    if rule.settled:
        return "No point is wrong: the rule stops."
    earlier = rule.returned
    if earlier is None:
        return ""
    line = "line" if len(rule.now.weights) == 3 else "line through the origin"
    return f"w was here before, after update {earlier}: it goes in circles. That shows: no {line} separates the points."
