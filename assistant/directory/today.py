"""What is on today: who is on duty, what is cooked, what was announced. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from assistant.core.answer import Fact
from assistant.core.values import Day, Listing, PhoneNumber
from assistant.directory import hours, texts
from assistant.directory.units import units

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from assistant.core.answer import Lookup
    from assistant.core.service import Notice, Records, Service

MOST = 3
"Notices read out at once."
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


def roster(
    records: Records, services: Sequence[Service], query: Lookup, now: datetime
) -> list[Fact]:
    """The roster of the first of `services` that has one for the day; a dated one wins."""
    first, today = _days(records, query, now)[0], _today(records, now)
    for service in services or _serving(records, query.words):
        rows = [row for row in records.rosters if row.service == service.id]
        fitting = [row for row in rows if row.date == first] or [
            row for row in rows if row.date is None and row.weekday == first.weekday()
        ]
        if fitting:
            items = Listing(tuple(i for row in fitting for i in texts.roster_items(row, records)))
            return [
                Fact(
                    service.id,
                    texts.service_name(service, records),
                    "roster",
                    "known",
                    "; ".join(item.text(query.language) for item in items.items),
                    (("day", Day(first, today)), ("items", items)),
                    service.assured_date,
                )
            ]
        if rows:
            name = texts.service_name(service, records)
            return [Fact(service.id, name, "roster", "unknown", "", _phone(service))]
    return []


def notices(records: Records, query: Lookup, now: datetime) -> list[Fact]:
    """What is announced for the day about the topic asked for, at most `MOST`."""
    first, last = _days(records, query, now)
    heard = _spaced(query.words)
    on = [item for item in records.notices if item.valid_from <= last and item.valid_to >= first]
    ranked = [(_fit(item, heard, records), item) for item in on]
    best = max((fit for fit, _ in ranked), default=0)
    if best:
        chosen = [item for fit, item in ranked if fit == best]
    elif _contains(heard, ANY_NOTICE) and not _contains(heard, PARTICULAR):
        chosen = on
    else:
        chosen = []
    return [_announced(item, query, records) for item in chosen[:MOST]]


def _announced(notice: Notice, query: Lookup, records: Records) -> Fact:
    text = texts.notice_text(notice, "text", notice.text, records)
    name = texts.notice_text(notice, "place", notice.place, records)
    value = text.text(query.language)
    return Fact(None, name, "notice", "known", value, (("text", text),))


def _fit(notice: Notice, heard: str, records: Records) -> int:
    """How much of the words is about this notice: the length of its longest topic in them."""
    topics = texts.notice_text(notice, "topic", notice.topic, records)
    terms = (term for _, text in topics.texts for term in _TERMS.split(text))
    return max((len(_spaced(term)) for term in terms if _contains(heard, (term,))), default=0)


def _contains(heard: str, terms: Iterable[str]) -> bool:
    spaced = (_spaced(term) for term in terms)
    return any(term.strip() and term in heard for term in spaced)


def _spaced(text: str) -> str:
    """A text to look for words in: Chinese without gaps, words of other scripts between blanks."""
    parts = (item.surface if item.hanzi else f" {item.surface} " for item in units(text))
    return "".join(parts).replace("  ", " ")


def _serving(records: Records, words: str) -> list[Service]:
    """Services that have something on their roster which the words name."""
    heard = _spaced(words)
    named = {
        row.service
        for row in records.rosters
        for item in texts.roster_items(row, records)
        if _contains(heard, (text for _, text in item.texts))
    }
    return [service for service in records.services if service.id in named]


def _days(records: Records, query: Lookup, now: datetime) -> tuple[date, date]:
    """The first and the last day asked about; today when no time was said."""
    zone, today = hours.zone_of((), records.timezone), _today(records, now)
    when = query.when
    if when is None or (when.start is None and when.end is None):
        return today, today
    first = today if when.start is None else when.start.astimezone(zone).date()
    if when.end is None:
        return first, date.max
    last = (when.end - timedelta(microseconds=1)).astimezone(zone).date()
    return first, max(first, last)


def _today(records: Records, now: datetime) -> date:
    return now.astimezone(hours.zone_of((), records.timezone)).date()


def _phone(service: Service) -> tuple[tuple[str, PhoneNumber], ...]:
    numbers = [phone.number for phone in service.phones if phone.number]
    return (("phone", PhoneNumber(numbers[0])),) if numbers else ()
