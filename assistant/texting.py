"""Texts, joined: from what the carrier brings to a turn, from a reply to what is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.core.conversation import Conversation, Unsent
from assistant.core.event import Say
from assistant.core.turn import CarrierWord, Utterance, Wordless
from assistant.dialogue import traffic
from assistant.dialogue.prompts import run_on
from assistant.outbox.writer import Letter, written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from assistant.core.ports import Journal
    from assistant.core.texts import IncomingText
    from assistant.core.turn import Turn
    from assistant.dialogue.prompts import PromptBook, Sentence


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
        conversation = replace(conversation, unsent=Unsent(sent.rest, now))
    return conversation, parts
