from __future__ import annotations

from pathlib import Path

import pytest

from assistant.core.interval import Interval
from assistant.understanding.times import parse_time
from tests.understanding.times.table import at, rows

WEDNESDAY = "2026-11-25 09:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    rows(Path(__file__).with_name("en.tsv")),
    ids=lambda value: str(value)[:40],
)
def test_a_time_said_in_english_is_understood(text: str, expected: Interval | None) -> None:
    """Every row of the table, seen from Wednesday 25 November 2026, nine in the morning."""
    assert parse_time(text, "en", at(WEDNESDAY)) == expected


@pytest.mark.parametrize(
    ("now", "text", "start", "end"),
    [
        ("2026-12-31 16:00", "tomorrow morning", "2027-01-01 08:00", "2027-01-01 12:00"),
        ("2026-12-31 16:00", "at nine", "2027-01-01 09:00", "2027-01-01 09:00"),
        ("2026-12-31 16:00", "the third", "2027-01-03 00:00", "2027-01-04 00:00"),
        ("2026-12-31 16:00", "next monday", "2027-01-04 00:00", "2027-01-05 00:00"),
        ("2026-12-31 16:00", "the end of the month", "2026-12-27 00:00", "2027-01-01 00:00"),
        ("2026-12-20 16:00", "after the holiday", "2027-01-04 00:00", None),
        ("2026-09-28 10:00", "after national day", "2026-10-08 00:00", None),
        ("2026-09-28 10:00", "after the holiday", "2026-10-08 00:00", None),
        ("2026-10-02 10:00", "a working day", "2026-10-08 00:00", "2026-10-09 00:00"),
        ("2026-11-25 18:00", "at three", "2026-11-26 15:00", "2026-11-26 15:00"),
        ("2026-11-25 18:00", "wednesday morning", "2026-12-02 08:00", "2026-12-02 12:00"),
        ("2026-11-28 09:00", "the weekend", "2026-11-28 00:00", "2026-11-30 00:00"),
    ],
)
def test_year_ends_and_holidays(now: str, text: str, start: str | None, end: str | None) -> None:
    """The turn of the year, published holidays and make-up workdays, seen from near them."""
    found = parse_time(text, "en", at(now))
    assert found is not None
    assert (found.start, found.end) == (start and at(start), end and at(end))
