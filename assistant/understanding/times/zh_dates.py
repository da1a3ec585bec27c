"""What a Chinese expression for a day means: each reader takes one hit of its rule and today."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from assistant.core import calendar
from assistant.understanding.numbers import parse_number
from assistant.understanding.times.mention import (
    FURTHEST_DAYS,
    coming_date,
    end_of_month,
    middle_of_month,
    monday_of,
    next_day_of_month,
    real_date,
    start_of_month,
    whole_month,
)
from assistant.understanding.times.parts import WEEK, Days, as_days, one
from assistant.understanding.times.zh_festivals import FESTIVALS

WEEKDAYS = {**{sign: at for at, sign in enumerate("一二三四五六日")}, "天": 6, "末": 5}
WEEKDAYS |= {str(at + 1): at for at in range(WEEK)}

RELATIVE = {
    "大前": -3,
    "前": -2,
    "昨": -1,
    "今": 0,
    "明": 1,
    "后": 2,
    "大后": 3,
    "寻": -1,
    "琴": -1,
    "听": 1,
    "赶明": 1,
    "赶后": 2,
}


def number(text: str | None) -> int:
    """The integer said, or -1."""
    value = parse_number(text or "", "zh")
    return -1 if value is None else int(value)


def year_of(words: str | None, today: date) -> int | None:
    """The year said, or `None` for none."""
    if not words:
        return None
    near = {"去年": -1, "今年": 0, "明年": 1, "后年": 2, "来年": 1}
    if words in near:
        return today.year + near[words]
    value = number(words.rstrip("年"))
    return value if calendar.FIRST_YEAR <= value <= calendar.LAST_YEAR else None


def relative_day(hit: re.Match[str], today: date) -> Days:
    """今天, 明天, 大后天."""
    return one(today + timedelta(days=RELATIVE[hit["day"]]))


def full_date(hit: re.Match[str], today: date) -> Days | None:
    """A solar date with or without its year; without, the coming one."""
    month, day = number(hit["month"]), number(hit["date"])
    year = year_of(hit["year"], today)
    if hit.group() in FESTIVALS:
        return None
    if hit["year"] and year is None:
        return None
    found = real_date(year, month, day) if year else coming_date(month, day, today)
    return as_days(found)


def shift_of(which: str | None) -> int:
    """How many weeks or months on: 下 is one, 下下 two, 上 one back."""
    return 0 if which is None else which.count("下") - which.count("上")


def day_of_month(hit: re.Match[str], today: date) -> Days | None:
    """A day, or days, of a month: 三号, 下个月三号, 三号到五号."""
    first = number(hit["date"])
    last = number(hit.groupdict().get("last") or hit["date"])
    which = hit.groupdict().get("which")
    base = today.replace(day=1) + relativedelta(months=shift_of(which))
    begin = real_date(base.year, base.month, first)
    if which is None and (begin is None or begin < today):
        begin = next_day_of_month(first, today)
    if begin is None or last < first:
        return None
    end = real_date(begin.year, begin.month, last)
    return None if end is None else Days(begin, end)


def month(hit: re.Match[str], today: date) -> Days | None:
    """A month or a part of it: 十二月, 下个月, 月底, 三月初."""
    base = _first_of_month(hit, today)
    if base is None:
        return None
    piece = hit.groupdict().get("piece") or ""
    if piece in {"底", "末", "尾"}:
        return end_of_month(base)
    found = whole_month(base)
    if piece in {"初", "头"}:
        found = start_of_month(base)
    elif piece in {"中", "半"}:
        found = middle_of_month(base)
    named = hit.groupdict().get("which") or hit.groupdict().get("month")
    if not named and found.last < today:
        return (
            start_of_month(base + relativedelta(months=1))
            if piece in {"初", "头"}
            else (middle_of_month(base + relativedelta(months=1)))
        )
    return found


def _first_of_month(hit: re.Match[str], today: date) -> date | None:
    groups = hit.groupdict()
    this = today.replace(day=1)
    if not groups.get("month"):
        return this + relativedelta(months=shift_of(groups.get("which")))
    year = year_of(groups.get("year"), today)
    found = real_date(year or today.year, number(groups["month"]), 1)
    if found and year is None and found < this:
        return found.replace(year=today.year + 1)
    return found


def weekday(hit: re.Match[str], today: date) -> Days | None:
    """A day of the week: bare it is the coming one, with 这 or 下 that of the week named."""
    monday = monday_of(today)
    index = WEEKDAYS[hit["day"]]
    which = hit["which"]
    if which is None:
        return one(today + timedelta(days=(index - today.weekday()) % WEEK), WEEK)
    return one(monday + timedelta(days=index + WEEK * shift_of(which)))


def weekdays(hit: re.Match[str], today: date) -> Days | None:
    """A run of weekdays: 周一到周五."""
    first, last = WEEKDAYS[hit["day"]], WEEKDAYS[hit["last"]]
    monday = today - timedelta(days=today.weekday() - WEEK * shift_of(hit["which"]))
    if last < first:
        return None
    days = Days(monday + timedelta(days=first), monday + timedelta(days=last), WEEK)
    return days if hit["which"] is None else Days(days.first, days.last)


def week(hit: re.Match[str], today: date) -> Days:
    """A whole week."""
    monday = today + timedelta(days=WEEK * shift_of(hit["which"]) - today.weekday())
    return Days(monday, monday + timedelta(days=WEEK - 1))


def weekend(hit: re.Match[str], today: date) -> Days:
    """Saturday and Sunday."""
    monday = monday_of(today)
    saturday = monday + timedelta(days=calendar.SATURDAY + WEEK * shift_of(hit["which"]))
    return Days(saturday, saturday + timedelta(days=1))


def days_later(hit: re.Match[str], today: date) -> Days | None:
    """三天后, 两个礼拜以后, 一个月以前."""
    count = number(hit["count"])
    if not 0 < count <= FURTHEST_DAYS:
        return None
    if hit["unit"] == "天":
        return one(today + timedelta(days=count * (-1 if hit["back"] else 1)))
    if "月" in hit["unit"]:
        return one(today + relativedelta(months=min(count, 24) * (-1 if hit["back"] else 1)))
    return one(today + timedelta(days=WEEK * min(count, 53) * (-1 if hit["back"] else 1)))


def days_within(hit: re.Match[str], today: date) -> Days | None:
    """这两天, 三天之内."""
    count = 3 if hit["count"] in {"几", "两"} else number(hit["count"])
    return Days(today, today + timedelta(days=count - 1)) if 0 < count <= FURTHEST_DAYS else None


def whole_year(hit: re.Match[str], today: date) -> Days:
    """今年, 明年."""
    year = today.year + {"去": -1, "今": 0, "明": 1, "后": 2}[hit["which"]]
    return Days(date(year, 1, 1), date(year, 12, 31))


def part_of_year(hit: re.Match[str], today: date) -> Days | None:
    """年底 is December, 年初 January."""
    shift = {"去": -1, "今": 0, "明": 1, "后": 2, "来": 1}.get(hit["year"] or "今", 0)
    year = today.year + shift
    if hit["piece"] in {"初", "头"}:
        if hit["year"] is None and today.month > 1:
            year += 1
        return Days(date(year, 1, 1), date(year, 1, 31))
    return Days(date(year, 12, 1), date(year, 12, 31))
