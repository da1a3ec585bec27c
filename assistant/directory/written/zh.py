"""Hours as Chinese offices write them. Pure data and the readers of its pieces.

周一至周五 8:30-11:30 14:00-17:00（法定节假日除外）; 每月第二、四个周六上午九点开始;
农历初一、十五休息.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Final

from assistant.core.service import LunarSpan
from assistant.directory.written.tokens import (
    LAST_MINUTE,
    OFFICE_DAYS,
    WEEKDAYS,
    WEEKEND,
    Days,
    Mark,
    Pattern,
    Times,
    Token,
    Without,
    day_range,
    on_the_clock,
)

_DIGITS: Final = "零一二三四五六七八九十"
_NUMBER = r"(?:\d{1,2}|[零一二两三四五六七八九十]{1,3})"
_DATE = rf"{_NUMBER}[日号]"
_DAY = r"(?:周|星期|礼拜)[一二三四五六日天]"
_TO = r"\s*[-–—~～－至到]+\s*"
_AND = r"\s*[、,，和及与]\s*"
_MORE = rf"(?:{_AND}|{_TO})(?:周|星期|礼拜)?[一二三四五六日天](?!个?月|[点时])"
_WEEKLY = rf"(?:每个?)?{_DAY}(?:{_MORE})*"
_ORDINAL = rf"(?:第?[一二三四五1-5]|最后一?)(?:{_AND}(?:第?[一二三四五1-5]|最后一?))*"
_PERIOD = r"(?:上午|下午|早上|早晨|清晨|早|晚上|晚间|晚|中午|凌晨|夜里)"
_CLOCK = rf"{_NUMBER}\s*(?:[:：]\s*\d{{2}}|[点时](?:\s*(?:半|一刻|三刻|整|{_NUMBER}分?))?)"
_AFTERNOON = frozenset({"下午", "晚上", "晚间", "晚", "夜里"})
_MORNING = frozenset({"上午", "早上", "早晨", "清晨", "早", "凌晨"})
_NOON, _THREE, LONGEST_MONTH = 12, 3, 31
_EARLIEST: Final = 5
"`2:00` without 下午 may be two in the afternoon."
_PLAIN_MINUTES: Final = {"": 0, "整": 0, "半": 30, "一刻": 15, "三刻": 45}
_ONE = "[一二三四五六七八九]"
_LUNAR_DAY = rf"(?:初(?:{_ONE}|十)|十{_ONE}|二十{_ONE}?|廿{_ONE}|三十)"
_LUNAR_MONTH = r"(?:正月|腊月|冬月|[一二三四五六七八九十]{1,2}月)"
_LUNAR_POINT = rf"(?:除夕|大年三十|大年初一|(?:{_LUNAR_MONTH})?{_LUNAR_DAY})"
NEW_YEARS_EVE = (12, 30)
"The last day of the lunar year, whatever its number."
_HOLIDAYS = r"(?:国家)?法?定?(?:节假日|假日|节日)"
_SHUT = r"(?:休息|不开放?|不营业|闭馆|关门|关闭|停业|停诊|不上班|放假|除外)"
_FESTIVALS: Final = {
    "元旦": "new year",
    "春节": "spring",
    "清明": "qingming",
    "五一": "labour",
    "劳动节": "labour",
    "端午": "dragon boat",
    "中秋": "mid-autumn",
    "国庆": "national",
}


def number(text: str) -> int:
    """A number of at most two digits, in Arabic or Chinese figures."""
    if text.isdecimal():
        return int(text)
    text = text.replace("两", "二").replace("廿", "二十")
    head, ten, tail = text.partition("十")
    tens = (_DIGITS.index(head) if head else 1) if ten else 0
    rest = tail if ten else head
    return tens * 10 + (_DIGITS.index(rest) if rest else 0)


def _day(text: str) -> str:
    return WEEKDAYS["一二三四五六日".index(text[-1].replace("天", "日"))]


def weekly(text: str) -> tuple[str, ...]:
    """Weekdays from a list with ranges: 周一至周三、五."""
    found: list[str] = []
    parts = re.findall(rf"({_TO}|{_AND})?(?:周|星期|礼拜)?([一二三四五六日天])", text)
    for joint, name in parts:
        day = _day(name)
        through = bool(found) and re.fullmatch(_TO, joint or "") is not None
        found += day_range(found[-1], day)[1:] if through else (day,)
    return tuple(dict.fromkeys(found))


def _weekly(match: re.Match[str]) -> Token:
    return Days(weekly(match[0]))


def _monthly(match: re.Match[str]) -> Token:
    ordinals = re.findall(r"最后|[一二三四五1-5]", match["nth"].replace("最后一", "最后"))
    numbers = ["-1" if nth == "最后" else str(number(nth)) for nth in ordinals]
    return Days(tuple(f"{nth}{day}" for day in weekly(match["day"]) for nth in numbers))


def _month_days(match: re.Match[str]) -> Token | None:
    days = tuple(number(found) for found in re.findall(_NUMBER, match["days"]))
    return Days(month_days=days) if all(1 <= day <= LONGEST_MONTH for day in days) else None


def _times(match: re.Match[str]) -> Token | None:
    opens = _clock(match["opens"], match["before"] or "")
    early = opens is not None and opens.hour < _EARLIEST and match["opens"][0] != "0"
    if opens is None or (early and not match["before"]):
        return None
    if match["closes"] is None:
        return Times(opens, None)
    said = match["after"] or ""
    closes = _clock(match["closes"], said)
    later = match["before"] in _AFTERNOON or match["before"] == "中午"
    if closes is not None and not said and later and closes.hour < _NOON:
        closes = closes.replace(hour=closes.hour + _NOON)
    return None if closes is None else Times(opens, closes)


def _clock(text: str, period: str) -> time | None:
    hour, _, rest = (
        re.sub(r"[\s分]", "", text.replace("：", ":"))
        .replace("时", "点")
        .partition("点" if re.search("[点时]", text) else ":")
    )
    minute = _PLAIN_MINUTES[rest] if rest in _PLAIN_MINUTES else number(rest)
    value = number(hour)
    if period in _MORNING and value > _NOON:
        return None
    if value == _NOON and period in {"晚上", "夜里", "晚"}:
        return LAST_MINUTE if not minute else None
    if value < _NOON and (period in _AFTERNOON or (period == "中午" and value <= _THREE)):
        value += _NOON
    return on_the_clock(value, minute)


def lunar_point(text: str, month: int) -> tuple[int, int]:
    """Month and day of the lunar year; `month` is what counts where none is written."""
    if text in {"除夕", "大年三十"}:
        return NEW_YEARS_EVE
    if text == "大年初一":
        return 1, 1
    name, month_sign, day = text.rpartition("月")
    if month_sign:
        month = {"正": 1, "冬": 11, "腊": 12}.get(name) or number(name)
    return month, number(day.removeprefix("初"))


def _lunar_list(match: re.Match[str]) -> Token:
    month = 0
    spans = []
    for point in re.findall(_LUNAR_POINT, match["points"]):
        month, day = lunar_point(point, month)
        spans.append(LunarSpan(month, day, month, day))
    return Days(lunar=tuple(spans))


def _lunar_range(match: re.Match[str]) -> Token | None:
    month, day = lunar_point(match["first"], 0)
    to_month, to_day = lunar_point(match["last"], 1 if (month, day) == NEW_YEARS_EVE else month)
    if not month:
        return None
    return Days(lunar=(LunarSpan(month, day, to_month, to_day),))


def _festivals(match: re.Match[str]) -> Token:
    return Days(festival=_FESTIVALS[match["name"]])


PATTERNS: tuple[Pattern, ...] = tuple(
    (re.compile(look), build)
    for look, build in (
        (_WEEKLY, _weekly),
        (rf"每个?月的?(?P<nth>{_ORDINAL})个?的?(?P<day>{_DAY})", _monthly),
        (rf"每个?月的?(?P<days>{_DATE}?(?:{_AND}{_DATE}?)*)(?<=[日号])", _month_days),
        (r"(?:每天|每日|天天|周一至周日|全周)", lambda _: Days(WEEKDAYS)),
        (r"(?:工作日|上班日|上班时间)", lambda _: Days(OFFICE_DAYS, worked=True)),
        (r"(?:每个?)?(?:周末|双休日|周六日)", lambda _: Days(WEEKEND)),
        (rf"农历(?:每月)?(?P<points>{_LUNAR_POINT}(?:{_AND}{_LUNAR_POINT})*)", _lunar_list),
        (
            rf"(?:农历)?(?P<first>{_LUNAR_POINT}){_TO}(?P<last>{_LUNAR_POINT})",
            _lunar_range,
        ),
        (rf"(?P<name>{'|'.join(_FESTIVALS)})节?(?:假期|期间|当天)?", _festivals),
        (_HOLIDAYS, lambda _: Days(holidays=True)),
        (rf"{_HOLIDAYS}(?:期间)?{_SHUT}", lambda _: Mark.NO_HOLIDAYS),
        (rf"除(?:了)?{_HOLIDAYS}(?:以?外)", lambda _: Mark.NO_HOLIDAYS),
        (rf"{_HOLIDAYS}(?:照常|不休息?|正常)(?:开放|营业|开门)?", lambda _: Mark.HOLIDAYS_TOO),
        (r"(?:全年无休|全年开放|年中无休|365天)", lambda _: Mark.ALL_YEAR),
        (rf"(?P<days>{_WEEKLY})除外", lambda found: Without(weekly(found["days"]))),
        (rf"除(?:了)?(?P<days>{_WEEKLY})(?:以?外)", lambda found: Without(weekly(found["days"]))),
        (_SHUT.replace("|除外", ""), lambda _: Mark.CLOSED),
        (
            rf"(?P<before>{_PERIOD})?\s*(?P<opens>{_CLOCK})"
            rf"(?:{_TO}(?P<after>{_PERIOD})?\s*(?P<closes>{_CLOCK})|\s*(?:开始|起))",
            _times,
        ),
        (r"(?:全天|24小时|二十四小时|昼夜)(?:24小时)?", lambda _: Times(time(), LAST_MINUTE)),
        (
            r"(?:(?:开放|营业|服务|办公|门诊|开门|上班|接待|工作)时间|时间|开放|营业|开门|门诊|办公|上班|接待"
            r"|为|均|都|的|及|和|[\s:：（）()，,。；;、/\[\]【】])",
            lambda _: Mark.NOTHING,
        ),
    )
)
