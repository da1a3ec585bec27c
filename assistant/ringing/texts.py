"""Texts about a promise to ring: the evening before, when it slips, and when nobody was reached."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.core.case_words import word_of
from assistant.core.conversation import Conversation, Pending
from assistant.core.event import Say
from assistant.core.texts import OutgoingText
from assistant.core.values import Code, Day, PhoneNumber, Span, Spans, Value, Words
from assistant.dialogue.binding import bound
from assistant.dialogue.telephones import takes_texts
from assistant.dialogue.windows import deed
from assistant.outbox.quiet import QuietTime, earliest
from assistant.texting import letter

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.callbacks.row import Callback
    from assistant.core.callback import Window
    from assistant.core.texts import TextKind
    from assistant.rooms import Rooms

CHOICES = (("1", "when"), ("2", "change"))
"What a digit in answer to a slipping promise means: keep it, and hear it again; or another time."

MOVED = (*CHOICES, ("3", "cancel"))
"The same for a new time, which can be taken back as well."


@dataclass(frozen=True, slots=True)
class RingTexts:
    """Puts texts about callbacks into the outbox; the same one twice is one."""

    rooms: Rooms
    quiet: tuple[QuietTime, ...]
    "Hours in which she is not to be woken."

    def reaches(self, row: Callback) -> bool:
        """Whether she can be sent a text, and wants any."""
        rooms = self.rooms
        if rooms.outbox is None or not takes_texts(row.phone, rooms.site.country):
            return False
        return not rooms.requests.opted_out(row.phone)

    def reminder(self, row: Callback, now: datetime) -> bool:
        """Tomorrow we ring, and with which word; whether a text can say so."""
        if row.window is None or not row.safe_word:
            return False
        return self._call_to_mind(row, row.window, "reminder", now)

    def reworded(self, row: Callback, now: datetime) -> bool:
        """When she is rung again, and with which word from now on; whether a text can say so."""
        window = _rung_again(row)
        return window is not None and self._call_to_mind(row, window, f"word:{row.attempt}", now)

    def _call_to_mind(self, row: Callback, window: Window, kind: str, now: datetime) -> bool:
        when = self._when(window, now)
        say = Say("callback.ring.reminder", (*when, ("word", Words(row.safe_word))))
        return self._put(row, say, f"{kind}:{window.start.isoformat()}", "chosen", now)

    def moved(self, row: Callback, now: datetime) -> bool:
        """Staff have found another time with her; whether a text can say so."""
        if row.window is None:
            return False
        rooms, zone = self.rooms, ZoneInfo(self.rooms.site.timezone)
        start, end = row.window.start.astimezone(zone), row.window.end.astimezone(zone)
        word = word_of(row.code, rooms.case_words.get(row.language, ()))
        params: dict[str, Value] = {
            "day": Day(start.date(), now.astimezone(zone).date()),
            "span": Span(start.time(), end.time()),
            "word": Words(row.safe_word),
            "case": Words(word) if word is not None else Code(row.code),
            "phone": PhoneNumber(rooms.site.office_phone),
        }
        say = Say("callback.changed", tuple(params.items()))
        if not self._put(row, say, f"moved:{row.window.start.isoformat()}", "chosen", now):
            return False
        self._bind(row, now, MOVED)
        return True

    def unreached(self, row: Callback, now: datetime) -> bool:
        """We rang in vain; whether a text can say so."""
        phone = PhoneNumber(self.rooms.site.office_phone)
        say = Say("callback.ring.unreached", (("phone", phone),))
        return self._put(row, say, f"unreached:{row.attempt}", "news", now)

    def slips(self, row: Callback, now: datetime) -> bool:
        """We may not manage it; whether a text can ask what she would like instead, in time."""
        if row.window is None or self._due(now) >= row.window.end:
            return False
        say = Say("callback.ring.slips", self._when(row.window, now))
        key = f"slips:{row.window.start.isoformat()}"
        if not self._put(row, say, key, "chosen", now):
            return False
        self._bind(row, now)
        return True

    def _when(self, window: Window, now: datetime) -> tuple[tuple[str, Value], ...]:
        zone = ZoneInfo(self.rooms.site.timezone)
        start, end = window.start.astimezone(zone), window.end.astimezone(zone)
        day = Day(start.date(), now.astimezone(zone).date())
        return (("day", day), ("spans", Spans((Span(start.time(), end.time()),))))

    def _due(self, now: datetime) -> datetime:
        return earliest("news", now, now, self.quiet, ZoneInfo(self.rooms.site.timezone))

    def _put(self, row: Callback, say: Say, key: str, kind: TextKind, now: datetime) -> bool:
        rooms = self.rooms
        if rooms.outbox is None or not self.reaches(row):
            return False
        text = rooms.book.sentence(say, row.language, "sms").text
        due = self._due(now)
        talk = self._talk(row, now)
        parts = letter(rooms.book, rooms.signatures, text, row.language).parts
        for number, part in enumerate(parts, start=1):
            sent = OutgoingText(
                f"callback:{row.code}:{key}:{number}", row.phone, part, row.language, kind, now
            )
            if rooms.outbox.put(sent, now, due):
                rooms.journal.write(
                    "said",
                    talk,
                    now,
                    text=part,
                    language=row.language,
                    prompt=say.prompt,
                    interrupted=False,
                )
        return True

    def _bind(
        self, row: Callback, now: datetime, choices: tuple[tuple[str, str], ...] = CHOICES
    ) -> None:
        """A digit in her answer means what it means in this text."""
        options = tuple(deed(digit, purpose, row.code) for digit, purpose in choices)
        until = row.window.end if row.window is not None else None
        question = Pending("callback", now, options=options, until=until)
        kept = bound(self._talk(row, now), question)
        self.rooms.store.save(replace(kept, updated=now))

    def _talk(self, row: Callback, now: datetime) -> Conversation:
        """The conversation by text with her, as it stands."""
        talk = self.rooms.store.load("sms", row.phone)
        if talk is not None:
            return talk
        return Conversation(f"{row.conversation}-sms", "sms", row.phone, row.language, now, now)


def _rung_again(row: Callback) -> Window | None:
    """The hours in which the next ring lies: her window, or the same hours of the extra day."""
    window = row.window
    if window is None or not row.extra_day or row.next_at is None:
        return window
    return replace(window, start=row.next_at, end=row.next_at + (window.end - window.start))
