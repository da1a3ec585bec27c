"""The loop: the one place that walks the whole way from a turn to what is said and done.

Channels hand turns in; this reads the words, steps the dialogue, performs its events against the
stores and hands sentences back. It runs in worker threads, never on the event loop.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.core.answer import CaseStatus, Found, Query
from assistant.core.conversation import Conversation
from assistant.core.event import (
    Alert,
    Ask,
    EndCall,
    Event,
    OptOut,
    Outcome,
    Reread,
    Say,
    TakeDown,
    Transfer,
)
from assistant.core.turn import Channel, HungUp, Key, LookedUp, Turn, Understood, Utterance
from assistant.dialogue.engine import step
from assistant.dialogue.move import Context, Entry
from assistant.dialogue.prompts import PromptBook, Sentence

if TYPE_CHECKING:
    from assistant.core.intent import Reading
    from assistant.core.ports import ConversationStore, Directory, Journal, RequestStore
    from assistant.core.site import Site
    from assistant.understanding.reader import Reader

log = logging.getLogger(__name__)

OWN_LANGUAGE = 0.25
"""Head start in confidence of the language spoken so far: the closed-grammar Mandarin ear gives
English 0.2 on average and Mandarin 0.55, the English one gives Mandarin 0.55 too (measured)."""
OWN_DIGITS = 0.1
"The same while a number may be the answer: a digit is a digit in either language."
MEANT = 0.1
"Head start of words that mean something to us."
MAX_LOOKUPS = 6
"Queries one turn may cause; more would be a loop in the dialogue, not a question."


@dataclass(frozen=True, slots=True)
class Reply:
    """What a turn led to."""

    conversation: Conversation
    sentences: tuple[Sentence, ...] = ()
    transfer: str | None = None
    "Number to put the caller through to, once everything has been said."
    end: bool = False
    "Hang up once everything has been said."


@dataclass(frozen=True, slots=True)
class Rooms:
    """Everything the loop joins."""

    site: Site
    entries: Mapping[str, Entry]
    book: PromptBook
    reader: Reader
    directory: Directory
    requests: RequestStore
    store: ConversationStore
    journal: Journal
    confirm_below: float = 0.5


class Talk:
    """Conversations of every channel, one turn at a time."""

    def __init__(self, rooms: Rooms, new_id: Callable[[], str] = lambda: uuid.uuid4().hex) -> None:
        """`new_id` names a conversation; tests pass their own."""
        self.rooms = rooms
        self._new_id = new_id
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def begin(
        self,
        channel: Channel,
        contact: str,
        now: datetime,
        *,
        language: str | None = None,
        identifier: str | None = None,
    ) -> Conversation:
        """A new conversation in the site's own language, or in `language`."""
        chosen = language if language in self.rooms.site.languages else None
        own = self.rooms.site.languages[0]
        name = identifier or self._new_id()
        return Conversation(name, channel, contact, chosen or own, now, now)

    def resume_text(self, contact: str, now: datetime) -> Conversation:
        """The text conversation with this contact: one that goes on for days."""
        return self.rooms.store.load("sms", contact) or self.begin("sms", contact, now)

    def text(self, contact: str, body: str, now: datetime) -> Reply:
        """One incoming text; texts of the same contact are taken one after the other."""
        with self._lock(contact):
            conversation = self.resume_text(contact, now)
            turn = Utterance(body, conversation.language)
            return self.take(conversation, turn, now)

    def take(
        self,
        conversation: Conversation,
        turn: Turn | Utterance,
        now: datetime,
        *,
        keys_only: bool = False,
    ) -> Reply:
        """Take one turn to its end. Never raises: what fails is logged and answered kindly."""
        try:
            return self._take(conversation, turn, now, keys_only=keys_only)
        except Exception:
            log.exception("turn failed in conversation %s", conversation.id)
            sentence = self.rooms.book.sentence(
                Say("error"), conversation.language, conversation.channel
            )
            return Reply(replace(conversation, updated=now), (sentence,))

    def read(self, utterance: Utterance, conversation: Conversation, now: datetime) -> Reading:
        """What an utterance is taken to mean, without acting on it."""
        finder = self.rooms.directory.finder()
        return self.rooms.reader.read(utterance, conversation.language, now, finder)

    def surest(
        self, heard: Sequence[Utterance], conversation: Conversation, now: datetime
    ) -> Utterance:
        """Of what several ears heard, the one that is surest and makes most sense."""
        pending = conversation.pending
        numbered = pending is not None and bool(pending.options)
        head_start = OWN_DIGITS if numbered else OWN_LANGUAGE

        def sense(utterance: Utterance) -> float:
            reading = self.read(utterance, conversation, now)
            meant = reading.match.accepted or reading.safety is not None
            own = head_start if utterance.language == conversation.language else 0.0
            return utterance.confidence + own + (MEANT if meant else 0.0)

        return max(heard, key=sense)

    def _take(
        self, conversation: Conversation, turn: Turn | Utterance, now: datetime, *, keys_only: bool
    ) -> Reply:
        if isinstance(turn, Utterance):
            turn = self._understand(conversation, turn, now)
        elif isinstance(turn, Key):
            self.rooms.journal.write("key", conversation, now, digit=turn.digit)
        context = self._context(now, keys_only=keys_only)
        reply = Reply(conversation)
        waiting: list[Turn] = [turn]
        for _ in range(MAX_LOOKUPS):
            if not waiting:
                break
            after, events = step(reply.conversation, waiting.pop(0), context)
            reply = replace(reply, conversation=after)
            for event in events:
                reply = self._perform(reply, event, waiting, now)
        if not isinstance(turn, HungUp) or reply.conversation.turns:
            self.rooms.store.save(reply.conversation)
        return reply

    def _understand(
        self, conversation: Conversation, utterance: Utterance, now: datetime
    ) -> Understood:
        reading = self.read(utterance, conversation, now)
        journal, match = self.rooms.journal, reading.match
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

    def _context(self, now: datetime, *, keys_only: bool) -> Context:
        given: list[str] = []

        def code() -> str:
            if not given:
                given.append(self.rooms.requests.next_code())
            return given[0]

        rooms = self.rooms
        return Context(
            now, rooms.site, rooms.entries, code, keys_only, confirm_below=rooms.confirm_below
        )

    def _perform(self, reply: Reply, event: Event, waiting: list[Turn], now: datetime) -> Reply:
        conversation, requests = reply.conversation, self.rooms.requests
        match event:
            case Say():
                book = self.rooms.book
                said = book.sentence(event, conversation.language, conversation.channel)
                return replace(reply, sentences=(*reply.sentences, said))
            case Ask(query):
                waiting.append(LookedUp(query, self._answer(query, now)))
            case Reread(words):
                waiting.append(self._sure(conversation, words, now))
            case TakeDown():
                requests.take_down(event, conversation, now)
            case Alert():
                requests.alert(event, conversation, now)
            case OptOut(stop):
                requests.opt_out(conversation.contact, stop=stop, now=now)
            case Outcome(kind, facts):
                self.rooms.journal.write("outcome", conversation, now, kind=kind, facts=dict(facts))
            case Transfer(number):
                return replace(reply, transfer=number)
            case EndCall():
                return replace(reply, end=True)
        return reply

    def _sure(self, conversation: Conversation, words: str, now: datetime) -> Understood:
        """Words the resident has confirmed; no longer a guess, whatever the ear's confidence."""
        utterance = Utterance(words, conversation.language)
        reading = self.read(utterance, conversation, now)
        sure = replace(reading, match=replace(reading.match, accepted=True))
        return Understood(utterance, sure)

    def _answer(self, query: Query, now: datetime) -> Found:
        if isinstance(query, CaseStatus):
            return Found(status=self.rooms.requests.status(query.code))
        return self.rooms.directory.ask(query, now)

    def _lock(self, contact: str) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(contact, threading.Lock())
