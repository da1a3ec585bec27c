"""Lets contacts grow from what the journal is told, and keeps them now and then.

The journal is written from the event loop too, which never waits for a database: events only change
what is held in memory, and a look of the alarm clock keeps it. A process that ends in between loses
the figures of ten seconds and nothing else.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from assistant.alarm_clock import Look
from assistant.core.errors import AssistantError
from assistant.dialogue.telephones import is_landline, takes_texts
from assistant.drill.numbers import is_drill
from assistant.scorecard.contacts import Contact, grown, joined
from assistant.scorecard.store import ContactStore

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.app import House
    from assistant.config import Config
    from assistant.core.conversation import Conversation
    from assistant.core.ports import Journal
    from assistant.database import Database

log = logging.getLogger(__name__)

EVERY_S: Final = 10.0
BEGIN: Final = frozenset({"heard", "key"})
"What makes a contact by text: a reminder of ours is none."
COUNTED: Final = BEGIN | {"understood", "said", "outcome"}
MOST: Final = 20_000
"Contacts held while the database cannot be written; more are not counted."


class Tallies:
    """Contacts as they grow. Safe from several threads."""

    def __init__(self, config: Config) -> None:
        self._zone, self._country = ZoneInfo(config.site.timezone), config.site.country
        self._guard = threading.Lock()
        self._growing: dict[str, Contact] = {}

    def add(
        self, event: str, conversation: Conversation, when: datetime, keys: dict[str, object]
    ) -> None:
        """One event more; never waits for anything but another event."""
        if event not in COUNTED or is_drill(conversation.contact):
            return
        by_voice = conversation.channel == "voice"
        local = (conversation.opened if by_voice else when).astimezone(self._zone)
        key = conversation.id if by_voice else f"{conversation.id}:{local:%Y-%m-%d}"
        with self._guard:
            known = self._growing.get(key)
            if known is None:
                if (not by_voice and event not in BEGIN) or len(self._growing) >= MOST:
                    return
                known = self._begun(key, conversation, local)
            self._growing[key] = grown(known, event, when, keys)

    def _begun(self, key: str, conversation: Conversation, local: datetime) -> Contact:
        return Contact(
            key,
            local,
            f"{local:%Y-%m-%d}",
            local.hour,
            conversation.channel,
            self._line(conversation.contact),
            conversation.language,
            conversation.contact,
        )

    def _line(self, number: str) -> str:
        if is_landline(number, self._country):
            return "landline"
        return "mobile" if takes_texts(number, self._country) else "other"

    def taken(self) -> list[Contact]:
        """What has grown since the last time; it is held no longer."""
        with self._guard:
            grown_ones, self._growing = list(self._growing.values()), {}
        return grown_ones

    def keep(self, database: Database) -> None:
        """Keep what has grown; what cannot be kept now is tried again with the next look."""
        parts = self.taken()
        if not parts:
            return
        try:
            ContactStore(database).keep(parts)
        except AssistantError as error:
            log.error("figures of %s contacts are kept later: %s", len(parts), error)  # noqa: TRY400 - the sentence says it
            self._take_back(parts)

    def _take_back(self, parts: list[Contact]) -> None:
        with self._guard:
            for part in parts:
                newer = self._growing.get(part.id)
                self._growing[part.id] = part if newer is None else joined(part, newer)


class TallyingJournal:
    """Passes every event on and lets its contact grow."""

    def __init__(self, inner: Journal, tallies: Tallies) -> None:
        self._inner, self.tallies = inner, tallies

    def write(self, event: str, conversation: Conversation, when: datetime, **keys: object) -> None:
        """Write one event; what is counted of it holds none of its words."""
        self._inner.write(event, conversation, when, **keys)
        self.tallies.add(event, conversation, when, keys)


def look_for(house: House) -> Look | None:
    """Keeps what has grown, in a service whose journal tallies; `None` for any other."""
    journal = house.journal
    if not isinstance(journal, TallyingJournal):
        return None
    return Look("figures", EVERY_S, lambda: journal.tallies.keep(house.database))
