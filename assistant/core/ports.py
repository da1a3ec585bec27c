"""The ports: what the inside asks of the outside. One adapter a file, behind these contracts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.core.answer import Found, Matter, Query
from assistant.core.callback import Offers, Promise, Rung, Window, Wish
from assistant.core.case import Told
from assistant.core.conversation import Conversation, Preferences
from assistant.core.event import Alert, AlertNews, Flag, GiveFeedback, TakeDown
from assistant.core.intent import Mark, ServiceHit
from assistant.core.interval import Interval
from assistant.core.news import News
from assistant.core.poll import PollQuery
from assistant.core.texts import OutgoingText
from assistant.core.turn import Utterance

FRAME_MS = 20
"One inbound frame of a call; every timer counts frames."
SAMPLE_RATE = 8000
"Hz; telephone band everywhere."
FRAME_BYTES = 160
"One frame in mu-law (G.711), one byte a sample."


class Clock(Protocol):
    """The one source of `now`."""

    def now(self) -> datetime:
        """The present moment, with the site's zone; never goes back."""
        ...


class ServiceFinder(Protocol):
    """Finds directory entries in a resident's words. Pure: answers from an index in memory."""

    def find(self, text: str, language: str) -> tuple[ServiceHit, ...]:
        """Entries named or described in `text`, best first, at most five; empty for none.

        A name, alias, landmark or sound-alike counts; a need ("who mends wheelchairs") counts
        less. Two hits with nearly the same score are a tie and are both returned.
        """
        ...


class Directory(Protocol):
    """The community's services. Called from worker threads, never from the event loop."""

    def ask(self, query: Query, now: datetime) -> Found:
        """Answer a query from the records as they are now.

        A `Lookup` without services searches by its words; nothing found is an empty `Found`.
        Facts come one per asked field about the best service, or rivals when it is a tie.
        """
        ...

    def finder(self) -> ServiceFinder:
        """The index over the records as they are now; cheap when nothing has changed."""
        ...

    def phrases(self, language: str) -> tuple[str, ...]:
        """Names, aliases and categories as people say them, for the recogniser's vocabulary."""
        ...

    def flag(self, flag: Flag, now: datetime) -> None:
        """Open a task to check a fact; until it is checked the fact is not vouched for."""
        ...


class ConversationStore(Protocol):
    """Keeps conversations between turns. Called from worker threads."""

    def load(self, channel: str, contact: str) -> Conversation | None:
        """The latest conversation of this contact in this channel, or `None`."""
        ...

    def get(self, identifier: str) -> Conversation | None:
        """One conversation by its id, or `None`."""
        ...

    def save(self, conversation: Conversation) -> None:
        """Insert or replace; the newest `updated` wins."""
        ...


class PreferenceStore(Protocol):
    """Keeps how callers like to be spoken to, with their consent. Called from worker threads."""

    def load(self, contact: str) -> Preferences | None:
        """What this contact agreed to have kept, or `None`."""
        ...

    def keep(self, contact: str, liked: Preferences, now: datetime) -> None:
        """Keep these for this contact; the newest wins."""
        ...

    def forget(self, contact: str) -> None:
        """Keep nothing of this contact any more; does nothing where nothing was kept."""
        ...


class RequestStore(Protocol):
    """Keeps what was taken down for staff. Called from worker threads."""

    def close(self, code: str) -> bool:
        """Close a request; whether it was open."""
        ...

    def next_code(self) -> str:
        """A fresh case code: two capital letters and six digits, never given twice."""
        ...

    def latest_code(self) -> str:
        """The code given last; empty where none was."""
        ...

    def take_down(self, request: TakeDown, conversation: Conversation, now: datetime) -> None:
        """Keep a request; the same code twice is kept once."""
        ...

    def status(self, code: str) -> str | None:
        """`open` or `closed`, or `None` for a code nobody was given."""
        ...

    def open_for(self, contact: str) -> tuple[Matter, ...]:
        """What staff still have to do for this contact, newest first."""
        ...

    def opt_out(self, contact: str, *, stop: bool, now: datetime) -> None:
        """Remember that this contact wants nothing unasked any more, or wants it again."""
        ...

    def opted_out(self, contact: str) -> bool:
        """Whether this contact wants nothing unasked."""
        ...


class AlarmStore(Protocol):
    """Keeps who is in danger, until a named person has closed it. Called from worker threads."""

    def close(self, code: str, by: str, note: str, now: datetime) -> bool:
        """A named person closes an alarm and writes down why; whether it was not closed yet."""
        ...

    def raise_(self, alert: Alert, conversation: Conversation, now: datetime) -> None:
        """Put an alarm before the staff; the same code twice is kept once."""
        ...

    def add(self, news: AlertNews) -> None:
        """Note what the resident answered or said since; an unknown code is ignored."""
        ...

    def status(self, code: str) -> str | None:
        """`open` or `closed` as a resident is told it, or `None` for a code nobody was given."""
        ...

    def open_kinds(self, contact: str) -> frozenset[str]:
        """What this contact is in danger of: intents of its alarms that nobody has closed."""
        ...


