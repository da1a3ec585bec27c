"""The nouns of the directory: Open Referral HSDS 3, plus translations, rosters and notices.

Field names are HSDS's own. Times of day are local to the schedule's zone. A text of the
community's own language stands in its HSDS column; other languages stand in `translations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

Day = date
"A date, where a field goes by the name of its type."
Status = Literal["active", "inactive", "defunct", "temporarily closed"]


@dataclass(frozen=True, slots=True)
class Organization:
    """Who provides services."""

    id: str
    name: str
    description: str = ""
    alternate_name: str = ""
    email: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Phone:
    """A number of a service, a location or an organization."""

    id: str
    number: str
    extension: str = ""
    type: str = "voice"
    description: str = ""


HolidayRule = Literal["", "closed", "open", "only", "workdays"]
"""What hours say of public holidays: not on them, on them too, on them only, or as offices work
(not on them, but on the weekend days worked instead). Empty: nobody wrote it."""


@dataclass(frozen=True, slots=True)
class LunarSpan:
    """Days of the lunar calendar, both ends inclusive; a span may run over the lunar New Year.

    The thirtieth of a month of 29 days is its last day.
    """

    month: int
    "1 to 12, or 0 for every month."
    day: int
    to_month: int
    to_day: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a service is open: RFC 5545 parts. A lunch break is two schedules."""

    id: str
    freq: Literal["WEEKLY", "MONTHLY"] | None = None
    interval: int = 1
    byday: tuple[str, ...] = ()
    "`MO` to `SU`, or `1SA`, `-1FR` with MONTHLY."
    bymonthday: tuple[int, ...] = ()
    dtstart: date | None = None
    until: date | None = None
    count: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    opens_at: time | None = None
    closes_at: time | None = None
    timezone: str = ""
    description: str = ""
    "Hours as written where they could not be read, or a remark."
    closed: bool = False
    "A day-bounded row that closes the service (valid_from to valid_to inclusive)."
    holidays: HolidayRule = ""
    country: str = ""
    "Whose public holidays it heeds, two letters; empty: of none."
    festival: str = ""
    "For the days off of this Chinese festival only: a name of `core.calendar`, such as `spring`."
    lunar: tuple[LunarSpan, ...] = ()
    "For these days of the lunar calendar only."


@dataclass(frozen=True, slots=True)
class Address:
    """Where a location is."""

    address_1: str
    address_2: str = ""
    city: str = ""
    region: str = ""
    state_province: str = ""
    postal_code: str = ""
    country: str = ""
    address_type: str = "physical"


@dataclass(frozen=True, slots=True)
class Location:
    """A place services are given at."""

    id: str
    name: str = ""
    location_type: str = "physical"
    description: str = ""
    "The landmark an old resident knows it by."
    transportation: str = ""
    addresses: tuple[Address, ...] = ()
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Something to bring."""

    id: str
    document: str


@dataclass(frozen=True, slots=True)
class Category:
    """A taxonomy term; its parent makes the tree residents browse by keys."""

    id: str
    name: str
    parent: str | None = None
    order: int = 0


@dataclass(frozen=True, slots=True)
class Translation:
    """One column of one row in one more language."""

    table: str
    row: str
    column: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Service:
    """One service with everything a telephone answer needs."""

    id: str
    name: str
    organization: Organization
    spoken_name: str = ""
    "The name written as a voice must read it; empty: as it is written."
    alternate_names: tuple[str, ...] = ()
    "Aliases, colloquial names, former names (HSDS `alternate_name`, split at ; or ；)."
    description: str = ""
    status: Status = "active"
    alert: str = ""
    fees_description: str = ""
    eligibility_description: str = ""
    minimum_age: int | None = None
    maximum_age: int | None = None
    application_process: str = ""
    assured_date: date | None = None
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    locations: tuple[Location, ...] = ()
    documents: tuple[Document, ...] = ()
    categories: tuple[str, ...] = ()
    "Ids of `Category`."
    keywords: tuple[str, ...] = ()
    "Needs this service meets, in residents' words (attribute `need`)."
    translations: tuple[Translation, ...] = ()
    "Of this service and of the rows it owns."

    def text(self, table: str, row: str, column: str, language: str) -> str | None:
        """The translation of one column, or `None`."""
        for item in self.translations:
            if (item.table, item.row, item.column, item.language) == (table, row, column, language):
                return item.text
        return None


@dataclass(frozen=True, slots=True)
class Roster:
    """A dated or weekly table: the canteen's menu, the doctor on duty."""

    roster: str
    service: str
    items: tuple[str, ...]
    date: date | None = None
    weekday: int | None = None
    "0 Monday to 6 Sunday; a dated row wins over a weekly one."
    valid_from: Day | None = None
    valid_to: Day | None = None
    "A weekly row holds between these days, both inclusive."
    zone: tuple[str, ...] = ()
    "Buildings or streets it is for, as residents say them; empty: for everybody."


@dataclass(frozen=True, slots=True)
class Notice:
    """An announcement: the water is off."""

    id: str
    text: str
    valid_from: date
    valid_to: date
    place: str = ""
    topic: str = ""
    "Words residents would ask with: 停水 water."
    zone: tuple[str, ...] = ()
    "Buildings or streets it is for, as residents say them; empty: for everybody."


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """A name of the community that voices or ears get wrong."""

    language: str
    written: str
    spoken: str = ""
    "As a voice must read it to say it right; empty: as it is written."
    heard: tuple[str, ...] = ()
    "What a recogniser makes of it."


@dataclass(frozen=True, slots=True)
class Records:
    """The whole directory as one value: what the pure parts work on."""

    services: Sequence[Service] = ()
    "In the office's order; a tuple, or what stands for one where there are very many."
    categories: tuple[Category, ...] = ()
    rosters: tuple[Roster, ...] = ()
    notices: tuple[Notice, ...] = ()
    translations: tuple[Translation, ...] = ()
    "Of categories, rosters and notices."
    languages: tuple[str, ...] = ("zh", "en")
    "The first is the language of the HSDS columns."
    timezone: str = "Asia/Shanghai"
    country: str = "CN"
    "Whose public holidays count where an address names no country."
    pronunciations: tuple[Pronunciation, ...] = ()
