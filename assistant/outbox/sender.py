"""Sends what is due: one text at a time, each asked of the carrier once.

Calls block; `run` has a thread of its own. Nothing here is lost with the process: what was begun
is found again in the outbox.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assistant.core.errors import AssistantError, CarrierError
from assistant.outbox.delivery import ATTEMPTS, LATER_WAITS, remedy, wait_before
from assistant.outbox.quiet import QuietTime, earliest

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from assistant.core.ports import TextCarrier
    from assistant.outbox.store import Outbox
    from assistant.outbox.tables import Held, Kept

log = logging.getLogger(__name__)

IDLE_S = 2.0
"How often the outbox is looked at when nothing wakes the sender."
OPTED_OUT = "she wants no texts"
NO_TEXTS = "this telephone cannot take texts"


@dataclass(frozen=True, slots=True)
class Manners:
    """When and how much may be sent."""

    zone: ZoneInfo
    quiet: tuple[QuietTime, ...]
    contact_per_hour: int
    "Unasked texts to one contact; what she asked for and alarms are not held back."
    site_per_minute: int
    segments_per_day: int
    "The spend cap; unasked texts wait for the next day, and a person is told."
    landline: Callable[[str], bool] = lambda _contact: False
    "Whether a number tells by itself that it takes no texts."
    all_spent: Callable[[datetime], bool] = lambda _now: False
    "Whether no text but an alarm may be paid for today; the others wait for the next day."
    none_left: Callable[[str, datetime], bool] = lambda _contact, _now: False
    "The same for one contact: every carrier that serves it has been given its share of the day."


class Sender:
    """Takes texts from the outbox to the carrier."""

    def __init__(
        self,
        outbox: Outbox,
        carrier: TextCarrier,
        manners: Manners,
        now: Callable[[], datetime],
        opted_out: Callable[[str], bool],
        opt_out: Callable[[str, datetime], None],
        to_paper: Callable[[Held], None],
    ) -> None:
        """`opted_out` tells who wants no texts; `opt_out` remembers what the carrier says of it.

        `to_paper` takes a text whose telephone cannot take any.
        """
        self._outbox, self._carrier, self._manners = outbox, carrier, manners
        self._now, self._opted_out, self._opt_out = now, opted_out, opt_out
        self._to_paper = to_paper
        self._wake, self._stopped = threading.Event(), threading.Event()

    def run(self) -> None:
        """Send until stopped."""
        while not self._stopped.is_set():
            try:
                busy = self.step()
            except AssistantError as error:
                log.error("the outbox rests: %s", error)  # noqa: TRY400 - the sentence says it
                busy = False
            if not busy:
                self._wake.wait(IDLE_S)
                self._wake.clear()

    def wake(self) -> None:
        """Look at the outbox now."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the text in hand and end `run`."""
        self._stopped.set()
        self._wake.set()

    def step(self) -> bool:
        """Deal with one text; whether there was one."""
        held = self._outbox.claim(self._now())
        if held is None:
            return False
        if held.unknown_since is not None:
            self._look_up(held, held.unknown_since)
        else:
            self._consider(held)
        return True

    def reported(self, sid: str, status: str, error: int | None) -> None:
        """The carrier reports what became of a text."""
        now = self._now()
        kept = self._outbox.reported(sid, status, error, now)
        if kept is not None and kept.state in {"undelivered", "failed"}:
            self._did_not_arrive(kept, error, now)

    # -- before the carrier -----------------------------------------------------------------

    def _consider(self, held: Held) -> None:
        now, outbox = self._now(), self._outbox
        if held.kind == "news" and self._opted_out(held.contact):
            outbox.end(held, "dropped", now, why=OPTED_OUT)
        elif self._manners.landline(held.contact) or not outbox.can_text(held.contact):
            self._on_paper(held, now)
        else:
            due = self._not_before(held, now)
            if due > now:
                outbox.postpone(held, due, now, error=None)
            else:
                self._send(held)

    def _not_before(self, held: Held, now: datetime) -> datetime:
        """`now`, or when manners and limits allow this text at last."""
        manners = self._manners
        due = earliest(held.kind, held.asked, now, manners.quiet, manners.zone)
        if due > now:
            return due
        minute, hour = now - timedelta(minutes=1), now - timedelta(hours=1)
        if held.kind != "alarm" and self._outbox.begun_since(minute) > manners.site_per_minute:
            return now + timedelta(seconds=15)
        if held.kind != "alarm" and (
            manners.all_spent(now) or manners.none_left(held.contact, now)
        ):
            return self._tomorrow(now)
        if held.kind != "news":
            return now
        if self._outbox.begun_since(hour, held.contact) > manners.contact_per_hour:
            return now + timedelta(hours=1)
        return self._within_budget(now)

    def _within_budget(self, now: datetime) -> datetime:
        midnight = self._midnight(now)
        if self._outbox.segments_since(midnight) <= self._manners.segments_per_day:
            return now
        log.error("today's budget for texts is used up; unasked texts wait until tomorrow")
        return self._tomorrow(now)

    def _midnight(self, moment: datetime) -> datetime:
        local = moment.astimezone(self._manners.zone)
        return local.replace(hour=0, minute=0, second=0, microsecond=0)

    def _tomorrow(self, now: datetime) -> datetime:
        return self._midnight(now) + timedelta(days=1)

    # -- the carrier ------------------------------------------------------------------------

    def _send(self, held: Held) -> None:
        try:
            sid = self._carrier.send_text(held.contact, held.body)
        except CarrierError as error:
            if error.certain:
                self._refused(held, error.code, error.status)
            else:
                self._outbox.doubt(
                    held, self._now() + wait_before(held.attempt, held.key), self._now()
                )
        else:
            self._outbox.accepted(held, sid, self._now())

    def _look_up(self, held: Held, since: datetime) -> None:
        """An asking ended nobody knows how: the carrier's own list decides, never a second text."""
        now = self._now()
        try:
            sid = self._carrier.find_text(held.contact, held.body, since)
        except CarrierError:
            if held.attempt >= ATTEMPTS:
                self._outbox.end(
                    held, "failed", now, why="the carrier never said whether it has it"
                )
            else:
                self._outbox.doubt(held, now + wait_before(held.attempt, held.key), now)
            return
        if sid is not None:
            self._outbox.accepted(held, sid, now)
        elif held.attempt >= ATTEMPTS:
            self._outbox.end(held, "failed", now, why="the carrier keeps failing")
        else:
            self._outbox.postpone(held, now, now, error=None)

    def _refused(self, held: Held, code: int | None, status: int | None) -> None:
        now, outbox = self._now(), self._outbox
        match remedy(code, status):
            case "opted_out":
                self._opt_out(held.contact, now)
                outbox.end(held, "dropped", now, error=code, why=OPTED_OUT)
            case "no_texts":
                outbox.takes_no_texts(held.contact, f"carrier {code}", now)
                self._on_paper(held, now, code)
            case "later" if held.tries_later < len(LATER_WAITS):
                due = now + LATER_WAITS[held.tries_later]
                outbox.postpone(held, due, now, error=code, later=True)
            case "again" if held.attempt < ATTEMPTS:
                outbox.postpone(held, now + wait_before(held.attempt, held.key), now, error=code)
            case _:
                outbox.end(held, "failed", now, error=code, why=f"refused, HTTP {status}")

    def _on_paper(self, held: Held, now: datetime, code: int | None = None) -> None:
        """A card first, so that nothing is lost in between; its key keeps it one card."""
        self._to_paper(held)
        self._outbox.end(held, "dropped", now, error=code, why=NO_TEXTS)

    def _did_not_arrive(self, kept: Kept, error: int | None, now: datetime) -> None:
        """The carrier took the text and could not bring it."""
        match remedy(error, None):
            case "opted_out":
                self._opt_out(kept.contact, now)
            case "no_texts":
                self._outbox.takes_no_texts(kept.contact, f"carrier {error}", now)
            case "later":
                if kept.tries_later < len(LATER_WAITS):
                    due = now + LATER_WAITS[kept.tries_later]
                    self._outbox.again_later(kept.key, due, now)
            case _:
                log.warning("a text did not arrive: carrier code %s", error)