class Rights(Protocol):
    """Wishes of residents about what is kept of them. Called from worker threads."""

    def asked(self, request: TakeDown, conversation: Conversation, now: datetime) -> None:
        """Give a wish that was taken down its clock; any other request changes nothing."""
        ...

    def forget_talk(self, conversation: Conversation, now: datetime) -> None:
        """Remember that this talk is to be forgotten once it is over; twice is once."""
        ...

    def talk_over(self, conversation: Conversation, now: datetime) -> None:
        """Forget it now, if she asked for that."""
        ...

    def no_helper(self, contact: str, now: datetime) -> None:
        """From now on nobody may ask for this contact."""
        ...

    def helped_by(self, contact: str, now: datetime) -> tuple[str, ...]:
        """The contacts (E.164) for whom this one may ask how a matter stands."""
        ...


class Outbox(Protocol):
    """Keeps texts until they have arrived. Called from worker threads; waits for no carrier."""

    def put(self, text: OutgoingText, now: datetime, due: datetime | None = None) -> bool:
        """Keep a text for sending, not before `due`; whether its key was new."""
        ...


class TextCarrier(Protocol):
    """What a carrier can do with texts. Blocks; called from worker threads."""

    def send_text(self, to: str, body: str) -> str:
        """Send one text; the carrier's id for it. Raises `CarrierError`."""
        ...

    def find_text(self, to: str, body: str, since: datetime) -> str | None:
        """The id of a text handed over since then, or `None`. Raises `CarrierError`."""
        ...


class CaseBook(Protocol):
    """How the cases of residents stand. Called from worker threads."""

    def told(self, code: str, now: datetime) -> Told | None:
        """What a resident is told of a case; `None` for what is none."""
        ...


class NewsBook(Protocol):
    """What residents are to be told of their suggestions. Called from worker threads."""

    def waiting(self, contact: str) -> News | None:
        """What this caller does not know yet, one thing at a time; `None` for nothing."""
        ...

    def told(self, code: str, now: datetime) -> None:
        """She was told. Twice is once."""
        ...


class Feedback(Protocol):
    """What residents say of closed cases. Called from worker threads."""

    def to_ask(self, contact: str, now: datetime) -> str | None:
        """The code of the closed case this caller is to be asked about while she is on the line."""
        ...

    def closed_for(self, contact: str, now: datetime, code: str = "") -> str | None:
        """The code of hers among the cases closed lately: `code`, or the one closed last."""
        ...

    def said(self, code: str) -> Mark | None:
        """What she has said since a case was closed last, or `None`."""
        ...

    def asked(self, code: str, now: datetime) -> None:
        """Note that she was asked on the line; she is not asked again."""
        ...

    def give(self, given: GiveFeedback, conversation: str, now: datetime) -> None:
        """Keep an answer; a mark for no case is kept under the conversation's id."""
        ...

    def reopen(self, code: str, words: str, now: datetime) -> bool:
        """Work on a closed case again, because she is unhappy for cause; whether it was closed."""
        ...


class PollBook(Protocol):
    """Votes of residents. Called from worker threads; every call is one transaction or none."""

    def answer(self, query: PollQuery, now: datetime, *, drill: bool, stopped: bool) -> Found:
        """Which vote and choice are meant, or what became of a vote that was cast.

        A voice that votes again has its vote replaced. A `drill` is answered and not counted;
        who has `stopped` is not offered anything by text.
        """
        ...

    def keep_posted(
        self, poll: str, contact: str, language: str, now: datetime, *, wanted: bool
    ) -> None:
        """Note whether this contact wants the result by text; the latest answer holds."""
        ...


class CallbackBook(Protocol):
    """Promises to ring back. Called from worker threads; every call is one transaction or none."""

    def offers(self, now: datetime, wanted: Interval | None = None) -> Offers:
        """Windows with room left from now on, the earliest first, at most three."""
        ...

    def ask(self, wish: Wish, now: datetime, offered: Sequence[Window] = ()) -> Promise:
        """Keep a wish without a time, so that it is not lost if she hangs up now.

        Where this telephone has an open callback already, that one is returned, `merged`.
        """
        ...

    def book(self, wish: Wish, window: Window, now: datetime) -> Promise | None:
        """Promise this window; `None` if the last place in it has just gone.

        A wish that was kept by `ask` under the same code is booked, not doubled. Where this
        telephone has another open callback, that one is returned, `merged`, its time unchanged.
        """
        ...

    def change(self, code: str, window: Window, now: datetime) -> Promise | None:
        """Move a promise to another window, with a new safe word.

        `None` where it cannot be moved: unknown, ended, being rung at this moment, or no room.
        """
        ...

    def cancel(self, code: str, now: datetime, why: str = "resident") -> Promise | None:
        """Take a promise back; `None` where there is none open under this code."""
        ...

    def get(self, code: str) -> Promise | None:
        """One callback by its code, ended or not."""
        ...

    def open_for(self, phone: str) -> tuple[Promise, ...]:
        """What is promised to this telephone, the earliest window first."""
        ...

    def rings(self, phone: str, since: datetime) -> tuple[Rung, ...]:
        """When we rang this telephone since then, the latest first."""
        ...


