from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.outbox.delivery import (
    ATTEMPTS,
    LONGEST_WAIT_S,
    RANK,
    REPORTED,
    advance,
    remedy,
    wait_before,
)
from assistant.outbox.quiet import earliest, quiet_times

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
QUIET = quiet_times([("20:00", "08:00"), ("12:00", "14:00")])


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """A moment on the wall of that zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


MOMENTS = st.datetimes(
    at("2026-01-01 00:00").replace(tzinfo=None), at("2027-01-01 00:00").replace(tzinfo=None)
)


@pytest.mark.parametrize(
    ("now", "allowed"),
    [
        ("2026-11-25 08:00", "2026-11-25 08:00"),
        ("2026-11-25 11:59:59", "2026-11-25 11:59:59"),
        ("2026-11-25 12:00", "2026-11-25 14:00"),
        ("2026-11-25 13:59:59", "2026-11-25 14:00"),
        ("2026-11-25 14:00", "2026-11-25 14:00"),
        ("2026-11-25 19:59:59", "2026-11-25 19:59:59"),
        ("2026-11-25 20:00", "2026-11-26 08:00"),
        ("2026-11-26 00:00", "2026-11-26 08:00"),
        ("2026-11-26 07:59:59", "2026-11-26 08:00"),
    ],
)
def test_what_we_begin_waits_for_a_decent_hour(now: str, allowed: str) -> None:
    """Night and noon are quiet, their ends are not."""
    moment = at(now)
    assert earliest("news", moment, moment, QUIET, SHANGHAI) == at(allowed)


@pytest.mark.parametrize(
    ("kind", "minutes", "waits"),
    [
        ("answer", 10, False),
        ("answer", 11, True),
        ("alarm", 60, False),
        ("chosen", 600, False),
        ("news", 0, True),
    ],
)
def test_what_she_asked_for_or_cannot_wait_is_sent_at_night(
    kind: str,
    minutes: int,
    waits: bool,  # noqa: FBT001 - a row of the table
) -> None:
    """An answer for ten minutes; danger and a time she chose at any hour."""
    now = at("2026-11-25 23:00")
    asked = now - timedelta(minutes=minutes)
    due = earliest(kind, asked, now, QUIET, SHANGHAI)  # type: ignore[arg-type]  # a row of the table
    assert (due > now) is waits


def test_a_night_with_a_change_of_clocks_ends_at_eight_on_the_wall() -> None:
    """Spring and autumn nights are seven and thirteen hours from one in the morning."""
    for night in ("2026-03-29 01:00", "2026-10-25 01:00"):
        due = earliest("news", at(night, BERLIN), at(night, BERLIN), QUIET, BERLIN)
        assert due.astimezone(BERLIN).strftime("%H:%M") == "08:00"


@given(MOMENTS, st.sampled_from([SHANGHAI, BERLIN]))
def test_the_moment_allowed_is_never_quiet_and_never_past(moment: datetime, zone: ZoneInfo) -> None:
    """Whatever the hour."""
    now = moment.replace(tzinfo=zone)
    due = earliest("news", now, now, QUIET, zone)
    assert due >= now
    assert not any(item.holds(due.astimezone(zone).time()) for item in QUIET)


@given(st.lists(st.sampled_from(sorted(REPORTED)), max_size=8))
def test_the_order_of_reports_does_not_matter(reports: list[str]) -> None:
    """Late, twice or out of order: the end is the highest of them, and delivered stays."""
    ends = set()
    for order in (reports, list(reversed(reports)), sorted(reports), reports * 2):
        state = advance("waiting", "accepted")
        for report in order:
            after = advance(state, REPORTED[report])
            assert RANK[after] >= RANK[state]
            state = after
        ends.add(RANK[state])
    assert len(ends) == 1


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        (None, None, "again"),
        (None, 500, "again"),
        (None, 503, "again"),
        (20429, 429, "again"),
        (30001, None, "again"),
        (30003, None, "later"),
        (30005, None, "staff"),
        (30006, None, "no_texts"),
        (21635, 400, "no_texts"),
        (21614, 400, "no_texts"),
        (21610, 400, "opted_out"),
        (21211, 400, "staff"),
        (20003, 401, "staff"),
        (None, 400, "staff"),
    ],
)
def test_each_failure_has_its_remedy(code: int | None, status: int | None, expected: str) -> None:
    """By the carrier's code, else by the HTTP status, else because nobody answered."""
    assert remedy(code, status) == expected


@given(st.integers(1, 10_000), st.text())
def test_waits_grow_to_an_hour_and_are_the_same_each_time(attempt: int, key: str) -> None:
    """Never under 30 s, never over an hour and a quarter, spread by the text's own key."""
    wait = wait_before(attempt, key)
    assert timedelta(seconds=30) <= wait <= timedelta(seconds=LONGEST_WAIT_S * 1.25)
    assert wait == wait_before(attempt, key)
    assert ATTEMPTS > 1
