"""Rings of which too little is known: lost ones, and calls from which no report comes any more.

The carrier's own list decides. Until it has, nothing rings; what it does not know for certain is a
person's to settle.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assistant.callbacks import events
from assistant.core.errors import CarrierError
from assistant.ringing.notes import last_ring

if TYPE_CHECKING:
    from assistant.callbacks.claims import Claims
    from assistant.callbacks.events import Event
    from assistant.callbacks.row import Callback, Party, Ring
    from assistant.core.ports import CarriedRing, VoiceCarrier
    from assistant.promises import Promises
    from assistant.ringing.notes import RingNotes

log = logging.getLogger(__name__)

LISTED_WITHIN = timedelta(seconds=30)
"A call that the carrier does not list by then was never made."
ASK_EVERY = timedelta(seconds=30)
"Between two questions about the same callback."
SILENT_FOR = timedelta(minutes=3)
"""No report for so long: a staff telephone rings 25 s and what is said there takes a minute, hers
rings 40 s. A talk may last longer, and is then only asked about."""


class Doubts:
    """Settles them, as far as the carrier knows."""

    def __init__(
        self, promises: Promises, claims: Claims, carrier: VoiceCarrier, notes: RingNotes
    ) -> None:
        self._promises, self._claims = promises, claims
        self._carrier, self._notes = carrier, notes
        self._store = promises.store
        self._asked: dict[str, datetime] = {}

    def settle(self, now: datetime) -> None:
        """Look at every ring in doubt."""
        for row in self._claims.expired(now):
            self._notes.tell_desk(row, "unknown_ring", now)
        for row in self._store.listing({"unknown"}):
            self._ask(row, row.lost or "resident", now)
        for row in self._claims.silent(now - SILENT_FOR):
            self._ask(row, "staff" if row.state == "ringing_staff" else "resident", now)
        kept = {code: at for code, at in self._asked.items() if now - at < SILENT_FOR}
        self._asked = kept

    def _ask(self, row: Callback, party: Party, now: datetime) -> None:
        """Ask the carrier about one ring, not too often."""
        last = self._asked.get(row.code)
        ring = last_ring(self._store, row, party)
        if ring is None or (last is not None and now - last < ASK_EVERY):
            return
        self._asked[row.code] = now
        telephone = row.phone if party == "resident" else self._telephone(row.owner)
        try:
            listed = self._carrier.find_rings(telephone, ring.began) if telephone else ()
        except CarrierError as error:
            log.warning("a ring stays in doubt: %s", error)
            return
        carried = self._this(ring, listed)
        if row.state == "unknown":
            self._reconcile(row, ring, carried, now)
        else:
            self._close(row, party, carried, now)

    def _telephone(self, owner: str | None) -> str:
        """Where that member of staff was rung; empty for who has left the roster since."""
        people = self._promises.roster.staff().people
        return next((person.phone for person in people if person.name == owner), "")

    def _this(self, ring: Ring, listed: tuple[CarriedRing, ...]) -> CarriedRing | None:
        """The call of this ring: by its id, else the oldest that belongs to no other ring."""
        if ring.carrier_id is not None:
            return next((one for one in listed if one.identifier == ring.carrier_id), None)
        strange = [one for one in listed if self._store.ring_by(one.identifier) is None]
        return min(strange, key=lambda one: one.began, default=None)

    def _reconcile(
        self, row: Callback, ring: Ring, carried: CarriedRing | None, now: datetime
    ) -> None:
        if carried is None:
            if row.updated is None or now - row.updated >= LISTED_WITHIN:
                self._apply(row, events.Reconciled(found=False), now)
            return
        found = events.Reconciled(found=True, answered=carried.answered, over=carried.over)
        self._apply(row, found, now)
        if ring.carrier_id is None:
            self._claims.placed(row.code, ring.attempt, ring.party, carried.identifier, now)
            self._notes.rang(row, ring, carried.identifier, now)

    def _close(
        self, row: Callback, party: Party, carried: CarriedRing | None, now: datetime
    ) -> None:
        """A call of which nothing was heard; one that still goes on is left alone."""
        if carried is not None and not carried.over:
            return
        if party == "staff":
            self._apply(row, events.StaffDidNotAnswer(), now)
        elif row.state == "talking":
            self._apply(row, events.Talked(0), now)
        elif carried is not None and not carried.answered:
            self._apply(row, events.NoAnswer("no_answer"), now)
        else:
            self._apply(row, events.LostTrack("resident"), now)

    def _apply(self, row: Callback, event: Event, now: datetime) -> None:
        self._notes.follow(self._store.apply(row.code, event, now, cause="carrier"), now)
