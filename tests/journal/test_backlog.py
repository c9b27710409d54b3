from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dltui.journal.backlog import Backlog
from dltui.journal.events import Metrics, Snapshot

LINES = st.lists(st.tuples(st.sampled_from([None, Metrics, Snapshot]), st.integers(1, 30)), max_size=200)


@given(LINES, st.integers(0, 500))
def test_what_may_not_be_dropped_stays_and_the_rest_fits(lines: list[tuple[type | None, int]], limit: int) -> None:
    backlog = Backlog(limit)
    for number, (measures, length) in enumerate(lines):
        backlog.add(b"%03d" % number + b"x" * length + b"\n", durable=False, measures=measures)
        backlog.thin()
    kept = backlog.data().split(b"\n")[:-1]
    numbers = [int(line[:3]) for line in kept]
    assert numbers == sorted(numbers)
    assert len(kept) == len(backlog) == len(lines) - backlog.dropped
    forever = [number for number, (measures, _) in enumerate(lines) if measures is None]
    assert set(forever) <= set(numbers)
    first = {measures: number for number, (measures, _) in reversed(list(enumerate(lines))) if measures}
    unavoidable = {*forever, *first.values()}
    assert len(backlog.data()) <= limit or set(numbers) <= unavoidable


def test_every_kind_is_thinned_evenly() -> None:
    """Metrics and snapshots in turn: to drop every second line would be to drop every snapshot."""
    backlog = Backlog(1_000)
    for number in range(1_000):
        measures, letter = ((Metrics, b"m"), (Snapshot, b"s"))[number % 2]
        backlog.add(letter + b"%08d\n" % number, durable=False, measures=measures)
        backlog.thin()
    lines = backlog.data().split(b"\n")[:-1]
    for letter in (b"m", b"s"):
        numbers = [int(line[1:]) for line in lines if line[:1] == letter]
        gaps = [later - earlier for earlier, later in zip(numbers, numbers[1:], strict=False)]
        assert len(numbers) > 20
        assert max(gaps) <= 4 * 1_000 / len(numbers)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9)), min_size=1), st.data())
def test_take_forgets_whole_lines(lines: list[tuple[bool, int]], data: st.DataObject) -> None:
    backlog = Backlog(1 << 20)
    for durable, length in lines:
        backlog.add(b"x" * length + b"\n", durable=durable, measures=None)
    count = data.draw(st.integers(0, len(lines)))
    size = sum(length + 1 for _, length in lines[:count])
    rest = backlog.data()[size:]
    assert backlog.take(size) == any(durable for durable, _ in lines[:count])
    assert backlog.data() == rest
    assert len(backlog) == len(lines) - count
