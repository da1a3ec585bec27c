"""Which day is meant, in English: a week on Tuesday, the third, next Wednesday, after the holiday.

“Next Wednesday” is next week's, “this Wednesday” this week's, a bare weekday the coming one.
Dates in figures are day first (3/12 is the third of December) unless only the other order exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from assistant.understanding.numbers import parse_number
from assistant.understanding.times import calendar
from assistant.understanding.times.parts import WEEK, Days, one

MONTH_END_DAYS = 5
_MONTHS = {
    name[:3]: index
    for index, name in enumerate(
        "january february march april may june july august september october november december".split(),
        start=1,
    )
}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_LONG_DAY = r"(?:mon|tues|wednes|wensday|wednsday|thurs|fri|satur|sun)(?:day)?s?"
_DAY = r"(?:monday|tuesday|wednesday|wensday|wednsday|thursday|friday|saturday|sunday|mon|tues?|weds?|thur?s?|fri)s?\b\.?"
_SHORT_WEEKEND = (
    r"(?:(?<=on )|(?<=this )|(?<=next )|(?<=last )|(?<=every )|(?<=open )|^)(?:sat|sun)\b"
    r"|\b(?:sat|sun)\b(?=$|\s(?:morning|afternoon|am|pm|eve|\d|at|or|and|pls|please|\?))"
)
_ORDINALS = {
    word: value
    for value, word in enumerate(
        (
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
            "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
        ).split(),
        start=1,
    )
} | {"thirtieth": 30}
_ORDINALS |= {f"twenty {word}": 20 + _ORDINALS[word] for word in list(_ORDINALS)[:9]}
_ORDINALS |= {"thirty first": 31}
_ORDINAL = (
    rf"(?:\d\d?(?:st|nd|rd|th)|twenty[\s-](?:{'|'.join(list(_ORDINALS)[:9])})|thirty[\s-]first"
    rf"|{'|'.join(word for word in _ORDINALS if ' ' not in word)})"
)
_FESTIVALS = {
    r"new year'?s eve": "new year's eve",
    r"(?:chinese|lunar) new year'?s eve": "new year's eve lunar",
    r"(?:chinese|lunar) new year(?:'?s)?(?: day)?|spring festival": "spring",
    r"new year'?s(?: day)?|(?:the )?new year": "new year",
    r"christmas eve": "christmas eve",
    r"christmas(?: day)?|xmas": "christmas",
    r"boxing day": "boxing",
    r"easter(?: sunday)?": "easter",
    r"lantern festival": "lantern",
    r"qing ?ming(?: festival)?|tomb[\s-]sweeping(?: day)?": "qingming",
    r"labou?r day|may day|may holiday": "labour",
    r"dragon boat(?: festival)?": "dragon boat",
    r"mid[\s-]?autumn(?: festival)?|moon ?cake festival|moon festival": "mid-autumn",
    r"double ninth(?: festival)?|chong ?yang(?: festival)?": "double ninth",
    r"national day|golden week": "national",
    r"winter solstice": "winter solstice",
    r"children'?s day": "children",
    r"teachers'? day": "teachers",
}
_FESTIVAL_TABLE = tuple((re.compile(pattern), name) for pattern, name in _FESTIVALS.items())
_HOLIDAY = r"(?P<holiday>\s+(?:holidays?|week|break|period))?"
_COUNT = r"(?:an?|a couple of|a few|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|\d{1,3})"
_NOT_A_FLOOR = (
    r"(?!\s+(?:floor|door|one\b|time|person|house|building|block|flat|street|road|turning|left|right|bus|stop|option"
    r"|choice|opinion|hand|thing|class|aid|of (?:all|them|my|the)|two|world|year|attempt|week|day|item|name))"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Days named in a text."""

    start: int
    end: int
    days: Days
    holiday: tuple[date, date] | None = None
    "First and last day off, for “after” and “before” a holiday."


Reader = Callable[[re.Match[str], date], Days | None]


def find_days(text: str, today: date) -> Mention | None:
    """The first days named in `text` (plain, lower case), or `None`."""
    best: Mention | None = None
    for pattern, reader in _RULES:
        for hit in pattern.finditer(text):
            if best and (hit.start(), -hit.end()) >= (best.start, -best.end):
                break
            days = reader(hit, today)
            if days is not None:
                best = Mention(hit.start(), hit.end(), days, _days_off(hit, days, today))
                break
    return best


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _count(words: str) -> int:
    known = {"a": 1, "an": 1, "a couple of": 2, "a few": 3}
    if words in known:
        return known[words]
    value = parse_number(words, "en")
    return -1 if value is None else int(value)


