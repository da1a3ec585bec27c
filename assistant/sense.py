"""What a turn is read with: by the surest ear, the names of the directory, what is known now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant import lookups
from assistant.core.conversation import Conversation
from assistant.core.turn import Understood, Utterance
from assistant.dialogue.move import Context
from assistant.dialogue.texts import as_written

if TYPE_CHECKING:
    from assistant.core.intent import Reading
    from assistant.rooms import Rooms

OWN_LANGUAGE = 0.25
"""Head start in confidence of the language spoken so far: the closed-grammar Mandarin ear gives
English 0.2 on average and Mandarin 0.55, the English one gives Mandarin 0.55 too (measured)."""
OWN_DIGITS = 0.1
"The same while a number may be the answer: a digit is a digit in either language."
MEANT = 0.1
"Head start of words that mean something to us."


def read(rooms: Rooms, utterance: Utterance, conversation: Conversation, now: datetime) -> Reading:
    """What an utterance is taken to mean, without acting on it."""
    finder = rooms.directory.finder()
    return rooms.reader.read(utterance, conversation.language, now, finder)


def surest(
    rooms: Rooms, heard: Sequence[Utterance], conversation: Conversation, now: datetime
) -> Utterance:
    """Of what several ears heard, the one that is surest and makes most sense."""
    pending = conversation.pending
    numbered = pending is not None and bool(pending.options)
    head_start = OWN_DIGITS if numbered else OWN_LANGUAGE

    def sense(utterance: Utterance) -> float:
        reading = read(rooms, utterance, conversation, now)
        meant = reading.match.accepted or reading.safety is not None
        own = head_start if utterance.language == conversation.language else 0.0
        return utterance.confidence + own + (MEANT if meant else 0.0)

    return max(heard, key=sense)


def understood(
    rooms: Rooms, conversation: Conversation, utterance: Utterance, now: datetime
) -> Understood:
    """What she said, put down in the journal with what it is taken to mean."""
    reading = read(rooms, utterance, conversation, now)
    if conversation.channel == "sms":
        reading = as_written(reading)
    journal, match = rooms.journal, reading.match
    journal.write(
        "heard",
        conversation,
        now,
        text=utterance.text,
        language=reading.language,
        confidence=round(utterance.confidence, 3),
        alternatives=[item.text for item in utterance.alternatives],
    )
    meant = reading.safety.intent if reading.safety else match.intent
    journal.write(
        "understood",
        conversation,
        now,
        intent=meant if reading.safety or match.accepted else None,
        score=round(reading.safety.score if reading.safety else match.score, 3),
        slots=reading.slots.as_json(),
    )
    return Understood(utterance, reading)


def confirmed(
    rooms: Rooms, conversation: Conversation, words: str, intent: str | None, now: datetime
) -> Understood:
    """Words the resident has confirmed; no longer a guess, whatever the ear's confidence."""
    utterance = Utterance(words, conversation.language)
    reading = read(rooms, utterance, conversation, now)
    meant = intent or reading.match.intent
    match = replace(reading.match, intent=meant, accepted=True)
    sure = replace(reading, match=match, word=None)
    return Understood(utterance, sure)


def context(rooms: Rooms, now: datetime, *, keys_only: bool, by_text: bool) -> Context:
    """What the dialogue knows in one turn; however often it asks for a new code, it is one."""
    given: list[str] = []

    def code() -> str:
        if not given:
            given.append(rooms.requests.next_code())
        return given[0]

    return Context(
        now,
        rooms.site,
        rooms.entries,
        code,
        keys_only,
        book=rooms.book,
        examples=rooms.examples,
        confirm_below=rooms.confirm_below,
        case_words=rooms.case_words,
        staffed=by_text or rooms.site.staff_phone is None or rooms.staffed(now),
        announced=lambda words, language: lookups.announced(rooms, words, language, now),
    )
