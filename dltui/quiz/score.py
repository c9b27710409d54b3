"""From verdicts to points: what hints cost, and when a question is closed."""

from __future__ import annotations

from dltui.lesson.questions import Explain, Question


def worth(question: Question) -> float:
    """The points there are to earn: none for a question that learners judge themselves."""
    return 0.0 if isinstance(question, Explain) else float(question.points)


def earned(question: Question, score: float, hints: int) -> float:
    """Points for a score from 0 to 1 after so many hints."""
    return worth(question) * after_hints(score, question.hint_cost, hints)


def after_hints(score: float, cost: float, hints: int) -> float:
    """The share of the points for a score from 0 to 1, after so many hints that cost so much each."""
    return max(0.0, min(1.0, score) - cost * hints)


def left(question: Question, wrong: int) -> int | None:
    """Attempts left after so many wrong answers; None where there is no limit."""
    return None if not question.attempts else max(0, question.attempts - wrong)
