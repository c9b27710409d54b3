"""Code that was handed in, judged: the same on the screen, on the command line and in CI.

The verdict is formed here, from plain values that come out of the jail. Cases are drawn from a seed that half depends
on the source: what is handed in twice is judged the same, and no table of results fits a source that contains it.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import Self

from msgspec import Struct

from dltui.grading.compare import difference, pattern, shown
from dltui.grading.expected import Case, Faulty, expected
from dltui.grading.jail import Answer, Jail, Library, NoJail, Ran
from dltui.lesson.tasks import MOST_SOURCE, Check, Mutant, Workpiece
from dltui.quiz.verdict import Verdict, right, wrong
from dltui.text import clean, one_line

VARIANTS = 4
"""Sets of cases behind the first, one of which a source gets."""
MOST_REMEMBERED = 200
GIVEN = "code"


class Failure(Struct, frozen=True, omit_defaults=True):
    """A case that is wrong: of all that are, the shortest."""

    function: str
    case: int
    """From 1."""
    cases: int
    said: str
    arguments: list[tuple[str, str]] = []
    """Names and values, to be read."""
    expected: str = ""
    got: str = ""


class Judged(Struct, frozen=True, omit_defaults=True):
    """A verdict and what led to it."""

    verdict: Verdict
    passed: list[str] = []
    """The functions that are right."""
    failure: Failure | None = None
    printed: str = ""
    """What the code wrote, made safe."""


class Workshop:
    """Where submissions are judged: one jail for each library, and what the solutions returned. May be shared by
    threads, which take turns."""

    def __init__(self) -> None:
        self._jails: dict[str, Jail] = {}
        self._expected: OrderedDict[tuple[str, int], list[Case]] = OrderedDict()
        self._mistakes: dict[str, list[tuple[Mutant, Ran]]] = {}
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        for jail in self._jails.values():
            jail.close()

    def missing(self, uses: Library = "numpy") -> list[str]:
        """The layers of the jail that this machine does not have. Raises NoJail."""
        return self._jail(uses).missing()

    def judge(self, piece: Workpiece, source: str | bytes) -> Judged:
        """Raises nothing: where the fault is not the learner's the verdict is `ungradable`."""
        with self._lock:
            try:
                return self._judged(piece, source)
            except (Faulty, NoJail) as error:
                return Judged(_ungradable(str(error)))

    def _judged(self, piece: Workpiece, source: str | bytes) -> Judged:
        text = _text(source)
        if isinstance(text, Verdict):
            return Judged(text)
        cases = [*self._cases(piece, 0), *self._cases(piece, variant(text))]
        ran = self._run(piece, text, cases, piece.task.seconds)
        failures = [_failure(check, cases, ran, piece) for check in piece.task.check]
        passed = [check.function for check, failed in zip(piece.task.check, failures, strict=True) if failed is None]
        first = next((failed for failed in failures if failed is not None), None)
        if first is None:
            return Judged(right(GIVEN, f"All {len(cases)} cases agree with the solution."), passed, None, ran.printed)
        said = self._known(piece, ran) or first.said
        verdict = wrong(GIVEN, f"{first.function}: {said}", len(passed) / len(failures))
        return Judged(verdict, passed, first, ran.printed)

    def _jail(self, uses: Library) -> Jail:
        return self._jails.setdefault(uses, Jail(uses))

    def _run(self, piece: Workpiece, source: str, cases: list[Case], seconds: float) -> Ran:
        calls = [(case.check.function, case.arguments) for case in cases]
        return self._jail(piece.task.uses).run(source, calls, seconds)

    def _cases(self, piece: Workpiece, number: int) -> list[Case]:
        key = piece.digest, number
        if key not in self._expected:
            self._expected[key] = expected(piece, number, self._jail(piece.task.uses).run)
            if len(self._expected) > MOST_REMEMBERED:
                self._expected.popitem(last=False)
        return self._expected[key]

    def _known(self, piece: Workpiece, ran: Ran) -> str:
        """What to say about code that computes the same as a mistake people are known to make."""
        cases = self._cases(piece, 0)
        if piece.digest not in self._mistakes:
            self._mistakes[piece.digest] = [
                (one, self._run(piece, piece.mutated(one), cases, piece.task.seconds)) for one in piece.task.mutant
            ]
        for mutant, mistaken in self._mistakes[piece.digest]:
            if len(mistaken.answers) == len(cases) <= len(ran.answers) and all(
                _same(case, one, other) for case, one, other in zip(cases, mistaken.answers, ran.answers, strict=False)
            ):
                return mutant.why
        return ""


def variant(source: str) -> int:
    """Which set of cases a source gets besides the first."""
    return 1 + hashlib.sha256(source.encode()).digest()[0] % VARIANTS


def _ungradable(said: str) -> Verdict:
    return Verdict(outcome="ungradable", score=0.0, said=clean(said, lines=False), given=GIVEN)


def _text(source: str | bytes) -> str | Verdict:
    """The source, or why it cannot be judged."""
    raw = source if isinstance(source, bytes) else source.encode("utf-8", "replace")
    if len(raw) > MOST_SOURCE:
        return _ungradable(f"a file that is handed in has at most {MOST_SOURCE // 1024} KiB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _ungradable("this file is no text in UTF-8")
    if "\0" in text:
        return _ungradable("this file holds a character that no program has (NUL)")
    return text


def _failure(check: Check, cases: list[Case], ran: Ran, piece: Workpiece) -> Failure | None:
    """The case of this check that is wrong and takes the least to write down."""
    own = [(place, case) for place, case in enumerate(cases) if case.check == check]
    if not own:  # nothing looked at is nothing proven
        raise Faulty(f"the exercise {piece.name} has no case for {check.function}")
    failed = []
    for number, (place, case) in enumerate(own, 1):
        answer = ran.answers[place] if place < len(ran.answers) else None
        if said := _said(case, answer, ran, piece):
            failed.append((len(str(case.arguments)), number, case, answer, said))
    if not failed:
        return None
    _, number, case, answer, said = min(failed, key=lambda one: one[:2])
    named = zip((one.name for one in check.inputs), case.arguments, strict=True)
    got = shown(answer.value) if answer and answer.kind == "value" else ""
    return Failure(check.function, number, len(own), said, [(name, shown(value)) for name, value in named],
                   shown(case.want), got)  # fmt: skip


def _said(case: Case, answer: Answer | None, ran: Ran, piece: Workpiece) -> str:
    """What is wrong with an answer, in a sentence; empty where nothing is."""
    if answer is None:
        if ran.answers and ran.answers[-1].kind == "broken":
            return _error(ran.answers[-1])
        late = f"it took longer than {piece.task.seconds:g} seconds"
        ends = {"late": late, "flood": "it returned more than can be read"}
        return ends.get(ran.end, "the program ended before it returned")
    if answer.kind != "value":
        return f"there is no function {case.check.function}" if answer.kind == "missing" else _error(answer)
    said = difference(case.want, answer.value, case.check.rtol, case.check.atol)
    same = pattern(case.want, answer.value, case.check.rtol) if said else ""
    return f"{said}: {same}" if same else said


def _error(answer: Answer) -> str:
    return one_line(str(answer.value), 300) + (f" in line {answer.line}" if answer.line else "")


def _same(case: Case, one: Answer, other: Answer) -> bool:
    if (one.kind, one.value) == (other.kind, other.value):  # the same error, or the same infinity
        return True
    rtol, atol = max(case.check.rtol, 1e-6), max(case.check.atol, 1e-9)
    return one.kind == other.kind == "value" and not difference(one.value, other.value, rtol, atol)
