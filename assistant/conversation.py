"""The loop: the one place that walks the whole way from a turn to what is said and done.

Channels hand turns in; this reads the words, steps the dialogue, performs its events against the
stores and hands sentences back. It runs in worker threads, never on the event loop.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assistant import effects, heard, outage, texting
from assistant.core.case_words import CaseWords
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
    Understood,
    Utterance,
)
from assistant.dialogue import traffic
from assistant.dialogue.engine import step
from assistant.dialogue.move import Context, Entry, Example
from assistant.dialogue.prompts import PromptBook, Sentence
from assistant.dialogue.texts import as_written
from assistant.drill.numbers import is_drill
from assistant.logs import within
from assistant.understanding.masking import masked

if TYPE_CHECKING:
    from assistant.core.intent import Reading
    from assistant.core.news import MonthTold
    from assistant.core.ports import (
        AlarmStore,
        CallbackBook,
        CaseBook,
        Directory,
        Feedback,
        Journal,
        NewsBook,
        Outbox,
        PollBook,
        PreferenceStore,
        RequestStore,
        Rights,
    )
    from assistant.core.site import Site
    from assistant.memory.hearings import Hearing
    from assistant.memory.store import ConversationStore
    from assistant.understanding.reader import Reader

log = logging.getLogger(__name__)

OWN_LANGUAGE = 0.25
"""Head start in confidence of the language spoken so far: the closed-grammar Mandarin ear gives
English 0.2 on average and Mandarin 0.55, the English one gives Mandarin 0.55 too (measured)."""
OWN_DIGITS = 0.1
"The same while a number may be the answer: a digit is a digit in either language."
MEANT = 0.1
"Head start of words that mean something to us."
SKEW = timedelta(seconds=10)
"""A text that waited for the one before it, maybe on a node whose clock goes before ours, is not
earlier than that one: a talk never goes backwards."""
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
    texts: tuple[str, ...] = ()
    "The same as the texts that are sent, in answer to a text."
    binding: bool = False
    "Something was kept, sent or promised: the turn cannot be taken back and read anew."
    case: str = ""
    "The code of the case the turn was about; empty where it was about none."


@dataclass(frozen=True, slots=True)
class Rooms:
    """Everything the loop joins."""

    site: Site
    entries: Mapping[str, Entry]
    book: PromptBook
    reader: Reader
    directory: Directory
    requests: RequestStore
    alarms: AlarmStore
    store: ConversationStore
    preferences: PreferenceStore
    journal: Journal
    examples: Mapping[str, tuple[Example, ...]]
    rights: Rights
    outbox: Outbox | None = None
    "Where texts leave the house; without one they are only journalled."
    confirm_below: float = 0.5
    case_words: CaseWords = field(default_factory=dict)
    "What stands for a case code, by language."
    signatures: Mapping[str, str] = field(default_factory=dict)
    "What every text begins with, by language."
    cases: CaseBook | None = None
    "Without one, a matter is open or closed and nothing more is told of it."
    feedback: Feedback | None = None
    "Without one, nobody is asked about what is finished."
    polls: PollBook | None = None
    "Without one, nobody can vote."
    news: NewsBook | None = None
    "Without one, nobody is told in a call what became of a suggestion."
    last_month: Callable[[datetime], MonthTold | None] = lambda _: None
    "The last month whose figures are public; none before the first is counted."
    callbacks: CallbackBook | None = None
    "Without one, who wants to be rung is only taken down."
    staffed: Callable[[datetime], bool] = lambda _: True
    "Whether anybody is on duty to whom a call can be put through."
    between_nodes: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext()
    "Held by one node at a time, a contact each."


class Talk:
    """Conversations of every channel, one turn at a time."""

    def __init__(self, rooms: Rooms, new_id: Callable[[], str] = lambda: uuid.uuid4().hex) -> None:
        """`new_id` names a conversation; tests pass their own."""
        self.rooms = rooms
        self._new_id = new_id
        self._taken: dict[str, tuple[threading.Lock, int]] = {}
        "By contact whose texts are changed now, its lock and how many hold it or wait for it."
        self._guard = threading.Lock()
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
        return self._resume_text(e164(contact, self.rooms.site.country), now)

    def _resume_text(self, number: str, now: datetime) -> Conversation:
        return self.rooms.store.load("sms", number) or self.begin("sms", number, now)

    def text(self, text: IncomingText, now: datetime) -> Reply:
        """One incoming text; texts of the same contact are taken one after the other."""
        number = e164(text.contact, self.rooms.site.country)
        with self.alone_with(number):
            talk = self._resume_text(number, now)
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
        finder = self.rooms.directory.finder()
        return self.rooms.reader.read(utterance, conversation.language, now, finder)

    def read_with(self, reader: Reader) -> None:
        """Understand with this reader from the next turn on; turns under way keep theirs."""
        with self._learning:
            self.rooms = replace(self.rooms, reader=reader)

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
            turn = self._understand(conversation, masked(turn), now)
        elif isinstance(turn, Key):
            self.rooms.journal.write("key", conversation, now, digit=turn.digit)
        elif isinstance(turn, Opened):
            turn = self._known(conversation, turn)
        by_text = conversation.channel == "sms"
        context = self._context(now, keys_only=keys_only, by_text=by_text)
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
            reply = self._kept(reply, kept, held=held)
        if isinstance(turn, HungUp) and reply.conversation.forgets:
            self.rooms.rights.talk_over(reply.conversation, now)
        return reply

    def _kept(self, reply: Reply, hearing: Hearing | None, *, held: bool) -> Reply:
        """Keep the talk as the reply leaves it.

        Raises `DatabaseError`, but for the first time in a talk that is held elsewhere.
        """
        talk = replace(reply.conversation, unreached=0)
        try:
            self.rooms.store.save_turn(talk, hearing)
        except DatabaseError as error:
            if not held or reply.conversation.unreached:
                raise
            log.error("a turn of conversation %s could not be kept: %s", talk.id, error)  # noqa: TRY400 - the sentence says it
            return reply
        return replace(reply, conversation=talk)

    def _understand(
        self, conversation: Conversation, utterance: Utterance, now: datetime
    ) -> Understood:
        reading = self.read(utterance, conversation, now)
        if conversation.channel == "sms":
            reading = as_written(reading)
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

    def _context(self, now: datetime, *, keys_only: bool, by_text: bool) -> Context:
        given: list[str] = []

        def code() -> str:
            if not given:
                given.append(self.rooms.requests.next_code())
            return given[0]

        rooms = self.rooms
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
            announced=lambda words, language: effects.announced(rooms, words, language, now),
        )

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
                found = effects.answer(self.rooms, query, now, drill=drill)
                waiting.append(LookedUp(query, found))
                return replace(reply, case=heard.case_asked(query, found) or reply.case)
            case Reread(words, intent):
                waiting.append(self._sure(conversation, words, intent, now))
            case Transfer(number):  # a drill rings nobody
                drill = is_drill(conversation.contact)
                return replace(reply, transfer=None if drill else number)
            case EndCall():
                return replace(reply, end=True)
            case _:
                effects.perform(self.rooms, event, conversation, now)
        return reply

    def _sure(
        self, conversation: Conversation, words: str, intent: str | None, now: datetime
    ) -> Understood:
        """Words the resident has confirmed; no longer a guess, whatever the ear's confidence."""
        utterance = Utterance(words, conversation.language)
        reading = self.read(utterance, conversation, now)
        meant = intent or reading.match.intent
        match = replace(reading.match, intent=meant, accepted=True)
        sure = replace(reading, match=match, word=None)
        return Understood(utterance, sure)

    def _known(self, conversation: Conversation, turn: Opened) -> Opened:
        """The opening of a call with what is known of this caller."""
        liked = self.rooms.preferences.load(conversation.contact)
        last = self.rooms.store.load(conversation.channel, conversation.contact)
        asks, contact = self.rooms.feedback, conversation.contact
        finished = asks.to_ask(contact, conversation.opened) if asks is not None else None
        book = self.rooms.news
        news = book.waiting(contact) if book is not None else None
        return replace(turn, preferences=liked, last=last, feedback=finished or "", news=news)

    @contextmanager
    def alone_with(self, contact: str) -> Iterator[None]:
        """Held while anything changes the texts with this contact (E.164), on whatever node."""
        with self._alone_here(contact), self.rooms.between_nodes(contact):
            yield

    @contextmanager
    def _alone_here(self, contact: str) -> Iterator[None]:
        """One thread at a time; who leaves last takes the lock away: contacts come without end."""
        with self._guard:
            lock, many = self._taken.get(contact) or (threading.Lock(), 0)
            self._taken[contact] = lock, many + 1
        try:
            with lock:
                yield
        finally:
            with self._guard:
                lock, many = self._taken.pop(contact)
                if many > 1:
                    self._taken[contact] = lock, many - 1
