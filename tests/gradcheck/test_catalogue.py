"""Every bug of the catalogue is found, every correct twin passes, and the first hint names the cause."""

from __future__ import annotations

import functools

import pytest
from catalogue import ENTRIES, Entry

from dltui.gradcheck import check
from dltui.gradcheck.report import GradientReport


@functools.cache
def found(name: str) -> GradientReport:
    entry = next(each for each in ENTRIES if each.name == name)
    fn, inputs, backward = entry.case(wrong=True)
    return check(fn, inputs, backward=backward)


def test_there_are_at_least_sixty_with_names_of_their_own() -> None:
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES) >= 60


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_bug_is_found_and_the_correct_twin_passes(entry: Entry) -> None:
    assert found(entry.name).verdict == "wrong", str(found(entry.name))
    fn, inputs, backward = entry.case(wrong=False)
    report = check(fn, inputs, backward=backward)
    assert report.ok, str(report)


def test_the_first_hint_names_the_cause_in_nine_of_ten() -> None:
    named = [bool(found(e.name).hints) and found(e.name).hints[0].code in e.labels.split() for e in ENTRIES]
    missed = [entry.name for entry, hit in zip(ENTRIES, named, strict=True) if not hit]
    assert sum(named) >= 0.9 * len(named), missed


def test_what_is_called_exact_holds_for_the_numbers() -> None:
    """A factor that a hint states is the factor of every element it speaks of."""
    for entry in ENTRIES:
        for hint in found(entry.name).hints:
            assert "exactly" not in hint.sentence
            tensor = found(entry.name).tensors.get(hint.tensor)
            if hint.code in ("ratio", "sign") and tensor is not None and hint.factor is not None:
                most = tensor.analytic.abs().max()
                bar = tensor.error * abs(hint.factor) + 1e-4 * tensor.analytic.abs() + 1e-7 * most
                known = tensor.verdict <= 1
                assert bool(((tensor.analytic - hint.factor * tensor.numeric).abs() <= 2 * bar)[known].all()), hint
