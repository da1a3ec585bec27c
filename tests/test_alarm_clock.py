"""One clock for everything that is looked at now and then."""

from __future__ import annotations

import threading
import time

from assistant.alarm_clock import Look, alarm_clock

ZONE = "Asia/Shanghai"


def test_every_look_is_looked_at_and_what_is_off_is_not() -> None:
    """Each at its own pace, all beside each other."""
    seen = {name: threading.Event() for name in ("callbacks", "copies")}
    looks = [Look(name, 0.05, event.set) for name, event in seen.items()]
    clock = alarm_clock([looks[0], None, looks[1]], ZONE)
    assert [job.id for job in clock.get_jobs()] == ["callbacks", "copies"]
    clock.start()
    try:
        assert all(event.wait(5) for event in seen.values())
    finally:
        clock.shutdown()


def test_two_of_one_look_never_run_at_a_time() -> None:
    """A slow one makes the next wait, not run beside it; missed ones are made up for once."""
    guard, overlaps, runs = threading.Lock(), [], []

    def slow() -> None:
        if not guard.acquire(blocking=False):
            overlaps.append(1)
            return
        try:
            runs.append(1)
            time.sleep(0.2)
        finally:
            guard.release()

    clock = alarm_clock([Look("slow", 0.05, slow)], ZONE)
    clock.start()
    time.sleep(0.7)
    clock.shutdown()
    assert runs
    assert not overlaps
