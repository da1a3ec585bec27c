"""Times as older people say them in Chinese, read into `Said`.

A correction wins over what it corrects (“礼拜天，不是，礼拜一”, “三点改成五点”); a time the
resident cannot make (“明天不行，后天吧”) is passed over.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from assistant.core.interval import Interval
from assistant.understanding.language import plain
from assistant.understanding.numbers import parse_number
from assistant.understanding.times.mention import Mention
from assistant.understanding.times.parts import Days, Relation, Said, at
from assistant.understanding.times.zh_clock import find_clock, find_part
from assistant.understanding.times.zh_days import find_days

GAP = "□"
"Stands where the day was said while the hour is looked for."
SOON = timedelta(hours=2)
"一会儿 means within this time."

_NUMBER = r"(?:[0-9]{1,3}|[一二两三四五六七八九十百]{1,4}|半|几)"
_SPAN = re.compile(
    rf"(?P<past>以前|之前)?(?:再?过|等)?(?P<count>{_NUMBER})个?(?P<half>半)?"
    r"(?P<unit>小时|钟头|分钟|刻钟)(?P<tail>以后|之后|过后|后|内|以内|之内|之前|以前|前)?"
)
_UNITS = {"小时": 60, "钟头": 60, "分钟": 1, "刻钟": 15}
_NOW = re.compile(r"现在|马上|立刻|立马|这会儿|这会子|此刻|眼下|当前|目前|这阵儿|而家|现下|这时候")
_SOON = re.compile(r"(?:过|等|待)?一?会儿|等下|等一下|待会|稍后|一会(?!诊|议)|歇会儿")
_VAGUE = re.compile(
    r"(?:再?过)(?:(?P<two>两)天|(?P<few>几|些)天|(?P<long>些日子|一?阵子?|段时间))"
    r"|(?P<another>改天|改日|哪天有空)"
)
_CORRECTION = re.compile(
    r"(?:改成|改到|改为|改在|改|换成|换到|挪到|推到|推迟到|延到|延后到|提前到|提到"
    r"|移到|调到|变成|不对|不是|说错了|记错了)[，,、]?(?:是|到|我要)?"
)
_NEW_YEAR = re.compile(
    r"(?:过完|过了|过罢)大?年(?:以后|之后|后)?"
    r"|(?<![0-9一二三四五六七八九十几半多两去今明前后])年(?:以后|之后|后(?!天)"
    r"|(?P<before>前))"
)
"年前 and 年后 count from the Spring Festival."
_CANNOT = re.compile(
    r"(?:我|我们|俺)?[^，,。；]{0,3}(?:不行|不成|不在|没空|没时间|冇空|唔得闲|不得劲"
    r"|不方便|赶不回来|去不了|要出门|有事|太早|太晚)"
)
_NOT_THEN = re.compile(r"(?:别|甭|不要|莫|勿要|勿)(?:在|约|等|是)?$")
_RELATION = re.compile(
    r"^(?:钟|左右|那天|那阵|的时候|期间|这天|,|，)?(?P<word>之后|以后|过后|往后|过了"
    r"|后(?!天|面|门|头)|之前|以前|前(?!天|面|门|头|台)|起|开始|为止)"
)
_FROM = re.compile(r"(?:从|自|打)$")
_PASSED = re.compile(r"(?:过了|等过了|过完|过罢|放完)$")
_UNTIL = re.compile(r"(?:赶在|不晚于|最晚)$")
_RELATIONS: dict[str, Relation] = {"起": "from", "开始": "from", "为止": "until"}


def read(text: str, now: datetime) -> Said:
    """What `text` says about a time, seen from `now`."""
    simple = re.sub(r"\s+", "", plain(text))
    simple = re.sub(r"(?<=[月周期拜天号午上])那个|呃|嗯", "", simple)
    simple = _NEW_YEAR.sub(lambda hit: "春节之前" if hit["before"] else "春节以后", simple)
    simple = _without_impossible(simple, now.date())
    said = _read(simple, now)
    for mark in reversed(list(_CORRECTION.finditer(simple))):
        later = _read(simple[mark.end() :], now)
        if later != Said():
            return _merged(_read(simple[: mark.start()], now), later)
    return said


def _merged(earlier: Said, later: Said) -> Said:
    if later.days is None and later.fixed is None:
        return replace(later, days=earlier.days)
    return later


def _read(text: str, now: datetime) -> Said:
    today = now.date()
    mention = find_days(text, today)
    rest = text
    if mention:
        rest = f"{text[: mention.start]}{GAP}{text[mention.end :]}"
    face = find_clock(rest)
    if face and mention and _tail_of_day(rest, face.start, mention.start):
        face = None
    if face is None and (span := _SPAN.search(text)):
        return Said(fixed=_in_a_while(span, now))
    part = find_part(rest)
    days = mention.days if mention else None
    relation = _relation(rest, face.end) if face else None
    if relation is None and face is None and part:
        relation = _relation(rest, part[1])
    if face is None and part is None:
        return _days_only(text, mention, now)
    return Said(
        days=days,
        part=part[2] if part and (face is None or part[0] < face.start) else None,
        clock=face.clock if face else None,
        until=face.until if face else None,
        relation=relation or (_before_words(rest[: face.start]) if face else None),
    )


def _tail_of_day(rest: str, start: int, gap: int) -> bool:
    """A stray 点 right after a day (周三点) belongs to no hour of its own."""
    return start == gap + 1 and rest[start : start + 1] == "点"


def _days_only(text: str, mention: Mention | None, now: datetime) -> Said:
    vague = _VAGUE.search(text)
    if vague and (mention is None or vague.start() <= mention.start):
        return Said(fixed=_vague(vague, now))
    if mention is None:
        if _NOW.search(text):
            return Said(fixed=Interval(now, now, "instant"))
        if _SOON.search(text):
            return Said(fixed=Interval(now, now + SOON, "window"))
        return Said()
    relation = _relation(text, mention.end) or _before_words(text[: mention.start])
    days = mention.days
    if mention.holiday and relation in {"after", "before"}:
        days = Days(*mention.holiday)
    return Said(days=days, relation=relation)


def _relation(text: str, end: int) -> Relation | None:
    hit = _RELATION.search(text[end:])
    if not hit:
        return None
    word = hit["word"]
    return _RELATIONS.get(word) or ("before" if "前" in word else "after")


def _before_words(text: str) -> Relation | None:
    bare = text.rstrip()
    if _FROM.search(bare):
        return "from"
    if _PASSED.search(bare):
        return "after"
    return "until" if _UNTIL.search(bare) else None


def _in_a_while(hit: re.Match[str], now: datetime) -> Interval | None:
    tail = hit["tail"] or ""
    before = hit.string[max(0, hit.start() - 1) : hit.start() + 1]
    if (
        not tail
        and not before.endswith(("过", "等"))
        and not hit.group().startswith(("过", "再过", "等"))
    ):
        return None
    count = 3.0 if hit["count"] == "几" else parse_number(hit["count"], "zh")
    if count is None:
        return None
    minutes = (count + (0.5 if hit["half"] else 0)) * _UNITS[hit["unit"]]
    moment = (now + timedelta(minutes=minutes * (-1 if "前" in tail else 1))).replace(
        second=0, microsecond=0
    )
    if "内" in tail:
        return Interval(now, moment, "window") if moment > now else None
    return Interval(moment, moment, "instant")


def _vague(hit: re.Match[str], now: datetime) -> Interval:
    days = 2 if hit["two"] else 3 if hit["few"] else 7 if hit["long"] else 1
    return Interval(at(now.date() + timedelta(days=days), 0, now), None, "open")


def _without_impossible(text: str, today: date) -> str:
    """`text` without the days and hours the resident rules out, if anything else is left."""
    kept = []
    for clause in re.split(r"(?<=[，,。；!])", text):
        mention, face = find_days(clause, today), find_clock(clause)
        start = min([hit.start for hit in (mention, face) if hit], default=None)
        end = max([hit.end for hit in (mention, face) if hit], default=None)
        if start is None or end is None:
            kept.append(clause)
        elif _NOT_THEN.search(clause[:start]):
            kept.append(clause[end:])
        elif hit := _CANNOT.match(clause, end):
            kept.append(clause[hit.end() :])
        else:
            kept.append(clause)
    left = "".join(kept)
    return left if find_days(left, today) or find_clock(left) or find_part(left) else text
