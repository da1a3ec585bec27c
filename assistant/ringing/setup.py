"""Ringing, joined: one house, its carrier, and everything between the clock and the webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.callbacks.claims import Claims
from assistant.callbacks.outcomes import OutcomeStore
from assistant.callbacks.worklist import Worklist
from assistant.outbox.quiet import quiet_times
from assistant.ringing.burnt_words import BurntWords
from assistant.ringing.clock import Ringing, RingPlan
from assistant.ringing.desk import Desk, RingStores
from assistant.ringing.doubts import Doubts
from assistant.ringing.minutes import Minutes
from assistant.ringing.notes import RingNotes
from assistant.ringing.outcomes import Outcomes
from assistant.ringing.records import Records
from assistant.ringing.staff import CallbackDesk
from assistant.ringing.texts import RingTexts
from assistant.ringing.words import RingWords

if TYPE_CHECKING:
    from assistant.app import House
    from assistant.core.ports import VoiceCarrier
    from assistant.edge.purse import Purse


@dataclass(frozen=True, slots=True)
class Ringers:
    """Both halves of ringing back: what begins it, and what the carrier asks meanwhile."""

    clock: Ringing
    desk: Desk
    staff: CallbackDesk
    outcomes: Outcomes


def build_ringers(
    house: House,
    carrier: VoiceCarrier,
    claims: Claims | None = None,
    purse: Purse | None = None,
) -> Ringers:
    """The ringing of this house over `carrier`; `claims` only where leases are other than usual.

    Without a `purse` everybody may be rung, as often as is to be.
    """
    config, rooms, promises = house.config, house.talk.rooms, house.promises
    claims = claims or Claims(house.database, promises.rules)
    texts = RingTexts(rooms, quiet_times(config.texts.quiet))
    notes = RingNotes(promises.store, house.journal, house.webhooks, texts)
    burnt = BurntWords(promises.store, promises.book, texts)
    words = RingWords(rooms.book, rooms.site, rooms.entries)
    plan = RingPlan(
        config.callbacks.ring_staff_s,
        config.site.country,
        lambda now: purse is None or purse.may_ring(now),
    )
    doubts = Doubts(promises, claims, carrier, notes)
    minutes = Minutes(promises, notes, texts, config.site.timezone)
    clock = Ringing(promises, claims, carrier, notes, doubts, minutes, plan)
    kept = OutcomeStore(house.database)
    staff = CallbackDesk(promises, Worklist(house.database), kept, clock, notes, Records(house))
    return Ringers(
        clock,
        Desk(
            RingStores(promises.store, claims),
            words,
            notes,
            burnt,
            house.clock.now,
            lambda phone: purse is None or purse.may_reach(phone),
        ),
        staff,
        Outcomes(promises, kept, notes, texts, house.requests.next_code),
    )
