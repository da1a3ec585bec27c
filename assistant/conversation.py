"""The loop: the one place that walks the whole way from a turn to what is said and done.

Channels hand turns in; this reads the words, steps the dialogue, performs its events against the
stores and hands sentences back. It runs in worker threads, never on the event loop.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assistant import effects, heard, lookups, outage, sense, texting
from assistant.core.conversation import Conversation
from assistant.core.errors import DatabaseError
from assistant.core.event import (
    Ask,
    EndCall,
    Event,
    Reread,
    Say,
    SayRest,
    Transfer,
)
from assistant.core.phones import e164
from assistant.core.texts import IncomingText
from assistant.core.turn import (
    Channel,
    HungUp,
    Key,
    LookedUp,
    Opened,
    Turn,
    Utterance,
)
from assistant.dialogue import traffic
from assistant.dialogue.engine import step
from assistant.dialogue.prompts import Sentence
from assistant.drill.numbers import is_drill
from assistant.logs import within
from assistant.one_at_a_time import OneAtATime
from assistant.rooms import Reply, Rooms
from assistant.understanding.masking import masked

if TYPE_CHECKING:
    from assistant.core.intent import Reading
    from assistant.understanding.reader import Reader

log = logging.getLogger(__name__)

SKEW = timedelta(seconds=10)
"""A text that waited for the one before it, maybe on a node whose clock goes before ours, is not
earlier than that one: a talk never goes backwards."""
MAX_LOOKUPS = 6
"Queries one turn may cause; more would be a loop in the dialogue, not a question."


class Talk:
    """Conversations of every channel, one turn at a time."""

    def __init__(self, rooms: Rooms, new_id: Callable[[], str] = lambda: uuid.uuid4().hex) -> None:
        """`new_id` names a conversation; tests pass their own."""
        self.rooms = rooms
        self._new_id = new_id
        self._contacts = OneAtATime(rooms.between_nodes)
        self._learning = threading.Lock()

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
        number = e164(contact, self.rooms.site.country)
        return Conversation(name, channel, number, chosen or own, now, now)

    def last_language(self, channel: Channel, contact: str) -> str | None:
        """The language this contact spoke last time in this channel; `None` for a first time."""
        try:
            last = self.rooms.store.load(channel, contact)
        except Exception:
            log.exception("the last conversation could not be read")
            return None
        return None if last is None else last.language

    def resume_text(self, contact: str, now: datetime) -> Conversation:
        """The text conversation with this contact: one that goes on for days."""
        number = e164(contact, self.rooms.site.country)
        return self.rooms.store.load("sms", number) or self.begin("sms", number, now)

    def text(self, text: IncomingText, now: datetime) -> Reply:
        """One incoming text; texts of the same contact are taken one after the other."""
        number = e164(text.contact, self.rooms.site.country)
        with self.alone_with(number):
            talk = self.resume_text(number, now)
            if timedelta(0) < talk.updated - now < SKEW:
                now = talk.updated
            before = traffic.arrived(talk, text.body, now)
            turn = texting.turn_of(text, before.language)
            return self.take(before, turn, now, as_texts=True)

    def take(
        self,
        conversation: Conversation,
        turn: Turn | Utterance,
        now: datetime,
        *,
        keys_only: bool = False,
        as_texts: bool = False,
        held: bool = False,
    ) -> Reply:
        """Take one turn to its end. Never raises: what fails is logged and answered kindly.

        `as_texts` also puts the reply into the texts that are sent. A `held` conversation is handed
        in again with the next turn: an answer that could only not be kept is given all the same.
        """
        with within(conversation.id):
            try:
                return self._take(
                    conversation, turn, now, keys_only=keys_only, as_texts=as_texts, held=held
                )
            except Exception as error:
                log.exception("turn failed in conversation %s", conversation.id)
                away = isinstance(error, DatabaseError)
            reply = self.regret(conversation, turn, now, away=away)
            return self._written(reply, now) if as_texts else reply

    def regret(
        self, conversation: Conversation, turn: Turn | Utterance, now: datetime, *, away: bool
    ) -> Reply:
        """What she hears where `turn` failed; `away`: because the database is."""
        kind = outage.regret(self.rooms, conversation, turn, away=away)
        after = replace(conversation, updated=now, unreached=kind.unreached)
        return Reply(after, kind.sentences, kind.transfer, kind.end)

    def read(self, utterance: Utterance, conversation: Conversation, now: datetime) -> Reading:
        """What an utterance is taken to mean, without acting on it."""
        return sense.read(self.rooms, utterance, conversation, now)

    def surest(
        self, heard: Sequence[Utterance], conversation: Conversation, now: datetime
    ) -> Utterance:
        """Of what several ears heard, the one that is surest and makes most sense."""
        return sense.surest(self.rooms, heard, conversation, now)

    def read_with(self, reader: Reader) -> None:
        """Understand with this reader from the next turn on; turns under way keep theirs."""
        with self._learning:
            self.rooms = replace(self.rooms, reader=reader)

    def _written(self, reply: Reply, now: datetime) -> Reply:
        """The reply as texts; what they leave unsaid is kept with the conversation."""
        rooms = self.rooms
        after, texts = texting.answer(
            rooms.book, rooms.signatures, rooms.journal, reply.conversation, reply.sentences, now
        )
        return replace(reply, conversation=after, texts=texts)

    def _take(
        self,
        conversation: Conversation,
        turn: Turn | Utterance,
        now: datetime,
        *,
        keys_only: bool,
        as_texts: bool,
        held: bool,
    ) -> Reply:
        if isinstance(turn, Utterance):
            turn = sense.understood(self.rooms, conversation, masked(turn), now)
        elif isinstance(turn, Key):
            self.rooms.journal.write("key", conversation, now, digit=turn.digit)
        elif isinstance(turn, Opened):
            turn = self._known(conversation, turn)
        by_text = conversation.channel == "sms"
        context = sense.context(self.rooms, now, keys_only=keys_only, by_text=by_text)
        reply = Reply(conversation)
        waiting: list[Turn] = [turn]
        for _ in range(MAX_LOOKUPS):
            if not waiting:
                break
            after, events = step(reply.conversation, waiting.pop(0), context)
            reply = replace(reply, conversation=after)
            for event in events:
                reply = self._perform(reply, event, waiting, now)
        if as_texts:
            reply = self._written(reply, now)
        if not isinstance(turn, HungUp) or reply.conversation.turns or reply.binding:
            kept = heard.hearing(conversation, turn, reply, now, as_texts=as_texts)
            reply = outage.kept(self.rooms, reply, kept, held=held)
        if isinstance(turn, HungUp) and reply.conversation.forgets:
            self.rooms.rights.talk_over(reply.conversation, now)
        return reply

    def _perform(self, reply: Reply, event: Event, waiting: list[Turn], now: datetime) -> Reply:
        conversation = reply.conversation
        binding, case = reply.binding or effects.binds(event), heard.case_of(event) or reply.case
        reply = replace(reply, binding=binding, case=case)
        match event:
            case Say():
                book = self.rooms.book
                said = book.sentence(event, conversation.language, conversation.channel)
                return replace(reply, sentences=(*reply.sentences, said))
            case SayRest(text):
                rest = Sentence(text, "more.rest", conversation.language)
                return replace(reply, sentences=(*reply.sentences, rest))
            case Ask(query):
                drill = is_drill(conversation.contact)
                found = lookups.answer(self.rooms, query, now, drill=drill)
                waiting.append(LookedUp(query, found))
                return replace(reply, case=heard.case_asked(query, found) or reply.case)
            case Reread(words, intent):
                waiting.append(sense.confirmed(self.rooms, conversation, words, intent, now))
            case Transfer(number):  # a drill rings nobody
                drill = is_drill(conversation.contact)
                return replace(reply, transfer=None if drill else number)
            case EndCall():
                return replace(reply, end=True)
            case _:
                effects.perform(self.rooms, event, conversation, now)
        return reply

    def _known(self, conversation: Conversation, turn: Opened) -> Opened:
        """The opening of a call with what is known of this caller."""
        liked = self.rooms.preferences.load(conversation.contact)
        last = self.rooms.store.load(conversation.channel, conversation.contact)
        asks, contact = self.rooms.feedback, conversation.contact
        finished = asks.to_ask(contact, conversation.opened) if asks is not None else None
        book = self.rooms.news
        news = book.waiting(contact) if book is not None else None
        return replace(turn, preferences=liked, last=last, feedback=finished or "", news=news)

    def alone_with(self, contact: str) -> AbstractContextManager[None]:
        """Held while anything changes the texts with this contact (E.164), on whatever node."""
        return self._contacts.alone_with(contact)
