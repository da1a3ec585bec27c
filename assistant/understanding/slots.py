"""Fills the slots of one utterance: services, place, time, phone, case, choice, money, quantity.

Each slot is read on its own; what one reading has taken up (a telephone number, a case number, the
number of a house) is not offered to the next, so that no digit is counted twice. `problem` is the
caller's: only the intent tells whether the words are a problem to keep.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from assistant.core.intent import ServiceHit, Slots
from assistant.core.ports import ServiceFinder
from assistant.understanding.choices import read_choice
from assistant.understanding.codes import find_case
from assistant.understanding.language import plain, wanted
from assistant.understanding.numbers import EN_NUMBER, ZH_NUMBER, parse_number
from assistant.understanding.phones import find_phone
from assistant.understanding.places import find_place
from assistant.understanding.times import parse_time

MAX_CHARACTERS = 1000
"The rest of a longer text holds no slot anybody would miss."

_ZH_MONEY = re.compile(
    rf"(?:¥|￥|rmb)\s?(\d+(?:\.\d+)?)|({ZH_NUMBER})(?:块钱|元钱|块|元|圆|万块"
    r"|大洋)(?P<jiao>[一二三四五六七八九5]毛?)?(?!石|头|板|儿布|地)"
)
_EN_MONEY = re.compile(
    rf"[£$¥€]\s?(\d+(?:[.,]\d+)*)|\b({EN_NUMBER})\s*(?:pounds?|quid|yuan|rmb|kuai"
    r"|dollars?|euros?|bucks?)\b"
)
_ZH_MEASURE = (
    r"(?:个半|个|人|份|位|张|只|盒|斤|公斤|瓶|件|次|口|片|粒|颗|套|把|辆|台|支|桶|袋|碗|本|双|条)"
)
_ZH_QUANTITY = re.compile(
    rf"(?<![第几0-9一二三四五六七八九十这那每哪上下头])({ZH_NUMBER})({_ZH_MEASURE})(?!"
    r"月|钟头|小时|礼拜|星期|点|单元|号)"
)
_EN_QUANTITY = re.compile(
    rf"(?<![\w.£$])({EN_NUMBER})\s+(?:of\s+)?(?!o'?clock|am\b|pm\b|days?\b|weeks?\b"
    r"|months?\b|years?\b|hours?\b|minutes?\b|pounds?\b|yuan\b"
    r"|dollars?\b|days'|this|yes|is\b|was\b|please|thanks)(?:[a-z-]+\s+)?(people"
    r"|persons|portions?|meals?|tablets?|pills?|copies|copy|times|boxes|bags"
    r"|bottles|chairs|kilos?|litres?|dinners?|lunches|lunch|photos?|pieces|bowls|of us"
    r"|cards|seats|tickets|[a-z]{3,}s)\b"
)

_DAY_OF_MONTH = re.compile(r"[号日]|\d(?:st|nd|rd|th)\b")
"“三号” may be the third choice and the third of the month."
_WAIT = re.compile(
    r"(?:请|麻烦|你|您|那|先|哎|嗯|，|,)*(?:稍等|等等|等一?(?:下|会儿?))"
    r"(?:$|[，,。.！!啊呀吧哈]|我(?:找|去|看|拿|想|戴))"
)
"“等一下” alone is no time; “等一下再打” is one."


def read_slots(
    text: str,
    language: str,
    now: datetime,
    finder: ServiceFinder,
    *,
    case_words: Sequence[str] = (),
    choices: int | None = None,
) -> Slots:
    """Everything said that fills a slot; `now` is aware, in the site's zone.

    `case_words` are the case words in use; `choices` is the length of the list being chosen from.
    Never raises for a resident's words.
    """
    said = text[:MAX_CHARACTERS]
    phone = find_phone(said, language)
    case = find_case(said, language, case_words)
    choice = read_choice(said, language, choices)
    place = find_place(said, language)
    rest = _without_runs(plain(said)) if phone or case else plain(said)
    placeless = rest.replace(place, " , ") if place else rest
    return Slots(
        services=_services(said, language, finder),
        place=place,
        time=None if _no_time(said, choice) else parse_time(placeless, language, now),
        phone=phone,
        case=case,
        choice=choice,
        money=find_money(rest, language),
        quantity=find_quantity(placeless, language),
        language=wanted(said),
    )


def _no_time(text: str, choice: int | None) -> bool:
    """Whether what could be a time is an answer by number, or a plea for patience."""
    simple = plain(text)
    return (choice is not None and not _DAY_OF_MONTH.search(simple)) or bool(_WAIT.match(simple))


def find_money(text: str, language: str) -> float | None:
    """The first sum of money in `text`, in whole units of the currency, or `None`."""
    simple = plain(text)
    hit = (_ZH_MONEY if language == "zh" else _EN_MONEY).search(simple)
    if hit is None:
        return None
    if hit[1]:
        return float(hit[1].replace(",", ""))
    value = parse_number(hit[2], language)
    small = hit.groupdict().get("jiao")
    if value is None or not small:
        return value
    return value + (parse_number(small.rstrip("毛"), "zh") or 0) / 10


def find_quantity(text: str, language: str) -> float | None:
    """The first count of something in `text` (三份, half a dozen eggs), or `None`."""
    simple = plain(text)
    hit = (_ZH_QUANTITY if language == "zh" else _EN_QUANTITY).search(simple)
    if hit is None:
        return None
    value = parse_number(hit[1], language)
    return value + 0.5 if value is not None and hit[2] == "个半" else value


def _services(text: str, language: str, finder: ServiceFinder) -> tuple[ServiceHit, ...]:
    return tuple(finder.find(text, language)) if text.strip() else ()


_LONG_RUN = re.compile(r"\+?(?:[0-9零〇一幺二两三四五六七八九](?:[\s-]?)){6,}")


def _without_runs(text: str) -> str:
    return _LONG_RUN.sub(" ", text)
