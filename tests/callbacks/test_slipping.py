from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from assistant.callbacks.slipping import Waiting, slipping
from assistant.callbacks.windows import Planning
from assistant.core.callback import Window

START = datetime(2026, 11, 24, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MORNING = Window(START, START + 120 * MINUTE)
PLANNING = Planning(
    morning=(time(9), time(11)),
    afternoon=(time(14), time(17)),
    handling_min=10.0,
    reserve=1.0,
    free_share=1.0,
    days_ahead=14,
    notice_min=30.0,
)


def waiting(number: int, rank: int = 3) -> Waiting:
    """A promise of the morning; the higher its number, the later it was asked for."""
    code = f"GH{number:06d}"
    return Waiting(code, MORNING, (rank, START - (10 - number) * MINUTE, code))


QUEUE = [waiting(number) for number in range(4)]
CODES = [each.code for each in QUEUE]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        pytest.param(120.0, [], id="time for all"),
        pytest.param(31.0, [], id="the last one can still begin"),
        pytest.param(30.0, CODES[3:], id="the last one cannot"),
        pytest.param(5.0, CODES[1:], id="only one can begin"),
        pytest.param(0.0, CODES, id="nobody is on duty"),
    ],
)
def test_what_comes_too_late_in_the_queue_slips(minutes: float, expected: list[str]) -> None:
    """Work before it, against what the people on duty have left until the window ends."""
    found = slipping(QUEUE, lambda _: minutes, PLANNING, START)
    assert [slip.code for slip in found] == expected


def test_urgency_goes_before_waiting() -> None:
    """A P1 that came last is rung first; so the youngest P2 slips."""
    urgent = waiting(3, rank=2)
    found = slipping([*QUEUE[:3], urgent], lambda _: 30.0, PLANNING, START)
    assert [slip.code for slip in found] == [CODES[2]]


def test_who_was_rung_is_work_but_slips_no_more() -> None:
    """Her telephone rang in its window; what follows for her takes the time of the others."""
    begun = [replace(each, begun=True) for each in QUEUE[2:]]
    found = slipping([*QUEUE[:2], *begun], lambda _: 0.0, PLANNING, START)
    assert [slip.code for slip in found] == CODES[:2]
    found = slipping([*QUEUE[:2], *begun], lambda _: 21.0, PLANNING, START)
    assert [slip.code for slip in found] == CODES[1:2]


def test_a_window_that_is_over_is_told_no_more() -> None:
    """It is broken; the ledger says so."""
    assert slipping(QUEUE, lambda _: 0.0, PLANNING, MORNING.end) == ()


def test_free_share_counts() -> None:
    """Staff who give half their time to the counter make half as many."""
    half = replace(PLANNING, free_share=0.5)
    found = slipping(QUEUE, lambda _: 60.0, half, START)
    assert [slip.code for slip in found] == CODES[3:]


def test_windows_do_not_share_a_queue() -> None:
    """The afternoon's promises are not behind the morning's."""
    afternoon = Window(START + 300 * MINUTE, START + 480 * MINUTE)
    later = [replace(each, window=afternoon) for each in QUEUE]
    found = slipping(
        [*later, *QUEUE], lambda window: 11.0 if window == MORNING else 31.0, PLANNING, START
    )
    assert [slip.code for slip in found] == CODES[2:]
