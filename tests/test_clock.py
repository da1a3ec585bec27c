from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from assistant.clock import ConversationClock, ServiceClock

START = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_now_is_the_machines_clock_in_the_sites_zone() -> None:
    """The same moment, eight hours ahead of UTC."""
    with time_machine.travel(START, tick=False):
        now = ServiceClock("Asia/Shanghai").now()
    assert now == START
    assert now.isoformat() == "2026-11-25T09:00:00+08:00"


def test_a_moment_is_what_the_wall_showed_or_earlier() -> None:
    """A carrier outside does not move with the simulator; moments of ours are read back to its."""
    with time_machine.travel(START, tick=False):
        clock = ServiceClock("Asia/Shanghai")
        assert clock.outside(clock.now()) == START
        before = clock.advance(HOUR)
        assert clock.outside(before) == START
        clock.advance(HOUR)
        assert clock.outside(before) == START - HOUR


def test_the_clock_moves_forward_by_what_it_is_told() -> None:
    """Steps add up, and the machine's clock goes on beneath them."""
    with time_machine.travel(START, tick=False) as machine:
        clock = ServiceClock("Asia/Shanghai")
        assert clock.advance(HOUR) == START + HOUR
        assert clock.advance(timedelta()) == START + HOUR
        machine.shift(60)
        assert clock.now() == START + HOUR + timedelta(minutes=1)


def test_the_clock_is_set_to_a_moment_of_any_zone() -> None:
    """Tomorrow morning, told in UTC."""
    with time_machine.travel(START, tick=False):
        clock = ServiceClock("Asia/Shanghai")
        tomorrow = START + timedelta(days=1)
        assert clock.set_to(tomorrow) == tomorrow
        assert clock.now() == tomorrow


@pytest.mark.parametrize("back", [timedelta(microseconds=1), HOUR, timedelta(days=400)])
def test_the_clock_never_goes_back(back: timedelta) -> None:
    """A step back and an earlier moment are refused, and nothing has changed."""
    with time_machine.travel(START, tick=False):
        clock = ServiceClock("Asia/Shanghai")
        with pytest.raises(ValueError, match="cannot go back"):
            clock.advance(-back)
        with pytest.raises(ValueError, match="cannot go back"):
            clock.set_to(START - back)
        assert clock.now() == START


def test_steps_of_many_threads_all_count() -> None:
    """None is lost."""
    with time_machine.travel(START, tick=False):
        clock = ServiceClock("UTC")

        def steps() -> None:
            for _ in range(200):
                clock.advance(timedelta(seconds=1))

        threads = [threading.Thread(target=steps) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert clock.now() == START + timedelta(seconds=1600)


def test_a_conversations_clock_stands_until_it_is_moved() -> None:
    """The machine's clock has no part in it."""
    clock = ConversationClock(START)
    with time_machine.travel(START + timedelta(days=9)):
        assert clock.now() == START
    assert clock.advance(HOUR) == START + HOUR
    assert clock.now() == START + HOUR


def test_a_running_call_moves_the_clock_and_never_back() -> None:
    """While a call is on, its audio is the clock; what came after it stays."""
    clock, frames = ConversationClock(START), [0]
    clock.running = lambda: START + timedelta(seconds=frames[0])
    frames[0] = 30
    assert clock.now() == START + timedelta(seconds=30)
    frames[0] = 5
    assert clock.now() == START + timedelta(seconds=30)
    clock.running = None
    assert clock.now() == START + timedelta(seconds=30)
    clock.running = lambda: START
    assert clock.advance(HOUR) == START + HOUR + timedelta(seconds=30)
