from __future__ import annotations

import os
import signal
import threading

from dltui.engine.control import Control, Order


def test_a_fresh_run_goes_and_a_held_one_waits() -> None:
    assert Control().order() == Order("go")
    held = Control(hold=True)
    assert held.flag
    assert held.order() == Order("pause")
    assert not held.flag


def test_the_flag_goes_up_with_each_command_and_down_with_the_order() -> None:
    control = Control()
    for command in (control.pause, control.go, control.single, control.stop):
        assert not control.flag
        command()
        assert control.flag
        control.order()


def test_single_steps_add_up_are_spent_and_end_in_a_pause() -> None:
    control = Control(hold=True)
    control.single(2)
    control.single()
    assert control.order() == Order("go", 3)
    control.spend(2)
    assert control.order() == Order("go", 1)
    control.spend(1)
    assert control.flag
    assert control.order() == Order("pause")


def test_go_lifts_the_allowance_and_free_steps_cost_nothing() -> None:
    control = Control()
    control.single(2)
    control.go()
    control.spend(100)
    assert control.order() == Order("go")


def test_nothing_undoes_a_stop() -> None:
    control = Control()
    control.stop()
    control.go()
    control.single()
    assert control.order() == Order("stop")
    assert control.wait() == Order("stop")


def test_waiting_ends_when_another_thread_says_so() -> None:
    for command, order in ((Control.go, Order("go")), (Control.single, Order("go", 1)), (Control.stop, Order("stop"))):
        control = Control(hold=True)
        found: list[Order] = []
        waiting = threading.Thread(target=lambda control=control, found=found: found.append(control.wait()))
        waiting.start()
        command(control)
        waiting.join(60)
        assert found == [order]


def test_a_signal_may_stop_a_run_that_waits_in_the_main_thread() -> None:
    control = Control(hold=True)
    before = signal.signal(signal.SIGTERM, lambda number, frame: control.stop())
    try:
        threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGTERM]).start()
        assert control.wait() == Order("stop")
    finally:
        signal.signal(signal.SIGTERM, before)
