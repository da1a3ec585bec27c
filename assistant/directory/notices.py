"""What is announced: today, on the day asked about, or soon; here, or elsewhere. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from assistant.core.answer import Fact
from assistant.core.values import Day, Value
from assistant.directory import texts
from assistant.directory.areas import Area, area
from assistant.directory.heard import contains, days, spaced, today

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from assistant.core.answer import Lookup
    from assistant.core.service import Notice, Records

MOST = 3
"Notices read out at once."
AHEAD = timedelta(days=14)
"Asked without a day, a notice that begins no later than this is told with its day."
ANY_NOTICE = frozenset(
    {"通知", "公告", "告示", "喇叭", "消息", "安排", "notice", "announcement", "news"}
)
"Asked with one of these, everything that is on counts, unless the question is about"
PARTICULAR = frozenset(
    {"停", "断", "修", "换", "检", "漏", "off", "cut", "outage", "repair"}
    | {"water", "power", "gas", "electricity", "lift", "heating"}
)
"one of these: then a notice about something else is no answer."
_TERMS = re.compile(r"[;；，、]+|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


def notices(records: Records, query: Lookup, now: datetime) -> list[Fact]:
    """What is announced for the day about the topic asked for, at most `MOST`.

    Asked without a day and with nothing on today, what comes next is told. A resident who names a
    building or street hears what holds there; if it holds only elsewhere, she hears that.
    """
    asked, day = days(records, query, now), today(records, now)
    first, last = asked or (day, day)
    found = _about(_between(records, first, last), query, records)
    if not found and asked is None:
        found = _about(_between(records, day, day + AHEAD), query, records)
        found = found[:1]
    here = area((query.words,))
    near = [item for item in found if _area(item, records).covers(here)]
    elsewhere = not near
    told = near or found[:1]
    return [
        _announced(item, query, records, (day, first, last), elsewhere=elsewhere)
        for item in told[:MOST]
    ]


def _between(records: Records, first: date, last: date) -> list[Notice]:
    on = [item for item in records.notices if item.valid_from <= last and item.valid_to >= first]
    return sorted(on, key=lambda item: item.valid_from)


def _about(on: Sequence[Notice], query: Lookup, records: Records) -> list[Notice]:
    """Those about the topic of the words; all if any notice is asked for."""
    heard = spaced(query.words)
    ranked = [(_fit(item, heard, records), item) for item in on]
    best = max((fit for fit, _ in ranked), default=0)
    if best:
        return [item for fit, item in ranked if fit == best]
    everything = contains(heard, ANY_NOTICE) and not contains(heard, PARTICULAR)
    return list(on) if everything else []


def _fit(notice: Notice, heard: str, records: Records) -> int:
    """How much of the words is about this notice: the length of its longest topic in them."""
    topics = texts.notice_text(notice, "topic", notice.topic, records)
    terms = (term for _, text in topics.texts for term in _TERMS.split(text))
    return max((len(spaced(term)) for term in terms if contains(heard, (term,))), default=0)


def _area(notice: Notice, records: Records) -> Area:
    """Where it holds: as its zone says, else as far as its place tells."""
    if notice.zone:
        return area(notice.zone)
    place = texts.notice_text(notice, "place", notice.place, records)
    return area(text for _, text in place.texts)


def _announced(
    notice: Notice,
    query: Lookup,
    records: Records,
    asked: tuple[date, date, date],
    *,
    elsewhere: bool,
) -> Fact:
    text = texts.notice_text(notice, "text", notice.text, records)
    name = texts.notice_text(notice, "place", notice.place, records)
    day, first, last = asked
    params: tuple[tuple[str, Value], ...] = (("text", text),)
    shape = "elsewhere" if elsewhere else "known"
    if notice.valid_from > last or notice.valid_from > max(day, first):
        shape = shape if elsewhere else "ahead"
        params = (*params, ("from", Day(notice.valid_from, day)))
    value = text.text(query.language)
    return Fact(None, name, "notice", shape, value, params, id=notice.id)
