"""Calls as they come: each gets what the machine has left, from a talk down to the carrier's menu.

The decision itself is `core.ladder.rung`. Here are the calls that count against it, and the
sentences that a call could not speak and the carrier's own voice says in its place.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, OrderedDict
from concurrent.futures import TimeoutError as LateError
from dataclasses import replace
from typing import TYPE_CHECKING

from prometheus_client import Gauge

from assistant.call import CallParts, VoiceCall
from assistant.capacity import limits
from assistant.core.errors import DatabaseError
from assistant.core.ladder import RUNGS, Load, Rung, rung
from assistant.core.ports import FRAME_MS, MenuReply, Spoken
from assistant.core.turn import Key, Opened, Silence
from assistant.hurry import MENU_WITHIN_S, Hurry
from assistant.outage import TOLD
from assistant.playback import Pauses
from assistant.speech.hesitation import Hesitation

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.app import House
    from assistant.core.conversation import Conversation
    from assistant.core.ports import Line
    from assistant.dialogue.prompts import Sentence
    from assistant.rooms import Reply
    from assistant.speech.ears import Ears
    from assistant.speech.mouth import Mouth

log = logging.getLogger(__name__)

UNSAID = 200
"Calls whose unsaid sentences are kept; a carrier asks for them within a second."
OPEN_QUESTIONS = frozenset({"open", "words"})
"Questions that keys cannot answer: the menu comes in their place."

in_progress = Gauge("assistant_calls", "Calls in progress by what they were given.", ["rung"])


class Calls:
    """Opens calls for carriers (`core.ports.CallDesk`) and serves the keys-only menu."""

    def __init__(self, house: House, ears: Ears, mouth: Mouth, hurry: Hurry | None = None) -> None:
        self._house, self._ears, self._hurry = house, ears, hurry or Hurry()
        speech = house.config.speech
        models = {language: path.name for language, path in ears.models.items()}
        self.limits = limits(house.config.calls.model_dump(), house.data, models)
        self.parts = CallParts(
            talk=house.talk,
            ears=ears,
            mouth=mouth,
            journal=house.journal,
            patience=house.config.listening,
            hesitations={
                language: Hesitation.of(language, common)
                for language, common in house.library.common.items()
            },
            pauses=Pauses(
                *(
                    round(seconds * 1000 / FRAME_MS)
                    for seconds in (speech.between_s, speech.before_question_s, speech.after_key_s)
                )
            ),
            unsaid=self._keep_unsaid,
        )
        self._guard = threading.Lock()
        self._open: dict[str, Rung] = {}
        self._unsaid: OrderedDict[str, Reply] = OrderedDict()
        self._ringing: dict[str, VoiceCall] = {}
        self._done: OrderedDict[str, None] = OrderedDict()
        "Calls that we ended: where the carrier goes on with the menu, it is told to hang up."

    def next_rung(self) -> Rung:
        """What a call that came now would be given. For any thread."""
        with self._guard:
            count = Counter(self._open.values())
        load = Load(
            speech=count["speech"],
            keys=count["keys"],
            number=count["number"],
            hears=bool(self._ears.languages),
        )
        return rung(load, self.limits)

    def crowded(self) -> bool:
        """Whether half of the calls this machine carries are in progress."""
        limits = self.limits
        with self._guard:
            return 2 * len(self._open) >= limits.speech + limits.keys + limits.number

    def full(self) -> bool:
        """Whether no stream is left: the carrier's own menu answers the next call."""
        return self.next_rung() == "carrier"

    def open(self, line: Line, identifier: str, contact: str) -> VoiceCall | None:
        """A call that begins now, or `None` when the carrier's own menu is all that is left."""
        given = self.next_rung()
        if given == "carrier":
            return None
        with self._guard:
            self._open[identifier] = given
        self._count()
        now = self._house.clock.now()
        conversation = self._house.talk.begin("voice", contact, now, identifier=identifier)
        call = VoiceCall(line, self.parts, conversation, self._greeted(given))
        self._ringing[identifier] = call
        return call

    def close(self, identifier: str) -> None:
        """The stream of a call is over; its place is free. Safe for calls never opened."""
        call = self._ringing.pop(identifier, None)
        with self._guard:
            self._open.pop(identifier, None)
            if call is not None and call.done:
                self._done[identifier] = None
                while len(self._done) > UNSAID:
                    self._done.popitem(last=False)
        self._count()

    def menu(self, identifier: str, contact: str, digit: str | None, *, first: bool) -> MenuReply:
        """One step of the keys-only menu behind a broken stream, or instead of one."""
        if identifier in self._done:
            return MenuReply((), end=True)
        now = self._house.clock.now()
        unsaid = self._take_unsaid(identifier) if first else None
        fresh = self._house.talk.begin("voice", contact, now, identifier=identifier)
        try:
            return self._hurry.within(
                MENU_WITHIN_S, lambda: self._step(unsaid, fresh, digit, first=first)
            )
        except (DatabaseError, LateError) as error:
            log.error("a call goes on without the database: %s", type(error).__name__)  # noqa: TRY400 - it happens in crowds
            return self._menu_without(unsaid, fresh, digit, first=first)

    def _step(
        self, unsaid: Reply | None, fresh: Conversation, digit: str | None, *, first: bool
    ) -> MenuReply:
        """The step itself. Raises `DatabaseError`."""
        talk, now = self._house.talk, self._house.clock.now()
        conversation = talk.rooms.store.get(fresh.id) or fresh
        if unsaid is not None and (unsaid.end or unsaid.transfer or _by_keys(conversation)):
            return self._menu_reply(unsaid, unsaid.sentences, now)
        if conversation.ended:
            return MenuReply((), end=True)
        if first:
            turn: Opened | Key | Silence = Key("#") if conversation.turns else Opened()
        else:
            turn = Key(digit) if digit is not None else Silence(0)
        reply = talk.take(conversation, turn, now, keys_only=True)
        before = unsaid.sentences if unsaid is not None and conversation.turns else ()
        return self._menu_reply(reply, (*before, *reply.sentences), now)

    def _menu_without(
        self, unsaid: Reply | None, fresh: Conversation, digit: str | None, *, first: bool
    ) -> MenuReply:
        """A step while nothing is known of the call; a goodbye or a transfer takes place anyhow."""
        reply, now = unsaid, self._house.clock.now()
        if reply is None or not (reply.end or reply.transfer):
            turn: Opened | Key = Opened() if first else Key(digit or "#")
            before = fresh if first else replace(fresh, unreached=TOLD)
            reply = self._house.talk.regret(before, turn, now, away=True)
        return self._menu_reply(reply, reply.sentences, now)

    def _greeted(self, given: Rung) -> Rung:
        """Keys because nothing can be heard is another greeting than keys because it is full."""
        return "speech" if given == "keys" and not self._ears.languages else given

    def _count(self) -> None:
        with self._guard:
            count = Counter(self._open.values())
        for name in RUNGS[:-1]:
            in_progress.labels(name).set(count[name])

    def _menu_reply(
        self, reply: Reply, sentences: tuple[Sentence, ...], now: datetime
    ) -> MenuReply:
        for item in sentences:
            self._house.journal.write(
                "said",
                reply.conversation,
                now,
                text=item.text,
                language=item.language,
                prompt=item.prompt,
                interrupted=False,
            )
        said = tuple(Spoken(item.text, item.language) for item in sentences)
        return MenuReply(said, reply.transfer, reply.end)

    def _keep_unsaid(self, reply: Reply) -> None:
        with self._guard:
            self._unsaid[reply.conversation.id] = reply
            while len(self._unsaid) > UNSAID:
                self._unsaid.popitem(last=False)

    def _take_unsaid(self, identifier: str) -> Reply | None:
        with self._guard:
            return self._unsaid.pop(identifier, None)


def _by_keys(conversation: Conversation) -> bool:
    pending = conversation.pending
    return pending is not None and pending.question not in OPEN_QUESTIONS
