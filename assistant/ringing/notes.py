"""What the house writes down of its rings: a line of the journal each, and work for the desk."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from prometheus_client import Counter

from assistant.callbacks.events import TellDesk, TextUnreached
from assistant.core.conversation import Conversation
from assistant.memory.store import StoredAnswer

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.callbacks.row import Callback, Party, Ring
    from assistant.callbacks.steps import Step
    from assistant.callbacks.store import CallbackStore
    from assistant.core.ports import Journal
    from assistant.memory.store import WebhookLog
    from assistant.ringing.texts import RingTexts

log = logging.getLogger(__name__)

rings_made = Counter("assistant_rings", "Rings the carrier took.", ["party"])
for_the_desk = Counter("assistant_callbacks_for_desk", "Callbacks put before a person.", ["why"])


@dataclass(frozen=True, slots=True)
class RingNotes:
    """Journal, metrics, and the effects of a callback's life that ring nobody."""

    store: CallbackStore
    journal: Journal
    once: WebhookLog
    texts: RingTexts

    def rang(self, row: Callback, ring: Ring, carrier_id: str, now: datetime) -> None:
        """A `ring` line, once a ring, whoever hears of it first: the carrier's answer or a webhook.

        `attempt` counts the rings of this party for this callback: no two lines have the same.
        """
        key = f"ring:{ring.code}:{ring.attempt}:{ring.party}:{ring.nth}"
        if self.once.first(key, now) is not None:
            return
        self.once.answered(key, StoredAnswer(), now)
        rings_made.labels(ring.party).inc()
        self.journal.write(
            "ring",
            _conversation(row, now),
            now,
            callback=row.code,
            attempt=self._ordinal(ring),
            to=ring.party,
            carrier_id=carrier_id,
        )

    def _ordinal(self, ring: Ring) -> int:
        made = [one for one in self.store.rings_of(ring.code) if one.party == ring.party]
        earlier = [one for one in made if (one.attempt, one.nth) <= (ring.attempt, ring.nth)]
        return max(1, len(earlier))

    def follow(self, step: Step | None, now: datetime) -> None:
        """Do what a step wants done beyond ringing."""
        for effect in step.effects if step is not None else ():
            if step is not None and isinstance(effect, TextUnreached):
                self.texts.unreached(step.row, now)
            elif step is not None and isinstance(effect, TellDesk):
                self.tell_desk(step.row, effect.note, now)

    def tell_desk(self, row: Callback, note: str, now: datetime) -> None:
        """A person has to look at it; the log names neither her nor the matter."""
        for_the_desk.labels(note).inc()
        log.warning("callback %s is before the desk: %s", row.code, note.replace("_", " "))
        facts = {"class": f"callback.{note}", "case": row.code}
        self.journal.write(
            "outcome", _conversation(row, now), now, kind="staff.alerted", facts=facts
        )

    def promised(self, row: Callback, kind: str, now: datetime) -> None:
        """Staff have promised her a time: `callback.booked` or `.changed` in the journal."""
        zone = ZoneInfo(self.texts.rooms.site.timezone)
        moments = () if row.window is None else (row.window.start, row.window.end)
        facts = {
            "callback": row.code,
            "window": [moment.astimezone(zone).isoformat() for moment in moments] or None,
            "phone": row.phone,
            "case": row.code,
            "safe_word": row.safe_word,
        }
        self.journal.write("outcome", _conversation(row, now), now, kind=kind, facts=facts)


def last_ring(store: CallbackStore, row: Callback, party: Party) -> Ring | None:
    """The newest ring of this party for a callback."""
    made = [ring for ring in store.rings_of(row.code) if ring.party == party]
    return max(made, key=lambda ring: (ring.attempt, ring.nth), default=None)


def _conversation(row: Callback, now: datetime) -> Conversation:
    """The talk in which she asked for it, as the journal names a line's subject."""
    return Conversation(row.conversation, "voice", row.phone, row.language, now, now)