def _ordinal(words: str) -> int:
    digits = re.match(r"\d+", words)
    return int(digits.group()) if digits else _ORDINALS.get(words.replace("-", " "), -1)


def _weekday_index(words: str) -> int:
    return _WEEKDAYS["wed" if words.startswith("we") else words[:3]]


def _relative(shift: int) -> Reader:
    return lambda _hit, today: one(today + timedelta(days=shift))


def _coming(index: int, today: date) -> date:
    return today + timedelta(days=(index - today.weekday()) % WEEK)


def _weekday(hit: re.Match[str], today: date) -> Days:
    index = _weekday_index(hit["day"])
    which = (hit.groupdict().get("which") or "").strip()
    monday = today - timedelta(days=today.weekday())
    shift = {"next": WEEK, "last": -WEEK, "this": 0}.get(which)
    if "after" in which:
        return one(_coming(index, today) + timedelta(days=WEEK))
    if shift is None:
        return one(_coming(index, today), WEEK)
    return one(monday + timedelta(days=index + shift))


def _weekdays(hit: re.Match[str], today: date) -> Days | None:
    first, last = _weekday_index(hit["day"]), _weekday_index(hit["last"])
    monday = today - timedelta(days=today.weekday())
    if last < first:
        return None
    return Days(monday + timedelta(days=first), monday + timedelta(days=last), WEEK)


def _weeks_on(hit: re.Match[str], today: date) -> Days:
    """“A week on Tuesday”, “Tuesday fortnight”, “a week today”."""
    name = hit["day"]
    if name.startswith(("today", "tomorrow")):
        start = today + timedelta(days=1 if name.startswith("tom") else 0)
    else:
        index = _weekday_index(name)
        start = _coming(index, today)
        if start == today:
            start += timedelta(days=WEEK)
    words = hit["span"]
    weeks = 2 if "fortnight" in words or "two" in words else 3 if "three" in words else 1
    return one(start + timedelta(days=WEEK * weeks))


def _week(hit: re.Match[str], today: date) -> Days:
    shift = {"next": 1, "last": -1, "this": 0, "week after next": 2}.get(hit["which"], 0)
    monday = today + timedelta(days=WEEK * shift - today.weekday())
    return Days(monday, monday + timedelta(days=WEEK - 1))


def _weekend(hit: re.Match[str], today: date) -> Days:
    monday = today - timedelta(days=today.weekday())
    shift = {"next": WEEK, "last": -WEEK}.get((hit["which"] or "").strip(), 0)
    saturday = monday + timedelta(days=calendar.SATURDAY + shift)
    return Days(saturday, saturday + timedelta(days=1))


def _in_days(hit: re.Match[str], today: date) -> Days | None:
    count = _count(hit["count"])
    if not 0 < count <= 366:  # noqa: PLR2004 - nobody books further ahead than a year
        return None
    if "fortnight" in hit["unit"]:
        return one(today + timedelta(days=2 * WEEK * min(count, 26)))
    if "week" in hit["unit"]:
        return one(today + timedelta(days=WEEK * min(count, 53)))
    if "month" in hit["unit"]:
        return one(today + relativedelta(months=min(count, 24)))
    return one(today + timedelta(days=count))


def _full_date(hit: re.Match[str], today: date) -> Days | None:
    groups = hit.groupdict()
    day = _ordinal(groups["date"])
    month = _MONTHS[groups["month"][:3]]
    if groups.get("year"):
        found = _date(int(groups["year"]), month, day)
        return found and one(found)
    found = _date(today.year, month, day)
    if found and found < today:
        found = _date(today.year + 1, month, day)
    return found and one(found)


def _iso(hit: re.Match[str], _today: date) -> Days | None:
    found = _date(int(hit["year"]), int(hit["month"]), int(hit["date"]))
    return found and one(found)


def _figures(hit: re.Match[str], today: date) -> Days | None:
    first, second = int(hit["first"]), int(hit["second"])
    year = int(hit["year"]) if hit["year"] else None
    for month, day in ((second, first), (first, second)):
        found = _date(year or today.year, month, day)
        if found and year is None and found < today:
            found = _date(today.year + 1, month, day)
        if found:
            return one(found)
    return None


def _day_of_month(hit: re.Match[str], today: date) -> Days | None:
    day = _ordinal(hit["date"])
    which = hit.groupdict().get("which")
    base = today.replace(day=1)
    if which == "next":
        base += relativedelta(months=1)
    for step in range(3):
        month = base + relativedelta(months=step)
        found = _date(month.year, month.month, day)
        if found and (found >= today or which):
            return one(found)
        if which:
            break
    return None


