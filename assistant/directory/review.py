"""What a person should look at in the directory, worst first. Pure.

Wrong things make an answer false: hours that cannot be believed, a number nobody can ring. The
others make it doubtful or hard to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import phonenumbers
from phonenumbers import NumberParseException

from assistant.directory import hours, texts
from assistant.directory.alike import sounding_alike
from assistant.directory.opening_rows import only_text
from assistant.directory.vouching import TOLD_AFTER, Vouching

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.core.service import Phone, Records, Schedule, Service

Kind = Literal["flagged", "hours", "phone", "stale", "undated", "old", "alike", "spoken", "budget"]
WRONG: frozenset[Kind] = frozenset({"flagged", "hours", "phone"})
"Kinds that make an answer false."
ORDER: tuple[Kind, ...] = (
    "flagged", "hours", "phone", "stale", "undated", "alike", "budget", "spoken", "old",
)  # fmt: skip
SHORT_NUMBER = 6
"Digits: 120, 12345 and 95598 are numbers of services, in no numbering plan."
_UNSPEAKABLE = re.compile(r"https?://|www\.|[\w.]+@[\w.]+|[#*_^~|<>{}\\=]|&\w+;|\ufffd")
"Web and mail addresses, markup and signs that no voice can read to anybody's use."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at."""

    kind: Kind
    service: str
    "HSDS id; of a roster or notice its own id."
    name: str
    text: str
    "What is wrong."
    remedy: str

    @property
    def wrong(self) -> bool:
        """Whether residents are told something false because of it."""
        return self.kind in WRONG

    def line(self) -> str:
        """As printed."""
        return f"{self.kind}: {self.name} ({self.service}): {self.text}; {self.remedy}."


def review(records: Records, vouching: Vouching, today: date) -> tuple[Finding, ...]:
    """Everything to look at, in the order of `ORDER`, then in the order of the directory."""
    found = [
        item for service in records.services for item in _of(service, records, vouching, today)
    ]
    found += _alike(records)
    found += _day_tables(records, today)
    return tuple(sorted(found, key=lambda item: ORDER.index(item.kind)))


def _of(service: Service, records: Records, vouching: Vouching, today: date) -> Iterator[Finding]:
    if service.status in {"inactive", "defunct"}:
        return
    yield from _ages(service, vouching, today)
    schedules = (*service.schedules, *(s for place in service.locations for s in place.schedules))
    for row in dict.fromkeys(schedules):
        yield from _hours(service, row)
    phones = (*service.phones, *(phone for place in service.locations for phone in place.phones))
    for phone in dict.fromkeys(phones):
        yield from _phone(service, phone, records.country)
    yield from _spoken(service, records)


def _ages(service: Service, vouching: Vouching, today: date) -> Iterator[Finding]:
    for wrong, field in sorted(vouching.wrong):
        if wrong == service.id:
            text = f"a resident said that its {field} is wrong"
            yield Finding("flagged", service.id, service.name, text, VERIFY)
    assured = service.assured_date
    if assured is None:
        text = "nobody wrote when it was checked"
        yield Finding("undated", service.id, service.name, text, VERIFY)
    elif today - assured > timedelta(days=vouching.stale_days):
        text = f"last checked {assured.isoformat()}, so nothing of it is told"
        yield Finding("stale", service.id, service.name, text, VERIFY)
    elif today - assured > TOLD_AFTER:
        text = f"last checked {assured.isoformat()}"
        yield Finding("old", service.id, service.name, text, VERIFY)


VERIFY = "ring there, correct the row, and say so with `directory verified ID`"


def _hours(service: Service, row: Schedule) -> Iterator[Finding]:
    if only_text(row):
        text = f"hours are given only as “{row.description[:60]}” and read out as they are"
        remedy = "write days, opens_at and closes_at in schedules"
        yield Finding("spoken", service.id, service.name, text, remedy)
    elif hours.doubtful(row):
        opens, closes = (f"{at:%H:%M}" if at else "?" for at in (row.opens_at, row.closes_at))
        slip = row.opens_at and row.closes_at and row.closes_at < row.opens_at
        text = f"closes at {closes}, before it opens at {opens}"
        if not slip:
            text = f"the hours {opens} to {closes} name no day, or lack a time"
        remedy = f"correct schedules row {row.id}"
        yield Finding("hours", service.id, service.name, text, remedy)


def _phone(service: Service, phone: Phone, country: str) -> Iterator[Finding]:
    if not reachable(phone.number, country):
        text = f"the number “{phone.number[:30]}” cannot be rung"
        remedy = f"correct phones row {phone.id}; write the area code too"
        yield Finding("phone", service.id, service.name, text, remedy)


def reachable(number: str, country: str) -> bool:
    """Whether a number has a form that can be dialled from `country`; short ones always have."""
    digits = "".join(sign for sign in number if sign.isdecimal())
    if digits and len(digits) <= SHORT_NUMBER and digits == number.strip():
        return True
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number, country))
    except NumberParseException:
        return False


def _spoken(service: Service, records: Records) -> Iterator[Finding]:
    """Texts a voice cannot read, and names that are missing in a language of the site."""
    columns = {
        "name": service.name,
        "description": service.description,
        "alert": service.alert,
        "fees_description": service.fees_description,
        "eligibility_description": service.eligibility_description,
    }
    for column, own in columns.items():
        written = texts.service_text(service, column, own, records)
        for language, text in written.texts:
            if _UNSPEAKABLE.search(text):
                what = f"{column} ({language}) holds something no voice can read"
                yield Finding("spoken", service.id, service.name, what, "write it in words")
    missing = set(records.languages) - {
        lang for lang, _ in texts.service_name(service, records).texts
    }
    for language in sorted(missing):
        what = f"its name is not known in {language}"
        remedy = f"add a row to translations: services, {service.id}, name, {language}"
        yield Finding("spoken", service.id, service.name, what, remedy)


def _alike(records: Records) -> Iterator[Finding]:
    known = {service.id: service for service in records.services}
    for one, other, name, second in sounding_alike(records):
        text = f"“{name}” sounds like “{second}” of {known[other].name} ({other})"
        remedy = (
            "give one of them an alternate_name of its own, so that callers can tell them apart"
        )
        yield Finding("alike", one, known[one].name, text, remedy)


def _day_tables(records: Records, today: date) -> Iterator[Finding]:
    for notice in records.notices:
        said = texts.notice_text(notice, "text", notice.text, records)
        for language, text in said.texts:
            if _UNSPEAKABLE.search(text):
                what = f"the notice ({language}) holds something no voice can read"
                yield Finding("spoken", notice.id, notice.place, what, "write it in words")
    latest: dict[tuple[str, str], date] = {}
    for row in records.rosters:
        if any(_UNSPEAKABLE.search(item) for item in row.items):
            what = "the roster holds something no voice can read"
            yield Finding(
                "spoken", row.service or row.roster, row.roster, what, "write it in words"
            )
        last = row.date or row.valid_to or date.max
        key = (row.roster, row.service)
        latest[key] = max(latest.get(key, date.min), last)
    for (roster, service), last in latest.items():
        if last < today:
            what = f"the roster ended on {last.isoformat()}"
            yield Finding("old", service or roster, roster, what, "import the new one")
