from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.scorecard import figures
from assistant.scorecard.figures import Mark, Share, Spread

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 25, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("share", "percent"),
    [
        (Share(0, 0), None),
        (Share(0, 3), 0),
        (Share(1, 8), 13),
        (Share(2, 3), 67),
        (Share(3, 3), 100),
    ],
)
def test_a_share_of_nothing_is_unknown(share: Share, percent: int | None) -> None:
    """Not nought; halves of a percent go up."""
    assert share.percent == percent


def test_only_what_was_ours_to_keep_is_counted() -> None:
    """Moved, withdrawn, open and unanswered promises are in neither number."""
    bins = {"kept": 7, "late": 2, "broken": 1, "unanswered": 5, "withdrawn": 4, "moved": 3}
    assert figures.promises_kept({**bins, "open": 9}) == Share(7, 10)


def test_times_are_those_somebody_waited() -> None:
    """Nearest rank: of ten, the fifth and the ninth; who waits still is in the denominator."""
    asked = [(START, START + timedelta(minutes=minute)) for minute in range(10, 0, -1)]
    assert figures.time_to_reach([*asked, (START, None)]) == Spread(10, 11, 5, 9)
    assert figures.time_to_take([]) == Spread(0, 0, None, None)
    assert figures.time_to_take([(START, None)]) == Spread(0, 1, None, None)
    one = [(START, START + timedelta(seconds=61))]
    assert figures.time_to_take(one) == Spread(1, 1, 2, 2)


def test_texts_under_way_are_not_lost() -> None:
    """Only what the carrier has told the end of counts."""
    states = {"delivered": 8, "failed": 1, "undelivered": 1, "sent": 5, "dropped": 4}
    assert figures.texts_delivered(states) == Share(8, 10)


def test_satisfaction_names_how_many_answered() -> None:
    """Two of three is content, three of five is not; a bare yes is an answer without a mark."""
    marks = [Mark(True, 2, 3), Mark(True, 3, 5), Mark(True, None, None), Mark(False, None, None)]  # noqa: FBT003 - one field each
    found = figures.satisfaction(marks)
    assert found.responded == Share(3, 4)
    assert found.content == Share(1, 2)


def test_days_and_hours_are_the_offices() -> None:
    """An evening in UTC is the next morning there; days outside are left out."""
    moments = [START, datetime(2026, 11, 25, 16, 30, tzinfo=UTC), START - timedelta(days=9)]
    days = figures.last_days(date(2026, 11, 26), 3)
    assert days == (date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26))
    assert figures.by_day(moments, days, ZONE) == (0, 1, 1)
    hours = figures.by_hour(moments, ZONE)
    assert (len(hours), hours[9], hours[0], sum(hours)) == (24, 2, 1, 3)
