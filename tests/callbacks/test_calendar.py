from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from assistant.callbacks.calendar_file import written
from assistant.callbacks.row import Callback
from assistant.core.callback import Window

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
WINDOW = Window(NOW, NOW + timedelta(hours=2))
TOMORROW = Window(NOW + timedelta(days=1), NOW + timedelta(days=1, hours=2))
PROMISE = Callback(
    "GH000123",
    "+8613800000042",
    "zh",
    "case.complain",
    "楼上漏水，王阿姨很着急",
    "voice",
    "c-77",
    NOW,
    state="booked",
    window=WINDOW,
    safe_word="荷叶",
    owner="李明",
    version=4,
)
SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def read(*callbacks: Callback, zone: ZoneInfo = SHANGHAI) -> Calendar:
    """The calendar as another program reads it."""
    return Calendar.from_ical(written(callbacks, zone, "回电", NOW))


def test_a_promise_is_an_event() -> None:
    """UID is the code, SEQUENCE its version, begin and end stand in the site's zone."""
    (event,) = read(PROMISE).walk("VEVENT")
    assert event["UID"] == "GH000123"
    assert event["SEQUENCE"] == 4
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == "回电 GH000123"
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (WINDOW.start, WINDOW.end)
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"


@pytest.mark.parametrize("zone", [SHANGHAI, NEW_YORK], ids=str)
def test_the_zone_comes_along(zone: ZoneInfo) -> None:
    """Every TZID used has its VTIMEZONE (RFC 5545, 3.6.5)."""
    calendar = read(PROMISE, zone=zone)
    assert [str(each["TZID"]) for each in calendar.walk("VTIMEZONE")] == [zone.key]


def test_a_change_has_a_higher_sequence_and_an_end_is_struck_out() -> None:
    """What was taken back stays in the file as cancelled, so that calendars remove it."""
    moved = replace(PROMISE, version=5, window=TOMORROW)
    gone = replace(PROMISE, version=6, state="cancelled")
    assert [event["SEQUENCE"] for event in read(moved).walk("VEVENT")] == [5]
    (event,) = read(gone).walk("VEVENT")
    assert (event["SEQUENCE"], event["STATUS"]) == (6, "CANCELLED")


def test_nobody_is_named() -> None:
    """No number, name, word, safe word or reason; lines are folded at 75 octets and end in CRLF."""
    file = written([PROMISE], SHANGHAI, "回电", NOW)
    text = file.replace(b"\r\n ", b"").decode()
    for secret in ("8613800000042", "王阿姨", "漏水", "荷叶", "李明", "complain", "c-77"):
        assert secret not in text
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert file.count(b"\n") == file.count(b"\r\n")


def test_a_title_with_signs_is_escaped() -> None:
    """Commas, semicolons and backslashes mean something in the format."""
    title = "Ring back; soon, please \\ " + "长" * 60
    (event,) = Calendar.from_ical(written([PROMISE], SHANGHAI, title, NOW)).walk("VEVENT")
    assert event["SUMMARY"] == f"{title} GH000123"


def test_a_wish_without_a_time_is_not_in_it() -> None:
    """Nothing to put on a wall; the file is one all the same, and the same for the same rows."""
    wish = replace(PROMISE, window=None, state="new")
    assert read(wish).walk("VEVENT") == []
    assert written([PROMISE], SHANGHAI, "回电", NOW) == written([PROMISE], SHANGHAI, "回电", NOW)