class VoiceCarrier(Protocol):
    """What a carrier can do to ring somebody. Blocks; called from worker threads."""

    def ring(self, to: str, instructions: str, *, seconds: int) -> str:
        """Ring `to` for so many seconds; the carrier's id of the call. Raises `CarrierError`.

        `instructions` is the path on our own address that tells what to say once it is answered;
        it names the callback and the attempt, so that the call can be found by it.
        """
        ...

    def find_rings(self, to: str, since: datetime) -> tuple[CarriedRing, ...]:
        """Calls we made to `to` since then, the newest first. Raises `CarrierError`."""
        ...

    def hang_up(self, identifier: str) -> None:
        """End a call. Raises `CarrierError`."""
        ...


@dataclass(frozen=True, slots=True)
class CarriedRing:
    """A call as the carrier knows it."""

    identifier: str
    began: datetime
    answered: bool
    over: bool


class Journal(Protocol):
    """Where events go for drills, integrations and checks; off by default."""

    def write(self, event: str, conversation: Conversation, when: datetime, **keys: object) -> None:
        """Append one line; never raises into a conversation."""
        ...


class Decoder(Protocol):
    """One utterance being heard. Lives in a worker process; used by one thread only."""

    def accept(self, pcm: bytes) -> str:
        """Take 8 kHz signed 16-bit little-endian mono; return the words so far (may be empty)."""
        ...

    def finish(self) -> Utterance:
        """End the utterance; empty text when nothing was made out. The decoder may be reused."""
        ...


class Recogniser(Protocol):
    """One engine with one model loaded, inside a worker process."""

    language: str

    def decoder(self, phrases: Sequence[str]) -> Decoder:
        """A decoder bound to what can be said now; empty `phrases` means free speech.

        Engines without free speech fall back on everything they were told before.
        """
        ...


class Synthesiser(Protocol):
    """One speech engine, inside a worker process; one text at a time."""

    def render(self, text: str, voice: str, rate: float, path: str) -> None:
        """Write a WAV of `text` to `path`; `rate` 1 is the voice's normal. Raises on failure."""
        ...


class Line(Protocol):
    """What a carrier can do with a call in progress."""

    async def play(self, audio: bytes, mark: str) -> None:
        """Queue mu-law 8 kHz of any length; `mark` comes back once it has been heard or cleared."""
        ...

    async def clear(self) -> None:
        """Drop what is queued; its marks come back at once."""
        ...

    async def hang_up(self) -> None:
        """End the call; does nothing on a call that is over."""
        ...

    async def transfer(self, number: str) -> None:
        """Connect the caller to `number` and leave the call; raises `CarrierError` if refused."""
        ...

    async def leave(self) -> bool:
        """Whether the carrier can go on with the call by itself once this end lets go of it."""
        ...


class Call(Protocol):
    """One call in progress, as a carrier's adapter feeds it; used by one task at a time."""

    over: bool

    async def start(self) -> None:
        """Greet the caller; to be called once, before any frame."""
        ...

    async def frame(self, ulaw: bytes) -> None:
        """One inbound frame: `FRAME_BYTES` of mu-law, 20 ms."""
        ...

    async def key(self, digit: str) -> None:
        """One key of the telephone."""
        ...

    async def played(self, mark: str) -> None:
        """Everything up to `mark` was heard, or cleared. Unknown and repeated marks are ignored."""
        ...

    async def hung_up(self) -> None:
        """The caller has gone; further calls do nothing."""
        ...


class CallDesk(Protocol):
    """Opens calls for carriers."""

    def open(self, line: Line, identifier: str, contact: str) -> Call | None:
        """A call on `line`; `identifier` is the carrier's own id, kept as the conversation's.

        `None` when the house is full: the carrier then goes on by itself, with the keys-only menu.
        """
        ...

    def close(self, identifier: str) -> None:
        """The line of this call is gone and its place is free."""
        ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence for a carrier's own voice."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class MenuReply:
    """What the keys-only menu says next."""

    sentences: tuple[Spoken, ...]
    transfer: str | None = None
    end: bool = False


class KeysDesk(Protocol):
    """Serves a call by keys alone, one webhook at a time. Called from worker threads."""

    def full(self) -> bool:
        """Whether a call that comes now can only be given this menu."""
        ...

    def menu(self, identifier: str, contact: str, digit: str | None, *, first: bool) -> MenuReply:
        """Take one key, or the silence after which none came, or the first moment."""
        ...
