from __future__ import annotations

from pathlib import Path

import pytest

from assistant.core.interval import Interval
from assistant.understanding.times import parse_time
from tests.understanding.times.table import at, rows

WEDNESDAY = "2026-11-25 09:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    rows(Path(__file__).with_name("zh.tsv")),
    ids=lambda value: str(value)[:40],
)
def test_a_time_said_in_chinese_is_understood(text: str, expected: Interval | None) -> None:
    """Every row of the table, seen from Wednesday 25 November 2026, nine in the morning."""
    assert parse_time(text, "zh", at(WEDNESDAY)) == expected


@pytest.mark.parametrize(
    ("now", "text", "start", "end"),
    [
        ("2026-12-31 16:00", "明天上午", "2027-01-01 08:00", "2027-01-01 12:00"),
        ("2026-12-31 16:00", "后天", "2027-01-02 00:00", "2027-01-03 00:00"),
        ("2026-12-31 16:00", "月底", "2026-12-27 00:00", "2027-01-01 00:00"),
        ("2026-12-31 16:00", "下个月三号", "2027-01-03 00:00", "2027-01-04 00:00"),
        ("2026-12-31 16:00", "一月五号", "2027-01-05 00:00", "2027-01-06 00:00"),
        ("2026-12-31 16:00", "下礼拜一", "2027-01-04 00:00", "2027-01-05 00:00"),
        ("2026-12-31 16:00", "九点", "2027-01-01 09:00", "2027-01-01 09:00"),
        ("2026-12-31 16:00", "元旦以后", "2027-01-04 00:00", None),
        ("2026-09-28 10:00", "国庆以后", "2026-10-08 00:00", None),
        ("2026-10-03 10:00", "国庆以后", "2026-10-08 00:00", None),
        ("2026-09-28 10:00", "国庆之前", None, "2026-10-01 00:00"),
        ("2026-09-28 10:00", "国庆假期", "2026-10-01 00:00", "2026-10-08 00:00"),
        ("2026-09-20 10:00", "中秋", "2026-09-25 00:00", "2026-09-26 00:00"),
        ("2026-09-20 10:00", "中秋以后", "2026-09-28 00:00", None),
        ("2026-02-10 10:00", "春节以后", "2026-02-24 00:00", None),
        ("2026-02-10 10:00", "除夕", "2026-02-16 00:00", "2026-02-17 00:00"),
        ("2026-02-10 10:00", "正月十五", "2026-03-03 00:00", "2026-03-04 00:00"),
        ("2026-02-10 10:00", "初八", "2026-02-24 00:00", "2026-02-25 00:00"),
        ("2026-02-28 08:00", "工作日上午", "2026-02-28 08:00", "2026-02-28 12:00"),
        ("2026-10-02 08:00", "工作日", "2026-10-08 00:00", "2026-10-09 00:00"),
        ("2026-11-25 18:00", "下午三点", "2026-11-26 15:00", "2026-11-26 15:00"),
        ("2026-11-25 18:00", "星期三下午三点", "2026-12-02 15:00", "2026-12-02 15:00"),
        ("2026-11-28 09:00", "周末", "2026-11-28 00:00", "2026-11-30 00:00"),
        ("2026-02-27 09:00", "三十号", "2026-03-30 00:00", "2026-03-31 00:00"),
    ],
)
def test_year_ends_and_holidays(now: str, text: str, start: str | None, end: str | None) -> None:
    """The turn of the year, published holidays and make-up workdays, seen from near them."""
    found = parse_time(text, "zh", at(now))
    assert found is not None
    assert (found.start, found.end) == (start and at(start), end and at(end))
