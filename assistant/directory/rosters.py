"""Who is on duty and what is cooked: on the day asked about, or the next time. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from assistant.core.answer import Fact
from assistant.core.values import Day, Listing, Localised, PhoneNumber, Value
from assistant.directory import texts
from assistant.directory.areas import area
from assistant.directory.heard import contains, days, spaced, today
from assistant.directory.shelf import by_id
from assistant.directory.sound import is_hanzi

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from assistant.core.answer import Lookup
    from assistant.core.service import Records, Roster, Service

AHEAD = 14
"Days looked ahead for the next time."
SAID = 3
"Characters of an item that name it: 李大夫 is said of 李大夫看内科."
LONG_WORD = 5
"The same for words of other scripts."


def roster(
    records: Records, services: Sequence[Service], query: Lookup, now: datetime
) -> list[Fact]:
    """The roster of the first of `services` that has one; a dated row wins over a weekly one.

    Without a day the next time from today on is told; for one day on which nothing stands, that
    and the next time after it. A dish or doctor named in the words chooses the day.
    """
    asked, day = days(records, query, now), today(records, now)
    for service in services or _serving(records, query.words):
        rows = [row for row in records.rosters if row.service == service.id]
        if rows:
            return [_told(Found(service, tuple(rows), records, query), asked, day)]
    return []


class Found:
    """The rows of one service, and the question put to them."""

    def __init__(
        self, service: Service, rows: tuple[Roster, ...], records: Records, query: Lookup
    ) -> None:
        here = area((query.words,))
        self.service = service
        self.rows = tuple(row for row in rows if area(row.zone).covers(here))
        self.records = records
        self.language = query.language
        self.heard = spaced(query.words)

    def items(self, day: date) -> tuple[Localised, ...]:
        """What stands on the roster for a day."""
        valid = [row for row in self.rows if _holds(row, day)]
        dated = [row for row in valid if row.date == day]
        weekly = [row for row in valid if row.date is None and row.weekday == day.weekday()]
        return tuple(
            item for row in dated or weekly for item in texts.roster_items(row, self.records)
        )

    def next_day(self, first: date, *, named: bool) -> date | None:
        """The first day from `first` on with anything, or with what the words name."""
        for number in range(AHEAD + 1):
            day = first + timedelta(days=number)
            items = self.items(day)
            if items and (not named or any(self.names(item) for item in items)):
                return day
        return None

    def names(self, item: Localised) -> bool:
        """Whether the words name an item, or the beginning of it."""
        return any(said in self.heard for _, text in item.texts for said in _names(text))


def _told(found: Found, asked: tuple[date, date] | None, day: date) -> Fact:
    first = day if asked is None else asked[0]
    if asked is None:
        named = found.next_day(day, named=True)
        later = named or found.next_day(day, named=False)
    else:
        later = first if found.items(first) else _within(found, asked)
    if later is not None:
        return _fact(found, "known", later, day)
    following = found.next_day(first, named=False)
    if following is None:
        return _unknown(found.service, found.records)
    return _fact(found, "next", following, day, (("asked", Day(first, day)),))


def _within(found: Found, asked: tuple[date, date]) -> date | None:
    """A day after the first of those asked about."""
    later = found.next_day(asked[0], named=False)
    return later if later is not None and later <= asked[1] else None


def _fact(
    found: Found, shape: str, on: date, day: date, more: tuple[tuple[str, Value], ...] = ()
) -> Fact:
    items = Listing(found.items(on))
    return Fact(
        found.service.id,
        texts.service_name(found.service, found.records),
        "roster",
        shape,
        "; ".join(item.text(found.language) for item in items.items),
        (("day", Day(on, day)), ("items", items), *more),
        found.service.assured_date,
    )


def _unknown(service: Service, records: Records) -> Fact:
    numbers = [phone.number for phone in service.phones if phone.number]
    phone = (("phone", PhoneNumber(numbers[0])),) if numbers else ()
    name = texts.service_name(service, records)
    return Fact(service.id, name, "roster", "unknown", "", phone)


def _holds(row: Roster, day: date) -> bool:
    return (row.valid_from or date.min) <= day <= (row.valid_to or date.max)


def _names(text: str) -> Iterator[str]:
    """Ways an item is named: all of it, its first characters, its long words."""
    whole = spaced(text)
    yield whole
    if is_hanzi(whole[:1] or " "):
        yield from (whole[:SAID],) if len(whole) > SAID else ()
    else:
        yield from (f" {word} " for word in whole.split() if len(word) >= LONG_WORD)


def _serving(records: Records, words: str) -> list[Service]:
    """Services that have something on their roster which the words name."""
    heard = spaced(words)
    named = {
        row.service
        for row in records.rosters
        for item in texts.roster_items(row, records)
        if contains(heard, (text for _, text in item.texts))
    }
    known = by_id(records.services)
    return [known[identifier] for identifier in known if identifier in named]
