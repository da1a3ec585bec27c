"""What a caller of the interface asks for, checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from assistant.core.case import Received
from assistant.core.phones import e164
from assistant.open311.parts import OTHER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.open311.parts import Open311Parts

SPAN: Final = timedelta(days=90)
"The longest stretch one question covers, as GeoReport v2 has it."
WORDS: Final = 4000
"Characters of a description, as GeoReport v2 has it."
PLACE: Final = 200
IDS: Final = 100
STATUSES: Final = {"open": True, "closed": False}


class Refused(ValueError):  # noqa: N818 - an answer of the interface, not a fault
    """What was asked cannot be answered; `status` is the HTTP status."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status, self.description = status, description


@dataclass(frozen=True, slots=True)
class Search:
    """Which cases are wanted."""

    ids: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    is_open: bool | None = None


def search(given: Mapping[str, str], parts: Open311Parts) -> Search:
    """The filters of a question. Raises `Refused` for one that means nothing.

    Named cases are given whatever the other filters say; else at most 90 days of them.
    """
    ids = _listed(given.get("service_request_id", ""))
    if ids:
        return Search(ids=ids[:IDS])
    codes = _listed(given.get("service_code", ""))
    unknown = [code for code in codes if code != OTHER and code not in parts.topics]
    if unknown:
        raise Refused(404, f"service_code {unknown[0][:40]} not found")
    statuses = {_status(item) for item in _listed(given.get("status", ""))}
    since, until = _span(given, parts)
    return Search(
        topics=tuple("" if code == OTHER else code for code in codes),
        since=since,
        until=until,
        is_open=statuses.pop() if len(statuses) == 1 else None,
    )


def received(given: Mapping[str, str], parts: Open311Parts, language: str) -> Received:
    """The case that is handed over. Raises `Refused` where something is missing or wrong.

    Of the person only a telephone number is kept, so that staff can ring back.
    """
    code = given.get("service_code", "").strip()
    if code != OTHER and code not in parts.topics:
        raise Refused(404 if code else 400, "service_code was not provided or not found")
    described = given.get("description", "").strip()
    if not described:
        raise Refused(400, "description was not provided")
    if len(described) > WORDS:
        raise Refused(400, f"description is longer than {WORDS} characters")
    topic = "" if code == OTHER else code
    phone = e164(given.get("phone", "").strip()[:30], parts.country)
    return Received(topic, described, _place(given), phone, language)


def _place(given: Mapping[str, str]) -> str:
    written = given.get("address_string", "").strip() or given.get("address_id", "").strip()
    if written:
        return written[:PLACE]
    try:
        lat, long = float(given.get("lat", "")), float(given.get("long", ""))
    except ValueError:
        raise Refused(400, "address_string, address_id, or lat and long, are needed") from None
    if not (math.isfinite(lat) and math.isfinite(long) and abs(lat) <= 90 and abs(long) <= 180):  # noqa: PLR2004 - degrees
        raise Refused(400, "lat and long are degrees in WGS 84")
    return f"{lat:.6f}, {long:.6f}"


def _listed(written: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in written.split(",") if part.strip())


def _status(written: str) -> bool:
    if written not in STATUSES:
        raise Refused(400, "status is open or closed")
    return STATUSES[written]


def _span(given: Mapping[str, str], parts: Open311Parts) -> tuple[date, date]:
    first, last = (_day(given.get(name, ""), parts) for name in ("start_date", "end_date"))
    today = parts.now().astimezone(parts.zone).date()
    if first is not None and last is None:
        last = min(today, _plus(first, SPAN))
    last = last or today
    earliest = _plus(last, -SPAN)
    first = max(first, earliest) if first is not None else earliest
    if first > last:
        raise Refused(400, "start_date is after end_date")
    return first, last


def _plus(day: date, span: timedelta) -> date:
    try:
        return day + span
    except OverflowError:
        raise Refused(400, "no such day") from None


def _day(written: str, parts: Open311Parts) -> date | None:
    """A day from a W3C date and time; one without a zone is the office's."""
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written.strip().replace(" ", "+"))
        return moment.astimezone(parts.zone).date() if moment.tzinfo else moment.date()
    except (ValueError, OverflowError):
        raise Refused(400, "dates are written like 2026-11-25T00:00:00+08:00") from None
