"""A dead beat, a dead worker and a stopped worker are noticed within three minutes, by real processes and hours (R6, O4)."""

import os
import signal
import time

import pytest
from django.test import Client

from tests.engine.rig import Rig

pytestmark = pytest.mark.endurance
LIMIT = 180


def problems() -> list[str]:
    """What a watcher on this machine is told."""
    answer = Client().get("/health/jobs")
    found: list[str] = answer.json()["problems"]
    assert (answer.status_code == 200) is (found == [])
    return found


def start(rig: Rig) -> None:
    rig.beat(TEST_TICK_SECONDS="60")  # the real times
    rig.worker()
    took = rig.wait(lambda: problems() == [], seconds=90, what="a clockwork that runs")
    print(f"\nhealthy {took:.0f} s after the start")


def test_a_dead_beat_is_noticed_and_told_from_a_dead_worker(rig: Rig) -> None:
    start(rig)

    rig.end("beat", signal.SIGKILL)
    took = rig.wait(lambda: "beat" in problems(), seconds=LIMIT, what="the alarm")

    print(f"a dead beat was noticed after {took:.0f} s")
    assert "worker" not in problems()
    rig.due_reminders(20)
    rig.manage("tick")  # as the timer does
    assert rig.sent() == 20


def test_control_while_all_live_there_is_no_alarm_within_the_same_time(rig: Rig) -> None:
    """R6's control: an alarm that comes anyway would notice every death."""
    start(rig)

    until = time.monotonic() + LIMIT / 2
    while time.monotonic() < until:
        assert problems() == []
        time.sleep(1)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_dead_or_stopped_worker_is_noticed(rig: Rig, how: signal.Signals) -> None:
    start(rig)

    os.kill(rig.children["worker-one"].process.pid, how)
    took = rig.wait(lambda: "worker" in problems(), seconds=LIMIT, what="the alarm")

    print(f"a worker with {how.name} was noticed after {took:.0f} s")
    assert "beat" not in problems()
    rig.due_reminders(20)
    rig.manage("tick")
    assert rig.sent() == 20
    if how == signal.SIGSTOP:
        os.kill(rig.children["worker-one"].process.pid, signal.SIGCONT)
        rig.wait(lambda: problems() == [], seconds=30, what="an end of the alarm")
