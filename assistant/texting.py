"""Texts, joined: from what the carrier brings to a turn, from a reply to what is sent."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.core.conversation import Conversation, Unsent
from assistant.core.event import Say
from assistant.core.turn import CarrierWord, Utterance, Wordless
from assistant.core.values import PhoneNumber
from assistant.dialogue import traffic
from assistant.dialogue.prompts import run_on
from assistant.outage import emergency
from assistant.outbox.writer import Letter, written
from assistant.understanding.language import detect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from assistant.core.ports import Journal
    from assistant.core.texts import IncomingText
    from assistant.core.turn import Turn
    from assistant.dialogue.prompts import PromptBook, Sentence
    from assistant.rooms import Rooms


class Turnstile:
    """Lets one text be worked on at a time, unless the one inside hangs.

    The interpreter runs one thread at a time anyhow: three that take turns at it within every text
    cost twice the processor time of three in a row (measured: 11.0 and 6.1 ms a text), and each is
    answered later. Who waits longer than `patience_s` for the one inside goes past it.
    """

    def __init__(self, patience_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds and never goes back."""
        self._patience_s = patience_s
        self._clock = clock
        self._free = threading.Lock()
        self._entered = 0.0

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Wait for whoever is inside, then be the one."""
        left = self._entered + self._patience_s - self._clock()
        mine = self._free.acquire(timeout=left) if left > 0 else self._free.acquire(blocking=False)
        if mine:
            self._entered = self._clock()
        try:
            yield
        finally:
            if mine:
                self._free.release()


def turn_of(text: IncomingText, language: str) -> Turn | Utterance:
    """What a text is to the dialogue; `language` is that of the talk so far."""
    if text.carrier_did:
        return CarrierWord(text.carrier_did)
    if not text.body.strip():
        return Wordless(pictures=text.pictures > 0)
    return Utterance(text.body, language)


def letter(book: PromptBook, signatures: Mapping[str, str], text: str, language: str) -> Letter:
    """A text as it is sent: signed, one segment or two."""
    more = book.sentence(Say("more.tail"), language, "sms").text
    gap = " " if more.isascii() else ""
    return written(text, signatures.get(language, ""), gap + more)


def excuses(rooms: Rooms) -> Callable[[IncomingText], list[str]]:
    """Answers texts while nothing can be read or kept: how to reach the office instead.

    Words of danger bring the emergency number first. Nobody is told of them: nothing can be kept.
    """
    site, safety = rooms.site, rooms.reader.safety
    office = Say("error", (("phone", PhoneNumber(site.office_phone)),))

    def answer(text: IncomingText) -> list[str]:
        language = detect(text.body)
        if language not in site.languages:
            language = site.languages[0]
        says = [emergency(site), office] if safety.detect(text.body, language) else [office]
        said = run_on([rooms.book.sentence(say, language, "sms").text for say in says])
        return list(letter(rooms.book, rooms.signatures, said, language).parts)

    return answer


def answer(
    book: PromptBook,
    signatures: Mapping[str, str],
    journal: Journal,
    conversation: Conversation,
    sentences: Sequence[Sentence],
    now: datetime,
) -> tuple[Conversation, tuple[str, ...]]:
    """The texts that bring these sentences, journalled as said; what is left is kept."""
    if not sentences:
        return conversation, ()
    language = sentences[-1].language
    sent = letter(book, signatures, run_on([item.text for item in sentences]), language)
    parts = sent.parts[: traffic.room(conversation)]
    for part in parts:
        journal.write(
            "said",
            conversation,
            now,
            text=part,
            language=language,
            prompt=sentences[0].prompt,
            interrupted=False,
        )
    conversation = traffic.sent(conversation, len(parts))
    if sent.rest:
        conversation = replace(conversation, unsent=Unsent(sent.rest, now, conversation.nickname))
    return conversation, parts
