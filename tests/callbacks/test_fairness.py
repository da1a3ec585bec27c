"""Who is rung first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.callbacks.fairness import lifts_at, order
from assistant.callbacks.row import Callback
from assistant.core.callback import Priority
from tests.callbacks.rows import NOW, RULES, wanted

CLASSES: tuple[Priority, ...] = ("P0", "P1", "P2", "P3")
callbacks = st.builds(
    wanted,
    number=st.integers(1, 999),
    priority=st.sampled_from(CLASSES),
    asked=st.integers(0, 5000).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    jump_reason=st.sampled_from((None, None, "alone")),
)


def class_of(callback: Callback) -> str:
    """Sorts as the rule is told: danger, then put forward by a person, then the classes."""
    if callback.priority == "P0":
        return "0"
    return "1" if callback.jump_reason is not None else callback.priority


@given(st.lists(callbacks, min_size=2, max_size=12))
def test_classes_first_then_waiting(found: list[Callback]) -> None:
    """No later class before an earlier one; in each the oldest first."""
    for first, second in pairwise(sorted(found, key=order)):
        assert class_of(first) <= class_of(second)
        if class_of(first) == class_of(second):
            assert first.asked <= second.asked


@given(callbacks, st.sampled_from(("voice", "sms")), st.integers(0, 5))
def test_neither_channel_nor_insistence_counts(
    callback: Callback, channel: str, asked_again: int
) -> None:
    """Nothing of how she came or how often changes her place."""
    other = wanted(
        int(callback.code[2:]),
        priority=callback.priority,
        asked=callback.asked,
        jump_reason=callback.jump_reason,
        channel=channel,
        words="快点" * asked_again,
        version=asked_again,
    )
    assert order(other) == order(callback)


@pytest.mark.parametrize(
    ("asked", "lifted"),
    [
        (datetime(2026, 11, 25, 2, tzinfo=UTC), datetime(2026, 11, 26, 2, tzinfo=UTC)),
        (datetime(2026, 11, 27, 2, tzinfo=UTC), datetime(2026, 11, 30, 2, tzinfo=UTC)),
        (datetime(2026, 11, 27, 17, tzinfo=UTC), datetime(2026, 11, 29, 17, tzinfo=UTC)),
    ],
    ids=["the next day", "over the weekend", "Saturday at one in Shanghai, to Monday at one"],
)
def test_a_working_day_of_waiting(asked: datetime, lifted: datetime) -> None:
    """The same time of the next workday, by the site's clock."""
    assert lifts_at(asked, RULES) == lifted
