from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.core.service import LunarSpan, Schedule
from assistant.directory.recurrence import WEEKDAYS
from assistant.directory.written import columns, read_hours, read_remark
from assistant.directory.written.plain import without_markup
from assistant.directory.written.zh import number

ROW = Schedule("row", country="CN")
NAMES = "一二三四五六日"


def shown(row: Schedule) -> str:
    """A row as `MO,TU 08:30-11:30 rule`, other days by what they are."""
    days = ",".join(row.byday) or ",".join(map(str, row.bymonthday)) or row.festival
    days = days or "+".join(f"{s.month}/{s.day}-{s.to_month}/{s.to_day}" for s in row.lunar)
    opens, closes = (f"{at:%H:%M}" if at else "" for at in (row.opens_at, row.closes_at))
    times = "closed" if row.closed else f"{opens}-{closes}"
    return " ".join(part for part in (days, times, row.holidays) if part)


def read(text: str, country: str = "CN") -> list[str] | None:
    """A text as rows, or `None` where it is not sure."""
    rows = read_hours(text, Schedule("row", country=country))
    return None if rows is None else [shown(row) for row in rows]


OFFICE = "MO,TU,WE,TH,FR"
EVERY = ",".join(WEEKDAYS)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "周一至周五 8:30-11:30 14:00-17:00（法定节假日除外）",
            [f"{OFFICE} 08:30-11:30 workdays", f"{OFFICE} 14:00-17:00 workdays"],
        ),
        (
            "周一到周五上午8:30～11:30，下午2:00-5:00；周六 9:00-12:00；周日休息",
            [f"{OFFICE} 08:30-11:30", f"{OFFICE} 14:00-17:00", "SA 09:00-12:00"],
        ),
        ("每天24小时", [f"{EVERY} 00:00-23:59"]),
        ("全年无休 9:00-17:00", [f"{EVERY} 09:00-17:00 open"]),
        ("每月第一个星期六上午九点到十一点半", ["1SA 09:00-11:30"]),
        ("每月第二、第四个周六上午九点开始", ["2SA,4SA 09:00-"]),
        ("每月最后一个周五 14:00-16:00", ["-1FR 14:00-16:00"]),
        ("每月1日、15日 9:00-11:00", ["1,15 09:00-11:00"]),
        ("农历初一、十五 8:00-16:00", ["0/1-0/1+0/15-0/15 08:00-16:00"]),
        (
            "除夕至初六休息，每天9:00-17:00",
            ["12/30-1/6 closed", f"{EVERY} 09:00-17:00"],
        ),
        ("春节期间休息，每天8:00-20:00", ["spring closed", f"{EVERY} 08:00-20:00"]),
        ("周二至周日9:00-17:00（周一闭馆）", ["TU,WE,TH,FR,SA,SU 09:00-17:00"]),
        ("每天9:00-17:00，周三除外", ["MO,TU,TH,FR,SA,SU 09:00-17:00"]),
        ("周一、三、五 8:30-11:30", ["MO,WE,FR 08:30-11:30"]),
        (
            "工作日 8:30-17:00；周末及节假日 9:00-16:00",
            [f"{OFFICE} 08:30-17:00 workdays", "SA,SU 09:00-16:00 closed", "09:00-16:00 only"],
        ),
        ("晚上7点-9点 周五", ["FR 19:00-21:00"]),
        ("周五 20:00-02:00", ["FR 20:00-02:00"]),
        ("星期日 中午12点至下午3点", ["SU 12:00-15:00"]),
        ("２４小时 每天", [f"{EVERY} 00:00-23:59"]),
    ],
)
def test_chinese_hours(text: str, rows: list[str]) -> None:
    """As offices write them; in full-width figures, too."""
    assert read(text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("2nd & 4th Saturday of the month from 10:00 a.m.", ["2SA,4SA 10:00-"]),
        (
            "Mon-Fri 9:00 AM - 5:00 PM, Sat 10am-2pm, Sun closed",
            [f"{OFFICE} 09:00-17:00", "SA 10:00-14:00"],
        ),
        ("Monday to Friday 9am-5pm, closed on public holidays", [f"{OFFICE} 09:00-17:00 closed"]),
        (
            "<p>Monday: 9:00 a.m. &ndash; 12 noon<br>Wednesday: 1-3pm</p>",
            ["MO 09:00-12:00", "WE 13:00-15:00"],
        ),
        ("10am-2pm every Tuesday", ["TU 10:00-14:00"]),
        ("Tuesdays 3pm", ["TU 15:00-"]),
        ("Mon-Fri 09:00-17:00", [f"{OFFICE} 09:00-17:00"]),
        ("1st and 3rd Wednesday 10:00 AM – 12:00 PM", ["1WE,3WE 10:00-12:00"]),
        ("Last Friday of each month, 6:00pm - 8:00pm", ["-1FR 18:00-20:00"]),
        ("Daily except Wednesday 9am-5pm", ["MO,TU,TH,FR,SA,SU 09:00-17:00"]),
        ("Tue/Thu 10:00am-1:00pm (except holidays)", ["TU,TH 10:00-13:00 closed"]),
        ("11-1pm Sat", ["SA 11:00-13:00"]),
        ("Open 24/7", [f"{EVERY} 00:00-23:59 open"]),
        ("Sat 9 a.m.-noon", ["SA 09:00-12:00"]),
    ],
)
def test_english_hours(text: str, rows: list[str]) -> None:
    """As pantries and offices abroad write them, with a little HTML."""
    assert read(text, "US") == rows


