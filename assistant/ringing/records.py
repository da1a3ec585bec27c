"""What is known beside a callback: the talk it came from, her other matters, the services meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.core.errors import AssistantError

if TYPE_CHECKING:
    from datetime import date

    from assistant.app import House
    from assistant.callbacks.row import Callback
    from assistant.core.answer import Matter
    from assistant.core.service import Service

SERVICES: Final = 2
"Services shown beside a callback; a third is hardly ever what was meant."
LIKELY: Final = 0.5
"Scores below this name a service by a word or two only."


@dataclass(frozen=True, slots=True)
class Meant:
    """A service she may have meant, as staff need it while they talk."""

    id: str
    name: str
    phones: tuple[str, ...]
    places: tuple[str, ...]
    fees: str
    checked: date | None


@dataclass(frozen=True, slots=True)
class Record:
    """What stands beside a callback."""

    answered: tuple[str, ...]
    "The line's last answer in that talk, as it was said."
    matters: tuple[Matter, ...]
    "What else is open for this telephone."
    services: tuple[Meant, ...]


@dataclass(frozen=True, slots=True)
class Records:
    """Looks it up in the other rooms."""

    house: House

    def __call__(self, row: Callback) -> Record:
        """Everything beside this callback; what is no longer kept is empty."""
        matters = self.house.requests.open_for(row.phone) if row.phone else ()
        others = tuple(one for one in matters if one.code != row.code)
        return Record(self._answered(row), others, self._services(row))

    def _answered(self, row: Callback) -> tuple[str, ...]:
        rooms = self.house.talk.rooms
        talk = rooms.store.get(row.conversation)
        if talk is None:
            return ()
        try:
            says = [rooms.book.sentence(say, row.language, talk.channel) for say in talk.answer]
        except (KeyError, AssistantError):
            return ()  # a prompt of an earlier version of the house
        return tuple(one.text for one in says)

    def _services(self, row: Callback) -> tuple[Meant, ...]:
        hits = self.house.inquiries.finder().find(row.words, row.language) if row.words else ()
        known = {service.id: service for service in self.house.store.records().services}
        likely = [hit.service for hit in hits if hit.score >= LIKELY and hit.service in known]
        return tuple(_meant(known[one]) for one in likely[:SERVICES])


def _meant(service: Service) -> Meant:
    places = [place for location in service.locations for place in location.addresses]
    phones = [*service.phones, *(one for place in service.locations for one in place.phones)]
    return Meant(
        service.id,
        service.name,
        tuple(dict.fromkeys(phone.number for phone in phones)),
        tuple(dict.fromkeys(place.address_1 for place in places if place.address_1)),
        service.fees_description,
        service.assured_date,
    )
