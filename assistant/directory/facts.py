"""What the records say about one field of one service. Pure.

What they do not say comes out as `unknown`, with a number to ask if there is one. Nothing is ever
made up from what stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.core.answer import Age, Fact
from assistant.core.values import Listing, Localised, PhoneNumber, Value
from assistant.directory import texts
from assistant.directory.hours_asked import HoursAsked
from assistant.directory.timetable import CLOSED_FOR_NOW, UNKNOWN, Outcome, Timetable
from assistant.directory.vouching import Vouching

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from assistant.core.answer import Field, Lookup
    from assistant.core.service import Location, Records, Service

FREE = frozenset({"免费", "不收费", "不要钱", "free", "free of charge", "no charge", "no fee", "0"})
NOTHING_TO_BRING = frozenset(
    {
        "无",
        "没有",
        "不需要",
        "不用带",
        "不用带东西",
        "none",
        "nothing",
        "no documents",
        "no document",
    }
)
EVERYONE = frozenset(
    {"人人都可以", "所有人", "不限", "无限制", "everyone", "anyone", "all", "none"}
)
"What people write where HSDS has no column for it."
ASK_FIRST = frozenset({"unknown", "as_written", "starts"})
"Answers that come with a number to ring."

SHUT_FOR_NOW = Localised((("zh", "暂时不开放。"), ("en", "It is closed for the time being.")))
"Said when a service is temporarily closed and the office has not written why."


@dataclass(frozen=True, slots=True)
class View:
    """One service as one question sees it."""

    service: Service
    records: Records
    now: datetime
    query: Lookup
    vouching: Vouching

    def fact(self, field: Field) -> Fact:
        """What is known about one field."""
        if field == "open_now" and not self.timetable().means_now(self.query.when):
            field = "hours"
        outcome = _FIELDS[field](self)
        params = outcome.params
        number = self.number() if outcome.shape in ASK_FIRST else None
        if number is not None:
            params = (*params, ("phone", PhoneNumber(number)))
        return Fact(
            service=self.service.id,
            name=texts.service_name(self.service, self.records),
            field=field,
            shape=outcome.shape,
            value=outcome.value or _said(params, self.query.language, outcome.shape),
            params=params,
            assured=self.service.assured_date,
            age=self._age(field),
            notice=self._notice(outcome.remark),
            holiday=outcome.holiday,
        )

    def timetable(self) -> Timetable:
        """Its hours."""
        return Timetable(self.service, self.records, self.now)

    def number(self) -> str | None:
        """The first number of the service, else of a place of it."""
        phones = [*self.service.phones, *(p for place in self.places() for p in place.phones)]
        spoken = [phone for phone in phones if phone.type not in {"fax", "sms", "tty"}]
        return next((phone.number for phone in spoken or phones if phone.number), None)

    def places(self) -> tuple[Location, ...]:
        """Where it is given."""
        return self.service.locations

    def own(self, column: str, text: str) -> Localised:
        """A text of the service itself."""
        return texts.service_text(self.service, column, text, self.records)

    def of_place(self, place: Location, table: str, column: str, text: str) -> Localised:
        """A text of a place; its address goes by the id of the place too."""
        where = (table, place.id, column)
        return texts.localised(text, self.service.translations, where, self.records)

    def _age(self, field: Field) -> Age:
        table = self.timetable()
        doubtful = field in {"hours", "open_now"} and table.doubtful
        return self.vouching.age(self.service, field, table.today, doubtful=doubtful)

    def _notice(self, remark: Localised | None) -> Localised | None:
        alert = self.own("alert", self.service.alert)
        if alert.texts:
            return alert
        if remark is None and self.service.status == CLOSED_FOR_NOW:
            return SHUT_FOR_NOW
        return remark


def _said(params: tuple[tuple[str, Value], ...], language: str, shape: str) -> str:
    """The texts of a fact in the language asked for, for the journal."""
    if shape == "unknown":
        return ""
    found: list[str] = []
    for _, value in params:
        if isinstance(value, Localised):
            found.append(value.text(language))
        elif isinstance(value, Listing):
            found += [item.text(language) for item in value.items]
    return "; ".join(found) or shape


def _text(name: str, text: Localised, shape: str = "known") -> Outcome:
    return Outcome(shape, params=((name, text),)) if text.texts else UNKNOWN


def _says(text: Localised, words: frozenset[str]) -> bool:
    return any(said.strip("。. 　").casefold() in words for _, said in text.texts)


def _phone(view: View) -> Outcome:
    number = view.number()
    if number is None:
        return UNKNOWN
    return Outcome("known", number, (("number", PhoneNumber(number)),))


def _summary(view: View) -> Outcome:
    return _text("what", view.own("description", view.service.description))


def _fee(view: View) -> Outcome:
    fee = view.own("fees_description", view.service.fees_description)
    return Outcome("free", "free") if _says(fee, FREE) else _text("fee", fee)


def _eligibility(view: View) -> Outcome:
    who = view.own("eligibility_description", view.service.eligibility_description)
    ages = (view.service.minimum_age, view.service.maximum_age)
    if _says(who, EVERYONE) and ages == (None, None):
        return Outcome("everyone", "everyone")
    return _text("who", who)


def _documents(view: View) -> Outcome:
    items = [
        texts.localised(
            item.document,
            view.service.translations,
            (texts.DOCUMENTS, item.id, "document"),
            view.records,
        )
        for item in view.service.documents
    ]
    wanted = [item for item in items if item.texts and not _says(item, NOTHING_TO_BRING)]
    if wanted:
        return Outcome("known", params=(("documents", Listing(tuple(wanted))),))
    return Outcome("none", "none") if items else UNKNOWN


def _address(view: View) -> Outcome:
    for place in view.places():
        landmark = view.of_place(place, texts.LOCATIONS, "description", place.description)
        address = _street(view, place)
        if address.texts and landmark.texts:
            return Outcome("landmark", params=(("address", address), ("landmark", landmark)))
        if address.texts or landmark.texts:
            return _text("address", address if address.texts else landmark)
    return UNKNOWN


def _street(view: View, place: Location) -> Localised:
    """Street and number, then the floor: as one says it to a neighbour."""
    if not place.addresses:
        return Localised(())
    address = place.addresses[0]
    first = view.of_place(place, texts.ADDRESSES, "address_1", address.address_1)
    second = view.of_place(place, texts.ADDRESSES, "address_2", address.address_2)
    floors = dict(second.texts)
    return Localised(
        tuple(
            (language, _joined(language, street, floors.get(language, "")))
            for language, street in first.texts
        )
    )


def _joined(language: str, street: str, floor: str) -> str:
    if not floor:
        return street
    return f"{street}，{floor}" if language == "zh" else f"{street}, {floor}"


def _transport(view: View) -> Outcome:
    for place in view.places():
        way = view.of_place(place, texts.LOCATIONS, "transportation", place.transportation)
        if way.texts:
            return _text("way", way)
    return UNKNOWN


_FIELDS: dict[Field, Callable[[View], Outcome]] = {
    "summary": _summary,
    "phone": _phone,
    "hours": lambda view: HoursAsked(view.timetable()).asked(view.query.when),
    "open_now": lambda view: view.timetable().open_now(),
    "address": _address,
    "fee": _fee,
    "documents": _documents,
    "eligibility": _eligibility,
    "transport": _transport,
}
