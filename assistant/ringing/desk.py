"""What is said in the calls that we make, and what they do to a callback: `core.ring.RingDesk`.

Every webhook is held against the callback as it stands and against the ring that was written down
before the carrier was asked. What does not belong to that ring, such as a second call of a carrier
that took one order twice, hears a neutral sentence and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assistant.callbacks import events
from assistant.callbacks.events import NoAnswerKind
from assistant.core.ring import RingReply
from assistant.ringing.notes import last_ring

if TYPE_CHECKING:
    from assistant.callbacks.claims import Claims
    from assistant.callbacks.events import Event
    from assistant.callbacks.row import Callback, Party, Ring
    from assistant.callbacks.steps import Step
    from assistant.callbacks.store import CallbackStore
    from assistant.core.ports import Spoken
    from assistant.core.ring import Leg, RingEnd
    from assistant.ringing.burnt_words import BurntWords
    from assistant.ringing.notes import RingNotes
    from assistant.ringing.words import RingWords

ASKED = 2
"Times staff are asked for a key."
CONNECTED_AFTER = timedelta(seconds=20)
"""Later than this after she answered, staff hear for themselves what has her telephone: a detector
that is wrong would cut off somebody who is talking."""
NEVER_REACHED: dict[str, NoAnswerKind] = {
    "busy": "busy",
    "no-answer": "no_answer",
    "failed": "failed",
    "canceled": "no_answer",
}
"The carrier's words (Twilio's) for a call that nobody took up."


@dataclass(frozen=True, slots=True)
class Called:
    """A callback with the ring that a webhook is about."""

    row: Callback
    ring: Ring


@dataclass(frozen=True, slots=True)
class RingStores:
    """Where callbacks stand, and who may change which."""

    callbacks: CallbackStore
    claims: Claims


class Desk:
    """Answers the webhooks of our own calls."""

    def __init__(
        self,
        stores: RingStores,
        words: RingWords,
        notes: RingNotes,
        burnt: BurntWords,
        now: Callable[[], datetime],
        may_reach: Callable[[str], bool] = lambda _phone: True,
    ) -> None:
        """`may_reach` tells which telephones the line may dial; others are dialled by hand."""
        self._store, self._claims, self._may_reach = stores.callbacks, stores.claims, may_reach
        self._words, self._notes, self._burnt, self._now = words, notes, burnt, now

    # -- staff ------------------------------------------------------------------------------

    def staff_answered(self, leg: Leg, call: str) -> RingReply:
        """They hear all before a key is asked for; nothing of it is said to another call."""
        called = self._called(leg, "staff", call)
        if called is None or not _rings_staff(called.row):
            return self._settled()
        if called.row.ending is not None:
            self._apply(leg.code, events.StaffRefused())
            return self._settled()
        said = (*self._words.for_staff(called.row), self._words.staff("choose"))
        return RingReply(said, "keys")

    def staff_pressed(self, leg: Leg, call: str, digit: str, step: int) -> RingReply:
        """A key proves a person; silence and other keys have the choices said once more."""
        called = self._called(leg, "staff", call)
        if called is None or not _rings_staff(called.row):
            return self._settled()
        match digit:
            case "1":
                return self._connect(called)
            case "2":
                self._apply(leg.code, events.StaffRefused())
                return RingReply((self._words.staff("later"),))
            case "3":
                return self._by_hand(called)
        if step < ASKED:
            return RingReply((self._words.staff("choose"),), "keys")
        self._apply(leg.code, events.StaffDidNotAnswer())
        return RingReply((self._words.staff("no_key"),))

    def _connect(self, called: Called) -> RingReply:
        """Her telephone, once the ring is written down; else it must not ring.

        A number the line may not dial is told to them, and the callback is theirs.
        """
        row, now = called.row, self._now()
        if not self._may_reach(row.phone):
            return self._by_hand(called)
        self._apply(row.code, events.StaffAnswered(row.owner or ""))
        meant = self._claims.intend(
            row.code, called.ring.attempt, "resident", None, now, cause="webhook"
        )
        if meant is None:
            self._apply(row.code, events.StaffRefused())
            return self._settled()
        return RingReply((self._words.staff("connecting"),), "ring", row.phone)

    def _by_hand(self, called: Called) -> RingReply:
        row = called.row
        self._apply(row.code, events.StaffRefused())
        self._apply(row.code, events.StaffClaimed(row.owner or ""))
        return RingReply(self._words.by_hand(row))

    # -- the resident -----------------------------------------------------------------------

    def resident_answered(self, leg: Leg, call: str, step: int) -> RingReply:
        """Who rings, then the safe word; a machine that has given itself away hears no word."""
        called = self._called(leg, "resident", call)
        if called is None:
            row = self._store.get(leg.code)
            language = row.language if row is not None else self._words.site.languages[0]
            return RingReply((self._words.nobody(language),))
        row = called.row
        if step == 0 and (row.state == "ringing_resident" or row.lost == "resident"):
            self._apply(row.code, events.ResidentAnswered())
            return RingReply((self._words.hello(row.language),), "go_on")
        if step > 0 and row.state == "talking":
            return RingReply(self._word_first(row), "connect")
        if called.ring.reached is False:
            return RingReply((self._words.machine(row.language),))
        return RingReply((self._words.nobody(row.language),))

    def machine_answered(self, leg: Leg, call: str) -> RingReply | None:
        """Counts as no answer; what it is told instead, `None` where she is talking already."""
        called = self._called(leg, "resident", call)
        if called is None:
            return None
        row, now = called.row, self._now()
        if row.state == "talking" and row.updated and now - row.updated > CONNECTED_AFTER:
            return None
        step = self._apply(row.code, events.MachineAnswered())
        if step is None or not step.accepted:
            return None
        self._burnt.burn(row.code, now)
        return RingReply((self._words.machine(row.language),))

    def _word_first(self, row: Callback) -> tuple[Spoken, ...]:
        """The safe word, written down before it leaves the house."""
        if not row.safe_word:
            return ()
        self._apply(row.code, events.WordSaid())
        return (self._words.first(row),)

    def resident_left(self, leg: Leg, call: str, end: RingEnd, seconds: int) -> RingReply:
        """Talked, or not reached; staff who are still on the line hear which."""
        called = self._called(leg, "resident", call)
        if called is None:
            return RingReply()
        if not call and called.ring.carrier_id is None and end != "failed":
            self._rang_unnamed(called)
        was_machine = called.ring.reached is False and end in {"talked", "dropped"}
        self._apply(leg.code, _left(end, seconds))
        if was_machine:
            return RingReply((self._words.staff("machine"),))
        return RingReply() if end == "talked" else RingReply((self._words.staff("not_reached"),))

    def _rang_unnamed(self, called: Called) -> None:
        """A carrier that names no call of its own for her telephone: the staff's stands for it."""
        staff = last_ring(self._store, called.row, "staff")
        name = staff.carrier_id if staff is not None else None
        self._notes.rang(called.row, called.ring, name or "", self._now())

    # -- reports ----------------------------------------------------------------------------

    def reported(self, leg: Leg, party: Party, call: str, status: str, seconds: int) -> None:
        """Names the ring, and closes one that nobody took up. A talk is closed by `resident_left`.

        That staff have hung up says nothing of her: it may come before what became of her ring.
        """
        del seconds
        called = self._called(leg, party, call)
        if called is None:
            return
        row = called.row
        if party == "resident" and status in NEVER_REACHED and row.state == "ringing_resident":
            self._apply(row.code, events.NoAnswer(NEVER_REACHED[status]))
        over = status == "completed" or status in NEVER_REACHED
        if party == "staff" and over and _rings_staff(row):
            self._apply(row.code, events.StaffDidNotAnswer())

    # -- parts ------------------------------------------------------------------------------

    def _called(self, leg: Leg, party: Party, call: str) -> Called | None:
        """The callback and its ring, if this call is that ring's; its id is kept if it is new."""
        row = self._store.get(leg.code)
        ring = None if row is None else last_ring(self._store, row, party)
        nth = leg.turn if party == "staff" else 1
        if row is None or ring is None or (ring.attempt, ring.nth) != (leg.attempt, nth):
            return None
        if call and ring.carrier_id not in {None, call}:
            return None
        if call and ring.carrier_id is None:
            self.placed(row, ring, call)
            row = self._store.get(leg.code) or row
        return Called(row, ring)

    def placed(self, row: Callback, ring: Ring, call: str) -> None:
        """The carrier rings, under this id."""
        now = self._now()
        self._claims.placed(row.code, ring.attempt, ring.party, call, now)
        self._notes.rang(row, ring, call, now)

    def _apply(self, code: str, event: Event) -> Step | None:
        now = self._now()
        step = self._store.apply(code, event, now, cause="webhook")
        self._notes.follow(step, now)
        return step

    def _settled(self) -> RingReply:
        return RingReply((self._words.staff("settled"),))


def _rings_staff(row: Callback) -> bool:
    """Whether a staff telephone rings for it, and nobody was put through yet."""
    ringing = row.state == "ringing_staff" or (row.state == "unknown" and row.lost == "staff")
    return ringing and not row.staff_ready


def _left(end: RingEnd, seconds: int) -> Event:
    match end:
        case "talked":
            return events.Talked(seconds)
        case "dropped":
            return events.DroppedEarly()
        case "no_answer" | "busy" | "failed":
            return events.NoAnswer(end)
