"""Which day is meant, in Chinese: 后天, 下礼拜三, 十二月三号, 初八, 国庆, 月底, 过两天.

Rules are tried all over the text; the first mention wins, the longest where two begin together.
A date is lunar only if it is marked: 初…, 正月, 腊月, 农历, a lunar festival, 八月十五.
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

N = r"[0-9〇零一二两三四五六七八九十廿卅]{1,3}"
MONTH_END_DAYS = 5
"月底 is the last five days of the month."
LATE_MONTH = 11
_WEEK = r"(?:礼拜|星期|周)"
_WHICH = r"(?P<which>这一?个?|本|今|下下一?个?|下一?个?|上上一?个?|上一?个?)?"
_BEFORE_NUMBER = r"(?<![0-9一二三四五六七八九十百两零〇])"
_NOT_A_BUILDING = r"(?!楼|院|门|线|窗|房|桌|厅|栋|馆|车|口|机|站|柜|大|诊|床|人|单|室|信|公|码|地|厂|井|店|铺|病|菜)"
_WEEKDAYS = {**{sign: at for at, sign in enumerate("一二三四五六日")}, "天": 6, "末": 5}
_WEEKDAYS |= {str(at + 1): at for at in range(WEEK)}

_RELATIVE = {
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
_FESTIVALS = {
    "元旦": "new year",
    "阳历年": "new year",
    "春节": "spring",
    "过年": "spring",
    "大年初一": "spring",
    "过大年": "spring",
    "元宵": "lantern",
    "龙抬头": "dragon head",
    "三八节": "women",
    "妇女节": "women",
    "清明": "qingming",
    "五一": "labour",
    "劳动节": "labour",
    "六一": "children",
    "儿童节": "children",
    "端午": "dragon boat",
    "五月节": "dragon boat",
    "建党节": "party",
    "建军节": "army",
    "八一": "army",
    "七夕": "qixi",
    "中元": "ghost",
    "教师节": "teachers",
    "中秋": "mid-autumn",
    "八月节": "mid-autumn",
    "八月十五": "mid-autumn",
    "团圆节": "mid-autumn",
    "重阳": "double ninth",
    "九月九": "double ninth",
    "老人节": "double ninth",
    "国庆": "national",
    "十一长假": "national",
    "十一黄金周": "national",
    "十一假期": "national",
    "十一放假": "national",
    "冬至": "winter solstice",
    "圣诞": "christmas",
    "平安夜": "christmas eve",
    "腊八": "laba",
    "小年": "little new year",
    "除夕": "new year's eve lunar",
    "大年三十": "new year's eve lunar",
    "年三十": "new year's eve lunar",
    "年夜": "new year's eve lunar",
}
_FESTIVAL = "|".join(sorted(_FESTIVALS, key=len, reverse=True))
_LUNAR_MONTHS = {"正": 1, "腊": 12, "冬": 11}


@dataclass(frozen=True, slots=True)
class Mention:
    """Days named in a text."""

    start: int
    end: int
    days: Days
    holiday: tuple[date, date] | None = None
    "First and last day off, for “after” and “before” a festival."


Reader = Callable[[re.Match[str], date], Days | None]


def find_days(text: str, today: date) -> Mention | None:
    """The first days named in `text` (plain, without spaces), or `None`."""
    best: Mention | None = None
    for pattern, reader in _RULES:
        for hit in pattern.finditer(text):
            if best and (hit.start(), -hit.end()) >= (best.start, -best.end):
                break
            days = reader(hit, today)
            if days is not None:
                span = _days_off(hit, days)
                best = Mention(hit.start(), hit.end(), days, span)
                break
    return best


def _number(text: str | None) -> int:
    value = parse_number(text or "", "zh")
    return -1 if value is None else int(value)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(words: str | None, today: date) -> int | None:
    if not words:
        return None
    near = {"去年": -1, "今年": 0, "明年": 1, "后年": 2, "来年": 1}
    if words in near:
        return today.year + near[words]
    value = _number(words.rstrip("年"))
    return value if calendar.FIRST_YEAR <= value <= calendar.LAST_YEAR else None


def _relative(hit: re.Match[str], today: date) -> Days:
    return one(today + timedelta(days=_RELATIVE[hit["day"]]))


def _full_date(hit: re.Match[str], today: date) -> Days | None:
    month, day = _number(hit["month"]), _number(hit["date"])
    year = _year(hit["year"], today)
    if hit.group() in _FESTIVALS:
        return None
    if hit["year"] and year is None:
        return None
    found = _date(year or today.year, month, day)
    if found and year is None and found < today:
        found = _date(today.year + 1, month, day)
    return found and one(found)


def _lunar_date(hit: re.Match[str], today: date) -> Days | None:
    month = _LUNAR_MONTHS.get(hit["month"]) or _number(hit["month"])
    day = _number(hit["date"].removeprefix("初"))
    year = _year(hit["year"], today)
    # The last two lunar months of a year mostly fall into the next solar year.
    earlier = year is None and month >= LATE_MONTH
    first = (year or today.year) - (1 if earlier else 0)
    for candidate in (first,) if year else range(first, first + 3):
        found = calendar.lunar_day(candidate, month, day)
        if found and (year or found >= today):
            return one(found)
    return None


def _lunar_day_alone(hit: re.Match[str], today: date) -> Days | None:
    found = calendar.next_lunar_day(_number(hit["date"]), today)
    return found and one(found)


def _day_of_month(hit: re.Match[str], today: date) -> Days | None:
    first, last = _number(hit["date"]), _number(hit["date"])
    if hit.re.groupindex.get("last") and hit["last"]:
        last = _number(hit["last"])
    which = hit.groupdict().get("which")
    base = today.replace(day=1) + relativedelta(months=_months(which))
    begin, end = _date(base.year, base.month, first), _date(base.year, base.month, last)
    if which is None and (begin is None or begin < today):
        base += relativedelta(months=1)
        begin, end = _date(base.year, base.month, first), _date(base.year, base.month, last)
    return Days(begin, end) if begin and end and begin <= end else None


def _months(which: str | None) -> int:
    return 0 if which is None else which.count("下") - which.count("上")


def _month(hit: re.Match[str], today: date) -> Days | None:
    groups = hit.groupdict()
    base = today.replace(day=1) + relativedelta(months=_months(groups.get("which")))
    if groups.get("month"):
        year = _year(groups.get("year"), today)
        found = _date(year or today.year, _number(groups["month"]), 1)
        if found is None:
            return None
        base = (
            found if year or found >= today.replace(day=1) else found.replace(year=today.year + 1)
        )
    last = base + relativedelta(months=1, days=-1)
    piece = groups.get("piece") or ""
    if piece and piece in "底末尾":
        return Days(last - timedelta(days=MONTH_END_DAYS - 1), last)
    if piece in {"初", "头"}:
        return Days(base, base + timedelta(days=9))
    if piece in {"中", "半"}:
        return Days(base + timedelta(days=10), base + timedelta(days=19))
    return Days(base, last)


def _weekday(hit: re.Match[str], today: date) -> Days | None:
    monday = today - timedelta(days=today.weekday())
    index = _WEEKDAYS[hit["day"]]
    which = hit["which"]
    if which is None:
        return one(today + timedelta(days=(index - today.weekday()) % WEEK), WEEK)
    return one(monday + timedelta(days=index + WEEK * _months(which)))


def _weekdays(hit: re.Match[str], today: date) -> Days | None:
    first, last = _WEEKDAYS[hit["day"]], _WEEKDAYS[hit["last"]]
    monday = today - timedelta(days=today.weekday() - WEEK * _months(hit["which"]))
    if last < first:
        return None
    days = Days(monday + timedelta(days=first), monday + timedelta(days=last), WEEK)
    return days if hit["which"] is None else Days(days.first, days.last)


def _week(hit: re.Match[str], today: date) -> Days:
    monday = today + timedelta(days=WEEK * _months(hit["which"]) - today.weekday())
    return Days(monday, monday + timedelta(days=WEEK - 1))


def _weekend(hit: re.Match[str], today: date) -> Days:
    monday = today - timedelta(days=today.weekday())
    saturday = monday + timedelta(days=calendar.SATURDAY + WEEK * _months(hit["which"]))
    return Days(saturday, saturday + timedelta(days=1))


def _days_later(hit: re.Match[str], today: date) -> Days | None:
    count = _number(hit["count"])
    if not 0 < count <= 366:  # noqa: PLR2004 - nobody books further ahead than a year
        return None
    if hit["unit"] == "天":
        return one(today + timedelta(days=count * (-1 if hit["back"] else 1)))
    if "月" in hit["unit"]:
        return one(today + relativedelta(months=min(count, 24) * (-1 if hit["back"] else 1)))
    return one(today + timedelta(days=WEEK * min(count, 53) * (-1 if hit["back"] else 1)))


def _days_within(hit: re.Match[str], today: date) -> Days | None:
    count = 3 if hit["count"] in {"几", "两"} else _number(hit["count"])
    return Days(today, today + timedelta(days=count - 1)) if 0 < count <= 366 else None  # noqa: PLR2004


def _festival(hit: re.Match[str], today: date) -> Days:
    name = _FESTIVALS[hit["festival"]]
    year = _year(hit["year"], today)
    first, last = calendar.holiday(name, today.year)
    running = first <= today <= last and year is None
    if year:
        day = calendar.festival(name, year)
    else:
        day = (
            calendar.festival(name, today.year) if running else calendar.next_festival(name, today)
        )
    if hit["holiday"]:
        return Days(*calendar.holiday(name, day.year))
    return one(day)


def _workday(_hit: re.Match[str], today: date) -> Days:
    day = calendar.next_workday(today)
    return Days(day, day, roll=0)


def _public_holiday(_hit: re.Match[str], today: date) -> Days:
    return Days(*calendar.holiday_around(today))


def _days_off(hit: re.Match[str], days: Days) -> tuple[date, date] | None:
    name = _FESTIVALS.get(hit.groupdict().get("festival") or "")
    return calendar.holiday(name, days.last.year) if name else None


_YEAR = r"(?:(?P<year>去年|今年|明年|后年|来年|[0-9零〇一二三四五六七八九]{4}年)的?)?"
_AFTER = r"(?:以后|之后|过后|后(?!天|儿|日|半|晌|面|门|头|悔|来)|(?P<back>以前|之前|前))"
_RULES: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (
            r"(?P<day>大前|大后|前|昨|今|明|后|寻|琴|听|赶明|赶后)"
            r"(?:天(?!津|河|桥|安|气|然)|儿个?|日|朝(?![鲜阳外内])|个儿?(?!月|礼|星|年)|(?=[早晚晨]))",
            _relative,
        ),
        (r"当天|当日", lambda _hit, today: one(today)),
        (
            rf"(?P<year>(?:19|20)\d\d)[-/.年](?P<month>\d\d?)[-/.月](?P<date>\d\d?)[日号]?(?!\d)",
            _full_date,
        ),
        (
            rf"{_BEFORE_NUMBER}{_YEAR}(?P<month>{N})月份?的?(?P<date>{N})(?:号|日)?(?![个月])",
            _full_date,
        ),
        (
            r"(?<![\d./:-])(?P<year>)(?P<month>1[0-2]|0?[1-9])[./-](?P<date>3[01]|[12]\d|0?[1-9])"
            r"(?:号|日)?(?![\d./-]|元|块|度|公|斤|米|万|%|点|号?楼|个|点|倍|级)",
            _full_date,
        ),
        (
            rf"{_YEAR}(?:农历|阴历|旧历|老历)?(?P<month>正|腊|冬|{N})月(?P<date>初{N})(?:那天)?",
            _lunar_date,
        ),
        (rf"{_YEAR}(?P<month>正|腊|冬)月(?P<date>{N})(?:那天)?", _lunar_date),
        (rf"{_YEAR}(?:农历|阴历|旧历|老历)的?(?P<month>{N})月(?P<date>{N})", _lunar_date),
        (r"(?<!年)(?<!月)初(?P<date>十|[一二三四五六七八九1-9])(?![中级])", _lunar_day_alone),
        (rf"{_WHICH}月的?(?P<date>{N})(?:号|日){_NOT_A_BUILDING}", _day_of_month),
        (
            rf"(?<![路街道巷弄里村0-9a-z零一二三四五六七八九十百第])(?P<date>{N})(?:号|日)?(?:到|至|-|~)"
            rf"(?P<last>{N})(?:号|日){_NOT_A_BUILDING}",
            _day_of_month,
        ),
        (
            rf"(?<![路街道巷弄里村0-9a-z零一二三四五六七八九十百第-])(?P<date>{N})(?:号|日){_NOT_A_BUILDING}",
            _day_of_month,
        ),
        (
            r"^(?:那|就|我|嗯|，)*(?P<date>十[一二三四五六七八九]|二十[一二三四五六七八九]?|三十)(?:吧|那天|，|。)*$",
            _day_of_month,
        ),
        (rf"(?<!个)(?<!几){_WHICH}月(?P<piece>[底末尾初头中半])(?!药|医|国|间)", _month),
        (
            rf"{_BEFORE_NUMBER}{_YEAR}(?P<month>{N})月份?(?P<piece>[底末尾初头中半])?(?![0-9一二三四五六七八九十])",
            _month,
        ),
        (
            r"(?P<which>这个|本|下下个|下个|上上个|上个|下|上)月份?(?P<piece>[底末尾初头中半])?",
            _month,
        ),
        (
            rf"{_WHICH}{_WEEK}(?P<day>[一二三四五六日天1-6])(?:到|至|-|~){_WEEK}?"
            rf"(?P<last>[一二三四五六日天1-6])(?![点个:])",
            _weekdays,
        ),
        (
            rf"(?<!一个)(?<!两个)(?<!每个)(?<!几个){_WHICH}{_WEEK}(?P<day>[一二三四五六日天1-7])(?![次回趟遍岁年])",
            _weekday,
        ),
        (rf"{_WHICH}(?:大?{_WEEK}末|双休日|大礼拜)", _weekend),
        (
            rf"(?P<which>这一?个?|本|下下一?个?|下一?个?|上上一?个?|上一?个?){_WEEK}(?![一二三四五六日天末1-7])",
            _week,
        ),
        (
            rf"{_BEFORE_NUMBER}(?:过|再过|等)?(?P<count>{N})(?:个|来)?(?P<unit>天|礼拜|星期|周|月){_AFTER}",
            _days_later,
        ),
        (
            rf"(?:再?过|等)(?P<count>{N})(?:个|来)?(?P<unit>天|礼拜|星期|周|月)(?P<back>)(?!以后|之后|过后|后|以前|之前)",
            _days_later,
        ),
        (rf"(?:这|近|最近|未来)(?P<count>两|几|{N})[天日](?!后|以后|之后)", _days_within),
        (rf"(?P<count>{N})天(?:之内|以内|内)", _days_within),
        (
            rf"{_YEAR}(?P<festival>{_FESTIVAL})(?:节|日)?"
            r"(?P<holiday>期间|假期|长假|小长假|放假|休假|黄金周|那几天|几天)?",
            _festival,
        ),
        (
            rf"(?:(?P<year>去|今|明|后|来)年|(?<![0-9一二三四五六七八九十几半多少几整过大小新老])年)(?P<piece>[底末尾初头])(?![一二三四五六七八九十])",
            lambda hit, today: _year_piece_of(hit, today),
        ),
        (r"工作日|上班日", _workday),
        (r"节假日|公休日?|假期|长假|放假|过节", _public_holiday),
    )
)


def _year_piece_of(hit: re.Match[str], today: date) -> Days | None:
    shift = {"去": -1, "今": 0, "明": 1, "后": 2, "来": 1}.get(hit["year"] or "今", 0)
    year = today.year + shift
    if hit["piece"] in {"初", "头"}:
        if hit["year"] is None and today.month > 1:
            year += 1
        return Days(date(year, 1, 1), date(year, 1, 31))
    return Days(date(year, 12, 1), date(year, 12, 31))
