"""The alarm clock of callbacks: opens windows, rings staff on duty, and settles what is in doubt.

Everything it knows lies in the database; it looks every few seconds and may be ended at any moment.
Blocks on the carrier; runs in a thread of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from assistant.alarm_clock import Look
from assistant.callbacks import events
from assistant.callbacks.row import BEING_RUNG
from assistant.channels.twilio_ring_pages import address
from assistant.core.errors import AssistantError, CarrierError
from assistant.core.phones import e164
from assistant.core.ring import Leg

if TYPE_CHECKING:
    from assistant.callbacks.claims import Claims
    from assistant.callbacks.people import Person, Staff
    from assistant.callbacks.row import Callback, Claimed, Ring
    from assistant.core.ports import VoiceCarrier
    from assistant.promises import Promises
    from assistant.ringing.doubts import Doubts
    from assistant.ringing.minutes import Minutes
    from assistant.ringing.notes import RingNotes

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5
CLAIM_S = 60.0
"A claimed callback is rung at once; whoever has not managed that in a minute has gone."
ROUNDS = 50
"Batches of opened windows in one look; the next look goes on."
OWN_TELEPHONE = timedelta(minutes=10)
"Only the resident's own telephone is on duty: somebody else may be, later."
REST = timedelta(minutes=2)
"From one ring of a staff telephone to the next: time for a note, and peace if nobody is there."
OWNER = "clock"
NotRung = Literal["no_telephone", "her_own", "in_use", "not_now", "carrier", "spent"]
"""Why a member of staff is not rung at her wish: on no roster; the resident's own telephone; on
another call of ours; not the time; the carrier refused, or nobody knows; no more calls today."""


@dataclass(frozen=True, slots=True)
class RingPlan:
    """Settings of the rings."""

    staff_seconds: int
    "For so long a staff telephone rings."
    country: str
    "How numbers without their country are read."
    may_ring: Callable[[datetime], bool] = lambda _now: True
    "Whether another call may be paid for today; what is due stays on the desk's queue till then."


class Ringing:
    """Looks now and then what is to be rung. One at a time: `look` is never run twice at once."""

    def __init__(
        self,
        promises: Promises,
        claims: Claims,
        carrier: VoiceCarrier,
        notes: RingNotes,
        doubts: Doubts,
        minutes: Minutes,
        plan: RingPlan,
    ) -> None:
        self._promises, self._claims, self._carrier = promises, claims, carrier
        self._notes, self._doubts, self._minutes, self._plan = notes, doubts, minutes, plan
        self._store = promises.store

    def look(self, now: datetime) -> None:
        """Do what is to be done at `now`."""
        for _ in range(ROUNDS):
            if not self._claims.open_windows(now):
                break
        self._doubts.settle(now)
        staff = self._promises.roster.staff()
        self._ring(staff, now)
        self._end_of_day(staff, now)
        self._minutes.look(now)

    # -- staff ------------------------------------------------------------------------------

    def _ring(self, staff: Staff, now: datetime) -> None:
        """Ring whoever is on duty and free, one callback each, while there is money for calls."""
        if not self._plan.may_ring(now):
            return
        busy = {row.owner for row in self._store.listing(BEING_RUNG)}
        on_duty = staff.on_duty(now)
        free = [one for one in on_duty if one.name not in busy and _rested(one, now)]
        while free:
            claimed = self._claims.claim(OWNER, CLAIM_S)
            if claimed is None:
                return
            person = self._fitting(claimed.callback, free, staff, now)
            if person is None:
                until = now + OWN_TELEPHONE
                self._apply(claimed.callback.code, events.Deferred(until, "own_telephone"), now)
                continue
            free.remove(person)
            self._ring_staff(claimed, person, now)

    def _fitting(
        self, row: Callback, free: list[Person], staff: Staff, now: datetime
    ) -> Person | None:
        """Who speaks her language and was not rung for longest; never her own telephone."""
        hers = e164(row.phone, self._plan.country)
        ordered = [one for one in staff.on_duty(now, row.language) if one in free]
        others = [one for one in ordered if e164(one.phone, self._plan.country) != hers]
        return next(iter(others), None)

    def _ring_staff(self, claimed: Claimed, person: Person, now: datetime) -> bool:
        """Whether it was for us to ring; else, as where another dialler was faster, given back."""
        code, attempt = claimed.callback.code, claimed.attempt
        ring = self._claims.intend(code, attempt, "staff", claimed.fence, now, by=person)
        if ring is None:
            self._claims.release(code, claimed.fence)
            return False
        leg = Leg(code, attempt, ring.nth)
        try:
            call = self._carrier.ring(person.phone, address(leg), seconds=self._plan.staff_seconds)
        except CarrierError as error:
            self._not_rung(ring, error, now)
        else:
            self._placed(claimed.callback, ring, call, now)
        return True

    def ring_for(self, code: str, name: str, now: datetime) -> NotRung | None:
        """Ring the telephone of the member of staff who has this callback; why not, if not."""
        people = self._promises.roster.staff().people
        person = next((one for one in people if one.name == name), None)
        row = self._store.get(code)
        if person is None or row is None:
            return "no_telephone"
        hindered = self._hindered(row, person, now)
        if hindered is not None:
            return hindered
        claimed = self._claims.take(code, name, now, CLAIM_S)
        if claimed is None:
            return "not_now"
        if not self._ring_staff(claimed, person, now):
            self._apply(code, events.StaffClaimed(name), now)
            return "in_use"
        after = self._store.get(code)
        return None if after is not None and after.state in BEING_RUNG else "carrier"

    def _hindered(self, row: Callback, person: Person, now: datetime) -> NotRung | None:
        """What stands against ringing this person for this callback, whatever its time."""
        if e164(row.phone, self._plan.country) == e164(person.phone, self._plan.country):
            return "her_own"
        if not self._plan.may_ring(now):
            return "spent"
        others = (one for one in self._store.listing(BEING_RUNG) if one.code != row.code)
        return "in_use" if any(one.owner == person.name for one in others) else None

    def _not_rung(self, ring: Ring, error: CarrierError, now: datetime) -> None:
        """Refused: later. Nobody knows: the carrier's own list decides, never a second ring."""
        log.warning("%s", error)
        if error.certain:
            self._apply(ring.code, events.StaffDidNotAnswer(), now)
        else:
            self._apply(ring.code, events.LostTrack("staff"), now)

    def _placed(self, row: Callback, ring: Ring, call: str, now: datetime) -> None:
        """Keep the id, unless a webhook has brought one already."""
        known = next(one for one in self._store.rings_of(row.code) if _same(one, ring))
        if known.carrier_id is None:
            self._claims.placed(row.code, ring.attempt, "staff", call, now)
        self._notes.rang(row, ring, known.carrier_id or call, now)

    # -- the end of a day -------------------------------------------------------------------

    def _end_of_day(self, staff: Staff, now: datetime) -> None:
        """What is due when everybody has gone home goes to the next workday."""
        today = now.astimezone(staff.zone).date()
        for person in staff.people:
            if any(span.end > now for span in staff.duty(person, today)):
                return
        for row in self._store.listing({"due"}):
            self._apply(row.code, events.DayEnded(), now)

    def _apply(self, code: str, event: events.Event, now: datetime) -> None:
        self._notes.follow(self._store.apply(code, event, now, cause="clock"), now)


def _rested(person: Person, now: datetime) -> bool:
    """Whether their telephone was left alone for long enough; a clock set back blocks nobody."""
    return person.rung is None or abs(now - person.rung) >= REST


def _same(one: Ring, other: Ring) -> bool:
    return (one.attempt, one.party, one.nth) == (other.attempt, other.party, other.nth)


def look_for(ringing: Ringing, now: Callable[[], datetime]) -> Look:
    """What makes it look every few seconds.

    What fails in one look is logged, and looked at anew in the next.
    """

    def look() -> None:
        try:
            ringing.look(now())
        except (AssistantError, OSError) as error:
            log.error("callbacks wait for the next look: %s", error)  # noqa: TRY400 - the sentence says it

    return Look("callbacks", LOOK_EVERY_S, look, everywhere=True)