def _month(hit: re.Match[str], today: date) -> Days:
    groups = hit.groupdict()
    base = today.replace(day=1)
    if groups.get("month"):
        found = base.replace(month=_MONTHS[groups["month"][:3]])
        base = found if found >= base else found.replace(year=base.year + 1)
    elif groups.get("which"):
        base += relativedelta(months={"next": 1, "last": -1}.get(groups["which"], 0))
    last = base + relativedelta(months=1, days=-1)
    if groups.get("piece") == "end":
        return Days(last - timedelta(days=MONTH_END_DAYS - 1), last)
    if groups.get("piece") in {"beginning", "start"}:
        return Days(base, base + timedelta(days=9))
    if groups.get("piece") == "middle":
        return Days(base + timedelta(days=10), base + timedelta(days=19))
    return Days(base, last)


def _year_end(hit: re.Match[str], today: date) -> Days:
    year = today.year + (1 if hit["which"] == "next" else 0)
    return Days(date(year, 12, 1), date(year, 12, 31))


def _festival_name(hit: re.Match[str]) -> str:
    return next(name for pattern, name in _FESTIVAL_TABLE if pattern.fullmatch(hit["festival"]))


def _festival(hit: re.Match[str], today: date) -> Days:
    name = _festival_name(hit)
    first, last = calendar.holiday(name, today.year)
    if first <= today <= last:
        day = calendar.festival(name, today.year)
    else:
        day = calendar.next_festival(name, today)
    if hit["holiday"] or hit["festival"] == "golden week":
        return Days(*calendar.holiday(name, day.year))
    return one(day)


def _days_off(hit: re.Match[str], days: Days, today: date) -> tuple[date, date] | None:
    groups = hit.groupdict()
    if groups.get("festival"):
        return calendar.holiday(_festival_name(hit), days.last.year)
    return calendar.holiday_around(today) if groups.get("holidays") else None


def _workday(_hit: re.Match[str], today: date) -> Days:
    return one(calendar.next_workday(today))


def _public_holiday(_hit: re.Match[str], today: date) -> Days:
    return Days(*calendar.holiday_around(today))


