"""Parts of the day and the clock face, in Chinese: 晌午, 擦黑, 九点半, 差五分八点, 九点到十一点."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.understanding.numbers import parse_number
from assistant.understanding.times.parts import DAY, HOUR, NOON, Clock, Part, first_part

MORNING = Part(6 * HOUR, 9 * HOUR, "morning")
FORENOON = Part(8 * HOUR, 12 * HOUR, "morning")
MIDDAY = Part(NOON - 30, NOON + 90, "noon")
AFTERNOON = Part(13 * HOUR, 17 * HOUR, "afternoon")
DUSK = Part(17 * HOUR, 19 * HOUR, "afternoon")
EVENING = Part(18 * HOUR, 21 * HOUR, "night")
AFTER_SUPPER = Part(19 * HOUR, 21 * HOUR, "night")
NIGHT = Part(21 * HOUR, DAY, "night")
SMALL_HOURS = Part(0, 6 * HOUR, "small")

_MEAL = r"(?:吃完|吃过|吃罢|吃好|吃了|过了)?"
_LATER = r"(?:吃完|吃过|吃好)?(?:了|以后|之后|过后|后)?"
_BEFORE_MEAL = r"(?:以前|之前|前)"
_BREAKFAST = r"(?:早饭|早餐|早点|早茶)"
_LUNCH = r"(?:晌午饭|晌饭|中午饭|午饭|中饭|午餐|中餐|晌午头饭)"
_SUPPER = r"(?:晚饭|晚餐|夜饭|夜宵|黑饭)"

_PARTS: tuple[tuple[str, Part], ...] = (
    (rf"{_LUNCH}{_BEFORE_MEAL}", FORENOON),
    (rf"{_SUPPER}{_BEFORE_MEAL}", AFTERNOON),
    (rf"{_BREAKFAST}{_BEFORE_MEAL}", MORNING),
    (
        rf"{_MEAL}{_LUNCH}(?:吃完|吃过|吃好|以后|之后|过后|后)|(?:吃完|吃过|吃罢|吃好"
        rf"|吃了|过了){_LUNCH}{_LATER}",
        AFTERNOON,
    ),
    (
        rf"{_MEAL}{_SUPPER}(?:吃完|吃过|吃好|以后|之后|过后|后)|(?:吃完|吃过|吃罢|吃好"
        rf"|吃了|过了){_SUPPER}{_LATER}",
        AFTER_SUPPER,
    ),
    (
        rf"{_MEAL}{_BREAKFAST}(?:吃完|吃过|吃好|以后|之后|过后|后)|(?:吃完|吃过|吃罢"
        rf"|吃好|吃了|过了){_BREAKFAST}{_LATER}",
        FORENOON,
    ),
    (r"(?:睡)?(?:完|过|了)?(?:午觉|午睡)(?:醒了?|起来|睡醒|以后|之后|后)+", AFTERNOON),
    (
        r"中午(?:以后|之后|过后|过了|过)|过了?(?:晌午|中午)|过晌|晌午(?:后|以后|过后)|午后",
        AFTERNOON,
    ),
    (r"上午|头晌|头午|前半?晌|上半天|上半晌|半晌午|上昼|早半天|午前", FORENOON),
    (r"下午|后半?晌|下半?晌|下半天|下昼|晏昼|晚半天|后晌午|后半天", AFTERNOON),
    (
        r"一?大?清早|一大早|大早上?|清晨|早晨|早上|早起|一早|朝早|早间|早头|早浪|晨间"
        r"|(?<=[今明后昨当□])[早晨](?![点饭餐些茶])",
        MORNING,
    ),
    (r"傍晚|擦黑|傍黑|黄昏|天黑|掌灯|麻麻黑|天擦黑|傍夜", DUSK),
    (
        r"晚上|晚间|夜晚|晚头|夜里头|夜头|夜到|黑夜|黑家|今夜|当晚"
        r"|(?<=[今明后昨当□])晚(?![点饭餐些])",
        EVENING,
    ),
    (r"凌晨|后半夜|下半夜|天不亮|天没亮", SMALL_HOURS),
    (r"半夜三更|大半夜|半夜|深夜|夜里|前半夜|夜间", NIGHT),
    (r"中午|晌午头?|午间|正午|响午|中上|午头|晌(?=午|饭)", MIDDAY),
)
_PART_TABLE = tuple((re.compile(pattern), part) for pattern, part in _PARTS)
_ANY_PART = "|".join(f"(?:{pattern})" for pattern, _ in _PARTS)

_N = r"(?:[0-9]{1,2}|[二三四五]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九])"
_NOT_MINUTES = r"(?![个块元人份岁斤天号点楼次位口件遍条套本分])"
_MINUTES = (
    r"(?P<piece@>半|整|一刻|三刻|1刻|3刻"
    r"|差(?P<short@>" + _N + r"|一刻)分?"
    r"|(?:过|零|〇)?(?P<minute@>" + _N + r")分钟?"
    r"|(?:过|零|〇)(?P<spoken@>"
    + _N
    + r")"
    + _NOT_MINUTES
    + r"|(?P<bare@>[1-5][0-9]|[二三四五]?十[一二三四五六七八九]?)"
    + _NOT_MINUTES
    + r")?"
)
_FACE = (
    r"(?:差(?P<early@>" + _N + r"|一刻)分?钟?(?:到|就)?)?"
    r"(?P<hour@>"
    + _N
    + r")(?:点钟?(?!儿|心|滴|菜|餐|赞|名|燃|着|意见|建议|要求|问题|想法|疑问|[0-9]{3})"
    r"|时(?!间|候|常|不|辰|代|尚|而|节)|:(?=[0-5][0-9]))"
    r"(?:(?P<colon@>(?<=:)[0-5][0-9](?![0-9]))|" + _MINUTES + r")"
)
_PARTED = r"(?:(?P<part@>" + _ANY_PART + r")[的，,]?)?" + _FACE
_TO = r"(?:钟)?(?:到|至|-|~|—|–)+"
_CLOCK = re.compile(
    rf"(?<![0-9.第百千])(?:{_PARTED.replace('@', '0')})(?:{_TO}(?:{_PARTED.replace('@', '1')}))?"
)
_SHORT_RANGE = re.compile(
    rf"(?<![0-9.:第百千月点])(?:(?P<part>{_ANY_PART})的?)?(?P<first>{_N})(?:(?:到|至|-"
    rf"|~|—)(?P<last>{_N})|(?P<next>[二两三四五六七八九十]))"
    r"(?:点钟?)(?!儿|心|滴)"
)
_LONELY = {"一点", "1点"}
_LONELY_BEFORE = re.compile(r"(?:^|[在到约成至从改等就是的，,。午上晚天日儿号夜晌一二三四五六])$")
_LONELY_AFTER = re.compile(
    r"^(?:$|[钟，。,]|之?前|以前|之?后|以后|左右|打|开|给|到|回|来|吧|行|可以|好吗)"
)
_LAST_HOUR = 24
_LAST_MINUTE = 59


@dataclass(frozen=True, slots=True)
class Face:
    """A time of day, or a stretch of it, found in a text."""

    start: int
    end: int
    clock: Clock
    until: Clock | None = None


def find_part(text: str) -> tuple[int, int, Part] | None:
    """The first part of the day in `text` with its position."""
    return first_part(_PART_TABLE, text)


def find_clock(text: str) -> Face | None:
    """The first time of day in `text`: 九点半, 差五分八点, 8:30, 九点到十一点, 三四点."""
    short = _short_range(text)
    for hit in _CLOCK.finditer(text):
        if short and short.start <= hit.start():
            return short
        first = _clock(hit, 0)
        if first is None or _lonely(text, hit):
            continue
        until = _clock(hit, 1) if hit["hour1"] else None
        return Face(hit.start(), hit.end(), first, until)
    return short


def _short_range(text: str) -> Face | None:
    for hit in _SHORT_RANGE.finditer(text):
        first, last = _value(hit["first"]), _value(hit["last"] or hit["next"])
        follows = hit["last"] is not None or last == first + 1
        if not follows or not 0 <= first <= _LAST_HOUR or not 0 < last <= _LAST_HOUR:
            continue
        part = _part(hit["part"])
        return Face(hit.start(), hit.end(), Clock(first * HOUR, part=part), Clock(last * HOUR))
    return None


def _lonely(text: str, hit: re.Match[str]) -> bool:
    """“慢一点” is no time: a bare 一点 counts only where a time is expected."""
    if hit["part0"] or hit["hour1"] or hit["piece0"] or hit["early0"] or hit.group() not in _LONELY:
        return False
    return not (
        _LONELY_BEFORE.search(text[: hit.start()]) and _LONELY_AFTER.search(text[hit.end() :])
    )


def _clock(hit: re.Match[str], side: int) -> Clock | None:
    def said(name: str) -> str | None:
        return hit[f"{name}{side}"]

    hour = _value(said("hour"))
    minute = 0
    piece = said("piece") or ""
    late = said("colon") or said("minute") or said("spoken") or said("bare")
    if late:
        minute = _value(late)
    elif piece.endswith("刻") and not piece.startswith("差"):
        minute = 45 if piece[0] in "三3" else 15
    elif piece == "半":
        minute = 30
    early = said("short") or said("early")
    if not 0 <= hour <= _LAST_HOUR or not 0 <= minute <= _LAST_MINUTE:
        return None
    total = hour * HOUR + minute - (15 if early == "一刻" else _value(early) if early else 0)
    settled = total > NOON + HOUR - 1 or hour == 0 or (said("hour") or "").startswith("0")
    return Clock(min(max(total, 0), DAY), settled, _part(said("part")))


def _part(words: str | None) -> Part | None:
    if not words:
        return None
    found = find_part(words)
    return found[2] if found else None


def _value(words: str | None) -> int:
    value = parse_number(words or "", "zh")
    return -1 if value is None else int(value)