@pytest.mark.parametrize(
    "text",
    [
        "",
        "先打电话问",
        "Call for hours",
        "3pm",
        "4:00 PM",
        "8:30-17:00",
        "周一至周五",
        "周一",
        "Mon-Fri 9-5",
        "Mon-Fri 9:00-5:00",
        "Mon 1:00-4:00",
        "周一 2:00-5:00",
        "周一 25:00-26:00",
        "周一 15:00-8:30",
        "By appointment Mon-Fri 9am-5pm",
        "Every other Tuesday 10am-12pm",
        "Mon-Fri 9am-5pm; Mon 6pm-8pm",
        "周一至周五 8:30-11:30；周一 14:00-17:00",
        "夏季 周一至周五 8:30-17:00",
        "周一至周五 8:30-17:00，中午有人",
        "周一 14:00-17:00 8:30-11:30",
        "每月32日 9:00-11:00",
        "九月一日起 周一 9:00-10:00",
        "周一休息",
        "<script>Mon 9am-5pm</script>&bogus;",
        "周一 9:00-10:00 " * 60,
    ],
)
def test_what_is_not_sure_is_left_as_it_is(text: str) -> None:
    """Half of a day, of a time, of a season, or two answers for one day: nothing is guessed."""
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("法定节假日除外", "closed"),
        ("（节假日休息）", "closed"),
        ("节假日照常开放", "open"),
        ("Closed on federal holidays.", "closed"),
        ("盘点", ""),
        ("", ""),
        ("周一除外", ""),
    ],
)
def test_a_remark_about_holidays(text: str, rule: str) -> None:
    """Beside structured hours it is heeded; any other remark is not."""
    assert read_remark(text) == rule


spans = st.tuples(st.integers(5, 11), st.integers(12, 20), st.sampled_from([0, 5, 15, 30, 45]))


@given(
    days=st.lists(st.integers(0, 6), min_size=1, unique=True).map(sorted),
    span=spans,
    week=st.sampled_from(["周", "星期", "礼拜"]),
    joint=st.sampled_from(["-", "至", "～", "—", "到"]),
    style=st.sampled_from(["{:02}:{:02}", "{}:{:02}", "{}点{:02}分"]),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_what_is_written_in_chinese_is_read_back(
    days: list[int], span: tuple[int, int, int], week: str, joint: str, style: str
) -> None:
    """Whatever the office's habits, the same days and times come out."""
    opens, closes, minute = span
    text = (
        "、".join(week + NAMES[day] for day in days)
        + " "
        + joint.join(style.format(hour, minute) for hour in (opens, closes))
    )
    rows = read_hours(text, ROW)
    assert rows is not None
    assert [row.byday for row in rows] == [tuple(WEEKDAYS[day] for day in days)]
    assert (rows[0].opens_at, rows[0].closes_at) == (time(opens, minute), time(closes, minute))


ENGLISH = ("Monday", "Tues", "Wed", "Thursday", "Fri", "Sat", "Sunday")


@given(
    first=st.integers(0, 5),
    length=st.integers(1, 5),
    opens=st.integers(1, 11),
    closes=st.integers(1, 11),
    upper=st.booleans(),
    joint=st.sampled_from([" - ", "-", " to ", "–"]),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_what_is_written_in_english_is_read_back(
    first: int, length: int, opens: int, closes: int, joint: str, *, upper: bool
) -> None:
    """From a day to a day, from a.m. to p.m."""
    last = min(6, first + length)
    times = f"{opens}:15 AM{joint}{closes}pm" if upper else f"{opens}.15 a.m.{joint}{closes} p.m."
    rows = read_hours(f"{ENGLISH[first]}{joint}{ENGLISH[last]}: {times}", ROW)
    assert rows is not None
    assert [row.byday for row in rows] == [WEEKDAYS[first : last + 1]]
    assert (rows[0].opens_at, rows[0].closes_at) == (time(opens, 15), time(closes + 12))


@given(text=st.text("周一二日至-上下午点半:0159 Monfridaymp.,;；（）<br>&休息每月第", max_size=40))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_text_is_read_or_left(text: str) -> None:
    """Nothing raises; what is read has days and times that can be believed."""
    rows = read_hours(text, ROW)
    for row in rows or ():
        assert row.id.startswith("row#")
        assert row.closed or row.opens_at is not None
        assert row.byday or row.bymonthday or row.lunar or row.festival or row.holidays == "only"


def test_markup_is_taken_away_and_other_signs_stay() -> None:
    """Paragraphs become lines; a text with a lone < is no HTML."""
    assert without_markup("<b>Mon</b> 9&amp;10<br/>Tue") == "Mon 9&10\nTue"
    assert without_markup("age < 60 & well") == "age < 60 & well"


@pytest.mark.parametrize(
    ("written", "value"),
    [("十", 10), ("十一", 11), ("二十", 20), ("两", 2), ("廿三", 23), ("07", 7)],
)
def test_chinese_numbers(written: str, value: int) -> None:
    """Of at most two digits."""
    assert number(written) == value


def test_columns_of_our_own() -> None:
    """What cannot be read counts as absent, and one bad day spoils the list."""
    assert columns.holiday_rule(" 休 ") == "closed"
    assert columns.holiday_rule("sometimes") == ""
    assert columns.festival("Spring") == "spring"
    assert columns.festival("easter") == ""
    assert columns.lunar_days("1,15") == (LunarSpan(0, 1, 0, 1), LunarSpan(0, 15, 0, 15))
    assert columns.lunar_days("12/30-1/6") == (LunarSpan(12, 30, 1, 6),)
    assert columns.lunar_days("1,31") == ()
    assert columns.lunar_days("13/1") == ()


def test_rows_keep_when_they_are_valid() -> None:
    """A text in a dated row is about those dates."""
    dated = Schedule("row", valid_from=date(2026, 6, 1), country="CN")
    rows = read_hours("每天 9:00-10:00", dated)
    assert rows is not None
    assert rows[0].valid_from == date(2026, 6, 1)