_SPAN = r"(?P<span>(?:a|one)\s+week|(?:two|three)\s+weeks|a\s+fortnight|week|fortnight)"
_ANY_DAY = rf"(?P<day>today|tomorrow|{_DAY})"
_RULES: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (
            r"\b(?:the\s+)?day\s+after\s+(?:tomorrow|tomorow|tommorow|2moro)\b|\bovermorrow\b",
            _relative(2),
        ),
        (r"\b(?:the\s+)?day\s+before\s+yesterday\b", _relative(-2)),
        (
            r"\b(?:tomorrow|tomorow|tommorow|tommorrow|tomoro|2moro|2morrow|tmrw|tmr|the\s+morn)\b",
            _relative(1),
        ),
        (r"\b(?:yesterday|last\s+night)\b", _relative(-1)),
        (
            r"\b(?:today|2day|tonight|tonite|2nite|this\s+(?=morning|afternoon|evening|lunch))",
            _relative(0),
        ),
        (rf"\b{_SPAN}\s+(?:on|from|this|come)?\s*{_ANY_DAY}", _weeks_on),
        (rf"\b{_ANY_DAY}\s+(?P<span>week|fortnight|two\s+weeks)\b", _weeks_on),
        (rf"\b(?P<which>this|next|last)\s+(?P<day>{_DAY})", _weekday),
        (rf"\b(?P<day>{_DAY})(?P<which>\s+after\s+next)", _weekday),
        (rf"\b(?:the\s+)?(?P<day>{_DAY})(?P<which>\s+after\s+next)", _weekday),
        (
            rf"\b(?P<day>{_DAY})\s+(?P<which>next)\s+week\b|\bnext\s+week\s+(?:on\s+)?(?P<later>{_DAY})",
            lambda hit, today: _next_weeks(hit, today),
        ),
        (rf"\b(?P<day>{_DAY})\s*(?:to|till|until|-|through)\s*(?P<last>{_DAY})", _weekdays),
        (rf"\b(?:this\s+coming\s+|coming\s+)?(?P<day>{_DAY})", _weekday),
        (rf"(?P<day>{_SHORT_WEEKEND})", lambda hit, today: _short(hit, today)),
        (r"\b(?P<which>this|next|last)\s+week\b(?!\s?end)", _week),
        (r"\b(?:the\s+)?(?P<which>week\s+after\s+next)\b", _week),
        (r"\b(?P<which>this\s|next\s|last\s)?(?:the\s+)?(?:weekends?|week\s+ends?)\b", _weekend),
        (
            rf"\bin\s+(?:about\s+)?(?P<count>{_COUNT})\s+(?P<unit>days?|weeks?|fortnights?|months?)(?:'?\s+time)?\b",
            _in_days,
        ),
        (
            rf"\b(?P<count>{_COUNT})\s+(?P<unit>days?|weeks?|fortnights?|months?)(?:'?\s+time|\s+from\s+(?:now|today)|\s+later)\b",
            _in_days,
        ),
        (r"\b(?P<year>20\d\d)[-/.](?P<month>\d\d?)[-/.](?P<date>\d\d?)\b", _iso),
        (
            rf"\b(?:the\s+)?(?P<date>{_ORDINAL}|\d\d?)\s+(?:day\s+)?(?:of\s+)?{_MONTH}(?:,?\s+(?P<year>20\d\d))?",
            _full_date,
        ),
        (
            rf"\b{_MONTH}\s+(?:the\s+)?(?P<date>{_ORDINAL}|[0-3]?\d)(?![\d:])(?!\s?(?:am|pm)\b)(?:,?\s+(?P<year>20\d\d))?",
            _full_date,
        ),
        (
            r"(?<![\d/.:])(?P<first>\d\d?)[/](?P<second>\d\d?)(?:[/](?P<year>20\d\d))?(?![\d/:])",
            _figures,
        ),
        (
            rf"\bthe\s+(?P<date>{_ORDINAL})\s+(?:of\s+)?(?P<which>next|this)\s+month\b",
            _day_of_month,
        ),
        (
            rf"\b(?:on|by|before|after|until|till|about|for|make it|from)\s+the\s+(?P<date>{_ORDINAL})\b{_NOT_A_FLOOR}",
            _day_of_month,
        ),
        (
            rf"^(?:the\s+)?(?P<date>\d\d?(?:st|nd|rd|th))\b{_NOT_A_FLOOR}|^the\s+(?P<alone>{_ORDINAL})(?:\s+(?:please|then))?$",
            lambda hit, today: _alone(hit, today),
        ),
        (rf"\bthe\s+(?P<date>\d\d?(?:st|nd|rd|th))\b{_NOT_A_FLOOR}", _day_of_month),
        (
            r"\b(?:the\s+)?(?P<piece>end|beginning|start|middle)\s+of\s+(?:the|this|(?P<which>next))\s+month\b|\bmonth[\s-]end\b",
            lambda hit, today: _month_piece(hit, today),
        ),
        (rf"\b(?:the\s+)?(?P<piece>end|beginning|start|middle)\s+of\s+{_MONTH}", _month),
        (r"\b(?P<which>this|next|last)\s+month\b", _month),
        (rf"\b(?:in|next|this|during|all)\s+{_MONTH}(?!\s*\d)", _month),
        (r"\b(?:the\s+)?end\s+of\s+(?:the|this|(?P<which>next))\s+year\b", _year_end),
        (rf"\b(?:the\s+)?(?P<festival>{'|'.join(_FESTIVALS)}){_HOLIDAY}(?!\w)", _festival),
        (r"\b(?:the\s+)?(?:next\s+|public\s+|bank\s+)?(?P<holidays>holidays?)\b", _public_holiday),
        (
            r"\b(?:a\s+|any\s+|on\s+)?(?:weekdays?|working\s+days?|workdays?|work\s+days?|week\s+days?|business\s+days?)\b",
            _workday,
        ),
    )
)


def _next_weeks(hit: re.Match[str], today: date) -> Days:
    monday = today - timedelta(days=today.weekday())
    return one(monday + timedelta(days=WEEK + _weekday_index(hit["day"] or hit["later"])))


def _short(hit: re.Match[str], today: date) -> Days:
    index = _WEEKDAYS[hit["day"]]
    before = hit.string[: hit.start()].rstrip()
    monday = today - timedelta(days=today.weekday())
    if before.endswith(("next", "last", "this")):
        shift = {"next": WEEK, "last": -WEEK, "this": 0}[before[-4:]]
        return one(monday + timedelta(days=index + shift))
    return one(_coming(index, today), WEEK)


def _alone(hit: re.Match[str], today: date) -> Days | None:
    day = _ordinal(hit["date"] or hit["alone"])
    for step in range(3):
        month = today.replace(day=1) + relativedelta(months=step)
        found = _date(month.year, month.month, day)
        if found and found >= today:
            return one(found)
    return None


def _month_piece(hit: re.Match[str], today: date) -> Days:
    if hit["piece"] is None:
        last = today.replace(day=1) + relativedelta(months=1, days=-1)
        return Days(last - timedelta(days=MONTH_END_DAYS - 1), last)
    return _month(hit, today)
